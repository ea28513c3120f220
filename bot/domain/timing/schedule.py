"""When a directive is asked: schedules that a person can read."""

from calendar import isleap
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum


class DayOff(StrEnum):
    """Where a date that falls on a day off goes."""

    NEXT = "next"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class YearDate:
    """A month and day of the school year, without a year. 29 February is 28 February in a common year."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """The day in that calendar year; ValueError if no year has it (31 April)."""
        if (self.month, self.day) == (2, 29) and not isleap(year):
            return date(year, 2, 28)
        return date(year, self.month, self.day)

    def latest(self, on: date) -> date:
        """The last such day up to `on`: with it the school year of `on` began."""
        day = self.in_year(on.year)
        return day if day <= on else self.in_year(on.year - 1)


@dataclass(frozen=True, slots=True)
class YearPeriod:
    """One period of a school year, named by `key` so that moving its dates never asks it twice."""

    key: str
    title: str
    open: YearDate
    due: YearDate


@dataclass(frozen=True, slots=True)
class Dates:
    """Periods with dates, the same every school year."""

    periods: tuple[YearPeriod, ...]


@dataclass(frozen=True, slots=True)
class Daily:
    """Every working day; due `due_days` calendar days after opening (0: the same day)."""

    due_days: int


@dataclass(frozen=True, slots=True)
class Weekly:
    """On given days of the week: 1 Monday to 7 Sunday."""

    days: tuple[int, ...]
    due_days: int


@dataclass(frozen=True, slots=True)
class Monthly:
    """On a day of each month; None: on its last working day. Day 31 of a short month is its last day.

    `months` empty: every month.
    """

    day: int | None
    due_days: int
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Quarterly:
    """On a day of the first month of each calendar quarter, about the quarter that has ended.

    `day` None: on the last working day of the quarter's last month, about the quarter that ends.
    """

    day: int | None
    due_days: int


@dataclass(frozen=True, slots=True)
class Cron:
    """The expert's way: minute, hour, day of month, month, day of week (0 and 7 Sunday, 1 Monday)."""

    expression: str
    due_days: int


Rule = Dates | Daily | Weekly | Monthly | Quarterly | Cron


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule with what holds for each of its periods.

    `at` is the department's local time of opening, None: when the working day begins. A day is closed to
    answers `closes_days` calendar days after it is due. A round that is later than `catch_up_days`, because
    the bot was down, is shown to the department instead of being opened.
    """

    rule: Rule
    at: time | None = None
    day_off: DayOff = DayOff.NEXT
    closes_days: int = 14
    catch_up_days: int = 7
    # Whether it is also asked in the summer pause and in the school breaks of the calendar.
    in_summer: bool = False
    in_breaks: bool = True


@dataclass(frozen=True, slots=True)
class Ladder:
    """Reminders: days before the due date and days after it, at the beginning of the working day."""

    before: tuple[int, ...] = field(default=(3, 1))
    after: tuple[int, ...] = field(default=(1, 3))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One period of one directive with its moments; aware datetimes, opens_at < due_at <= closes_at.

    `period` names it once and for all (`2026-2027/school`, `2026-10-05`, `2026-W41-1`, `2026-10`,
    `2026-Q4`, `2026-10-05T09:00`); `key` is what `only_in` speaks of; `title` is for people.
    """

    period: str
    key: str
    title: str
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
