"""Days of a date field: what is done has a day that has come, what is planned one that is still to come."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.directives.form import carry_over
from bot.domain.fields import days
from bot.domain.fields.days import Near
from bot.domain.fields.field import Field, FieldKind, When
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.domain.fields.values import fits, parse
from tests.domain.samples import a_directive, a_field

TODAY = date(2026, 10, 2)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def a_date(**more: Any) -> Field:
    return a_field(FieldKind.DATE, **more)


@pytest.mark.parametrize(
    ("when", "typed", "reason"),
    [
        (When.PAST, "05.10", MisfitReason.TO_COME),
        (When.PAST, "15 октября", MisfitReason.TO_COME),
        (When.FUTURE, "15 сентября", MisfitReason.PASSED),
        (When.PAST, "завтра", MisfitReason.TO_COME),
        (When.PAST, "сегодня", None),
        (When.FUTURE, "вчера", MisfitReason.PASSED),
        (When.FUTURE, "01.10.2026", MisfitReason.PASSED),
        (When.FUTURE, "сегодня", None),
        (When.ANY, "05.10", None),
    ],
)
def test_a_day_on_the_wrong_side_of_today_is_refused(when: When, typed: str, reason: MisfitReason | None) -> None:
    if reason is None:
        assert parse(a_date(when=when), typed, TODAY)
        return
    with pytest.raises(Misfit) as caught:
        parse(a_date(when=when), typed, TODAY)
    assert caught.value.reason is reason


def test_a_day_without_a_year_is_one_that_the_field_takes() -> None:
    assert parse(a_date(), "15 мая", TODAY) == "2026-05-15"
    assert parse(a_date(when=When.FUTURE), "15 мая", TODAY) == "2027-05-15"
    assert parse(a_date(when=When.PAST), "15 декабря", TODAY) == "2025-12-15"
    assert parse(a_date(earliest=date(2026, 10, 31), latest=date(2027, 3, 1)), "20.02", TODAY) == "2027-02-20"


def test_what_was_to_come_when_it_was_kept_is_still_a_value_and_is_not_copied() -> None:
    field = a_date(when=When.FUTURE)
    assert fits(field, "2025-11-01")
    assert carry_over(a_directive(field), "", {"x": "2025-11-01"}, TODAY) == {}
    assert carry_over(a_directive(field), "", {"x": "2026-11-01"}, TODAY) == {"x": "2026-11-01"}


@pytest.mark.parametrize(
    ("field", "offered"),
    [
        (a_date(when=When.PAST), [(Near.TODAY, 2, 10), (Near.YESTERDAY, 1, 10)]),
        (a_date(latest=TODAY), [(Near.TODAY, 2, 10), (Near.YESTERDAY, 1, 10)]),
        (a_date(when=When.FUTURE), [(Near.TOMORROW, 3, 10), (Near.WEEK, 9, 10), (Near.MONTH_END, 30, 10)]),
        (a_date(), [(Near.YESTERDAY, 1, 10), (Near.TODAY, 2, 10), (Near.TOMORROW, 3, 10)]),
        (a_date(earliest=date(2026, 10, 5)), [(Near.WEEK, 9, 10), (Near.MONTH_END, 30, 10)]),
        (a_date(earliest=date(2027, 1, 1)), []),
        (a_date(latest=date(2026, 9, 1)), []),
    ],
)
def test_near_days_that_the_field_takes_are_offered(field: Field, offered: list[tuple[Near, int, int]]) -> None:
    assert [(which, on.day, on.month) for which, on in days.near(field, TODAY)] == offered


def test_of_a_month_that_is_nearly_over_the_next_end_is_offered() -> None:
    field = a_date(when=When.FUTURE)
    assert dict(days.near(field, date(2026, 12, 28)))[Near.MONTH_END] == date(2027, 1, 29), "31 January is a Sunday"


@given(DAYS, st.integers(-400, 400), st.integers(0, 400), st.sampled_from(When))
def test_the_example_and_what_is_offered_are_taken(today: date, begins: int, lasts: int, when: When) -> None:
    earliest = today + timedelta(days=begins)
    field = a_date(earliest=earliest, latest=earliest + timedelta(days=lasts), when=when)
    first, last = days.bounds(field, today)
    if first > last:
        # Nothing is taken at all: there is nothing to show either.
        return
    for on in (days.example(field, today), *(on for _, on in days.near(field, today))):
        assert days.takes(field, on, today)
        assert parse(field, f"{on:%d.%m.%Y}", today) == on.isoformat()


def test_the_example_of_days_to_come_is_a_week_ahead() -> None:
    assert days.example(a_date(), TODAY) == TODAY
    assert days.example(a_date(earliest=TODAY), TODAY) == TODAY + timedelta(days=7)
    assert days.example(a_date(earliest=date(2026, 10, 31), latest=date(2026, 12, 29)), TODAY) == date(2026, 11, 6)
    assert days.example(a_date(earliest=TODAY + timedelta(days=1), latest=TODAY + timedelta(days=2)), TODAY).day == 4
