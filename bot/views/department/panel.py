"""The panel, the department's first screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.people.member import Person
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Affair, Pending
from bot.views.callbacks.department import (
    Announcements,
    Control,
    Digest,
    Directives,
    Journal,
    Panel,
    Questions,
    Roster,
    Threads,
)
from bot.views.callbacks.extending import Extensions
from bot.views.callbacks.people import Applications, Members
from bot.views.callbacks.reports import Reports
from bot.views.roles import STAFF_ROLES
from bot.views.words import account, esc, plural, screen

# What the sections are called, wherever a button leads there.
CONTROL, QUESTIONS, DIRECTIVES = "Кто ответил", "Разовые вопросы", "План года"


@dataclass(frozen=True, slots=True)
class Affairs:
    """What waits for the department, as counts."""

    open_rounds: int = 0
    late: int = 0
    registrations: int = 0
    missed: int = 0
    extensions: int = 0
    threads: int = 0
    # How territories stand with what is open, a line each.
    territories: Sequence[str] = ()
    # The territories of its reader that there are no longer, as they are called.
    gone: str = ""


def panel(person: Person, affairs: Affairs, *, digest: bool) -> Screen:
    """Leads to the sections that the person may open, with what waits in each."""
    role = STAFF_ROLES[person.staff_role] if person.staff_role else ""
    limited = "" if person.limits.are_none else " (часть организаций или тем)"
    lines = ["<b>Рабочий стол управления</b>", f"{role}{limited}", "", *_waiting(affairs)]
    if affairs.gone:
        lines += ["", f"⚠️ Больше нет территории: {esc(affairs.gone)}. Ваши полномочия изменит администратор."]
    if affairs.territories:
        lines += ["", "Ответили / спрошено по открытым запросам:", *affairs.territories]
    rows = [[Button(CONTROL, Control().pack())]]
    if affairs.extensions:
        rows.append([Button(f"Просьбы о продлении: {affairs.extensions}", Extensions().pack())])
    if person.may_curate:
        rows.append([Button("Объявления", Announcements().pack()), Button(QUESTIONS, Questions().pack())])
    rows.append([Button("Люди", Roster().pack()), Button(DIRECTIVES, Directives().pack())])
    reports = Button("Отчёты", Reports().pack())
    if person.may_curate:
        rows.append([reports, _door("Обращения", Threads(), affairs.threads)])
    else:
        rows.append([reports])
    if person.may_manage:
        if affairs.registrations:
            rows.append([Button(f"Заявки на регистрацию: {affairs.registrations}", Applications().pack())])
        if affairs.missed and person.is_admin:
            rows.append([Button(f"Не открыты вовремя: {affairs.missed}", _pending("missed"))])
        rows.append([Button("Сотрудники", Members().pack()), Button("Журнал", Journal().pack())])
    rows.append([Button(f"Утренняя сводка: {'да' if digest else 'нет'}", Digest().pack())])
    return screen(*lines, rows=rows)


def welcome() -> Screen:
    """The person has become the first administrator: the desk is a press away."""
    return screen(
        "✅ <b>Вы — администратор.</b>",
        f"Всё — на рабочем столе: «{CONTROL}», объявления, отчёты.",
        "Заявки на регистрацию и утренняя сводка придут сюда сами.",
        "",
        "Чтобы и отвечать за свою организацию: /start.",
        rows=[desk()],
    )


def help_(person_id: int, *, curates: bool) -> Screen:
    """What the staff can do. The id is what ADMIN_IDS wants to know of a second administrator."""
    deeds = ", объявления, вопросы" if curates else ""
    table = ["Таблицу с ответами, внесёнными вручную, пришлите сюда: бот покажет изменения."] if curates else []
    return screen(
        f"/panel — рабочий стол: кто ответил{deeds}, отчёты",
        "/status — кто ответил на открытые запросы",
        "/settings — отпуск, уход, мои данные",
        *table,
        "",
        f"Ваш номер {account(person_id)}",
        rows=[desk()],
    )


def astray() -> Screen:
    """Somebody of the staff has sent what no conversation waits for."""
    return screen("Не понял, к чему это. Всё управление — на рабочем столе: /panel.", rows=[desk()])


def seatless() -> Screen:
    """Somebody of the staff, who answers for no organization, looks for requests to answer."""
    return screen("Вы не отвечаете за организацию. Кто ответил: /status.", rows=[desk()])


def staff_only() -> Screen:
    """Somebody who is no staff has sent a command of the department."""
    return screen("Эта команда — для сотрудников управления образования.")


def no_longer_staff() -> Screen:
    """The role was taken away while the person was in the middle of something."""
    return screen("У вас больше нет доступа к рабочему столу управления. Начатое не сохранено.")


def desk() -> list[Button]:
    """The way to the panel from a message of its own."""
    return [Button("Рабочий стол", Panel().pack())]


def back(to: str = "") -> list[Button]:
    """The way back: to the packed callback, or to the panel."""
    return [Button("‹ Назад" if to else "‹ Рабочий стол", to or Panel().pack())]


def _waiting(affairs: Affairs) -> list[str]:
    opened = plural(affairs.open_rounds, "запрос открыт", "запроса открыто", "запросов открыто")
    lines = [f"📋 {opened}" if affairs.open_rounds else "📋 Открытых запросов нет."]
    if affairs.late:
        late = plural(affairs.late, "организация не ответила", "организации не ответили", "организаций не ответили")
        lines.append(f"❗️ {late} в срок")
    if affairs.extensions:
        requests = plural(affairs.extensions, "просьба", "просьбы", "просьб")
        lines.append(f"🕓 {requests} о продлении срока")
    if affairs.threads:
        threads = plural(affairs.threads, "обращение ждёт", "обращения ждут", "обращений ждут")
        lines.append(f"✉️ {threads} ответа")
    return lines


def _door(title: str, to: Threads, count: int) -> Button:
    return Button(f"{title} ({count})" if count else title, to.pack())


def _pending(what: Affair) -> str:
    return Pending(what=what).pack()
