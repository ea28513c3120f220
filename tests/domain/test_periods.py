"""The periods of reports, and the school year that the calendar begins on a day of its own."""

from datetime import date

import pytest

from bot.domain.ledger.report import Span, typed_period
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
