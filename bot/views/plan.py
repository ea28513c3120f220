"""The plan: what would be asked of whom and when, for the command line."""

from datetime import date, datetime, time, timedelta

from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import AudiencePart
from bot.domain.people.organization import OrganizationType
from bot.domain.timing.recurrence import occurrences
from bot.views.words import day, plural


def plan(catalog: Catalog, first: date, last: date) -> str:
    """Lists for each organization type the requests that open on these days, both included, and counts its messages."""
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
    lines = [f"План запросов с {day(first)} по {day(last)}"]
    for type_ in catalog.types.values():
        rows: list[str] = []
        days: set[date] = set()
        for occurrence, directive in openings:
            parts = [part for part in directive.audience if part.type == type_.id]
            if not parts:
                continue
            opens = occurrence.opens_at.astimezone(zone)
            due = occurrence.due_at.astimezone(zone)
            days.add(opens.date())
            period = f" · {occurrence.title}" if occurrence.title else ""
            rows.append(
                f"  {opens:%d.%m.%Y %H:%M}  до {due:%d.%m.%Y}  "
                f"{directive.number:>5}  {directive.title}{period}{_only(parts, catalog)}"
            )
        lines += ["", *_heading(type_, catalog, len(rows), len(days)), *rows]
    return "\n".join(lines)


def _heading(type_: OrganizationType, catalog: Catalog, requests: int, days: int) -> list[str]:
    count = sum(1 for entry in catalog.roster if type_.id in entry.types)
    places = f", в списке {plural(count, 'организация', 'организации', 'организаций')}" if count else ""
    return [
        f"{type_.title}{places}",
        f"  руководитель получит {plural(requests, 'запрос', 'запроса', 'запросов')} "
        f"в {plural(days, 'сообщении', 'сообщениях', 'сообщениях')}, напоминания — только если не ответит",
    ]


def _only(parts: list[AudiencePart], catalog: Catalog) -> str:
    """The narrowing by tags: «(только: есть 10–11 классы)»."""
    if any(not part.tags for part in parts):
        return ""
    tags = [catalog.tags.get(tag, tag) for part in parts for tag in part.tags]
    return f" (только: {', '.join(tags)})"
