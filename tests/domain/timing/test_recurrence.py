"""When directives are asked: tables of dates that a person can check against a calendar on the wall.

October 2026 begins on a Thursday; the 10th is a Saturday.
"""

import os
import time as clock
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from bot.domain.timing.calendar import DateRange, WorkCalendar
from bot.domain.timing.recurrence import never_fires, occurrences, parse_cron, reminder_moments
from bot.domain.timing.schedule import (
    Cron,
    Daily,
    Dates,
    DayOff,
    Ladder,
    Monthly,
    Occurrence,
    Quarterly,
    Rule,
    Schedule,
    Weekly,
    YearDate,
)
from tests.domain.samples import (
    IRKUTSK,
    MOSCOW,
    NEW_YORK,
    a_calendar,
    a_dates_schedule,
    a_period,
    a_summer_calendar,
    between,
    local,
)

SCHOOL_YEAR = date(2026, 9, 1), date(2027, 9, 1)
OCTOBER = date(2026, 10, 1), date(2026, 11, 1)


def table(found: list[Occurrence]) -> list[tuple[str, str, str]]:
    return [(each.period, local(each.opens_at), local(each.due_at)) for each in found]


def openings(found: list[Occurrence]) -> list[tuple[str, str]]:
    return [(each.period, local(each.opens_at)) for each in found]


# Dates


@pytest.mark.parametrize(
    ("opens", "due", "opens_at", "due_at"),
    [
        ((10, 5), (10, 16), "2026-10-05 09:00", "2026-10-16 18:00"),
        # Saturdays and Sundays move on.
        ((10, 10), (10, 16), "2026-10-12 09:00", "2026-10-16 18:00"),
        ((10, 5), (10, 17), "2026-10-05 09:00", "2026-10-19 18:00"),
        # Both land on Monday.
        ((10, 10), (10, 11), "2026-10-12 09:00", "2026-10-12 18:00"),
        # The opening overtakes the due date.
        ((10, 9), (10, 9), "2026-10-09 09:00", "2026-10-09 18:00"),
        ((10, 12), (10, 8), "2026-10-12 09:00", "2026-10-12 18:00"),
        # Before 1 September means the second half of the school year.
        ((1, 12), (1, 20), "2027-01-12 09:00", "2027-01-20 18:00"),
        ((8, 31), (8, 31), "2027-08-31 09:00", "2027-08-31 18:00"),
        ((12, 21), (1, 15), "2026-12-21 09:00", "2027-01-15 18:00"),
        ((8, 25), (9, 6), "2027-08-25 09:00", "2027-09-06 18:00"),
        # A common year: 28 February 2027 is a Sunday.
        ((2, 29), (3, 5), "2027-03-01 09:00", "2027-03-05 18:00"),
    ],
)
def test_dates(opens: tuple[int, int], due: tuple[int, int], opens_at: str, due_at: str) -> None:
    found = between(a_dates_schedule(opens, due), *SCHOOL_YEAR)
    assert table(found) == [("2026-2027/one", opens_at, due_at)]
    assert (found[0].key, found[0].title) == ("one", "Период one")


def test_a_leap_year_has_its_29_february() -> None:
    found = between(a_dates_schedule((2, 29), (3, 6)), date(2024, 1, 1), date(2024, 8, 1))
    assert openings(found) == [("2023-2024/one", "2024-02-29 09:00")]


def test_dates_may_move_back_but_due_dates_move_on() -> None:
    schedule = a_dates_schedule((10, 10), (10, 17), day_off=DayOff.PREVIOUS)
    assert table(between(schedule, *SCHOOL_YEAR)) == [("2026-2027/one", "2026-10-09 09:00", "2026-10-19 18:00")]


