"""Heads ask for more time: the card of one request, and the list of those that wait."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.domain.brevity import shortened
from bot.domain.ledger.extension import Asked
from bot.domain.ledger.obligation import Extension, Obligation
from bot.domain.screen import Button, Screen
from bot.domain.timing.calendar import WorkCalendar
from bot.views.callbacks import extending as callbacks
from bot.views.department.panel import back
from bot.views.words import (
    arrows,
    button_label,
    day,
    due_day,
    due_hour,
    esc,
    left,
    moment,
    odd_hour,
    official,
    plural,
    screen,
)

PAGE = 8


def asked(request: Asked, now: datetime, zone: tzinfo, *, page: int | None = None) -> Screen:
    """Asks for a decision about a request for more time. `page`: it was opened from that page of the list."""
    extension = request.extension
    until = day(extension.until.astimezone(zone).date(), now.astimezone(zone).date())
    grant = callbacks.Grant(extension=extension.id, yes=True).pack()
    refuse = callbacks.Grant(extension=extension.id, yes=False).pack()
    return screen(
        "🕓 <b>Просят продлить срок</b>",
        *_matter(request, now, zone),
        rows=[
            [Button(f"Продлить до {until}", grant, style="success")],
            [Button("Отказать", refuse, style="danger")],
            [] if page is None else back(callbacks.Extensions(page=page).pack()),
        ],
    )


def shown(request: Asked, now: datetime, zone: tzinfo, page: int) -> Screen:
    """Shows a request for more time to somebody who may only look."""
    rows = [back(callbacks.Extensions(page=page).pack())]
    return screen("🕓 <b>Просят продлить срок</b>", *_matter(request, now, zone), rows=rows)


def decided(request: Asked, now: datetime, zone: tzinfo, others: int) -> Screen:
    """Says what was decided, by whomever, or why there is nothing to decide; `others` still wait."""
    extension, obligation = request.extension, request.obligation
    until = day(extension.until.astimezone(zone).date(), now.astimezone(zone).date())
    if extension.granted is None:
        why = "Решать больше нечего: " + _moot(extension, obligation, now)
        return screen(why, *_what(obligation), rows=_others(others))
    said = f"✅ Срок продлён до {until}" if extension.granted else "🚫 В продлении срока отказано"
    at = extension.decided_at or now
    by = f" · {esc(extension.decided_by_name)}" if extension.decided_by_name else ""
    return screen(f"{said}, {moment(at, now, zone)}{by}", *_what(obligation), rows=_others(others))


def listed(requests: Sequence[Asked], page: int, now: datetime, calendar: WorkCalendar) -> Screen:
    """Lists the requests that wait, oldest first."""
    if not requests:
        return screen("Просьб о продлении срока нет.", rows=[back()])
    shown = requests[page * PAGE : (page + 1) * PAGE]
    lines = [f"🕓 <b>{plural(len(requests), 'просьба', 'просьбы', 'просьб')} о продлении срока</b>"]
    rows = []
    for number, request in enumerate(shown, page * PAGE + 1):
        name = request.obligation.organization_label
        # Until which day is asked by the organization's own clock.
        zone = request.obligation.zone(calendar)
        until = day(request.extension.until.astimezone(zone).date(), now.astimezone(zone).date())
        lines += [
            "",
            f"{number}. {esc(shortened(name, 80))}",
            f"{_title(request.obligation)}: до {until}",
        ]
        to = callbacks.Extension(extension=request.extension.id, page=page).pack()
        rows.append([Button(button_label(f"{number}. {name}"), to)])
    turn = arrows(page, -(-len(requests) // PAGE), lambda to: callbacks.Extensions(page=to).pack())
    return screen(*lines, rows=[*rows, turn, back()])


def _matter(request: Asked, now: datetime, zone: tzinfo) -> list[str]:
    extension, obligation = request.extension, request.obligation
    hour = odd_hour(obligation.due_at, obligation.closes_at, zone) if due_hour(obligation.due_at, now, zone) else ""
    by = f"{esc(extension.asked_by_name)}, " if extension.asked_by_name else ""
    return [
        *_what(obligation),
        "",
        f"Срок сейчас: {due_day(obligation.due_at, now, zone)}{hour} ({left(obligation.due_at, now, zone)})",
        f"Просят: <b>до {due_day(extension.until, now, zone)}</b>",
        f"Причина: <i>{esc(extension.reason)}</i>",
        f"{by}{moment(extension.asked_at, now, zone)}",
    ]


def _what(obligation: Obligation) -> list[str]:
    return [f"🏫 {official(obligation)}", _title(obligation)]


def _title(obligation: Obligation) -> str:
    occasion = f" · {esc(obligation.round.title)}" if obligation.round.title else ""
    return f"{esc(obligation.round.directive.title)}{occasion}"


def _moot(extension: Extension, obligation: Obligation, now: datetime) -> str:
    if not obligation.is_unanswered:
        return "ответ получен." if obligation.version else "запрос снят с контроля."
    if obligation.is_closed(now):
        return "приём ответов завершён."
    return "срок уже продлён." if obligation.due_at >= extension.until else "ответ был получен."


def _others(count: int) -> list[list[Button]]:
    rest = [Button(f"Другие просьбы ({count})", callbacks.Extensions().pack())] if count else []
    return [rest, back()]
