"""Calendars, schedules and fields that the tests of the domain share."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.directives.directive import AudiencePart, Directive
from bot.domain.fields.field import Check, Field, FieldKind
from bot.domain.timing.calendar import DateRange, WorkCalendar
from bot.domain.timing.recurrence import occurrences
from bot.domain.timing.schedule import Dates, Occurrence, Rule, Schedule, YearDate, YearPeriod

IRKUTSK = ZoneInfo("Asia/Irkutsk")
MOSCOW = ZoneInfo("Europe/Moscow")
NEW_YORK = ZoneInfo("America/New_York")


def no_holidays(day: date) -> bool:
    return False


def a_calendar(zone: tzinfo = IRKUTSK, is_holiday: Callable[[date], bool] = no_holidays, **more: Any) -> WorkCalendar:
    """Monday to Friday, 9 to 18, without holidays."""
    return WorkCalendar(zone, is_holiday, **more)


def a_summer_calendar() -> WorkCalendar:
    """With the summer pause and the autumn break of the district."""
    return a_calendar(
        summer_first=YearDate(7, 1),
        summer_last=YearDate(8, 20),
        school_breaks=(DateRange(date(2026, 10, 26), date(2026, 11, 1)),),
    )


def a_period(key: str, opens: tuple[int, int], due: tuple[int, int]) -> YearPeriod:
    return YearPeriod(key, f"Период {key}", YearDate(*opens), YearDate(*due))


def a_dates_schedule(opens: tuple[int, int], due: tuple[int, int], **more: Any) -> Schedule:
    return Schedule(Dates((a_period("one", opens, due),)), **more)


def between(rule: Rule | Schedule, first: date, last: date, calendar: WorkCalendar | None = None) -> list[Occurrence]:
    """What opens from the beginning of the first local day to the beginning of the last one."""
    calendar = calendar or a_calendar()
    schedule = rule if isinstance(rule, Schedule) else Schedule(rule)
    since, until = (datetime.combine(day, time(), calendar.zone) for day in (first, last))
    return occurrences(schedule, calendar, since, until)


def local(moment: datetime, zone: tzinfo = IRKUTSK) -> str:
    """`2026-10-05 09:00`, and proof that the moment was given in UTC."""
    assert moment.tzinfo is UTC
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def a_field(kind: FieldKind = FieldKind.WHOLE, field_id: str = "x", **more: Any) -> Field:
    return Field(field_id, kind, "Подпись", **more)


def a_directive(*fields: Field, checks: tuple[Check, ...] = ()) -> Directive:
    return Directive(
        id="clubs",
        number="2.1",
        title="Клубы",
        text="Текст",
        topic="sport",
        prompt="Просим сообщить",
        audience=(AudiencePart("general"),),
        fields=fields,
        schedule=a_dates_schedule((10, 5), (10, 16)),
        checks=checks,
    )
