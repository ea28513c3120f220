"""Working days and hours of the department and its organizations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

from bot.domain.timing.schedule import DayOff, YearDate

# Tells whether a date is a public holiday; the catalog brings the test, from the library `holidays`.
HolidayTest = Callable[[date], bool]


class Transfers(Protocol):
    """Who knows the days off of a country that are worked, since another day is off in their place."""

    def is_worked(self, day: date) -> bool:
        """Whether people work on that day off."""

    def known_until(self) -> int | None:
        """The last year whose transfers are known; None: they are not decreed year by year."""


# Days. A longer run of days off is a mistake in the calendar, and the search for a working day ends.
LONGEST_REST = 366

SEPTEMBER_1 = YearDate(9, 1)


@dataclass(frozen=True)
class DateRange:
    """Days from `first` to `last`, both included, with a title for people."""

    first: date
    last: date
    title: str = ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class WorkCalendar:
    """When people may be written to, and what counts as a working day. All local to `zone`."""

    zone: tzinfo
    is_holiday: HolidayTest
    # None: no country's.
    transfers: Transfers | None = None
    work_begins: time = time(9, 0)
    work_ends: time = time(18, 0)
    # 1 Monday to 7 Sunday.
    work_days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    # Local days off beyond the public ones (Сагаалган), and days off that are worked (transfers).
    days_off: tuple[DateRange, ...] = ()
    extra_work_days: frozenset[date] = frozenset()
    school_breaks: tuple[DateRange, ...] = ()
    # The summer pause of every year, in which nothing is asked unless the schedule says so. None: no pause.
    summer_first: YearDate | None = None
    summer_last: YearDate | None = None
    # The school year begins on this date: 1 September.
    year_begins: YearDate = SEPTEMBER_1
    # The calendars of territories that live by another, by the territory's id; "": the department's, if this is not it.
    others: "Mapping[str, WorkCalendar]" = field(default_factory=dict, hash=False)

    def of(self, territory: str) -> "WorkCalendar":
        """The calendar of the territory's organizations: the department's for "", and for one that is gone."""
        return self.others.get(territory) or self.others.get("", self)

    def seen_from(self, territory: str) -> "WorkCalendar":
        """The calendar by which people of that territory live; it knows all the others too."""
        home, its = self.of(""), self.of(territory)
        if its is self:
            return self
        known = {key: calendar for key, calendar in self.others.items() if key}
        return replace(its, others=known if its is home else {**known, "": home})

    def is_work_day(self, day: date) -> bool:
        """Whether people work on that local day; `extra_work_days` outweighs whatever makes it a day off.

        What the calendar itself says outweighs what its country has decreed.
        """
        if day in self.extra_work_days:
            return True
        if any(day in rest for rest in self.days_off):
            return False
        if self.transfers is not None and self.transfers.is_worked(day):
            return True
        return day.isoweekday() in self.work_days and not self.is_holiday(day)

    def known_in_part(self, first: date, last: date) -> list[int]:
        """The years from `first` to `last` whose transferred days nobody knows yet."""
        known = self.transfers.known_until() if self.transfers is not None else None
        return [year for year in range(first.year, last.year + 1) if known is not None and year > known]

    def in_summer(self, day: date) -> bool:
        """Whether the day is in the summer pause, which may span the New Year."""
        if self.summer_first is None or self.summer_last is None:
            return False
        first, last = self.summer_first.in_year(day.year), self.summer_last.in_year(day.year)
        if first <= last:
            return first <= day <= last
        return day >= first or day <= last

    def in_break(self, day: date) -> bool:
        """Whether the day is in a school break."""
        return any(day in rest for rest in self.school_breaks)

    def work_day(self, day: date, rule: DayOff = DayOff.NEXT) -> date:
        """The day itself if people work then, otherwise the next or previous working day.

        Raises ValueError if there is none within `LONGEST_REST` days.
        """
        step = timedelta(days=1 if rule is DayOff.NEXT else -1)
        candidate = day
        for _ in range(LONGEST_REST + 1):
            if self.is_work_day(candidate):
                return candidate
            candidate += step
        raise ValueError(f"в календаре нет рабочего дня ближе {LONGEST_REST} дней от {day} ({rule})")

    def begins(self, day: date) -> datetime:
        """When the working day begins, aware, in `zone`."""
        return datetime.combine(day, self.work_begins, self.zone)

    def ends(self, day: date) -> datetime:
        """When the working day ends, aware, in `zone`."""
        return datetime.combine(day, self.work_ends, self.zone)

    def is_same_day(self, moment: datetime, other: datetime) -> bool:
        """Whether two moments are on one local day."""
        return moment.astimezone(self.zone).date() == other.astimezone(self.zone).date()

    def next_work_moment(self, now: datetime) -> datetime:
        """`now` itself in working hours, otherwise when the next working day begins; aware, UTC.

        The moment at which the day ends is outside working hours. The summer pause does not count here: it stops new
        requests, not letters on their way. Raises ValueError for a naive `now`, and if no working day follows within
        `LONGEST_REST` days.
        """
        if now.utcoffset() is None:
            raise ValueError("`now` must be an aware datetime")
        moment = now.astimezone(UTC)
        day = moment.astimezone(self.zone).date()
        if self.is_work_day(day) and moment < self.ends(day):
            return max(moment, self.begins(day).astimezone(UTC))
        return self.begins(self.work_day(day + timedelta(days=1))).astimezone(UTC)
