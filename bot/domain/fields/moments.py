"""A moment to come, as people type it: «12.10 14:30», «завтра в 9», «до пятницы, 14:30», «12 октября»."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from bot.domain.fields.field import Field, FieldKind, When
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.domain.fields.said_days import bare, end
from bot.domain.fields.values import parse
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.schedule import DayOff

_WORD = r"(?P<word>(?:до|в|к)\s+)?"
_TIME = r"(?P<hour>[0-9]{1,2})(?:(?P<mark>[:.-])(?P<minute>[0-9]{2}))"
_HOUR_LAST = re.compile(rf"(?:^|(?<=[\s,])){_WORD}{_TIME}?(?P<unit>\s*ч[а-я]*\.?)?\s*$")
_HOUR_FIRST = re.compile(rf"^\s*{_WORD}{_TIME}(?=[\s,])")
_DAY = Field("day", FieldKind.DATE, "", when=When.FUTURE)
# «До 15»: of an hour nobody says so where the last day is asked.
_NUMBER = re.compile(r"(?:до|ко?|по)\s+([0-9]{1,2})(?=\s+включительно|$)")
_UNTIL = re.compile(r"^до\s+", re.IGNORECASE)
# Days. What is further away than that is a slip of the finger.
_FURTHEST = 366


class MomentFault(StrEnum):
    """Why what was typed is no moment to come."""

    UNREADABLE = "unreadable"
    PAST = "past"
    TOO_FAR = "too_far"


class BadMoment(Exception):
    """What was typed is no moment to come; `fault` says why."""

    def __init__(self, fault: MomentFault) -> None:
        super().__init__(fault)
        self.fault = fault


def read_moment(text: str, now: datetime, zone: tzinfo, default: time) -> datetime:
    """The moment that was typed, aware; at `default` if only a day was. Raises BadMoment."""
    today = now.astimezone(zone).date()
    said, at = hour_of(text)
    day = today if at is not None and not said else _read(said, today)
    return _to_come(datetime.combine(day, default if at is None else at, zone), now)


def read_last_day(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The end of the day that was typed, aware. Raises BadMoment."""
    today = now.astimezone(zone).date()
    return _to_come(end_of_day(end(text, today) or _read(last_day(text), today), zone), now)


def hour_of(text: str) -> tuple[str, time | None]:
    """What was typed without its hour, and the hour: «завтра до 15:00», «до 12:00 завтра», «5 октября, 12 ч», «15.30».

    «05.10» is a day: where a dot parts the numbers, it is an hour only if it can be no day, or if there is a day
    besides. «До 15» is no hour alone.
    """
    text = text.casefold()
    for found in filter(None, (_HOUR_LAST.search(text), _HOUR_FIRST.match(text))):
        parts = found.groupdict()
        hour, minute, mark = int(parts["hour"]), int(parts["minute"] or 0), parts["mark"]
        rest = _of_day(text[: found.start()] + text[found.end() :])
        is_told = mark or parts.get("unit") or (parts["word"] and rest)
        is_day = mark in (".", "-") and 1 <= minute <= 12 and not any(map(str.isdecimal, rest))
        if is_told and not is_day and hour < 24 and minute < 60:
            return rest, time(hour, minute)
    return _of_day(text), None


def _of_day(text: str) -> str:
    return bare(text.strip().strip(","))


def last_day(text: str) -> str:
    """What was typed of a last day without the words around it: «до 20 октября включительно»."""
    return bare(_NUMBER.sub(r"\1 числа", text.strip().casefold()))


def last_work_day(text: str, since: date, calendar: WorkCalendar) -> date | None:
    """The last working day of «до конца недели» or «к концу ноября», said on the day `since`; None: it is none."""
    last = end(text, since)
    return None if last is None else calendar.work_day(last, DayOff.PREVIOUS)


def day_back(text: str) -> str:
    """What was typed of the day on which somebody comes back: «до 20 октября», which the bot says itself.

    «По 20 октября» and «до 20 октября включительно» are the day before it, and no such day.
    """
    return _UNTIL.sub("", text.strip())


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The last minute of the day."""
    return datetime.combine(day, time(23, 59), zone)


def _read(text: str, today: date) -> date:
    try:
        return date.fromisoformat(str(parse(_DAY, text, today)))
    except Misfit as misfit:
        fault = MomentFault.PAST if misfit.reason is MisfitReason.PASSED else MomentFault.UNREADABLE
        raise BadMoment(fault) from None


def _to_come(moment: datetime, now: datetime) -> datetime:
    if moment <= now:
        raise BadMoment(MomentFault.PAST)
    if moment - now > timedelta(days=_FURTHEST):
        raise BadMoment(MomentFault.TOO_FAR)
    return moment
