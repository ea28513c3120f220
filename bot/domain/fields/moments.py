"""A moment to come, as people type it: «12.10 14:30», «завтра в 9:00», «14:30», «12 октября»."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.values import parse

_TIME = re.compile(r"(?:(?P<day>(?!в\s).+?)[\s,]+(?:в\s+)?)?(?:в\s+)?(?P<hour>\d{1,2})(?P<sign>[:.])(?P<minute>\d{2})")
_DAY = Field("day", FieldKind.DATE, "")
_AROUND = re.compile(r"^(?:до|к|на|по)\s+|\s+включительно\.?$", re.IGNORECASE)
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
    text = text.strip().casefold()
    match = _TIME.fullmatch(text)
    # «12.10» alone is a day, not ten past twelve.
    if match is not None and (match["day"] or match["sign"] == ":"):
        day = _read(match["day"], today) if match["day"] else today
        hour, minute = int(match["hour"]), int(match["minute"])
        if hour > 23 or minute > 59:
            raise BadMoment(MomentFault.UNREADABLE)
        at = time(hour, minute)
    else:
        day, at = _read(text, today), default
    return _to_come(datetime.combine(day, at, zone), now)


def read_last_day(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The end of the day that was typed, aware. Raises BadMoment."""
    day = _read(last_day(text).casefold(), now.astimezone(zone).date())
    return _to_come(end_of_day(day, zone), now)


def last_day(text: str) -> str:
    """What was typed of a last day without the words around it: «до 20 октября включительно»."""
    return _AROUND.sub("", text.strip())


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The last minute of the day."""
    return datetime.combine(day, time(23, 59), zone)


def _read(text: str, today: date) -> date:
    try:
        return date.fromisoformat(str(parse(_DAY, text, today)))
    except Misfit:
        raise BadMoment(MomentFault.UNREADABLE) from None


def _to_come(moment: datetime, now: datetime) -> datetime:
    if moment <= now:
        raise BadMoment(MomentFault.PAST)
    if moment - now > timedelta(days=_FURTHEST):
        raise BadMoment(MomentFault.TOO_FAR)
    return moment
