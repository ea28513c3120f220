"""The digest of the morning: one phone screen, whatever is going on."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import TypeVar

from bot.domain.brevity import shortened, told_apart
from bot.domain.desk.digest import Digest, Late, Unknown
from bot.domain.ledger.control import Counts
from bot.domain.ledger.obligation import Round
from bot.domain.people.messenger import Messenger
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Pending
from bot.views.callbacks.department import Announcements, Control, Panel, Threads
from bot.views.callbacks.extending import Extensions
from bot.views.callbacks.people import Applications
from bot.views.department.panel import CONTROL
from bot.views.sources import begun
from bot.views.words import day, due_day, esc, odd_hour, plural, screen, shorten

T = TypeVar("T")

# Lines of a section; the rest is counted.
_LINES = 4
_TITLE, _NAME = 60, 40
# Names in a line.
_NAMED = 2


def digest(gathered: Digest, now: datetime, zone: tzinfo, messenger: Messenger = Messenger.TELEGRAM) -> Screen:
    """Tells a staff member what opens, what is due, who is late and what waits."""
    lines = [f"☀️ <b>Сводка: {due_day(now, now, zone)}</b>"]
    if gathered.opens:
        opens = _some(gathered.opens, lambda each: _titled(each[0].title, each[1]))
        lines += ["", "<b>Открываются сегодня</b>", *opens]
    today = now.astimezone(zone).date()
    for on, due in sorted(gathered.due.items()):
        local = " местного времени" if gathered.is_local and on == today else ""
        # One hour is told once, several beside their requests.
        hours = {round_.due_at for round_, _ in due}
        hour = _hour(due[0][0], zone, is_today=on == today) if len(hours) == 1 else ""
        titled = "Срок сегодня" if on == today else f"Срок {due_day(due[0][0].due_at, now, zone)}"
        lines += ["", f"<b>{titled}{hour}{local}</b>"]
        lines += _some(due, partial(_counted, zone=zone if len(hours) > 1 else None))
    if gathered.late:
        lines += ["", "<b>Не ответили в срок</b>"]
        lines += _some(gathered.late, _late)
    also = _also(gathered) + _alive(gathered, now, zone, messenger)
    return screen(*lines, *(["", *also] if also else []), rows=_rows(gathered))


def _hour(round_: Round, zone: tzinfo, *, is_today: bool) -> str:
    """«, до 18:00»; of another day than today only an hour that is not the end of a working day."""
    if is_today:
        return f", до {round_.due_at.astimezone(zone):%H:%M}"
    return odd_hour(round_.due_at, round_.closes_at, zone)


def _counted(due: tuple[Round, Counts], zone: tzinfo | None) -> str:
    """«Клуб · Осень: 3 из 12»; with a zone the hour is told."""
    round_, counts = due
    hour = _hour(round_, zone, is_today=True) if zone else ""
    return f"{_titled(round_.directive.title, round_.title)}{hour}: {counts.done} из {counts.asked}"


def _late(late: Late) -> str:
    """On the first day all of them; later what has changed since the digest before."""
    title = _titled(late.round.directive.title, late.round.title)
    if late.is_first:
        return f"{title}: <b>{late.count}</b>\n   {_named(late.names, late.count)}"
    lines = [f"{title}: {'всё ещё ' if not late.fresh else ''}<b>{late.count}</b>"]
    if late.fresh:
        lines.append(f"   новые: {_named(late.fresh[:_NAMED], len(late.fresh))}")
    if late.answered:
        lines.append(f"   ответили: {_named(late.answered[:_NAMED], len(late.answered))}")
    return "\n".join(lines)


def _named(names: Sequence[str], count: int) -> str:
    rest = count - len(names)
    return ", ".join(map(esc, told_apart(names, _NAME))) + (f" и ещё {rest}" if rest else "")


def _titled(title: str, occasion: str) -> str:
    return esc(shorten(f"{title} · {occasion}" if occasion else title, _TITLE))


def _some(listed: Sequence[T], said: Callable[[T], str]) -> list[str]:
    """A line for each of the first, below the document that they come from, where there are several."""
    lines = []
    for place, item in enumerate(listed[:_LINES]):
        if document := begun(listed, place):
            lines.append(f"<i>{esc(shortened(document, _TITLE))}</i>")
        lines.append(f"• {said(item)}")
    return [*lines, f"… и ещё {len(listed) - _LINES}"] if len(listed) > _LINES else lines


def _also(gathered: Digest) -> list[str]:
    lines = []
    if gathered.answers:
        not_ours = f", из них «не относится к нам»: {gathered.not_ours}" if gathered.not_ours else ""
        lines.append(f"📥 На проверке {plural(gathered.answers, 'ответ', 'ответа', 'ответов')}{not_ours}")
    if gathered.unmended:
        lines.append(f"↩️ Не исправлено в срок: {plural(gathered.unmended, 'ответ', 'ответа', 'ответов')}")
    if gathered.unreached:
        places = plural(gathered.unreached, "организации", "организаций", "организаций")
        lines.append(f"📣 Объявления не дошли до {places}")
    if gathered.unreachable:
        lines.append(f"⚠️ Сообщения не доходят до {plural(gathered.unreachable, 'человека', 'человек', 'человек')}")
    return lines


def _alive(gathered: Digest, now: datetime, zone: tzinfo, messenger: Messenger) -> list[str]:
    if not gathered.is_admins:
        return []
    return [*_unsaved(gathered, now, zone), *_unknown(gathered.unknown, messenger)]


def _unsaved(gathered: Digest, now: datetime, zone: tzinfo) -> list[str]:
    """That the bot works, the digest itself says; what is wrong with backups, nobody else does."""
    if not gathered.backup_failed:
        return []
    made_at = None if gathered.backup_at is None else gathered.backup_at.astimezone(zone)
    since = "" if made_at is None else f", последняя — {day(made_at.date(), now.astimezone(zone).date())}"
    return [f"⚠️ Резервная копия сегодня не сделана{since}: проверьте диск сервера"]


def _unknown(refusals: Sequence[Unknown], messenger: Messenger) -> list[str]:
    """For whoever keeps the bot going: nobody else can do anything about it."""
    if not refusals:
        return []
    total = plural(sum(refusal.times for refusal in refusals), "раз", "раза", "раз")
    return [
        f"⚠️ {messenger.called} за сутки отказал незнакомыми боту словами {total}. "
        "Передайте тому, кто обслуживает бота:",
        *_some(refusals, _refused),
    ]


def _refused(refusal: Unknown) -> str:
    times = plural(refusal.times, "раз", "раза", "раз")
    return f"<code>{esc(refusal.method)}: {esc(refusal.text)}</code> — {times}"


def _rows(gathered: Digest) -> list[list[Button]]:
    rows = [[Button(CONTROL, Control().pack()), Button("Рабочий стол", Panel().pack())]]
    for count, text, to in (
        (gathered.extensions, "Просьбы о продлении", Extensions().pack()),
        (gathered.threads, "Обращения", Threads().pack()),
        (gathered.registrations, "Заявки на регистрацию", Applications().pack()),
        (gathered.missed, "Не открыты вовремя", Pending(what="missed").pack()),
        (gathered.unreached, "Объявления, не дошло", Announcements().pack()),
    ):
        if count:
            rows.append([Button(f"{text}: {count}", to)])
    return rows
