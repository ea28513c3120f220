"""The moments of a request in territories that live by another clock, or have days off of their own."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.timing.calendar import DateRange, WorkCalendar
from bot.domain.timing.elsewhere import ahead, by_hand, elsewhere, first_of, in_territory, last_of
from bot.domain.timing.recurrence import occurrences
from bot.domain.timing.schedule import (
    Cron,
    Daily,
    Dates,
    DayOff,
    Monthly,
    Occurrence,
    Rule,
    Schedule,
    Weekly,
    YearDate,
    YearPeriod,
)

MOSCOW, VLADIVOSTOK, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Vladivostok"), ZoneInfo("Europe/Berlin")
PLAIN = WorkCalendar(MOSCOW, lambda _: False)


def region(**territories: WorkCalendar) -> WorkCalendar:
    return replace(PLAIN, others=territories)


def off(*days: str, zone: ZoneInfo = MOSCOW) -> WorkCalendar:
    rests = tuple(DateRange(date.fromisoformat(day), date.fromisoformat(day)) for day in days)
    return replace(PLAIN, zone=zone, days_off=rests)


EAST, WEST = replace(PLAIN, zone=VLADIVOSTOK), replace(PLAIN, zone=BERLIN)


def periods(schedule: Schedule, first: str, last: str) -> list[Occurrence]:
    since, until = (datetime.fromisoformat(day).replace(tzinfo=MOSCOW) for day in (first, last))
    return occurrences(schedule, PLAIN, since, until)


def local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%m-%d %H:%M}"


def told(period: Occurrence, zone: ZoneInfo) -> tuple[str, str, str]:
    return local(period.opens_at, zone), local(period.due_at, zone), local(period.closes_at, zone)


def test_a_period_has_the_same_hours_everywhere() -> None:
    schedule = Schedule(Monthly(5, 4))
    (period,) = periods(schedule, "2026-10-01", "2026-10-31")
    there = elsewhere(schedule, period, region(east=EAST, west=WEST, same=PLAIN))
    assert set(there) == {"east", "west"}
    assert told(period, MOSCOW) == ("10-05 09:00", "10-09 18:00", "10-23 18:00")
    assert told(there["east"].period, VLADIVOSTOK) == told(there["west"].period, BERLIN) == told(period, MOSCOW)
    assert period.opens_at - there["east"].period.opens_at == timedelta(hours=7)
    assert there["west"].period.opens_at - period.opens_at == timedelta(hours=1)
    assert first_of(period, there) == there["east"].period.opens_at
    assert last_of(period, there) == there["west"].period.closes_at


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        # Summer time ends on 25 October, and begins on 28 March: the hours by the wall stay, those between them do not.
        ("2026-10-23", "2026-10-23 07:00", "2026-11-10 17:00"),
        ("2026-10-26", "2026-10-26 08:00", "2026-11-13 17:00"),
        ("2027-03-26", "2027-03-26 08:00", "2027-04-13 16:00"),
        ("2027-03-29", "2027-03-29 07:00", "2027-04-16 16:00"),
    ],
)
def test_where_the_clock_is_changed_the_hour_by_the_wall_stays(day: str, opens: str, closes: str) -> None:
    at = date.fromisoformat(day)
    due = at + timedelta(days=4)
    rule = Dates((YearPeriod("once", "", YearDate(at.month, at.day), YearDate(due.month, due.day)),))
    schedule = Schedule(rule)
    (period,) = periods(schedule, day, f"{at + timedelta(days=1)}")
    there = elsewhere(schedule, period, region(west=WEST))["west"].period
    assert told(there, BERLIN) == told(period, MOSCOW)
    assert f"{there.opens_at.astimezone(UTC):%Y-%m-%d %H:%M}" == opens
    assert f"{there.closes_at.astimezone(UTC):%Y-%m-%d %H:%M}" == closes


@pytest.mark.parametrize(("rule", "opens"), [(DayOff.NEXT, "10-07 09:00"), (DayOff.PREVIOUS, "10-02 09:00")])
def test_an_opening_on_a_day_off_there_moves_as_the_schedule_says(rule: DayOff, opens: str) -> None:
    schedule = Schedule(Monthly(5, 4), day_off=rule)
    (period,) = periods(schedule, "2026-10-01", "2026-10-31")
    calendar = region(east=off("2026-10-05", "2026-10-06", "2026-10-09", zone=VLADIVOSTOK))
    there = elsewhere(schedule, period, calendar)["east"].period
    # What is due on a day off there is due on the next working day, a Monday.
    assert told(there, VLADIVOSTOK) == (opens, "10-12 18:00", "10-23 18:00")
    # From then on somebody has to look for it.
    assert ahead(schedule, calendar, there.opens_at) >= period.opens_at


def test_nobody_looks_ahead_where_all_live_by_one_calendar() -> None:
    now = datetime(2026, 10, 5, tzinfo=UTC)
    assert ahead(Schedule(Daily(0)), PLAIN, now) == now


@pytest.mark.parametrize(
    ("rule", "days_off", "asked"),
    [
        # Tuesday's would come on Wednesday, which has its own.
        (Daily(0), ("2026-10-06",), ["10-05", None, "10-07", "10-08", "10-09"]),
        (Daily(0), ("2026-10-05", "2026-10-06"), [None, None, "10-07", "10-08", "10-09"]),
        (Weekly((2,), 1), ("2026-10-06",), ["10-07"]),
        # Both would come on Wednesday: the first of them does.
        (Weekly((1, 2), 1), ("2026-10-05", "2026-10-06"), ["10-07", None]),
        (Weekly((1, 3), 1), ("2026-10-05", "2026-10-06"), [None, "10-07"]),
        (Cron("0 10,15 * * 2", 1), ("2026-10-06",), ["10-07", None]),
        # Dates that somebody has set are asked, each.
        (Monthly(6, 1), ("2026-10-06",), ["10-07"]),
    ],
    ids=["daily", "two days", "weekly", "both moved", "the other is at home", "cron", "monthly"],
)
def test_two_of_the_same_never_come_to_a_territory_on_one_day(
    rule: Rule, days_off: tuple[str, ...], asked: list[str | None]
) -> None:
    schedule = Schedule(rule)
    found = []
    for period in periods(schedule, "2026-10-05", "2026-10-10"):
        there = elsewhere(schedule, period, region(east=off(*days_off, zone=VLADIVOSTOK)))["east"]
        found.append(local(there.period.opens_at, VLADIVOSTOK)[:5] if there.is_asked else None)
    assert found == asked


def question(due: str) -> Occurrence:
    """Asked on Monday at noon in Moscow, when people in Vladivostok have gone home."""
    asked = datetime(2026, 10, 5, 12, tzinfo=MOSCOW).astimezone(UTC)
    due_at = datetime.fromisoformat(due).replace(tzinfo=MOSCOW).astimezone(UTC)
    return Occurrence("once", "once", "", asked, due_at, due_at + timedelta(days=14))


@pytest.mark.parametrize(
    ("due", "there"),
    [
        ("2026-10-07 18:00", "10-07 18:00"),
        ("2026-10-07 15:00", "10-07 15:00"),
        # They hear of it on Tuesday.
        ("2026-10-05 18:00", "10-06 18:00"),
        ("2026-10-05 15:00", "10-06 15:00"),
        ("2026-10-06 09:00", "10-06 18:00"),
    ],
)
def test_what_somebody_asks_is_due_at_that_hour_of_theirs_but_not_before_they_hear_of_it(due: str, there: str) -> None:
    period = question(due)
    own, others = by_hand(period, region(east=EAST))
    assert own == period
    assert others["east"].period.opens_at == period.opens_at
    assert local(others["east"].period.due_at, VLADIVOSTOK) == there


def test_a_question_of_a_territory_means_its_own_hours() -> None:
    asked = datetime(2026, 10, 5, 12, tzinfo=VLADIVOSTOK).astimezone(UTC)
    due_at = datetime(2026, 10, 7, 18, tzinfo=VLADIVOSTOK).astimezone(UTC)
    seen = region(east=EAST, west=WEST).seen_from("east")
    own, others = by_hand(Occurrence("once", "once", "", asked, due_at, due_at), seen)
    assert local(own.due_at, MOSCOW) == "10-07 18:00"
    assert {key: its.period.due_at for key, its in others.items()} == {
        "east": due_at,
        "west": datetime(2026, 10, 7, 18, tzinfo=BERLIN),
    }


def test_a_calendar_is_known_from_wherever_it_is_seen() -> None:
    calendar = region(east=EAST, west=WEST)
    seen = calendar.seen_from("east")
    assert (seen.zone, seen.of("").zone, seen.of("west").zone) == (VLADIVOSTOK, MOSCOW, BERLIN)
    assert seen.of("east").zone == seen.seen_from("east").zone == VLADIVOSTOK
    assert seen.seen_from("").zone == MOSCOW
    # One that is gone lives by the department's.
    assert calendar.of("gone") is calendar
    assert seen.of("gone").zone == MOSCOW
    assert calendar.seen_from("gone") is calendar
    assert PLAIN.seen_from("east") is PLAIN


def test_a_moved_due_date_is_that_hour_of_a_working_day_there() -> None:
    calendar = region(east=off("2026-10-09", zone=VLADIVOSTOK))
    moment = datetime.combine(date(2026, 10, 9), time(18), MOSCOW)
    assert local(in_territory(moment, calendar, "east"), VLADIVOSTOK) == "10-12 18:00"
    assert in_territory(moment, calendar, "west") is moment
