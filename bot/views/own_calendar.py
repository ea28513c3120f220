"""Deadlines as a file that a person's own calendar opens (iCalendar, RFC 5545)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from icalendar import Alarm, Calendar, Event

from bot.domain.agenda import Deadline
from bot.domain.file_names import dated
from bot.domain.ledger.obligation import Obligation
from bot.domain.screen import Screen, Upload
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.schedule import DayOff
from bot.views.words import plural, screen

NOTHING_OPEN = "Открытых запросов нет, в календарь добавить нечего"

# Google and Outlook want an event that ends after it begins.
_LENGTH = timedelta(minutes=15)


def deadlines(obligations: Sequence[Obligation], now: datetime) -> list[Deadline]:
    """What is owed, with the organization where there are several."""
    several = len({obligation.organization_id for obligation in obligations}) > 1
    return [
        Deadline(obligation.id, _title(obligation, several=several), obligation.due_at, now)
        for obligation in obligations
    ]


def file(said: Sequence[Deadline], key: UUID, work: WorkCalendar, now: datetime) -> Upload:
    """An event for each deadline; `key` makes their ids, which are the same in each file of the person's.

    Moments are in UTC: a zone would have to be described in the file, and Outlook knows its own names of zones only.
    There is no ORGANIZER, though RFC 5546 asks for one: with one, calendars take an event for somebody's invitation.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Porucheniya//Deadlines//RU")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for deadline in said:
        calendar.add_component(_event(deadline, key, work, now))
    name = dated(f"{now.astimezone(work.zone):%d.%m.%Y}", "сроки ответов", ".ics")
    return Upload(name, calendar.to_ical(), _caption(said))


def nothing() -> Screen:
    """All has been answered since the file was asked for."""
    return screen(f"{NOTHING_OPEN}.")


def _title(obligation: Obligation, *, several: bool) -> str:
    round_ = obligation.round
    title = " · ".join(part for part in (round_.directive.title, round_.title) if part)
    return f"{title} — {obligation.organization_label}" if several else title


def _event(deadline: Deadline, key: UUID, work: WorkCalendar, now: datetime) -> Event:
    event = Event()
    event.add("uid", str(uuid5(key, str(deadline.obligation_id))))
    event.add("sequence", deadline.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("last-modified", deadline.changed_at.astimezone(UTC))
    event.add("dtstart", deadline.due_at.astimezone(UTC))
    event.add("dtend", (deadline.due_at + _LENGTH).astimezone(UTC))
    # Whoever is owed an answer is not busy at that hour.
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if deadline.cancelled else "CONFIRMED")
    # Some calendars keep what is cancelled: then its title says so.
    summary = f"{'Ответа больше не ждём' if deadline.cancelled else 'Срок ответа'}: {deadline.title}"
    event.add("summary", summary)
    before = _alarm_at(deadline, work) - deadline.due_at
    if not deadline.cancelled and deadline.due_at + before > now:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", before)
        event.add_component(alarm)
    return event


def _alarm_at(deadline: Deadline, work: WorkCalendar) -> datetime:
    """When the working day before begins."""
    due = deadline.due_at.astimezone(work.zone).date()
    return work.begins(work.work_day(due - timedelta(days=1), DayOff.PREVIOUS)).astimezone(UTC)


def _caption(said: Sequence[Deadline]) -> str:
    gone = sum(deadline.cancelled for deadline in said)
    lines = [
        f"🗓 <b>{plural(len(said) - gone, 'срок', 'срока', 'сроков')} в календарь</b>",
        "Откройте файл и добавьте события. Срок перенесли или пришёл новый запрос — скачайте файл снова.",
    ]
    if gone:
        lines.append(f"Отменено: {gone}, ответа больше не ждём. Если событие осталось в календаре, удалите его.")
    return "\n".join(lines)
