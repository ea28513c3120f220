"""Rules that hold between places of a file: ids, names that are declared elsewhere, the order of dates.

Each function yields findings (a place and a message), also for a file that is only partly readable.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from holidays.registry import EntityLoader

from bot.catalog import build
from bot.catalog.faults import unknown
from bot.catalog.roster.words import OF_NONE
from bot.catalog.rules.fields import (
    FieldSet,
    Finding,
    check_findings,
    field_findings,
    twice,
)
from bot.catalog.rules.rest import rest_findings
from bot.catalog.schema import (
    CalendarFile,
    DirectiveItem,
    FieldItem,
    OrganizationItem,
    PeriodItem,
    RemindItem,
    ScheduleItem,
    SourceItem,
    TerritoryItem,
)
from bot.catalog.shape import column_of, each_of, value_of
from bot.domain.directives.directive import AudiencePart
from bot.domain.people.labels import Named, clashes
from bot.domain.people.names import same
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.recurrence import never_fires, parse_cron
from bot.domain.timing.schedule import YearDate

# Days between the opening and the due date of a period that runs over the beginning of the school year:
# «готовность к учебному году» opens in August. A longer one is two dates in the wrong order.
LONGEST_OVER_NEW_YEAR = 60
# Dates without a year are compared in this one; it is a leap year, so that 29 February exists.
LEAP_YEAR = 2024


@dataclass(frozen=True)
class Names:
    """What the files declare, with titles; None: that part is not readable, so no name is unknown."""

    types: Mapping[str, str] | None = None
    tags: Mapping[str, str] | None = None
    topics: Mapping[str, str] | None = None
    territories: Mapping[str, str] | None = None

    @classmethod
    def of(cls, directives: Any, calendar: Any = None) -> "Names":
        """What the data of a directives file and of a calendar file declares."""
        types, tags, topics = (
            _titled(_part(directives, key), "title") for key in ("organization_types", "tags", "topics")
        )
        return cls(types, tags, topics, _titled(_part(calendar, "territories"), "name"))

    @classmethod
    def of_all(cls, files: Iterable[Any], calendar: Any = None) -> "Names":
        """What the data of several files declares together: of a part that one has unreadable, nothing is known.

        Nor of types and topics if no file has any: that alone is told.
        """
        each = [cls.of(data, calendar) for data in files]
        known = cls(*(_together([getattr(names, part.name) for names in each]) for part in fields(cls)))
        return replace(known, types=known.types or None, topics=known.topics or None)


def _together(parts: Iterable[Mapping[str, str] | None]) -> dict[str, str] | None:
    known: dict[str, str] = {}
    for part in parts:
        if part is None:
            return None
        known = {**part, **known}
    return known


def _part(data: Any, key: str) -> Any:
    return data.get(key, {}) if isinstance(data, dict) else None


def _titled(part: Any, key: str) -> dict[str, str] | None:
    """Titles by id, which stand there themselves or under that key."""
    if not isinstance(part, dict):
        return None
    titles = {id: item.get(key) if isinstance(item, dict) else item for id, item in part.items()}
    return {str(id): title if isinstance(title, str) else "" for id, title in titles.items()}


def source_findings(data: Any, names: Names) -> Iterator[Finding]:
    """What is wrong with the territories that a file's source is for."""
    seen: set[str] = set()
    items = data.get("directives") if isinstance(data, dict) else None
    for index, territory in each_of(SourceItem, "territories", _part(data, "source")):
        loc = ("source", "territories", index)
        if names.territories is not None and territory not in names.territories:
            yield loc, _unknown_territory(territory, names.territories)
        if territory in seen:
            yield loc, f"«{territory}» повторяется"
        seen.add(territory)
    for index, item in enumerate(items if isinstance(items, list) else []):
        for place, message in beyond(each_of(DirectiveItem, "audience", item), seen):
            yield ("directives", index, *place), message


def beyond(audience: Iterable[tuple[int, AudiencePart]], territories: Collection[str]) -> Iterator[Finding]:
    """The parts of an audience that a source for these territories does not reach."""
    for index, part in audience:
        if territories and part.territories and not set(part.territories) & set(territories):
            yield ("audience", index), f"документ — только для территорий {', '.join(sorted(territories))}"


def directives_findings(data: Any, names: Names, calendar: WorkCalendar | None, now: datetime) -> Iterator[Finding]:
    """All that is wrong between the parts of a directives file."""
    items = data.get("directives") if isinstance(data, dict) else None
    for loc, message in twice(column_of(DirectiveItem, "id", items), "id"):
        yield ("directives", *loc), message
    for index, item in enumerate(items if isinstance(items, list) else []):
        for loc, message in _directive(item, names, calendar, now):
            yield ("directives", index, *loc), message