def test_several_periods_come_in_the_order_of_their_opening_in_every_school_year() -> None:
    rule = Dates((a_period("spring", (4, 12), (4, 20)), a_period("autumn", (9, 1), (9, 15))))
    assert openings(between(rule, date(2026, 8, 31), date(2028, 1, 1))) == [
        ("2026-2027/autumn", "2026-09-01 09:00"),
        ("2026-2027/spring", "2027-04-12 09:00"),
        ("2027-2028/autumn", "2027-09-01 09:00"),
    ]


def test_two_periods_of_dates_on_one_day_are_both_asked() -> None:
    rule = Dates((a_period("a", (10, 10), (10, 20)), a_period("b", (10, 12), (10, 20))))
    assert [each.period for each in between(rule, *SCHOOL_YEAR)] == ["2026-2027/a", "2026-2027/b"]


def test_the_school_year_begins_when_the_calendar_says() -> None:
    calendar = a_calendar(year_begins=YearDate(8, 20))
    found = between(a_dates_schedule((8, 25), (9, 4)), date(2026, 8, 1), date(2027, 8, 1), calendar)
    assert table(found) == [("2026-2027/one", "2026-08-25 09:00", "2026-09-04 18:00")]


def test_it_opens_at_the_time_of_the_schedule_and_closes_days_after_it_is_due() -> None:
    schedule = a_dates_schedule((10, 5), (10, 16), at=time(14, 30), closes_days=15)
    (occurrence,) = between(schedule, *SCHOOL_YEAR)
    assert local(occurrence.opens_at) == "2026-10-05 14:30"
    assert local(occurrence.closes_at) == "2026-10-31 18:00"


def test_what_opens_after_working_hours_is_due_on_the_next_working_day_at_the_earliest() -> None:
    schedule = Schedule(Daily(0), at=time(19))
    assert table(between(schedule, date(2026, 10, 9), date(2026, 10, 10))) == [
        ("2026-10-09", "2026-10-09 19:00", "2026-10-12 18:00")
    ]


def test_the_window_is_open_at_its_beginning_and_closed_at_its_end() -> None:
    schedule, calendar = a_dates_schedule((10, 5), (10, 16)), a_calendar()
    moment = datetime(2026, 10, 5, 9, tzinfo=IRKUTSK)
    before, after = moment.replace(hour=8), moment.replace(hour=10)
    assert len(occurrences(schedule, calendar, before, moment)) == 1
    assert occurrences(schedule, calendar, moment, after) == []
    assert occurrences(schedule, calendar, after, before) == []


def test_naive_moments_are_refused() -> None:
    naive, aware = datetime(2026, 10, 5), datetime(2026, 10, 5, tzinfo=UTC)  # noqa: DTZ001
    schedule, calendar = a_dates_schedule((10, 5), (10, 16)), a_calendar()
    for moments in ((naive, aware), (aware, naive)):
        with pytest.raises(ValueError, match="aware"):
            occurrences(schedule, calendar, *moments)
        with pytest.raises(ValueError, match="aware"):
            reminder_moments(Ladder(), calendar, *moments, aware)


# Rules that repeat


def test_daily_is_asked_on_working_days() -> None:
    found = between(Daily(1), date(2026, 10, 8), date(2026, 10, 14))
    assert table(found) == [
        ("2026-10-08", "2026-10-08 09:00", "2026-10-09 18:00"),
        ("2026-10-09", "2026-10-09 09:00", "2026-10-12 18:00"),
        ("2026-10-12", "2026-10-12 09:00", "2026-10-13 18:00"),
        ("2026-10-13", "2026-10-13 09:00", "2026-10-14 18:00"),
    ]
    assert (found[0].key, found[0].title) == ("", "8 октября 2026")


def test_weekly_is_named_by_its_iso_week_even_around_the_new_year() -> None:
    found = between(Weekly((1,), 2), date(2026, 12, 25), date(2027, 1, 12))
    assert table(found) == [
        ("2026-W53-1", "2026-12-28 09:00", "2026-12-30 18:00"),
        ("2027-W01-1", "2027-01-04 09:00", "2027-01-06 18:00"),
        ("2027-W02-1", "2027-01-11 09:00", "2027-01-13 18:00"),
    ]
    assert (found[0].key, found[0].title) == ("1", "неделя с 28 декабря 2026")


