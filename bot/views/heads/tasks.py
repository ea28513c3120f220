"""Lists: new requests, what is open, reminders, what was answered; and the bot's help."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot.domain.brevity import shortened
from bot.domain.ledger.obligation import Draft, Extension, Obligation, ObligationState
from bot.domain.people.member import Seat
from bot.domain.screen import Button, Screen
from bot.domain.timing.calendar import WorkCalendar
from bot.views import leaving
from bot.views.callbacks import History, HistoryFile, InCalendar, MoreTasks, Open, Send, Tasks
from bot.views.callbacks.threads import Write
from bot.views.common import UNSEATED
from bot.views.heads.threads import WRITE
from bot.views.sources import begins
from bot.views.standing import standing
from bot.views.words import (
    account,
    arrows,
    asks_for_more,
    button_label,
    button_titles,
    by_its_clock,
    day,
    due_day,
    due_hour,
    esc,
    left,
    plural,
    screen,
)

PAGE = 8
# More buttons than this and a phone scrolls; the rest is on further pages.
_LISTED = 20

FILE_COMING = "Готовим файл. Пришлём сюда отдельным сообщением"
NO_ORGANIZATION = "За вами не закреплена организация"


# Of each obligation the person's draft, if that could be sent as it is.
Filled = Mapping[int, Draft]
_NONE: Filled = MappingProxyType({})
# Of each obligation the request for more time that waits for a decision.
Extensions = Mapping[int, Extension]
_UNASKED: Extensions = MappingProxyType({})


def tasks(
    obligations: Sequence[Obligation],
    now: datetime,
    calendar: WorkCalendar,
    filled: Filled = _NONE,
    gone: Sequence[Seat] = (),
    page: int = 0,
    extensions: Extensions = _UNASKED,
    *,
    several: bool = False,
) -> Screen:
    """A page of what is open, by due date, overdue first; `gone`: seats at organizations of which nothing comes.

    Here and below, `several`: its reader sits at several organizations, and reads of each request whose it is.
    """
    below = leaving.note(gone, now, calendar.zone)
    heading = f"<b>Открытые запросы: {len(obligations)}</b>"
    return _list(heading, obligations, now, calendar, filled, extensions, below, page, several=several)


def nothing_open(
    closed: Sequence[Obligation], now: datetime, calendar: WorkCalendar, gone: Sequence[Seat] = (), *, several: bool
) -> Screen:
    """Nothing is open; `closed`: what was closed of late without an answer, which is no reason to be glad."""
    below = leaving.note(gone, now, calendar.zone)
    coming = "Когда появится новый, я напишу. Что уже отправлено: /history."
    if not closed:
        return screen("Открытых запросов нет 👍", "", coming, *below)
    lines = ["Открытых запросов нет.", "", "<b>Приём ответов завершён, а ответа нет:</b>"]
    shown = closed[-_LISTED:]
    for number, obligation in enumerate(shown, 1):
        lines += ["", f"{number}. {esc(obligation.round.directive.title)}{_occasion(obligation)}"]
        if several:
            lines.append(esc(shortened(obligation.organization_label, 80)))
        if obligation.state is ObligationState.RETURNED:
            lines.append("↩️ Возвращено на доработку, исправление не отправлено")
        zone = obligation.zone(calendar)
        lines.append(f"срок был {day(obligation.due_at.astimezone(zone).date(), now.astimezone(zone).date())}")
    rows = [
        [Button(label, Open(obligation=obligation.id).pack())]
        for label, obligation in zip(_buttons(shown, 1), shown, strict=True)
    ]
    return screen(*lines, "", coming, *below, rows=[*rows, [Button(WRITE, Write().pack())]])


def with_calendar(tasks_: Screen) -> Screen:
    """The list with a way into the person's own calendar."""
    return replace(tasks_, rows=(*tasks_.rows, (Button("В календарь", InCalendar().pack()),)))


def new_requests(
    obligations: Sequence[Obligation],
    now: datetime,
    calendar: WorkCalendar,
    extensions: Extensions = _UNASKED,
    *,
    several: bool = False,
) -> Screen:
    """Several requests that opened together, in one message. A deputy in the head's place may get them after the head
    has asked for more time."""
    count = plural(len(obligations), "новый запрос", "новых запроса", "новых запросов")
    return _list(f"📋 <b>{count}</b>", obligations, now, calendar, extensions=extensions, several=several)


def reminder(
    obligations: Sequence[Obligation],
    now: datetime,
    calendar: WorkCalendar,
    filled: Filled = _NONE,
    extensions: Extensions = _UNASKED,
    *,
    several: bool = False,
) -> Screen:
    """All that is unanswered, in one message; what is filled in wants but a press."""
    heading = "🔔 <b>Напоминаем: ждём ваш ответ</b>"
    return _list(heading, obligations, now, calendar, filled, extensions, several=several)