def _directive(item: Any, names: Names, calendar: WorkCalendar | None, now: datetime) -> Iterator[Finding]:
    topic: str | None = value_of(DirectiveItem, "topic", item)
    if topic is not None and names.topics is not None and topic not in names.topics:
        yield ("topic",), unknown("темы", topic, names.topics)
    yield from _audience(each_of(DirectiveItem, "audience", item), names)
    raw_fields = item.get("fields") if isinstance(item, dict) else None
    its_fields = FieldSet(dict(each_of(DirectiveItem, "fields", item)), column_of(FieldItem, "id", raw_fields))
    schedule: ScheduleItem | None = value_of(DirectiveItem, "schedule", item)
    yield from field_findings(its_fields, schedule)
    yield from check_findings(each_of(DirectiveItem, "check", item), its_fields)
    if schedule is not None:
        remind: RemindItem | None = value_of(DirectiveItem, "remind", item)
        yield from _schedule(schedule, remind, calendar, now)


def _audience(audience: Sequence[tuple[int, AudiencePart]], names: Names) -> Iterator[Finding]:
    seen: set[tuple[str, frozenset[str], frozenset[str]]] = set()
    for index, part in audience:
        if names.types is not None and part.type not in names.types:
            yield ("audience", index), unknown("типа организаций", part.type, names.types)
        for tag in part.tags:
            if names.tags is not None and tag not in names.tags:
                yield ("audience", index), unknown("метки", tag, names.tags)
        for territory in part.territories:
            if names.territories is not None and territory not in names.territories:
                yield ("audience", index), _unknown_territory(territory, names.territories)
        same = (part.type, frozenset(part.tags), frozenset(part.territories))
        if same in seen:
            where = f"@{'+'.join(part.territories)}" if part.territories else ""
            yield (
                ("audience", index),
                f"«{':'.join(filter(None, (part.type, '+'.join(part.tags))))}{where}» повторяется",
            )
        seen.add(same)


def _schedule(
    schedule: ScheduleItem, remind: RemindItem | None, calendar: WorkCalendar | None, now: datetime
) -> Iterator[Finding]:
    begins = calendar.year_begins if calendar else YearDate(9, 1)
    findings = [*_keys(schedule), *_periods(schedule.dates or [], begins)]
    if schedule.at and calendar and not calendar.work_begins <= schedule.at < calendar.work_ends:
        hours = f"{calendar.work_begins:%H:%M}-{calendar.work_ends:%H:%M}"
        findings.append((("at",), f"{schedule.at:%H:%M} вне рабочего времени {hours}"))
    if not findings and calendar:
        findings += _firing(schedule, calendar, now)
    for loc, message in findings:
        yield ("schedule", *loc), message
    if remind is not None and not findings:
        yield from _reminders(schedule, remind, begins)


def _firing(schedule: ScheduleItem, calendar: WorkCalendar, now: datetime) -> Iterator[Finding]:
    try:
        if never_fires(build.schedule(schedule), calendar, now):
            yield (), "так не спросят никогда: сверьте с летней паузой и каникулами в calendar.yaml"
    except ValueError as error:
        yield (), str(error)


def _keys(schedule: ScheduleItem) -> Iterator[Finding]:
    """Finds keys of a schedule that do not go together, and keys that are missing."""
    kinds = [key for key in ("dates", "every", "cron") if getattr(schedule, key) is not None]
    if len(kinds) != 1:
        yield (
            (),
            "нужно одно из dates, every и cron" + (f", а есть {' и '.join(kinds)}" if kinds else ""),
        )
        return
    kind = schedule.every or kinds[0]
    rules: dict[str, tuple[set[str], set[str]]] = {  # needed and allowed
        "dates": (set(), {"at"}),
        "day": ({"due"}, {"at"}),
        "week": ({"due", "on"}, {"at"}),
        "month": ({"due", "on"}, {"at", "months"}),
        "quarter": ({"due", "on"}, {"at"}),
        "cron": ({"due"}, set()),
    }
    needed, allowed = rules[kind]
    name = f"every: {kind}" if schedule.every else kind
    for key in ("on", "months", "at", "due"):
        given = getattr(schedule, key) is not None
        if given and key not in needed | allowed:
            yield (key,), f"не сочетается с {name}"
        if not given and key in needed:
            yield (), f"не хватает ключа {key}: он нужен для {name}"
    if schedule.on is not None and "on" in needed and bool(schedule.on.weekdays) != (kind == "week"):
        wanted = "дни недели, например [mon, thu]" if kind == "week" else "день, например 15, или last-working-day"
        yield ("on",), f"для {name} нужны {wanted}" if kind == "week" else f"для {name} нужен {wanted}"
    if schedule.months and len(set(schedule.months)) < len(schedule.months):
        yield ("months",), "месяц назван дважды"
    if schedule.cron is not None:
        try:
            parse_cron(schedule.cron)
        except ValueError as error:
            yield ("cron",), str(error)


def _periods(periods: Sequence[PeriodItem], begins: YearDate) -> Iterator[Finding]:
    for loc, message in twice([period.key for period in periods], "key"):
        yield ("dates", *loc), message
    for loc, message in twice([period.title for period in periods], "title"):
        yield ("dates", *loc), message
    for index, period in enumerate(periods):
        if span(period, begins) is None:
            due, opens, start = _text(period.due), _text(period.open), _text(begins)
            message = f"срок {due} раньше открытия {opens}: учебный год начинается {start}"
            yield ("dates", index, "due"), message


