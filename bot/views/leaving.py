"""An organization leaves the roster, is asked less, or is back: what its people hear, and what it would cost."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.obligation import Obligation
from bot.domain.people.leaving import Farewell, Loss
from bot.domain.people.member import Role, Seat
from bot.domain.people.organization import Organization
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Registration, Tasks
from bot.views.callbacks.people import Card
from bot.views.callbacks.threads import Write
from bot.views.heads.threads import WRITE
from bot.views.roles import role_name
from bot.views.words import day, esc, plural, screen, shorten

NOT_LISTED = "Этой организации больше нет в списке управления"
# So many names, or titles, are read in one message; the rest is counted.
_NAMES, _TITLES = 4, 10
_ADD = [Button("Добавить другую организацию", Registration(step="again").pack())]


def delisted(gone: Sequence[Farewell], ended: Sequence[Seat], rest: Sequence[Seat]) -> Screen:
    """To one of its people: their organizations have left the list. `ended`: seats that they had only applied for."""
    lines: list[str] = []
    if gone:
        lines += ["<b>Управление образования исключило из списка:</b>"]
        for farewell in gone:
            lines += [f"🏫 {_name(farewell.seat)}, {role_name(farewell.seat.role)}", *_farewell(farewell)]
        lines += ["", "Запросы к ней больше не приходят" if len(gone) == 1 else "Запросы к ним больше не приходят"]
        lines[-1] += ", отправленные ответы сохранены."
    if ended:
        lines += [""] if lines else []
        lines += ["<b>Ваша заявка больше не рассматривается:</b>", *(f"🏫 {_name(seat)}" for seat in ended)]
        lines += ["Управление образования исключило эту организацию из списка."]
    lines += ["", *_goes_on(rest), "Если это ошибка, напишите в управление."]
    return screen(*lines, rows=[_write(gone), *([] if rest else [_ADD])])


def _farewell(farewell: Farewell) -> list[str]:
    """What becomes of what was open there."""
    lines = []
    if farewell.heirs:
        lines.append(f"   • её работу продолжает {esc(', '.join(farewell.heirs))}")
    if farewell.obligations and farewell.handed:
        lines.append(f"   • открытые запросы ({farewell.obligations}) переданы туда же, вам отвечать на них не нужно")
    elif farewell.obligations:
        lines.append(f"   • открытых запросов снято с контроля: {farewell.obligations}, отвечать на них не нужно")
    if farewell.drafts:
        lines.append("   • начатое вами не отправлено, но пока сохранено")
    if farewell.extensions:
        lines.append("   • ваша просьба о продлении больше не рассматривается")
    return lines


def _goes_on(rest: Sequence[Seat]) -> list[str]:
    if not rest:
        return ["Если вы работаете теперь в другой организации, добавьте её."]
    places = [f"🏫 {_name(seat)}" for seat in rest[:_NAMES]]
    more = [f"… и ещё {len(rest) - _NAMES}"] if len(rest) > _NAMES else []
    return ["<b>Запросы по-прежнему приходят:</b>", *places, *more, ""]


def _write(gone: Sequence[Farewell]) -> list[Button]:
    about = gone[0].seat.organization_id if len(gone) == 1 else 0
    return [Button(WRITE, Write(organization=about).pack())]


def relisted(seat: Seat, open_: int) -> Screen:
    """To one of its people: their organization is in the list again."""
    if open_:
        count = plural(open_, "запрос ждёт", "запроса ждут", "запросов ждут")
        lines = [f"Снова {count} ответа: /tasks. Начатые ответы сохранились."]
    else:
        lines = ["Сейчас открытых запросов нет. Когда появится новый, я напишу."]
    return screen(
        "<b>Организация снова в списке управления образования:</b>",
        f"🏫 {_name(seat)}, {role_name(seat.role)}",
        "",
        *lines,
        rows=[[Button("Открыть запросы", Tasks().pack())]] if open_ else [],
    )


def relieved(
    seat: Seat, organization: Organization, ended: Sequence[Obligation], catalog: Catalog, instead: Sequence[str] = ()
) -> Screen:
    """To one of its people: what need not be answered any more, because the organization is of another kind now.

    Or because others answer it, which are named `instead`.
    """
    titles = [f"• {esc(obligation.round.directive.title)}" for obligation in ended[:_TITLES]]
    more = [f"… и ещё {len(ended) - _TITLES}"] if len(ended) > _TITLES else []
    kinds = [catalog.types[type_].title for type_ in sorted(organization.types) if type_ in catalog.types]
    kinds += [catalog.tags.get(tag, tag) for tag in sorted(organization.tags)]
    these = "этот запрос" if len(ended) == 1 else "эти запросы"
    why = f"Управление образования уточнило сведения об организации ({esc('; '.join(kinds))}): {these} не для неё."
    if instead:
        names = esc(", ".join(f"«{shorten(name, 80)}»" for name in instead))
        why = f"На {these} теперь отвечает {names}."
    return screen(
        "<b>Отвечать больше не нужно:</b>",
        *titles,
        *more,
        "",
        f"🏫 {_name(seat)}",
        why,
        "Остальные запросы приходят как прежде. Если это ошибка, напишите в управление.",
        rows=[[Button(WRITE, Write(organization=seat.organization_id).pack())]],
    )


def deserted(organization: Organization, owed: int) -> Screen:
    """To an administrator: nobody sits there any more."""
    count = plural(owed, "запрос", "запроса", "запросов")
    open_ = f"Без ответа {count}: отвечать некому." if owed else "Открытых запросов сейчас нет."
    return screen(
        "⚠️ <b>В организации больше никого нет</b>",
        f"🏫 {esc(organization.name)}",
        f"Последний человек ушёл. {open_} Пригласите руководителя.",
        rows=[[Button("Открыть организацию", Card(organization=organization.id).pack())]],
    )


def place(seat: Seat, now: datetime, zone: tzinfo) -> str:
    """A place of a person, and whether its organization is still asked."""
    if seat.left_at is None:
        return f"🏫 {_name(seat)}, {role_name(seat.role)}"
    return f"🚫 {_name(seat)}, {role_name(seat.role)}: {since(seat.left_at, now, zone)}, запросы не приходят"


def since(left_at: datetime, now: datetime, zone: tzinfo) -> str:
    """«нет в списке с 27 ноября»."""
    return f"нет в списке с {day(left_at.astimezone(zone).date(), now.astimezone(zone).date())}"


def note(gone: Sequence[Seat], now: datetime, zone: tzinfo) -> list[str]:
    """Below a list of requests: of which organizations none come."""
    if not gone:
        return []
    return ["", *(place(seat, now, zone) for seat in gone[:_NAMES]), "Если это ошибка, напишите в управление: /write."]


def nothing_comes(gone: Sequence[Seat], now: datetime, zone: tzinfo) -> Screen:
    """All organizations of the person have left the list."""
    return screen(
        "<b>Сейчас запросы вам не приходят.</b>",
        *(place(seat, now, zone) for seat in gone),
        "",
        "Отправленные ответы сохранены: /history.",
        "Если вы работаете в другой организации, добавьте её. Если это ошибка, напишите в управление.",
        rows=[_ADD, [Button(WRITE, Write().pack())]],
    )


def not_listed(name: str) -> Screen:
    """A link, or a name that was typed, leads to an organization that has left the list."""
    return screen(
        f"🏫 {esc(name)}",
        "Управление образования исключило эту организацию из списка, зарегистрироваться в ней нельзя.",
        "Если это ошибка, напишите в управление: /write. Выбрать другую: /start.",
    )


def cost(loss: Loss) -> list[str]:
    """What an organization leaves behind: its people, and what is open; plain lines for the one who decides."""
    lines = []
    if loss.people:
        lines.append(f"{_people(loss.people)}")
    if loss.applicants:
        lines.append(f"заявки: {_people(loss.applicants)}")
    if counted := matters(loss):
        lines.append(counted)
    return lines


def total(losses: Sequence[Loss]) -> str:
    """«людей: 45, открытых запросов: 130», of all of them; empty if nothing is lost."""
    whole = Loss(
        people=tuple(person for loss in losses for person in loss.people),
        applicants=tuple(person for loss in losses for person in loss.applicants),
        obligations=tuple(its for loss in losses for its in loss.obligations),
        drafts=tuple(its for loss in losses for its in loss.drafts),
        extensions=tuple(its for loss in losses for its in loss.extensions),
        threads=tuple(its for loss in losses for its in loss.threads),
        invitations=tuple(its for loss in losses for its in loss.invitations),
        announcements=tuple({its for loss in losses for its in loss.announcements}),
    )
    people = len({person_id for person_id, _, _ in whole.people})
    applied = len(whole.applicants)
    parts = [f"людей: {people}"] if people else []
    parts += [f"заявок: {applied}"] if applied else []
    parts += [counted] if (counted := matters(whole)) else []
    return ", ".join(parts)


def matters(loss: Loss) -> str:
    """«открытых запросов: 2, начатых ответов: 1»; empty if nothing of that is lost."""
    counts = (
        ("открытых запросов", len(loss.obligations)),
        ("начатых ответов", len(loss.drafts)),
        ("просьб о продлении", len(loss.extensions)),
        ("обращений без ответа", len(loss.threads)),
        ("неиспользованных приглашений", len(loss.invitations)),
        ("запланированных объявлений", len(loss.announcements)),
    )
    return ", ".join(f"{word}: {count}" for word, count in counts if count)


def _people(people: Sequence[tuple[int, str, Role]]) -> str:
    named = [f"{shorten(name, 40)} ({role_name(role)})" for _, name, role in people[:_NAMES]]
    more = [f"и ещё {len(people) - _NAMES}"] if len(people) > _NAMES else []
    return ", ".join([*named, *more])


def _name(seat: Seat) -> str:
    return esc(seat.organization_label)
