"""What a rule has and nobody is asked by itself: a plan says so."""

from datetime import date, datetime, time

import pytest

from bot.domain.timing.calendar import DateRange
from bot.domain.timing.recurrence import Unasked, Why, occurrences, unasked
from bot.domain.timing.schedule import Cron, Daily, DayOff, Monthly, Rule, Schedule, Weekly, YearDate
from tests.domain.samples import IRKUTSK, a_calendar

# The New Year of 2027: 31 December is off, and so are the days up to 10 January.
NEW_YEAR = a_calendar(
    days_off=(DateRange(date(2026, 12, 31), date(2027, 1, 10)),),
    school_breaks=(DateRange(date(2026, 12, 31), date(2027, 1, 10)),),
    summer_first=YearDate(7, 1),
    summer_last=YearDate(8, 20),
)
FIRST, LAST = date(2026, 12, 1), date(2027, 1, 31)


def said(found: list[Unasked]) -> list[tuple[str, str]]:
    return [(period.title, period.into.title if period.into else period.why) for period in found]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Weekly((1,), 4), [("неделя с 4 января 2027", "неделя с 11 января 2027")]),
        # That of 28 December was worked: it is asked on the 11th, and the week without a working day is not.
        (Weekly((4,), 4), [("неделя с 4 января 2027", "неделя с 28 декабря 2026")]),
        (Cron("0 9 * * 1", 3), [("4 января 2027", "11 января 2027")]),
        (Cron("0 9 2,3 1 *", 3), [("3 января 2027", "2 января 2027")]),
        (Daily(0), []),
        (Monthly(5, 5), []),
    ],
    ids=str,
)
def test_of_two_that_move_to_one_day_one_is_named(rule: Rule, expected: list[tuple[str, str]]) -> None:
    assert said(unasked(Schedule(rule), NEW_YEAR, FIRST, LAST)) == expected


def test_one_that_moves_back_is_merged_with_what_was_there() -> None:
    schedule = Schedule(Weekly((3, 4), 2), day_off=DayOff.PREVIOUS)
    assert said(unasked(schedule, NEW_YEAR, date(2026, 12, 28), date(2027, 1, 3))) == [
        ("31 декабря 2026", "30 декабря 2026")
    ]


def test_pauses_are_named() -> None:
    found = unasked(Schedule(Monthly(15, 5), in_breaks=False), NEW_YEAR, date(2026, 12, 1), date(2027, 12, 31))
    assert said(found) == [("июль 2027", Why.SUMMER), ("август 2027", Why.SUMMER)]
    found = unasked(Schedule(Weekly((1,), 4), in_breaks=False), NEW_YEAR, FIRST, LAST)
    assert said(found) == [("неделя с 4 января 2027", Why.BREAK)]
    assert unasked(Schedule(Monthly(15, 5), in_summer=True), NEW_YEAR, FIRST, date(2027, 12, 31)) == []


@pytest.mark.parametrize("rule", [Weekly((1, 3, 5), 2), Weekly((5,), 2), Cron("0 9,15 * * *", 2), Daily(1)], ids=str)
def test_each_period_is_either_asked_or_named(rule: Rule) -> None:
    free = a_calendar(work_days=frozenset(range(1, 8)))
    schedule = Schedule(rule)
    since, until = (datetime.combine(day, time(), IRKUTSK) for day in (date(2026, 11, 1), date(2027, 5, 1)))
    nominal = {each.title for each in occurrences(schedule, free, since, until)}
    asked = {each.title for each in occurrences(schedule, NEW_YEAR, since, until)}
    named = {each.title for each in unasked(schedule, NEW_YEAR, since.date(), until.date())}
    if isinstance(rule, Daily):
        # Its rule is about working days alone.
        assert named == set()
        return
    assert named & asked == set()
    assert nominal - asked <= named
