"""The periods of reports, and the school year that the calendar begins on a day of its own."""

from datetime import date

import pytest

from bot.domain.ledger.periods import typed_period
from bot.domain.ledger.report import Span
from bot.domain.timing.schedule import YearDate

AUGUST_20 = YearDate(8, 20)


@pytest.mark.parametrize(
    ("today", "begun"),
    [
        (date(2026, 8, 19), date(2025, 8, 20)),
        (date(2026, 8, 20), date(2026, 8, 20)),
        (date(2026, 12, 31), date(2026, 8, 20)),
        (date(2027, 1, 1), date(2026, 8, 20)),
    ],
)
def test_the_school_year_of_a_report_begins_when_the_calendar_says(today: date, begun: date) -> None:
    assert Span.YEAR.days(today, AUGUST_20) == (begun, today)


def test_days_without_a_year_are_of_the_present_school_year() -> None:
    today = date(2026, 10, 5)
    assert typed_period("20.08–19.08", today, AUGUST_20) == (date(2026, 8, 20), date(2027, 8, 19))
    assert typed_period("25.08 по 30.09", today, YearDate(9, 1)) is None
    assert typed_period("25.08 по 30.09", today, AUGUST_20) == (date(2026, 8, 25), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("01.09.26-30.11.26", date(2026, 9, 1), date(2026, 11, 30)),
        ("с 1 сентября по 30 ноября", date(2026, 9, 1), date(2026, 11, 30)),
        ("1 сент. 2025 — 31 мая 2026", date(2025, 9, 1), date(2026, 5, 31)),
        ("25 декабря-15.01", date(2026, 12, 25), date(2027, 1, 15)),
        ("сентябрь", date(2026, 9, 1), date(2026, 9, 30)),
        ("за февраль", date(2027, 2, 1), date(2027, 2, 28)),
        ("Октябрь 2025 г.", date(2025, 10, 1), date(2025, 10, 31)),
        ("в октябре", date(2026, 10, 1), date(2026, 10, 31)),
        ("в мае 2026", date(2026, 5, 1), date(2026, 5, 31)),
        ("1–30 ноября", date(2026, 11, 1), date(2026, 11, 30)),
        ("с 1 по 15 февраля", date(2027, 2, 1), date(2027, 2, 15)),
        ("с 1 по 30.11.2025", date(2025, 11, 1), date(2025, 11, 30)),
        ("2026-09-01 — 2026-11-30", date(2026, 9, 1), date(2026, 11, 30)),
        ("сентябрь–ноябрь", date(2026, 9, 1), date(2026, 11, 30)),
        ("с сентября по май", date(2026, 9, 1), date(2027, 5, 31)),
        ("за сентябрь-май 2026 г.", date(2025, 9, 1), date(2026, 5, 31)),
        ("декабрь 2025 - январь", date(2025, 12, 1), date(2026, 1, 31)),
    ],
)
def test_a_period_as_people_say_it(typed: str, first: date, last: date) -> None:
    assert typed_period(typed, date(2026, 10, 5), YearDate(9, 1)) == (first, last)


@pytest.mark.parametrize(
    "typed",
    [
        "осень",
        "сентябрь 0000",
        "декабрь 9999",
        "30 ноября — 1 сентября",
        "31 сентября по 30 ноября",
        "2026",
        "ноябрь–сентябрь 0000",
        "май–сентябрь",
        "январь — осень",
    ],
)
def test_what_is_no_period(typed: str) -> None:
    assert typed_period(typed, date(2026, 10, 5), YearDate(9, 1)) is None
