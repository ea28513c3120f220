"""Rounds that the department opens before their time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.directives.directive import Directive
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.recurrence import occurrences
from bot.domain.timing.schedule import Occurrence

# Periods are looked for within the next school year.
AHEAD = timedelta(days=366)
# A due date further off does not fit what is asked today; then organizations have two weeks.
_FAR = timedelta(days=60)
_TERM = timedelta(days=14)


def upcoming(directive: Directive, calendar: WorkCalendar, now: datetime) -> list[Occurrence]:
    """The periods that open within a year."""
    return occurrences(directive.schedule, calendar, now, now + AHEAD)


def by_hand(
    directive: Directive, coming: Sequence[Occurrence], calendar: WorkCalendar, now: datetime
) -> Occurrence | None:
    """Opens the first of `coming` now; these are the periods of this year that have no round yet.

    Without such a period it makes one of its own, named by the day; None if that would ask nothing, because all fields
    belong to other periods.
    """
    today = now.astimezone(calendar.zone).date()
    due_day = calendar.work_day(today + _TERM)
    due_at = calendar.ends(due_day).astimezone(UTC)
    if not coming:
        if all(field.only_in for field in directive.fields):
            return None
        closes_at = calendar.ends(due_day + timedelta(days=directive.schedule.closes_days)).astimezone(UTC)
        return Occurrence(f"by-hand/{today}", "", "Вне графика", now, due_at, closes_at)
    following = coming[0]
    if following.due_at - now <= _FAR:
        return replace(following, opens_at=now)
    open_still = following.closes_at - following.due_at
    return replace(following, opens_at=now, due_at=due_at, closes_at=due_at + open_still)
