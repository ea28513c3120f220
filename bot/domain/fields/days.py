"""Days of a date field: which it takes, which are offered, and one to show how a date is written."""

from datetime import date, timedelta
from enum import StrEnum

from bot.domain.fields.field import Field, When

# Where a date field declares no bounds: beyond these a year is a slip of the finger.
FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2100, 12, 31)

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


class Near(StrEnum):
    """A day that many people mean."""

    YESTERDAY = "yesterday"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    MONTH_END = "month_end"


def bounds(field: Field, today: date) -> tuple[date, date]:
    """The first and the last day that the field takes, as of `today`."""
    first, last = field.earliest or FIRST_DAY, field.latest or LAST_DAY
    match field.when:
        case When.PAST:
            last = min(last, today)
        case When.FUTURE:
            first = max(first, today)
        case When.ANY:
            pass
    return first, last


def takes(field: Field, on: date, today: date) -> bool:
    """Whether the field takes that day, as of `today`."""
    first, last = bounds(field, today)
    return first <= on <= last


def example(field: Field, today: date) -> date:
    """A day that the field takes: today where it can be, a week ahead where only days to come are taken."""
    first, last = bounds(field, today)
    # The same day of the week: of a due date, a working day on working days.
    wanted = max(first - _DAY, today) + _WEEK if first >= today else today
    return max(first, min(wanted, last))


def near(field: Field, today: date) -> list[tuple[Near, date]]:
    """The days to be offered at once, those that the field takes: around today, or ahead, or behind."""
    first, last = bounds(field, today)
    if last <= today:
        offered = [(Near.TODAY, today), (Near.YESTERDAY, today - _DAY)]
    elif first >= today:
        offered = [(Near.TOMORROW, today + _DAY), (Near.WEEK, today + _WEEK), (Near.MONTH_END, _month_end(today))]
    else:
        offered = [(Near.YESTERDAY, today - _DAY), (Near.TODAY, today), (Near.TOMORROW, today + _DAY)]
    return [(which, on) for which, on in offered if first <= on <= last]


def _month_end(today: date) -> date:
    """The last weekday of the month; of the next one where this one is nearly over."""
    end = _last_weekday(today.year, today.month)
    if end - today > _WEEK:
        return end
    return _last_weekday(today.year + (today.month == 12), today.month % 12 + 1)


def _last_weekday(year: int, month: int) -> date:
    end = date(year + (month == 12), month % 12 + 1, 1) - _DAY
    return end - max(0, end.weekday() - 4) * _DAY