def test_weekly_on_a_wednesday_is_titled_by_its_monday_and_several_days_by_themselves() -> None:
    one = between(Weekly((3,), 2), date(2026, 10, 5), date(2026, 10, 12))
    two = between(Weekly((1, 3), 2), date(2026, 10, 5), date(2026, 10, 12))
    assert [each.title for each in one] == ["неделя с 5 октября 2026"]
    assert [each.title for each in two] == ["5 октября 2026", "7 октября 2026"]


@pytest.mark.parametrize(
    ("days", "day_off", "expected"),
    [
        # Saturday moves to Monday, which nobody else takes.
        ((6,), DayOff.NEXT, [("2026-W41-6", "2026-10-12 09:00")]),
        # Monday is at home there.
        ((1, 6), DayOff.NEXT, [("2026-W42-1", "2026-10-12 09:00")]),
        # Both move to Monday: the earlier stays.
        ((6, 7), DayOff.NEXT, [("2026-W41-6", "2026-10-12 09:00")]),
        ((6, 7), DayOff.PREVIOUS, [("2026-W41-6", "2026-10-09 09:00")]),
        ((5, 6, 7), DayOff.PREVIOUS, [("2026-W41-5", "2026-10-09 09:00")]),
        ((7,), DayOff.PREVIOUS, [("2026-W41-7", "2026-10-09 09:00")]),
    ],
)
def test_two_of_one_weekly_schedule_never_fall_on_one_day(
    days: tuple[int, ...], day_off: DayOff, expected: list[tuple[str, str]]
) -> None:
    schedule = Schedule(Weekly(days, 2), day_off=day_off)
    assert openings(between(schedule, date(2026, 10, 9), date(2026, 10, 13))) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Monthly(5, 5), [("2026-10", "2026-10-05 09:00"), ("2026-11", "2026-11-05 09:00")]),
        # 31 October is a Saturday; the period keeps its month.
        (Monthly(31, 5), [("2026-10", "2026-11-02 09:00"), ("2026-11", "2026-11-30 09:00")]),
        (Monthly(None, 5), [("2026-10", "2026-10-30 09:00"), ("2026-11", "2026-11-30 09:00")]),
        (Monthly(5, 5, (11,)), [("2026-11", "2026-11-05 09:00")]),
    ],
)
def test_monthly(rule: Monthly, expected: list[tuple[str, str]]) -> None:
    found = between(rule, date(2026, 10, 1), date(2026, 12, 1))
    assert openings(found) == expected
    titles = {"2026-10": "октябрь 2026", "2026-11": "ноябрь 2026"}
    assert all(each.title == titles[each.period] and each.key == each.period[-2:] for each in found)


def test_the_last_day_of_february() -> None:
    assert openings(between(Monthly(31, 3, (2,)), date(2027, 2, 1), date(2028, 3, 31))) == [
        ("2027-02", "2027-03-01 09:00"),
        ("2028-02", "2028-02-29 09:00"),
    ]


