"""What holds for every rule, calendar, zone and rhythm of ticks."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.timing.calendar import DateRange, WorkCalendar
from bot.domain.timing.recurrence import occurrences, reminder_moments
from bot.domain.timing.schedule import (
    Cron,
    Daily,
    Dates,
    DayOff,
    Ladder,
    Monthly,
    Quarterly,
    Rule,
    Schedule,
    Weekly,
    YearDate,
    YearPeriod,
)

MODERATE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ZONES = ("Asia/Irkutsk", "Europe/Moscow", "America/New_York", "America/Sao_Paulo", "UTC")
# Windows begin around what is difficult: the New Year, 29 February, month ends, changes of the clock (Moscow
# 2010 to 2014, New York every March and November, Sao Paulo at midnight in October 2017), the summer pause.
CORNERS = (
    datetime(2010, 3, 27, tzinfo=UTC),
    datetime(2011, 3, 26, tzinfo=UTC),
    datetime(2014, 10, 24, tzinfo=UTC),
    datetime(2017, 10, 13, tzinfo=UTC),
    datetime(2024, 2, 26, tzinfo=UTC),
    datetime(2026, 3, 6, tzinfo=UTC),
    datetime(2026, 6, 28, tzinfo=UTC),
    datetime(2026, 8, 29, tzinfo=UTC),
    datetime(2026, 10, 29, tzinfo=UTC),
    datetime(2026, 12, 28, tzinfo=UTC),
    datetime(2027, 2, 26, tzinfo=UTC),
)

year_dates = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: YearDate(day.month, day.day))
due_days = st.integers(0, 20)
weekdays = st.lists(st.integers(1, 7), min_size=1, unique=True).map(lambda days: tuple(sorted(days)))
month_days = st.none() | st.integers(1, 31)
months = st.lists(st.integers(1, 12), unique=True).map(tuple)


def cron_field(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high)
    ranges = st.tuples(numbers, numbers).map(lambda pair: f"{min(pair)}-{max(pair)}")
    return st.lists(numbers.map(str) | ranges, min_size=1, max_size=2).map(",".join)


crons = st.builds(
    "{} {} {} {} {}".format,
    st.sampled_from(["0", "30", "0,30", "59"]),
    st.sampled_from(["2", "9", "7,10", "8-20/4", "23", "0"]),
    st.just("*") | st.just("*/2") | cron_field(1, 31),
    st.just("*") | cron_field(1, 12),
    st.just("*") | cron_field(0, 7),
)


@st.composite
def periods(draw: st.DrawFn) -> tuple[YearPeriod, ...]:
    pairs = draw(st.lists(st.tuples(year_dates, year_dates), min_size=1, max_size=5))
    return tuple(YearPeriod(f"p{number}", "Период", *pair) for number, pair in enumerate(pairs))


rules: st.SearchStrategy[Rule] = st.one_of(
    st.builds(Dates, periods()),
    st.builds(Daily, due_days),
    st.builds(Weekly, weekdays, due_days),
    st.builds(Monthly, month_days, due_days, months),
    st.builds(Quarterly, month_days, due_days),
    st.builds(Cron, crons, due_days),
)
schedules = st.builds(
    Schedule,
    rules,
    at=st.none() | st.times().map(lambda at: at.replace(microsecond=0)),
    day_off=st.sampled_from(DayOff),
    closes_days=st.integers(0, 30),
    in_summer=st.booleans(),
    in_breaks=st.booleans(),
)


@st.composite
def date_ranges(draw: st.DrawFn, near: date) -> tuple[DateRange, ...]:
    pairs = draw(st.lists(st.tuples(st.integers(-40, 80), st.integers(0, 12)), max_size=3))
    begins = [(near + timedelta(days=offset), length) for offset, length in pairs]
    return tuple(DateRange(first, first + timedelta(days=length)) for first, length in begins)


@st.composite
def calendars(draw: st.DrawFn, near: date) -> WorkCalendar:
    holidays = draw(st.frozensets(st.tuples(st.integers(1, 12), st.integers(1, 31)), max_size=15))
    return WorkCalendar(
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        is_holiday=lambda day: (day.month, day.day) in holidays,
        work_begins=time(draw(st.integers(6, 11))),
        work_ends=time(draw(st.integers(12, 22))),
        work_days=draw(st.sampled_from([frozenset(range(1, 6)), frozenset({2}), frozenset(range(1, 8))])),
        days_off=draw(date_ranges(near)),
        extra_work_days=frozenset(near + timedelta(days=each) for each in draw(st.sets(st.integers(-9, 60)))),
        school_breaks=draw(date_ranges(near)),
        summer_first=draw(st.none() | year_dates),
        summer_last=draw(year_dates),
        year_begins=draw(st.just(YearDate(9, 1)) | year_dates),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Schedule, WorkCalendar, datetime]:
    start = draw(st.sampled_from(CORNERS)) + timedelta(minutes=draw(st.integers(0, 3 * 24 * 60)))
    return draw(schedules), draw(calendars(start.date())), start


# Seconds between ticks: half a minute, a working day, a holiday's downtime, anything in between.
steps = st.lists(
    st.sampled_from([30, 3600, 9 * 3600, 86400, 7 * 86400]) | st.integers(1, 20 * 86400),
    min_size=1,
    max_size=12,
)


def ticks(start: datetime, seconds: Sequence[int]) -> list[datetime]:
    moments = [start]
    for each in seconds:
        moments.append(moments[-1] + timedelta(seconds=each))
    return moments


@pytest.mark.slow
@MODERATE
@given(cases(), steps)
def test_windows_in_a_row_find_what_one_window_finds(
    case: tuple[Schedule, WorkCalendar, datetime], seconds: list[int]
) -> None:
    schedule, calendar, start = case
    moments = ticks(start, seconds)
    whole = occurrences(schedule, calendar, moments[0], moments[-1])
    parts = [each for pair in pairwise(moments) for each in occurrences(schedule, calendar, *pair)]
    assert parts == whole


@pytest.mark.slow
@MODERATE
@given(cases(), st.integers(1, 120))
def test_a_tick_at_the_moment_of_opening_finds_it_once(
    case: tuple[Schedule, WorkCalendar, datetime], days: int
) -> None:
    schedule, calendar, start = case
    for each in occurrences(schedule, calendar, start, start + timedelta(days=days))[:5]:
        moment, second = each.opens_at, timedelta(seconds=1)
        assert each in occurrences(schedule, calendar, moment - second, moment)
        assert each not in occurrences(schedule, calendar, moment, moment + second)


@pytest.mark.slow
@MODERATE
@given(cases(), st.integers(1, 200))
def test_every_occurrence_makes_sense(case: tuple[Schedule, WorkCalendar, datetime], days: int) -> None:
    schedule, calendar, start = case
    until = start + timedelta(days=days)
    found = occurrences(schedule, calendar, start, until)
    assert len({each.period for each in found}) == len(found)
    assert found == sorted(found, key=lambda each: each.opens_at)
    for each in found:
        assert start < each.opens_at <= until
        assert each.opens_at < each.due_at <= each.closes_at
        assert each.opens_at.tzinfo is each.due_at.tzinfo is each.closes_at.tzinfo is UTC
        assert each.title
        assert calendar.is_work_day(each.due_at.astimezone(calendar.zone).date())
        if isinstance(schedule.rule, Cron):
            assert calendar.next_work_moment(each.opens_at) == each.opens_at
        else:
            assert calendar.is_work_day(each.opens_at.astimezone(calendar.zone).date())


@pytest.mark.slow
@MODERATE
@given(cases())
def test_nobody_is_asked_twice_at_once_by_one_repeating_schedule(
    case: tuple[Schedule, WorkCalendar, datetime],
) -> None:
    schedule, calendar, start = case
    if isinstance(schedule.rule, Daily | Weekly | Cron):
        found = occurrences(schedule, calendar, start, start + timedelta(days=60))
        moments = [each.opens_at for each in found]
        assert len(set(moments)) == len(moments)


@pytest.mark.slow
@MODERATE
@given(cases(), st.integers(1, 60))
def test_every_working_day_that_the_calendar_asks_on_is_a_day_of_daily(
    case: tuple[Schedule, WorkCalendar, datetime], days: int
) -> None:
    _, calendar, start = case
    first = start.astimezone(calendar.zone).date() + timedelta(days=1)
    wanted = [
        day.isoformat()
        for day in (first + timedelta(days=number) for number in range(days))
        if calendar.is_work_day(day)
    ]
    schedule = Schedule(Daily(0), in_summer=True)
    since, until = (datetime.combine(day, time(), calendar.zone) for day in (first, first + timedelta(days=days)))
    assert [each.period for each in occurrences(schedule, calendar, since, until)] == wanted


@pytest.mark.slow
@MODERATE
@given(
    cases(),
    st.builds(
        Ladder,
        st.lists(st.integers(0, 20), max_size=4).map(tuple),
        st.lists(st.integers(1, 20), max_size=4).map(tuple),
    ),
)
def test_reminders_are_between_opening_and_closing_one_a_day(
    case: tuple[Schedule, WorkCalendar, datetime], ladder: Ladder
) -> None:
    schedule, calendar, start = case
    for each in occurrences(schedule, calendar, start, start + timedelta(days=60))[:3]:
        reminders = reminder_moments(ladder, calendar, each.due_at, each.opens_at, each.closes_at)
        assert [reminder.days for reminder in reminders] == sorted({reminder.days for reminder in reminders})
        days = [reminder.at.astimezone(calendar.zone).date() for reminder in reminders]
        assert len(set(days)) == len(days)
        for reminder in reminders:
            assert each.opens_at < reminder.at <= each.closes_at
            assert (reminder.at < each.due_at) == (reminder.days <= 0)
