"""Loads the catalog: all files or nothing."""

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from bot.catalog import build, rules, schema
from bot.catalog.faults import CatalogError, Fault
from bot.catalog.rules_fields import Finding
from bot.catalog.shape import validate
from bot.catalog.yaml_lines import Document, read
from bot.domain.calendar import WorkCalendar
from bot.domain.catalog import Catalog
from bot.domain.organization import OrganizationType

S = TypeVar("S", bound=schema.Shape)


def load(
    directives_file: Path, calendar_file: Path, organizations_file: Path | None, zone: tzinfo, now: datetime
) -> Catalog:
    """The catalog of these files.

    No organizations file, or one that does not exist, is an empty roster. `now` (aware) is what a schedule's
    future is judged from. Raises CatalogError with every fault of every file.
    """
    reading = _Reading()
    calendar_shape = reading.file(calendar_file, schema.CalendarFile, rules.calendar_findings)
    calendar = _calendar(calendar_shape, zone, reading.faults)

    document = reading.document(directives_file)
    names = rules.Names.of(document.data if document else None)
    directives = reading.fit(
        document,
        schema.DirectivesFile,
        lambda data: rules.directives_findings(data, names, calendar, now),
    )
    roster: schema.OrganizationsFile | None = None
    if organizations_file is not None and organizations_file.exists():
        roster = reading.file(
            organizations_file,
            schema.OrganizationsFile,
            lambda data: rules.organizations_findings(data, names),
        )
    if reading.faults or directives is None or calendar is None:
        raise CatalogError(reading.faults)
    items = (build.directive(item) for item in directives.directives)
    return Catalog(
        types={
            key: OrganizationType(key, item.title, item.staff) for key, item in directives.organization_types.items()
        },
        tags=directives.tags,
        topics=directives.topics,
        directives={directive.id: directive for directive in items},
        calendar=calendar,
        roster=tuple(build.roster_entry(item) for item in (roster.organizations if roster else ())),
        source=directives.source,
    )


def _calendar(file: schema.CalendarFile | None, zone: tzinfo, faults: Iterable[Fault]) -> WorkCalendar | None:
    """None if its file has faults: then nothing is said about what depends on it."""
    return None if file is None or any(faults) else build.calendar(file, zone)


class _Reading:
    """Collects the faults of all files."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def document(self, path: Path) -> Document | None:
        document, faults = read(path)
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

    def file(self, path: Path, shape: type[S], findings: Callable[[object], Iterable[Finding]]) -> S | None:
        return self.fit(self.document(path), shape, findings)
