"""The file of deadlines: what no calendar may stumble over."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.agenda import Deadline, to_be_said
from bot.views.heads.ics import file
from tests.domain.samples import a_calendar
from tests.own_calendar import events
from tests.texts.heads import OwnCalendar
from tests.world import local

KEY = UUID(int=1)
NOW = local("2026-10-06 09:00").astimezone(UTC)


def due(at: str, title: str = "Отчёт", number: int = 1) -> Deadline:
    return Deadline(number, title, local(at).astimezone(UTC), NOW)


def test_commas_quotes_and_line_breaks_are_of_the_title() -> None:
    title = 'Питание, «горячее»; по "СанПиН": 1\\2 \\n классы\nи <b>& 🦊 ' + "Муниципальное общеобразовательное " * 20
    (event,) = events(file([due("2026-10-15 18:00", title)], KEY, a_calendar(), NOW).content)
    assert event.summary == f"{OwnCalendar.DUE}: {title}"


@pytest.mark.slow
@given(st.text(st.characters(exclude_categories=["C", "Z"], include_characters=' ,;:\\"'), min_size=1, max_size=300))
def test_any_title_comes_back(title: str) -> None:
    title = f"а{title}я"
    (event,) = events(file([due("2026-10-15 18:00", title)], KEY, a_calendar(), NOW).content)
    assert event.summary == f"{OwnCalendar.DUE}: {title}"


def alarms(*days: str, **more: object) -> list[datetime | None]:
    said = [due(day, number=number) for number, day in enumerate(days)]
    return [event.alarm for event in events(file(said, KEY, a_calendar(**more), NOW).content)]  # type: ignore[arg-type]


def test_it_reminds_on_the_working_day_before() -> None:
    # Thursday; Monday, whose day before is Friday; a deadline at night counts by the local day.
    assert alarms("2026-10-15 18:00", "2026-10-19 18:00", "2026-10-21 01:00") == [
        local("2026-10-14 09:00"),
        local("2026-10-16 09:00"),
        local("2026-10-20 09:00"),
    ]
    holidays = [date(2026, 10, 14), date(2026, 10, 13)]
    assert alarms("2026-10-15 18:00", is_holiday=holidays.__contains__) == [local("2026-10-12 09:00")]


def test_it_does_not_remind_of_what_has_passed() -> None:
    """Apple's Calendar rings at once for an alarm that is over."""
    assert alarms("2026-09-15 18:00", "2026-10-06 18:00", "2026-10-07 18:00") == [None, None, None]


def test_ids_are_of_the_calendar_and_the_obligation() -> None:
    said = [due("2026-10-15 18:00", number=number) for number in range(3)]
    mine = [event.uid for event in events(file(said, KEY, a_calendar(), NOW).content)]
    again = [event.uid for event in events(file(said, KEY, a_calendar(), NOW + timedelta(days=9)).content)]
    theirs = [event.uid for event in events(file(said, UUID(int=2), a_calendar(), NOW).content)]
    assert mine == again
    assert not set(mine) & set(theirs)


def test_each_change_has_the_next_number() -> None:
    later = NOW + timedelta(days=1)
    first = due("2026-10-15 18:00")
    (said,) = to_be_said([first], [], NOW)
    assert said == first
    for changed in (replace(first, title="Иначе"), due("2026-10-14 18:00")):
        (following,) = to_be_said([replace(changed, changed_at=later)], [said], later)
        assert following == replace(changed, changed_at=later, sequence=1)
    (gone,) = to_be_said([], [said], later)
    assert gone == replace(said, changed_at=later, sequence=1, cancelled=True)
    assert to_be_said([], [gone], later + timedelta(days=29)) == [gone]
    assert to_be_said([], [gone], later + timedelta(days=30)) == []
    (back,) = to_be_said([first], [gone], later)
    assert (back.cancelled, back.sequence) == (False, 2)