def test_a_month_that_nobody_works_in_is_asked_about_on_the_next_working_day() -> None:
    calendar = a_calendar(days_off=(DateRange(date(2026, 10, 1), date(2026, 10, 31)),))
    assert openings(between(Monthly(None, 3), *OCTOBER, calendar)) == []
    assert openings(between(Monthly(None, 3), date(2026, 11, 1), date(2026, 11, 29), calendar)) == [
        ("2026-10", "2026-11-02 09:00")
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (
            5,
            [
                ("2026-Q3", "2026-10-05 09:00", "III квартал 2026"),
                ("2026-Q4", "2027-01-05 09:00", "IV квартал 2026"),
                ("2027-Q1", "2027-04-05 09:00", "I квартал 2027"),
                ("2027-Q2", "2027-07-05 09:00", "II квартал 2027"),
            ],
        ),
        (
            None,
            [
                ("2026-Q3", "2026-09-30 09:00", "III квартал 2026"),
                ("2026-Q4", "2026-12-31 09:00", "IV квартал 2026"),
                ("2027-Q1", "2027-03-31 09:00", "I квартал 2027"),
                ("2027-Q2", "2027-06-30 09:00", "II квартал 2027"),
            ],
        ),
    ],
)
def test_quarterly_is_about_the_quarter_that_ends(day: int | None, expected: list[tuple[str, str, str]]) -> None:
    found = between(Quarterly(day, 5), *SCHOOL_YEAR)
    assert [(each.period, local(each.opens_at), each.title) for each in found] == expected
    assert [each.key for each in found] == ["Q3", "Q4", "Q1", "Q2"]


# Cron


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 10 * * 1-5", [("2026-10-08T10:00", "2026-10-08 10:00"), ("2026-10-09T10:00", "2026-10-09 10:00"),
                          ("2026-10-12T10:00", "2026-10-12 10:00")]),
        ("0 10 10 * *", [("2026-10-10T10:00", "2026-10-12 09:00")]),
        # The weekend's own give way to Monday's.
        ("0 10 * * 1,6,7", [("2026-10-12T10:00", "2026-10-12 10:00")]),
        ("0 10 * * 6,0", [("2026-10-10T10:00", "2026-10-12 09:00")]),
        # In the evening: the next morning.
        ("0 20 8,9 * *", [("2026-10-08T20:00", "2026-10-09 09:00"),
                           ("2026-10-09T20:00", "2026-10-12 09:00")]),
        # Two a day are what the expert asked for, two at one moment are not.
        ("0 10,15 8 * *", [("2026-10-08T10:00", "2026-10-08 10:00"),
                            ("2026-10-08T15:00", "2026-10-08 15:00")]),
        ("0 7,8 8 * *", [("2026-10-08T07:00", "2026-10-08 09:00")]),
        ("0 7,9 8 * *", [("2026-10-08T09:00", "2026-10-08 09:00")]),
        # Day of month or day of week if both are said.
        ("0 10 8 * 5", [("2026-10-08T10:00", "2026-10-08 10:00"), ("2026-10-09T10:00", "2026-10-09 10:00")]),
        # Both if one begins with a star: odd days that are Fridays.
        ("0 10 */2 * 5", [("2026-10-09T10:00", "2026-10-09 10:00")]),
        ("0 10 9 11 *", []),
    ],
)  # fmt: skip
def test_cron(expression: str, expected: list[tuple[str, str]]) -> None:
    assert openings(between(Cron(expression, 1), date(2026, 10, 8), date(2026, 10, 13))) == expected


def test_cron_is_titled_by_its_day_and_by_its_time_where_there_are_several() -> None:
    (occurrence,) = between(Cron("0 10 8 * *", 1), *OCTOBER)
    two = between(Cron("0 10,15 8 * *", 1), *OCTOBER)
    assert occurrence.title == "8 октября 2026"
    assert [each.title for each in two] == ["8 октября 2026, 10:00", "8 октября 2026, 15:00"]


