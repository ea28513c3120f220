"""What opens when the department does not wait for the schedule."""

from datetime import UTC, datetime

from bot.domain.directives.by_hand import by_hand, upcoming
from bot.domain.timing.schedule import Monthly, Schedule
from tests.domain.samples import IRKUTSK, a_calendar, a_dates_schedule, a_directive, a_field, local

CALENDAR = a_calendar()
# A Saturday: Telegram is open all week.
NOW = datetime(2026, 9, 26, 12, tzinfo=IRKUTSK).astimezone(UTC)


def test_the_next_period_keeps_its_name_and_its_due_date() -> None:
    clubs = a_directive(a_field())
    (coming,) = upcoming(clubs, CALENDAR, NOW)
    occurrence = by_hand(clubs, [coming], CALENDAR, NOW)
    assert occurrence is not None
    assert (occurrence.period, occurrence.key, occurrence.title) == (coming.period, coming.key, coming.title)
    assert (occurrence.opens_at, occurrence.due_at, occurrence.closes_at) == (NOW, coming.due_at, coming.closes_at)


def test_a_period_that_is_far_off_is_due_in_two_weeks() -> None:
    clubs = a_directive(a_field())
    (coming,) = upcoming(clubs, CALENDAR, datetime(2026, 10, 6, tzinfo=UTC))
    occurrence = by_hand(clubs, [coming], CALENDAR, NOW)
    assert occurrence is not None
    assert occurrence.period == "2027-2028/one"
    # Two weeks on it is Saturday again.
    assert local(occurrence.due_at) == "2026-10-12 18:00"
    assert occurrence.closes_at - occurrence.due_at == coming.closes_at - coming.due_at


def test_without_a_period_it_is_named_by_the_day() -> None:
    clubs = a_directive(a_field(), a_field(field_id="y", only_in=("one",)))
    occurrence = by_hand(clubs, [], CALENDAR, NOW)
    assert occurrence is not None
    assert (occurrence.period, occurrence.key) == ("by-hand/2026-09-26", "")
    assert (local(occurrence.due_at), local(occurrence.closes_at)) == ("2026-10-12 18:00", "2026-10-26 18:00")
    # Where every field belongs to a period nothing would be asked.
    assert by_hand(a_directive(a_field(only_in=("one",))), [], CALENDAR, NOW) is None


def test_a_year_ahead_is_looked_at() -> None:
    monthly = Schedule(Monthly(5, 3), in_summer=True)
    assert len(upcoming(a_directive(a_field()), CALENDAR, NOW)) == 1
    directive = a_directive(a_field())
    object.__setattr__(directive, "schedule", monthly)
    assert len(upcoming(directive, CALENDAR, NOW)) == 12
    assert a_dates_schedule((10, 5), (10, 16)) == a_directive().schedule
