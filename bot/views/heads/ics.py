"""Deadlines as a file that a person's own calendar opens (iCalendar, RFC 5545). Loaded when one is wanted."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard, vDuration

from bot.domain.agenda import Deadline
from bot.domain.file_names import dated
from bot.domain.screen import Upload
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.schedule import DayOff
from bot.views.words import plural

# Google and Outlook want an event that ends after it begins.
_LENGTH = timedelta(minutes=15)
# How often a calendar is to look at its subscription. Google does as it pleases.
_EVERY = timedelta(hours=1)
_NAME = "Сроки ответов"
_PRODID = "-//Porucheniya//Deadlines//RU"


def file(said: Sequence[Deadline], key: UUID, work: WorkCalendar, now: datetime) -> Upload:
    """An event for each deadline; `key` makes their ids, which are the same in each file of the person's.

    Moments are in UTC: a zone would have to be described in the file, and Outlook knows its own names of zones only.
    There is no ORGANIZER, though RFC 5546 asks for one: with one, calendars take an event for somebody's invitation.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for deadline in said:
        calendar.add_component(_event(deadline, key, work, now, now))
    name = dated(f"{now.astimezone(work.zone):%d.%m.%Y}", "Сроки ответов", ".ics")
    return Upload(name, calendar.to_ical(), _caption(said))


def feed(standing: Sequence[Deadline], key: UUID, work: WorkCalendar) -> bytes:
    """The same events as a subscription, which a calendar reads again and again, and whole.

    What is answered is not there any more: of what is cancelled Google shows nothing, Apple's Calendar strikes it
    through for ever. The same deadlines are the same bytes, so a calendar need not fetch them twice: each is as of its
    last change. There is no METHOD, which is for what is sent.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODID)
    calendar.add("version", "2.0")
    calendar.add("name", _NAME)
    calendar.add("x-wr-calname", _NAME)
    calendar.add("refresh-interval", vDuration(_EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_EVERY))
    for deadline in standing:
        calendar.add_component(_event(deadline, key, work, deadline.changed_at, deadline.changed_at))
    if not standing:
        # A calendar without anything in it is none, by RFC 5545 (3.6).
        calendar.add_component(_utc())
    content: bytes = calendar.to_ical()
    return content


def _utc() -> Timezone:
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 (a zone begins by its own clock)
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone = Timezone()
    zone.add("tzid", "Etc/UTC")
    zone.add_component(standard)
    return zone


def _event(deadline: Deadline, key: UUID, work: WorkCalendar, stamp: datetime, now: datetime) -> Event:
    event = Event()
    event.add("uid", str(uuid5(key, str(deadline.obligation_id))))
    event.add("sequence", deadline.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
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