def span(period: PeriodItem, begins: YearDate) -> int | None:
    """Days from opening to due date; None: the due date comes first, or a year later."""
    start = begins.in_year(LEAP_YEAR)
    opens, due = period.open.in_year(LEAP_YEAR), period.due.in_year(LEAP_YEAR)
    days = (due - opens).days
    if (opens < start) == (due < start):
        return days if days >= 0 else None
    if due < start:  # opens in autumn, due in spring
        return (period.due.in_year(LEAP_YEAR + 1) - opens).days
    return days if days <= LONGEST_OVER_NEW_YEAR else None


def _text(day: YearDate) -> str:
    return f"{day.month:02}-{day.day:02}"


def _reminders(schedule: ScheduleItem, remind: RemindItem, begins: YearDate) -> Iterator[Finding]:
    spans = [span(period, begins) or 0 for period in schedule.dates or []] or [schedule.due or 0]
    closes = build.schedule(schedule).closes_days
    for key, days in (("before", remind.before or []), ("after", remind.after or [])):
        for index, day in enumerate(days):
            loc = ("remind", key, index)
            if day in days[:index]:
                yield loc, f"день {day} повторяется"
            elif key == "before" and day > max(spans):
                yield loc, f"за {day} дн. до срока ни один период ещё не открыт"
            elif key == "after" and day > closes:
                yield loc, f"через {day} дн. после срока ответы уже не принимаются (closes: {closes})"


def calendar_findings(data: Any) -> Iterator[Finding]:
    """All that is wrong between the parts of a calendar file."""
    work = value_of(CalendarFile, "work", data)
    if work is not None and work.begins >= work.ends:
        yield ("work", "ends"), f"конец {work.ends:%H:%M} не позже начала {work.begins:%H:%M}"
    if work is not None and len(set(work.days)) < len(work.days):
        yield ("work", "days"), "день назван дважды"
    country: str | None = value_of(CalendarFile, "public_holidays", data)
    if country is not None:
        # The codes alone: the library's list of countries loads all 250 of them.
        countries = list(EntityLoader.get_country_codes())
        if country not in countries:
            yield ("public_holidays",), unknown("страны", country, countries) + ": нужен код, например RU"
            country = None
    seen: set[date] = set()
    for index, day in each_of(CalendarFile, "extra_work_days", data):
        if day in seen:
            yield ("extra_work_days", index), f"день {day} повторяется"
        seen.add(day)
    territories = _part(data, "territories")
    yield from rest_findings(data, territories, country)
    if isinstance(territories, dict):
        for loc, message in _territories(territories):
            yield ("territories", *loc), message


def _territories(raw: Mapping[Any, Any]) -> Iterator[Finding]:
    """What could be either of two: a table names territories by id, name or short name."""
    called: dict[str, str] = {same(OF_NONE): ""}
    for id, item in raw.items():
        named = {"": str(id), "name": value_of(TerritoryItem, "name", item)}
        named["short"] = value_of(TerritoryItem, "short", item)
        for key, word in named.items():
            if word and (other := called.setdefault(same(word), str(id))) != str(id):
                taken = f"так же называется территория {other}" if other else "так называют тех, кто ни в одной"
                yield (id, key) if key else (id,), f"«{word}» — {taken}"


def organizations_findings(data: Any, names: Names) -> Iterator[Finding]:
    """All that is wrong between the organizations, and with the types and tags that they name."""
    items = data.get("organizations") if isinstance(data, dict) else None
    for key in ("code", "name"):
        for loc, message in twice(column_of(OrganizationItem, key, items), key):
            yield ("organizations", *loc), message
    yield from _short_names(items)
    for index, item in enumerate(items if isinstance(items, list) else []):
        territory: str | None = value_of(OrganizationItem, "territory", item)
        if territory and names.territories is not None and territory not in names.territories:
            yield ("organizations", index, "territory"), _unknown_territory(territory, names.territories)
        for key, what, known in (("types", "типа организаций", names.types), ("tags", "метки", names.tags)):
            seen: set[str] = set()
            for place, word in each_of(OrganizationItem, key, item):
                loc = ("organizations", index, key, place)
                if known is not None and word not in known:
                    yield loc, unknown(what, word, known)
                if word in seen:
                    yield loc, f"«{word}» повторяется"
                seen.add(word)


def _unknown_territory(territory: str, known: Mapping[str, str]) -> str:
    return unknown("территории", territory, known) + ("" if known else ": их перечисляют в calendar.yaml (territories)")


def _short_names(items: Any) -> Iterator[Finding]:
    """Short names that another organization has as well, or would be called by."""
    columns = [column_of(OrganizationItem, key, items) for key in ("code", "name", "short")]
    readable = [index for index, (code, name, _) in enumerate(zip(*columns, strict=True)) if code and name]
    named = [Named(*(column[index] or "" for column in columns)) for index in readable]
    for place, other in clashes(named):
        loc = ("organizations", readable[place], "short")
        yield loc, f"«{named[place].short}» — так же называется «{named[other].name}»"