def _list(
    heading: str,
    obligations: Sequence[Obligation],
    now: datetime,
    calendar: WorkCalendar,
    filled: Filled = _NONE,
    extensions: Extensions = _UNASKED,
    below: Sequence[str] = (),
    page: int = 0,
    *,
    several: bool,
) -> Screen:
    lines = [heading]
    pages = max(1, -(-len(obligations) // _LISTED))
    page = min(page, pages - 1)
    first = page * _LISTED
    shown = obligations[first : first + _LISTED]
    for number, obligation in enumerate(shown, first + 1):
        mark = "❗️" if obligation.is_overdue(now) else "🗓"
        lines += begins(shown, number - first - 1)
        lines += ["", f"{number}. <b>{esc(obligation.round.directive.title)}</b>{_occasion(obligation)}"]
        if several:
            lines.append(esc(shortened(obligation.organization_label, 80)))
        zone = obligation.zone(calendar)
        hour = due_hour(obligation.due_at, now, zone)
        until = f", {hour}" if hour else ""
        if zone != calendar.zone:
            until += by_its_clock(hour)
        lines.append(f"{mark} до {due_day(obligation.due_at, now, zone)}{until} ({left(obligation.due_at, now, zone)})")
        if obligation.id in extensions:
            lines.append(asks_for_more(extensions[obligation.id], now, zone))
        if obligation.state is ObligationState.RETURNED:
            lines.append("↩️ Возвращено на доработку")
        if obligation.id in filled:
            lines.append("✍️ <b>Заполнено, но не отправлено</b>")
    if pages > 1:
        lines += ["", f"Страница {page + 1} из {pages}."]
    rows = []
    several_filled = len(filled) > 1
    labels = _buttons(shown, first + 1)
    for number, obligation in enumerate(shown, first + 1):
        title = obligation.round.directive.title
        if obligation.id in filled:
            send = Send(obligation=obligation.id, version=filled[obligation.id].base_version).pack()
            rows.append(
                [Button(button_label(f"Отправить «{title}»" if several_filled else "Отправить"), send, style="success")]
            )
        rows.append([Button(labels[number - first - 1], Open(obligation=obligation.id).pack())])
    rows.append(arrows(page, pages, lambda to: MoreTasks(page=to).pack()))
    return screen(*lines, *below, rows=rows)


def _buttons(obligations: Sequence[Obligation], first: int) -> list[str]:
    """Titles by number; those of one title by the organization too, or by the period where there is but one."""
    several = len({obligation.organization_id for obligation in obligations}) > 1
    titles = button_titles(
        [obligation.round.directive.title for obligation in obligations],
        [obligation.organization_label if several else obligation.round.title for obligation in obligations],
    )
    return [f"{number}. {title}" for number, title in enumerate(titles, first)]


def _occasion(obligation: Obligation) -> str:
    return f" · {esc(obligation.round.title)}" if obligation.round.title else ""


def history(
    obligations: Sequence[Obligation],
    total: int,
    page: int,
    now: datetime,
    calendar: WorkCalendar,
    *,
    several: bool = False,
) -> Screen:
    """A page of what was answered or taken off control, the latest first."""
    if not total:
        return screen("Отправленных ответов пока нет.", "", "Что сейчас открыто: /tasks.")
    lines = [f"<b>История: {plural(total, 'запрос', 'запроса', 'запросов')}</b>"]
    first = page * PAGE + 1
    for number, obligation in enumerate(obligations, first):
        lines += ["", f"{number}. {esc(obligation.round.directive.title)}{_occasion(obligation)}"]
        if several:
            lines.append(esc(shortened(obligation.organization_label, 80)))
        sign, word = standing(obligation, now)
        zone = obligation.zone(calendar)
        due = day(obligation.due_at.astimezone(zone).date(), now.astimezone(zone).date())
        lines.append(f"{sign} {word}, срок {due}")
    rows = [
        [Button(label, Open(obligation=obligation.id).pack())]
        for label, obligation in zip(_buttons(obligations, first), obligations, strict=True)
    ]
    turn = arrows(page, -(-total // PAGE), lambda to: History(page=to).pack())
    return screen(*lines, rows=[*rows, turn, [Button("Скачать файлом", HistoryFile().pack())]])


def help_(person_id: int, *, staff: bool) -> Screen:
    """What the bot can do. The id is what ADMIN_IDS wants to know of a second administrator."""
    lines = [
        "<b>Как это работает</b>",
        "",
        "Запрос приходит одним сообщением. Отвечайте кнопками, числа и тексты пишите сообщением. "
        "Перед отправкой ответ можно проверить, после — изменить, пока запрос не закрыт.",
        "",
        "• Несколько чисел можно прислать одним сообщением, каждое с новой строки.",
        "• Опечатались — исправьте своё сообщение, значение изменится.",
        "• Комментарий или документ пришлите ответом (свайпом) на сообщение с запросом.",
        "",
        "/tasks — открытые запросы",
        "/history — отправленные ответы",
        "/write — написать в управление",
        "/settings — отпуск, организации, что присылать",
        "/stop — не присылать сообщения, /start — снова присылать",
        "/delete — удалить мои данные",
    ]
    if staff:
        lines += ["", "/panel — рабочий стол управления", "/status — кто ответил на открытые запросы"]
    lines += ["", f"Ваш номер {account(person_id)}"]
    return screen(*lines, rows=[[Button(WRITE, Write().pack())]])


def unknown(open_count: int) -> Screen:
    """Nothing is waiting for what was typed."""
    text = "Не понял, к чему это относится."
    if open_count:
        count = plural(open_count, "открытый запрос", "открытых запроса", "открытых запросов")
        return screen(f"{text} У вас {count}.", rows=[[Button("Открыть запросы", Tasks().pack())]])
    return screen(f"{text} Сейчас открытых запросов нет.", "Что я умею: /help.")


def greeted() -> Screen:
    """Somebody says good day, and nothing else yet."""
    return screen("Здравствуйте! Открытые запросы: /tasks. Вопрос управлению: /write.")


def unkept(open_count: int) -> Screen:
    """A round video, a place on the map, somebody's card: nothing that could be kept."""
    said = "Такое сообщение сохранить нельзя. Можно: текст, фото, документ, видео, аудио или голосовое сообщение."
    return screen(said, rows=[[Button("Открыть запросы", Tasks().pack())]] if open_count else [])


def unseated() -> Screen:
    """The person is known but sits nowhere."""
    return screen(UNSEATED)


def stranger() -> Screen:
    """Somebody who has not agreed to anything yet."""
    return screen("Здравствуйте! Чтобы начать, нажмите /start.")