@pytest.mark.parametrize(
    ("zone", "day", "expression"),
    [
        # Does not exist: the clock goes from 2 to 3.
        (MOSCOW, date(2010, 3, 28), "30 2 28 3 *"),
        (NEW_YORK, date(2026, 3, 8), "30 2 8 3 *"),
        # Exists twice: the clock goes from 2 to 1.
        (MOSCOW, date(2014, 10, 26), "30 1 26 10 *"),
        (NEW_YORK, date(2026, 11, 1), "30 1 1 11 *"),
    ],
)
def test_a_minute_that_does_not_exist_or_exists_twice_is_one(zone: Any, day: date, expression: str) -> None:
    night_shift = a_calendar(zone, work_begins=time(), work_ends=time(23, 59), work_days=frozenset(range(1, 8)))
    found = between(Cron(expression, 1), day, day.replace(day=day.day + 2), night_shift)
    assert [each.period for each in found] == [f"{day}T{expression[3:4].zfill(2)}:30"]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "5 частей через пробел, а здесь 0"),
        ("* * * *", "5 частей через пробел, а здесь 4"),
        ("@daily", "5 частей через пробел, а здесь 1"),
        ("60 * * * *", "минута: «60» вне границ от 0 до 59"),
        ("* 24 * * *", "час: «24» вне границ от 0 до 23"),
        ("* * 0 * *", "день месяца: «0» вне границ от 1 до 31"),
        ("* * * 13 *", "месяц: «13» вне границ от 1 до 12"),
        ("* * * * 8", "день недели: «8» вне границ от 0 до 7"),
        ("5-1 * * * *", "«5-1» идёт назад"),
        ("*/0 * * * *", "шаг 0"),
        ("5/15 * * * *", "напишите 5-59/15"),
        ("1,,2 * * * *", "«» — не число"),
        ("-1 * * * *", "«-1» — не число"),
        ("1.5 * * * *", "не число"),
        ("* * * * MON", "«MON» — не число"),
        ("٣ * * * *", "не число"),
        ("9" * 5000 + " * * * *", "не число"),
    ],
)
def test_a_bad_cron_expression_is_refused_with_a_reason(expression: str, message: str) -> None:
    with pytest.raises(ValueError, match="cron") as caught:
        parse_cron(expression)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 200


def test_cron_fields() -> None:
    parsed = parse_cron(" 0-10/5,30  8,12 1-31/10 */6 0,5-7 ")
    assert parsed.times[:4] == (time(8, 0), time(8, 5), time(8, 10), time(8, 30))
    assert parsed.times[4] == time(12, 0)
    assert parsed.days == {1, 11, 21, 31}
    assert parsed.months == {1, 7}
    assert parsed.weekdays == {5, 6, 7}
    assert parsed.either


# The summer pause and the breaks


@pytest.mark.parametrize(
    "rule",
    [Daily(1), Weekly((1,), 1), Monthly(15, 1), Cron("0 10 * * *", 1),
     Dates((a_period("one", (7, 12), (7, 20)),))],
)  # fmt: skip
def test_nothing_is_asked_in_the_summer_pause_unless_the_schedule_says_so(rule: Rule) -> None:
    july = date(2027, 7, 2), date(2027, 8, 1)
    assert between(Schedule(rule), *july, a_summer_calendar()) == []
    assert between(Schedule(rule, in_summer=True), *july, a_summer_calendar()) != []


def test_the_nominal_day_decides_about_the_pause_and_the_breaks() -> None:
    calendar = a_summer_calendar()
    # The pause ends on Saturday 20 August 2022; its Saturdays do not slip out to Monday.
    weekly = Schedule(Weekly((6,), 1), in_breaks=False)
    assert openings(between(weekly, date(2022, 8, 19), date(2022, 8, 31), calendar)) == [
        ("2022-W34-6", "2022-08-29 09:00")
    ]
    # Sunday 25 October is before the break that Monday belongs to.
    assert openings(between(Schedule(Weekly((7,), 1), in_breaks=False), *OCTOBER, calendar))[-1] == (
        "2026-W43-7",
        "2026-10-26 09:00",
    )


def test_breaks_are_skipped_only_where_the_schedule_says_so() -> None:
    weekly = Weekly((2,), 1)
    in_break = date(2026, 10, 26), date(2026, 10, 31)
    assert len(between(Schedule(weekly), *in_break, a_summer_calendar())) == 1
    assert between(Schedule(weekly, in_breaks=False), *in_break, a_summer_calendar()) == []


