"""Rules of days off: each range by itself, against the days that are worked, and whether anybody works at all."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta
from operator import itemgetter
from typing import Any

from bot.catalog import build
from bot.catalog.places import Loc
from bot.catalog.rules.fields import Finding
from bot.catalog.schema import CalendarFile, RangeItem, TerritoryItem
from bot.catalog.shape import each_of, value_of
from bot.domain.timing.calendar import LONGEST_REST, WorkCalendar

# Days. A longer range of days off has a mistyped year; the summer holidays of schools have 92 days.
LONGEST_RANGE = 120

# A range of days off, and where it stands.
_Placed = tuple[Loc, RangeItem]


def rest_findings(data: Any, territories: Any, country: str | None) -> Iterator[Finding]:
    """All that is wrong with ranges of days; `country`: whose holidays are days off, too."""
    placed = {key: _placed(CalendarFile, key, data, key) for key in ("days_off", "school_breaks")}
    theirs = {
        id: _placed(TerritoryItem, "days_off", item, "territories", id, "days_off")
        for id, item in (territories.items() if isinstance(territories, dict) else ())
    }
    every = [*placed["days_off"], *(each for own in theirs.values() for each in own)]
    found = [
        ((*loc, *rest), message)
        for loc, item in [*every, *placed["school_breaks"]]
        for rest, message in _of_range(item)
    ]
    yield from found
    worked = {day for _, day in each_of(CalendarFile, "extra_work_days", data)}
    week = value_of(CalendarFile, "work", data)
    if found or week is None:
        return
    yield from _worked(every, worked)
    public = build.PublicHolidays(country)
    calendar = WorkCalendar(UTC, public, public, work_days=frozenset(week.days), extra_work_days=frozenset(worked))
    endless = _endless(calendar, placed["days_off"])
    if endless is not None:
        yield endless
        return
    for own in theirs.values():
        # The department's own days off end, so one of theirs goes on.
        endless = _endless(calendar, placed["days_off"], own) if own else None
        if endless is not None:
            yield endless


def _placed(shape: Any, key: str, data: Any, *loc: str | int) -> list[_Placed]:
    return [((*loc, index), item) for index, item in each_of(shape, key, data)]


def _of_range(item: RangeItem) -> Iterator[Finding]:
    given = {key for key in ("date", "first", "last") if getattr(item, key) is not None}
    if given not in ({"date"}, {"first", "last"}):
        yield (), "нужно либо date, либо first и last"
    elif item.first and item.last:
        if item.first > item.last:
            yield ("first",), f"начало {item.first} позже конца {item.last}"
        elif item.last - item.first >= timedelta(days=LONGEST_RANGE):
            yield (
                ("last",),
                f"здесь {(item.last - item.first).days + 1} дн., а можно не больше {LONGEST_RANGE}",
            )


def _worked(every: Sequence[_Placed], worked: Collection[date]) -> Iterator[Finding]:
    """Days off of which not one is: what is worked outweighs them, in territories too."""
    for loc, item in every:
        days = build.days_of(item)
        length = (days.last - days.first).days + 1
        if sum(day in days for day in worked) == length:
            yield (
                loc,
                "в extra_work_days сказано, что " + ("в этот день" if length == 1 else "все эти дни") + " работают",
            )


def _endless(calendar: WorkCalendar, common: Sequence[_Placed], own: Sequence[_Placed] = ()) -> Finding | None:
    """The range with which days off become more in a row than any search for a working day goes through.

    It is one of `own`, if there are any.
    """
    placed = [(build.days_of(item), loc) for loc, item in (*common, *own)]
    calendar = replace(calendar, days_off=tuple(days for days, _ in placed))
    for days, _ in sorted(placed, key=lambda each: each[0].first):
        first = days.first
        while _is_off(calendar, first, -1) and days.first - first < timedelta(days=LONGEST_REST):
            first -= timedelta(days=1)
        last = first
        while _is_off(calendar, last, 1) and last - first < timedelta(days=LONGEST_REST):
            last += timedelta(days=1)
        if not calendar.is_work_day(days.first) and last - first >= timedelta(days=LONGEST_REST):
            locs = {loc for loc, _ in own or common}
            begun = [(each.first, loc) for each, loc in placed if loc in locs and each.first <= last]
            return max(begun, key=itemgetter(0))[1], f"с {first} дольше {LONGEST_REST} дней подряд никто не работает"
    return None


def _is_off(calendar: WorkCalendar, day: date, step: int) -> bool:
    """Whether the day beside that one is a day off."""
    return date.min < day < date.max and not calendar.is_work_day(day + timedelta(days=step))
