"""The plan: what would be asked of whom and when, for the command line."""

from datetime import date, datetime, time, timedelta, tzinfo
from itertools import groupby

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.sources import in_groups
from bot.domain.directives.directive import AudiencePart, Directive
from bot.domain.people.organization import OrganizationType
from bot.domain.timing.elsewhere import elsewhere
from bot.domain.timing.recurrence import Unasked, Why, occurrences, unasked
from bot.domain.timing.schedule import Occurrence
from bot.views.sources import begun
from bot.views.words import day, plural


def plan(catalog: Catalog, first: date, last: date) -> str:
    """Lists for each organization type the requests that open on these days, both included, and counts its messages.

    Then what the rules have on these days and nobody is asked by itself, and which years are not known whole.
    """
    zone = catalog.calendar.zone
    # What opens at midnight opens on that day.
    since = datetime.combine(first, time.min, tzinfo=zone) - timedelta(microseconds=1)
    until = datetime.combine(last, time.max, tzinfo=zone)
    openings = sorted(
        (
            (occurrence, directive)
            for directive in catalog.directives.values()
            for occurrence in occurrences(directive.schedule, catalog.calendar, since, until)
        ),
        key=lambda pair: (pair[0].opens_at, pair[1].number),
    )
    lines = [f"План запросов с {day(first)} по {day(last)}", *_clocks(catalog, first)]
    for type_ in catalog.types.values():
        rows: list[str] = []
        days: set[date] = set()
        theirs = [pair for pair in openings if any(part.type == type_.id for part in pair[1].audience)]
        theirs_grouped = in_groups(theirs, lambda pair: pair[1], catalog)
        for place, (occurrence, directive) in enumerate(theirs_grouped):
            parts = [part for part in directive.audience if part.type == type_.id]
            if heading := begun(theirs_grouped, place):
                rows.append(f"  {heading}")
            opens = occurrence.opens_at.astimezone(zone)
            days.add(opens.date())
            period = f" · {occurrence.title}" if occurrence.title else ""
            rows.append(
                f"  {_local(occurrence, zone)}  {directive.number:>5}  {directive.title}{period}{_only(parts, catalog)}"
            )
            rows += _there(directive, occurrence, catalog)
        lines += ["", *_heading(type_, catalog, len(theirs), len(days)), *rows]
    left_out = [
        f"  {directive.number:>5}  {directive.title}: {words}"
        for directive in catalog.directives.values()
        for words in _left_out(unasked(directive.schedule, catalog.calendar, first, last), zone)
    ]
    if left_out:
        lines += ["", "Отдельно не спрашивается", *left_out]
    in_part = catalog.calendar.known_in_part(first, last)
    if in_part:
        lines += ["", *(known_in_part(year) for year in in_part)]
    return "\n".join(lines)


def _clocks(catalog: Catalog, first: date) -> list[str]:
    """At which of the department's hours the day begins in territories that live by another clock."""
    home, lines = catalog.calendar, list[str]()
    for territory in catalog.territories.values():
        its = home.of(territory.id)
        begins = its.begins(first)
        if begins.utcoffset() != home.begins(first).utcoffset():
            lines.append(f"  {territory.short}: {begins:%H:%M} там — {begins.astimezone(home.zone):%H:%M} у управления")
    return ["Часы и дни — местные у каждой организации", *lines] if lines else []


def _there(directive: Directive, occurrence: Occurrence, catalog: Catalog) -> list[str]:
    """The request in territories where its local days are others."""
    rows, home = [], catalog.calendar
    here = _local(occurrence, home.zone)
    for territory, its in elsewhere(directive.schedule, occurrence, home).items():
        there = _local(its.period, home.of(territory).zone)
        if not its.is_asked or there != here:
            moments = there if its.is_asked else "выходной, отдельно не спрашивается"
            rows.append(f"      {catalog.territories[territory].short}: {moments}")
    return rows


def _local(occurrence: Occurrence, zone: tzinfo) -> str:
    opens, due = occurrence.opens_at.astimezone(zone), occurrence.due_at.astimezone(zone)
    return f"{opens:%d.%m.%Y %H:%M}  до {due:%d.%m.%Y}"


def known_in_part(year: int) -> str:
    """That the transferred days of the year are not known."""
    return (
        f"{year} год известен только в части: переносов выходных и рабочих суббот {year} года библиотека праздников "
        "не знает. Впишите их в calendar.yaml (days_off, extra_work_days) или обновите библиотеку holidays."
    )


# More periods than these are said by the first and the last of them.
_NAMED = 6


def _left_out(left_out: list[Unasked], zone: tzinfo) -> list[str]:
    """Words for each run of periods that share their fate."""
    return [
        _fate([period.title for period in run], *fate, zone)
        for fate, run in groupby(left_out, lambda period: (period.why, period.into))
    ]


def _fate(titles: list[str], why: Why, into: Occurrence | None, zone: tzinfo) -> str:
    names = [f"«{title}»" for title in titles]
    listed = ", ".join(names)
    if len(names) > _NAMED:
        listed = f"{plural(len(names), 'период', 'периода', 'периодов')} от {names[0]} до {names[-1]}"
    if into is not None:
        return f"{listed} — вместе с «{into.title}», {day(into.opens_at.astimezone(zone).date())}"
    return f"{listed} — никогда: {'летняя пауза' if why is Why.SUMMER else 'каникулы'}"


def _heading(type_: OrganizationType, catalog: Catalog, requests: int, days: int) -> list[str]:
    count = sum(1 for entry in catalog.roster if type_.id in entry.types)
    places = f", в списке {plural(count, 'организация', 'организации', 'организаций')}" if count else ""
    return [
        f"{type_.title}{places}",
        f"  руководитель получит {plural(requests, 'запрос', 'запроса', 'запросов')} "
        f"в {plural(days, 'сообщении', 'сообщениях', 'сообщениях')}, напоминания — только если не ответит",
    ]


def _only(parts: list[AudiencePart], catalog: Catalog) -> str:
    """The narrowing by tags and territories: «(только: есть 10–11 классы)»."""
    if any(not part.tags and not part.territories for part in parts):
        return ""
    names = catalog.tags | {id: territory.short for id, territory in catalog.territories.items()}
    narrowed = [names.get(id, id) for part in parts for id in (*part.tags, *part.territories)]
    return f" (только: {', '.join(dict.fromkeys(narrowed))})"