@pytest.mark.parametrize(
    ("rule", "never"),
    [
        (Dates((a_period("one", (7, 12), (7, 20)),)), True),
        (Dates((a_period("one", (6, 12), (6, 20)),)), False),
        (Dates(()), True),
        (Cron("0 9 30 2 *", 1), True),
        (Cron("0 9 29 2 *", 1), False),
        (Weekly((), 1), True),
        (Monthly(10, 1, (7, 8)), True),
        (Quarterly(5, 1), False),
        (Daily(0), False),
    ],
)
def test_a_schedule_that_never_fires_is_found(rule: Rule, never: bool) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert never_fires(Schedule(rule), a_summer_calendar(), now) is never


# Reminders


def reminders(ladder: Ladder, opens: str, due: str, closes: str) -> list[tuple[int, str]]:
    calendar: WorkCalendar = a_calendar()
    opens_at, due_at, closes_at = (
        datetime.fromisoformat(each).replace(tzinfo=IRKUTSK) for each in (opens, due, closes)
    )
    found = reminder_moments(ladder, calendar, due_at, opens_at, closes_at)
    return [(each.days, local(each.at)) for each in found]


@pytest.mark.parametrize(
    ("ladder", "due", "expected"),
    [
        (
            Ladder((3, 1), (1, 3)),
            "2026-10-15 18:00",
            [(-3, "2026-10-12 09:00"), (-1, "2026-10-14 09:00"), (1, "2026-10-16 09:00"),
             # Sunday: the next working day.
             (3, "2026-10-19 09:00")],
        ),
        # Due on Monday: 3 and 1 days before both land on Friday, the later one stays.
        (Ladder((3, 1), ()), "2026-10-12 18:00", [(-1, "2026-10-09 09:00")]),
        # Due on Friday: Saturday and Sunday both land on Monday.
        (Ladder((), (1, 2)), "2026-10-16 18:00", [(2, "2026-10-19 09:00")]),
        # On the opening's day or before it there is nothing to remind of; after closing there is no use.
        (Ladder((20, 11, 10), (14, 20)), "2026-10-15 18:00",
         [(-10, "2026-10-05 09:00"), (14, "2026-10-29 09:00")]),
        (Ladder((0,), ()), "2026-10-15 18:00", [(0, "2026-10-15 09:00")]),
        (Ladder((), ()), "2026-10-15 18:00", []),
    ],
)  # fmt: skip
def test_reminders(ladder: Ladder, due: str, expected: list[tuple[int, str]]) -> None:
    assert reminders(ladder, "2026-10-02 09:00", due, "2026-10-29 18:00") == expected


def test_no_reminder_on_the_morning_of_an_early_opening() -> None:
    ladder = Ladder((1, 0), (1,))
    assert reminders(ladder, "2026-10-14 08:00", "2026-10-15 18:00", "2026-10-15 18:00") == [(0, "2026-10-15 09:00")]


# The machine


@pytest.mark.parametrize("machine", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_the_time_zone_of_the_machine_does_not_matter(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", machine)
    clock.tzset()
    try:
        assert openings(between(Cron("0 10 8 * *", 1), *OCTOBER)) == [("2026-10-08T10:00", "2026-10-08 10:00")]
        assert openings(between(Monthly(5, 1), *OCTOBER)) == [("2026-10", "2026-10-05 09:00")]
    finally:
        monkeypatch.undo()
        clock.tzset()
    assert os.environ.get("TZ") != "Pacific/Kiritimati"


def test_a_tick_of_a_month_is_cheap() -> None:
    schedule, calendar = a_dates_schedule((10, 5), (10, 16)), a_calendar()
    since, until = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)
    begun = clock.thread_time()
    for _ in range(100):
        occurrences(schedule, calendar, since, until)
    # Seconds of the processor for a hundred, which take 0.003: a bound for what would go through years.
    assert clock.thread_time() - begun < 2
