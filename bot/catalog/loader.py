"""Loads the catalog: all files or nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.catalog import build, rules, schema, yaml_lines
from bot.catalog.faults import CatalogError
from bot.catalog.rules_fields import Finding
from bot.catalog.shape import validate
from bot.catalog.yaml_lines import Document
from bot.domain.catalog.catalog import Catalog
from bot.domain.catalog.faults import Fault
from bot.domain.catalog.written import Written
from bot.domain.people.organization import OrganizationType
from bot.domain.timing.calendar import WorkCalendar

S = TypeVar("S", bound=schema.Shape)


@dataclass(frozen=True, slots=True)
class Files:
    """Where the catalog is read from. No organizations file, or one that does not exist, is an empty roster."""

    directives: Path
    calendar: Path
    organizations: Path | None
    zone: tzinfo


def load(
    directives_file: Path, calendar_file: Path, organizations_file: Path | None, zone: tzinfo, now: datetime
) -> Catalog:
    """The catalog of these files; see `read`."""
    return read(Files(directives_file, calendar_file, organizations_file, zone), now)


def read(files: Files, now: datetime, like: Catalog | None = None) -> Catalog:
    """The catalog of the files as they are on disk now. Blocks while it reads.

    `now` (aware) is what a schedule's future is judged from. A roster that is written as in the catalog `like` is taken
    from there: 40,000 organizations take seconds. Raises CatalogError with every fault of every file.
    """
    organizations = files.organizations
    if organizations is not None and not organizations.exists():
        organizations = None
    reading = _Reading()
    directives, calendar = reading.content(files.directives), reading.content(files.calendar)
    roster = reading.content(organizations) if organizations is not None else None
    return _made(reading, directives, calendar, roster, files.zone, now, like)


def compiled(written: Written, now: datetime, like: Catalog | None = None) -> Catalog:
    """The catalog of that text, read as at `now`; see `read`. Blocks. Raises CatalogError."""
    try:
        zone = ZoneInfo(written.zone)
    except (KeyError, ValueError, OSError) as error:
        raise CatalogError([Fault("TIMEZONE", None, "", f"нет часового пояса {written.zone}")]) from error
    roster = None if written.organizations is None else _Text("organizations.yaml", written.organizations.encode())
    directives, calendar = (
        _Text(f"{name}.yaml", text.encode())
        for name, text in (("directives", written.directives), ("calendar", written.calendar))
    )
    return _made(_Reading(), directives, calendar, roster, zone, now, like)


@dataclass(frozen=True, slots=True)
class _Text:
    """What a file holds, and what it is called in faults."""

    name: str
    raw: bytes

    def __str__(self) -> str:
        return self.raw.decode("utf-8-sig")


def _made(
    reading: "_Reading",
    directives_text: _Text | None,
    calendar_text: _Text | None,
    roster_text: _Text | None,
    zone: tzinfo,
    now: datetime,
    like: Catalog | None,
) -> Catalog:
    so_far = len(reading.faults)
    calendar_document = reading.document(calendar_text)
    calendar_shape = reading.fit(calendar_document, schema.CalendarFile, rules.calendar_findings)
    calendar = _calendar(calendar_shape, zone, reading.faults[so_far:])

    document = reading.document(directives_text)
    names = rules.Names.of(*(each.data if each else None for each in (document, calendar_document)))
    directives = reading.fit(
        document,
        schema.DirectivesFile,
        lambda data: rules.directives_findings(data, names, calendar, now),
    )
    if like is not None and _same_roster(like, roster_text, directives, names):
        roster = like.roster
    else:
        file = reading.file(
            roster_text, schema.OrganizationsFile, lambda data: rules.organizations_findings(data, names)
        )
        roster = tuple(build.roster_entry(item) for item in (file.organizations if file else ()))
    if reading.faults or directives is None or calendar is None:
        raise CatalogError(reading.faults)
    items = (build.directive(item) for item in directives.directives)
    territories = build.territories(calendar_shape, calendar) if calendar_shape else {}
    written = Written(
        str(directives_text), str(calendar_text), None if roster_text is None else str(roster_text), str(zone)
    )
    # Megabytes take their time, and the caller may have put this reading into a thread.
    _ = written.digest
    return Catalog(
        types={key: OrganizationType(key, **item.model_dump()) for key, item in directives.organization_types.items()},
        tags=directives.tags,
        topics=directives.topics,
        directives={directive.id: directive for directive in items},
        calendar=build.with_territories(calendar, territories),
        roster=roster,
        territories=territories,
        source=directives.source,
        written=written,
    )


def _same_roster(
    like: Catalog, text: _Text | None, directives: schema.DirectivesFile | None, names: rules.Names
) -> bool:
    """Whether the roster is written as in that catalog, and all that it may name is declared as there."""
    if text is None or directives is None or like.written.organizations != text.raw.decode("utf-8-sig", "replace"):
        return False
    if names.territories is None or like.territories.keys() != names.territories.keys():
        return False
    return like.types.keys() == directives.organization_types.keys() and like.tags.keys() == directives.tags.keys()


def _calendar(file: schema.CalendarFile | None, zone: tzinfo, faults: Iterable[Fault]) -> WorkCalendar | None:
    """The calendar; None if its file has faults, so that nothing is said about what depends on it."""
    return None if file is None or any(faults) else build.calendar(file, zone)


class _Reading:
    """Collects the faults of all files."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def content(self, path: Path) -> _Text | None:
        try:
            return _Text(str(path), yaml_lines.content(path))
        except CatalogError as error:
            self.faults += error.faults
            return None

    def document(self, text: _Text | None) -> Document | None:
        if text is None:
            return None
        document, faults = yaml_lines.parse(text.raw, text.name)
        self.faults += faults
        return document

    def fit(
        self, document: Document | None, shape: type[S], findings: Callable[[object], Iterable[Finding]]
    ) -> S | None:
        if document is None:
            return None
        file, faults = validate(shape, document)
        faults += [document.fault(loc, message) for loc, message in findings(document.data)]
        self.faults += sorted(faults, key=lambda fault: fault.line or 0)
        return file

    def file(self, text: _Text | None, shape: type[S], findings: Callable[[object], Iterable[Finding]]) -> S | None:
        return self.fit(self.document(text), shape, findings)
