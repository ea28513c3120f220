"""Loads the catalog: all files or nothing."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from bot.catalog import build, rules, schema, yaml_lines
from bot.catalog.faults import CatalogError
from bot.catalog.rules_fields import Finding
from bot.catalog.shape import validate
from bot.catalog.yaml_lines import Document
from bot.domain.catalog.catalog import Catalog
from bot.domain.catalog.faults import Fault
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


@dataclass(frozen=True, slots=True)
class Loaded:
    """A catalog with the digest of its files' content: SHA-256 in hexadecimal."""

    catalog: Catalog
    digest: str


def load(
    directives_file: Path, calendar_file: Path, organizations_file: Path | None, zone: tzinfo, now: datetime
) -> Catalog:
    """The catalog of these files; see `read`."""
    return read(Files(directives_file, calendar_file, organizations_file, zone), now).catalog


def read(files: Files, now: datetime) -> Loaded:
    """The catalog of the files as they are on disk now. Blocks while it reads.

    `now` (aware) is what a schedule's future is judged from. Raises CatalogError with every fault of every file.
    """
    reading = _Reading()
    calendar_shape = reading.file(files.calendar, schema.CalendarFile, rules.calendar_findings)
    calendar = _calendar(calendar_shape, files.zone, reading.faults)

    document = reading.document(files.directives)
    names = rules.Names.of(document.data if document else None)
    directives = reading.fit(
        document,
        schema.DirectivesFile,
        lambda data: rules.directives_findings(data, names, calendar, now),
    )
    roster: schema.OrganizationsFile | None = None
    if files.organizations is not None and files.organizations.exists():
        roster = reading.file(
            files.organizations,
            schema.OrganizationsFile,
            lambda data: rules.organizations_findings(data, names),
        )
    if reading.faults or directives is None or calendar is None:
        raise CatalogError(reading.faults)
    items = (build.directive(item) for item in directives.directives)
    catalog = Catalog(
        types={key: OrganizationType(key, **item.model_dump()) for key, item in directives.organization_types.items()},
        tags=directives.tags,
        topics=directives.topics,
        directives={directive.id: directive for directive in items},
        calendar=calendar,
        roster=tuple(build.roster_entry(item) for item in (roster.organizations if roster else ())),
        source=directives.source,
    )
    return Loaded(catalog, hashlib.sha256("\n".join(reading.digests).encode()).hexdigest())


def _calendar(file: schema.CalendarFile | None, zone: tzinfo, faults: Iterable[Fault]) -> WorkCalendar | None:
    """The calendar; None if its file has faults, so that nothing is said about what depends on it."""
    return None if file is None or any(faults) else build.calendar(file, zone)


class _Reading:
    """Collects the faults of all files, and the digests of their contents."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.digests: list[str] = []

    def document(self, path: Path) -> Document | None:
        document, faults = yaml_lines.read(path)
        self.faults += faults
        self.digests.append(f"{path} {document.digest if document else ''}")
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
