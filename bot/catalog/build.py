"""From what stands in the files to the domain's objects; the files have been checked before."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, tzinfo
from importlib import import_module
from importlib.util import find_spec, module_from_spec

import holidays
from holidays.registry import COUNTRIES

from bot.catalog.schema import (
    CalendarFile,
    DirectiveItem,
    FieldItem,
    OrganizationItem,
    RangeItem,
    RemindItem,
    ScheduleItem,
    SourceItem,
)
from bot.domain.directives.directive import AudiencePart, Directive
from bot.domain.directives.source import Source
from bot.domain.fields.field import Field, Summed
from bot.domain.people.organization import RosterEntry
from bot.domain.people.territory import Territory
from bot.domain.timing.calendar import DateRange, WorkCalendar
from bot.domain.timing.schedule import (
    Cron,
    Daily,
    Dates,
    Ladder,
    Monthly,
    Quarterly,
    Rule,
    Schedule,
    Weekly,
    YearPeriod,
)


class PublicHolidays:
    """The public holidays of a country, by the library `holidays`.

    It knows the transferred days off of Russia for the years that have been decreed; of later years only the
    fixed holidays. Loaded at the first question, once.
    """

    def __init__(self, country: str | None) -> None:
        self.country = country
        self._days: holidays.HolidayBase | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicHolidays) and other.country == self.country

    def __hash__(self) -> int:
        return hash(self.country)

    def __call__(self, day: date) -> bool:
        known = self._known()
        return known is not None and day in known

    def is_worked(self, day: date) -> bool:
        """Whether that day off is worked, since another one is off in its place."""
        known = self._known()
        # A year's transfers come with its holidays.
        return known is not None and day not in known and day in known.weekend_workdays

    def known_until(self) -> int | None:
        """The last year of which the library knows the transferred days; None if the country decrees none."""
        known = self._known()
        if known is None or not known.has_substituted_holidays:
            return None
        return max(known.special_public_holidays, default=None)

    def _known(self) -> holidays.HolidayBase | None:
        if self._days is None and self.country is not None:
            self._days = _holidays_of(self.country)
        return self._days


def _holidays_of(country: str) -> holidays.HolidayBase:
    """What `country_holidays` returns, from the country's own module alone: with its package come 250 others, which
    take 9 MB and sixty milliseconds."""
    module = next((name for name, (_, *codes) in COUNTRIES.items() if country in codes), None)
    package = find_spec("holidays.countries")
    if module is None or package is None or package.name in sys.modules:
        return holidays.country_holidays(country)
    sys.modules[package.name] = module_from_spec(package)
    try:
        days: holidays.HolidayBase = getattr(import_module(f"{package.name}.{module}"), country)()
    finally:
        # Whoever wants the package gets it whole.
        del sys.modules[package.name]
    return days


def source(item: SourceItem, file: str = "") -> Source:
    """The document that the directives of a file come from; `file`: its name in the folder, if there is one."""
    return Source(item.title, item.number or "", item.date, tuple(item.territories or ()), file)


def directive(item: DirectiveItem, its_source: Source | None) -> Directive:
    """A directive as the file declares it."""
    given = dict(item)
    checks, reminders = given.pop("check"), given.pop("remind")
    given |= {
        "audience": tuple(within(item.audience, its_source.territories if its_source else ())),
        "fields": tuple(field(each) for each in item.fields),
        "schedule": schedule(item.schedule),
        "checks": tuple(checks or ()),
        "reminders": _ladder(reminders),
        "source": its_source,
    }
    return Directive(**given)


def within(audience: Iterable[AudiencePart], territories: tuple[str, ...]) -> Iterator[AudiencePart]:
    """The audience as far as it is in these territories; as it is, if there are none."""
    for part in audience:
        both = tuple(each for each in territories if not part.territories or each in part.territories)
        if both or not territories:
            yield replace(part, territories=both or part.territories)


def field(item: FieldItem) -> Field:
    """A field; what the file leaves out is as the domain has it."""
    given = item.model_dump(exclude_none=True, exclude={"options", "only_in", "only_if", "sums"})
    return Field(
        **given,
        options=tuple(item.options or ()),
        only_in=tuple(item.only_in or ()),
        only_if=item.only_if,
        sums=Summed(item.sums.directive, item.sums.field) if item.sums else None,
    )


# Keys of the file that say when it is asked, and those that the domain names otherwise.
_RULE = {"dates", "every", "on", "months", "cron", "due"}
_SCHEDULE = {"closes": "closes_days", "catch_up": "catch_up_days"}


def schedule(item: ScheduleItem) -> Schedule:
    """A schedule; what the file leaves out is as the domain has it."""
    given = {_SCHEDULE.get(key, key): value for key, value in item if key not in _RULE and value is not None}
    return Schedule(_rule(item), **given)


def _rule(item: ScheduleItem) -> Rule:
    if item.dates is not None:
        return Dates(tuple(YearPeriod(each.key, each.title, each.open, each.due) for each in item.dates))
    assert item.due is not None
    if item.cron is not None:
        return Cron(item.cron, item.due)
    if item.every == "day":
        return Daily(item.due)
    assert item.on is not None
    if item.every == "week":
        return Weekly(item.on.weekdays, item.due)
    if item.every == "month":
        return Monthly(item.on.day, item.due, tuple(sorted(item.months or ())))
    return Quarterly(item.on.day, item.due)


def _ladder(item: RemindItem | None) -> Ladder:
    default = Ladder()
    if item is None:
        return default
    return Ladder(
        before=default.before if item.before is None else tuple(sorted(item.before, reverse=True)),
        after=default.after if item.after is None else tuple(sorted(item.after)),
    )


def calendar(file: CalendarFile, zone: tzinfo) -> WorkCalendar:
    """The calendar of the department."""
    public = PublicHolidays(file.public_holidays)
    return WorkCalendar(
        zone=zone,
        is_holiday=public,
        transfers=public,
        work_begins=file.work.begins,
        work_ends=file.work.ends,
        work_days=frozenset(file.work.days),
        days_off=tuple(days_of(each) for each in file.days_off),
        extra_work_days=frozenset(file.extra_work_days),
        school_breaks=tuple(days_of(each) for each in file.school_breaks),
        summer_first=file.summer.first if file.summer else None,
        summer_last=file.summer.last if file.summer else None,
        year_begins=file.year_begins,
    )


def territories(file: CalendarFile, department: WorkCalendar) -> dict[str, Territory]:
    """The territories by their ids; each has the department's calendar but for what is its own."""
    made = {}
    for key, item in file.territories.items():
        own = tuple(days_of(each) for each in item.days_off)
        its = replace(department, zone=item.timezone or department.zone, days_off=department.days_off + own)
        made[key] = Territory(key, item.name, item.short or item.name, its)
    return made


def with_territories(department: WorkCalendar, territories: Mapping[str, Territory]) -> WorkCalendar:
    """The department's calendar, which knows those of the territories that live by another."""
    others = {key: its.calendar for key, its in territories.items() if its.calendar != department}
    return replace(department, others=others) if others else department


def days_of(item: RangeItem) -> DateRange:
    """A range of the file: of one day, or from its first to its last."""
    first, last = item.first or item.date, item.last or item.date
    assert first is not None
    assert last is not None
    return DateRange(first, last, item.title)


def roster_entry(item: OrganizationItem) -> RosterEntry:
    """An organization of the roster."""
    return RosterEntry.load(value for _, value in item)
