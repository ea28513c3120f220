from datetime import UTC, date, datetime, time

import pytest

from bot.domain.timing.calendar import DateRange
from bot.domain.timing.schedule import DayOff, YearDate
from tests.domain.samples import IRKUTSK, NEW_YORK, a_calendar, local


def test_work_days_are_those_of_the_week_without_holidays_and_local_days_off() -> None:
    calendar = a_calendar(
        is_holiday=lambda day: (day.month, day.day) == (11, 4),
        days_off=(DateRange(date(2026, 2, 18), date(2026, 2, 19), "Сагаалган"),),
    )
    assert calendar.is_work_day(date(2026, 10, 9))
    assert not calendar.is_work_day(date(2026, 10, 10))
    assert not calendar.is_work_day(date(2026, 11, 4))
    assert not calendar.is_work_day(date(2026, 2, 18))
    assert not calendar.is_work_day(date(2026, 2, 19))
    assert calendar.is_work_day(date(2026, 2, 20))


def test_a_transferred_day_is_worked_whatever_else_it_is() -> None:
    saturday = date(2026, 10, 10)
    calendar = a_calendar(
        is_holiday=lambda _: True,
        days_off=(DateRange(saturday, saturday),),
        extra_work_days=frozenset({saturday}),
    )
    assert calendar.is_work_day(saturday)
    assert not calendar.is_work_day(date(2026, 10, 12))


class Decreed:
    """A Saturday that is worked in place of another day, and decrees up to 2027."""

    def is_worked(self, day: date) -> bool:
        return day == date(2027, 2, 20)

    def known_until(self) -> int:
        return 2027


def test_a_saturday_that_the_country_works_is_worked_unless_the_calendar_says_otherwise() -> None:
    saturday = date(2027, 2, 20)
    assert a_calendar(transfers=Decreed()).is_work_day(saturday)
    assert not a_calendar(transfers=Decreed()).is_work_day(date(2027, 2, 27))
    local_rest = (DateRange(saturday, saturday, "Сагаалган"),)
    assert not a_calendar(transfers=Decreed(), days_off=local_rest).is_work_day(saturday)


def test_years_whose_transfers_nobody_knows_are_named() -> None:
    first, last = date(2026, 9, 1), date(2029, 5, 31)
    assert a_calendar(transfers=Decreed()).known_in_part(first, last) == [2028, 2029]
    assert a_calendar(transfers=Decreed()).known_in_part(first, date(2027, 12, 31)) == []
    assert a_calendar().known_in_part(first, last) == []


def test_a_day_off_moves_to_the_next_or_previous_working_day() -> None:
    calendar = a_calendar()
    assert calendar.work_day(date(2026, 10, 10)) == date(2026, 10, 12)
    assert calendar.work_day(date(2026, 10, 10), DayOff.PREVIOUS) == date(2026, 10, 9)
    assert calendar.work_day(date(2026, 10, 9), DayOff.PREVIOUS) == date(2026, 10, 9)


@pytest.mark.parametrize("rule", DayOff)
def test_a_calendar_without_working_days_is_refused_instead_of_searched_for_ever(rule: DayOff) -> None:
    calendar = a_calendar(is_holiday=lambda _: True)
    with pytest.raises(ValueError, match="нет рабочего дня ближе 366 дней от 2026-10-05"):
        calendar.work_day(date(2026, 10, 5), rule)
    with pytest.raises(ValueError, match="нет рабочего дня"):
        calendar.next_work_moment(datetime(2026, 10, 5, tzinfo=UTC))


def test_summer_pause_includes_both_ends() -> None:
    calendar = a_calendar(summer_first=YearDate(7, 1), summer_last=YearDate(8, 20))
    days = [(6, 30), (7, 1), (8, 20), (8, 21)]
    assert [calendar.in_summer(date(2027, *day)) for day in days] == [False, True, True, False]
    assert not a_calendar().in_summer(date(2027, 7, 15))


def test_a_pause_may_span_the_new_year() -> None:
    calendar = a_calendar(summer_first=YearDate(12, 20), summer_last=YearDate(2, 29))
    days = [date(2026, 12, 19), date(2026, 12, 20), date(2027, 1, 5), date(2027, 2, 28), date(2027, 3, 1)]
    assert [calendar.in_summer(day) for day in days] == [False, True, True, True, False]
    assert calendar.in_summer(date(2028, 2, 29))


def test_school_breaks() -> None:
    calendar = a_calendar(school_breaks=(DateRange(date(2026, 10, 26), date(2026, 11, 1)),))
    assert calendar.in_break(date(2026, 11, 1))
    assert not calendar.in_break(date(2026, 11, 2))


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2026-10-05 08:59", "2026-10-05 09:00"),
        ("2026-10-05 09:00", "2026-10-05 09:00"),
        ("2026-10-05 17:59", "2026-10-05 17:59"),
        ("2026-10-05 18:00", "2026-10-06 09:00"),
        ("2026-10-09 18:30", "2026-10-12 09:00"),
        ("2026-10-10 12:00", "2026-10-12 09:00"),
        ("2026-10-11 00:00", "2026-10-12 09:00"),
        # The summer pause is about what is asked, not about letters.
        ("2026-07-06 12:00", "2026-07-06 12:00"),
    ],
)
def test_next_work_moment(now: str, moment: str) -> None:
    calendar = a_calendar(summer_first=YearDate(7, 1), summer_last=YearDate(8, 20))
    found = calendar.next_work_moment(datetime.fromisoformat(now).replace(tzinfo=IRKUTSK))
    assert local(found) == moment


def test_next_work_moment_across_a_change_of_the_clock() -> None:
    # Saturday noon in winter time; Monday is in summer time.
    now = datetime(2026, 3, 7, 12, tzinfo=NEW_YORK)
    assert a_calendar(NEW_YORK).next_work_moment(now) == datetime(2026, 3, 9, 13, tzinfo=UTC)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        a_calendar().next_work_moment(datetime(2026, 10, 5, 9))  # noqa: DTZ001


def test_the_working_day_has_its_local_hours() -> None:
    calendar = a_calendar(work_begins=time(8, 30), work_ends=time(17, 15))
    assert calendar.begins(date(2026, 10, 5)) == datetime(2026, 10, 5, 0, 30, tzinfo=UTC)
    assert calendar.ends(date(2026, 10, 5)) == datetime(2026, 10, 5, 9, 15, tzinfo=UTC)


def test_29_february_of_a_common_year_is_the_28th() -> None:
    assert YearDate(2, 29).in_year(2027) == date(2027, 2, 28)
    assert YearDate(2, 29).in_year(2028) == date(2028, 2, 29)
    with pytest.raises(ValueError, match="day"):
        YearDate(4, 31).in_year(2027)
