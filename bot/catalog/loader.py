"""Loads the catalog: all files or nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.catalog import build, folder, schema, yaml_lines
from bot.catalog.faults import CatalogError
from bot.catalog.rules import one_file as rules
from bot.catalog.rules import sources as source_rules
from bot.catalog.rules import sums as sums_rules
from bot.catalog.rules.fields import Finding
from bot.catalog.shape import validate
from bot.catalog.yaml_lines import Document
from bot.domain.catalog.catalog import Catalog
from bot.domain.catalog.faults import Fault
from bot.domain.catalog.written import Written, folder_text
from bot.domain.directives.directive import Directive
from bot.domain.directives.source import Source
from bot.domain.people.organization import OrganizationType
from bot.domain.timing.calendar import WorkCalendar

S = TypeVar("S", bound=schema.Shape)


@dataclass(frozen=True, slots=True)
class Files:
    """Where the catalog is read from. No organizations file, or one that does not exist, is an empty roster.

    `directives` may be a folder of such files.
    """

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
    if organizations is not None and _is_missing(organizations):
        organizations = None
    reading = _Reading()
    directives = reading.directives(files.directives)
    calendar = reading.content(files.calendar)
    roster = reading.content(organizations) if organizations is not None else None
    return _made(reading, directives, calendar, roster, files.zone, now, like)


def _is_missing(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        # Opening it says why.
        return False
    return False


def compiled(written: Written, now: datetime, like: Catalog | None = None) -> Catalog:
    """The catalog of that text, read as at `now`; see `read`. Blocks. Raises CatalogError."""
    try:
        zone = ZoneInfo(written.zone)
    except (KeyError, ValueError, OSError) as error:
        raise CatalogError([Fault("TIMEZONE", None, "", f"нет часового пояса {written.zone}")]) from error
    roster = None if written.organizations is None else _Text("organizations.yaml", written.organizations.encode())
    calendar = _Text("calendar.yaml", written.calendar.encode())
    files = written.folder
    directives = (
        _Text("directives.yaml", written.directives.encode())
        if files is None
        else _Folder("directives", {name: _Text(name, text.encode()) for name, text in files.items()})
    )
    return _made(_Reading(), directives, calendar, roster, zone, now, like)


@dataclass(frozen=True, slots=True)
class _Text:
    """What a file holds, and what it is called in faults."""

    name: str
    raw: bytes

    def __str__(self) -> str:
        return self.raw.decode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class _Folder:
    """The files of a folder by name, in order, None for those that cannot be read; `name` is the folder's in faults."""

    name: str
    files: Mapping[str, _Text | None]

    def __str__(self) -> str:
        return folder_text({name: str(text) for name, text in self.files.items()})


@dataclass(frozen=True, slots=True)
class _Declared:
    """What one file of directives declares, or all those of a folder together."""

    types: Mapping[str, schema.TypeItem]
    tags: Mapping[str, str]
    topics: Mapping[str, str]
    sources: tuple[Source, ...]
    directives: tuple[Directive, ...]


def _made(
    reading: "_Reading",
    directives_text: _Text | _Folder | None,
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

    if isinstance(directives_text, _Folder):
        names, declared = _of_folder(reading, directives_text, calendar_document, calendar, now)
    else:
        names, declared = _of_file(reading, directives_text, calendar_document, calendar, now)
    if like is not None and _same_roster(like, roster_text, declared, names):
        roster = like.roster
    else:
        file = reading.file(
            roster_text, schema.OrganizationsFile, lambda data: rules.organizations_findings(data, names)
        )
        roster = tuple(build.roster_entry(item) for item in (file.organizations if file else ()))
    if reading.faults or declared is None or calendar is None:
        raise CatalogError(reading.faults)
    territories = build.territories(calendar_shape, calendar) if calendar_shape else {}
    written = Written(
        str(directives_text), str(calendar_text), None if roster_text is None else str(roster_text), str(zone)
    )
    # Megabytes take their time, and the caller may have put this reading into a thread.
    _ = written.digest
    return Catalog(
        types={key: OrganizationType(key, **item.model_dump()) for key, item in declared.types.items()},
        tags=dict(declared.tags),
        topics=dict(declared.topics),
        directives={directive.id: directive for directive in declared.directives},
        calendar=build.with_territories(calendar, territories),
        roster=roster,
        territories=territories,
        # Of several documents none is named for all.
        source=declared.sources[0].name if len(declared.sources) == 1 else "",
        sources=declared.sources,
        written=written,
    )


def _of_file(
    reading: "_Reading",
    text: _Text | None,
    calendar_document: Document | None,
    calendar: WorkCalendar | None,
    now: datetime,
) -> tuple[rules.Names, _Declared | None]:
    """The names that the file declares, and all of it if nothing of it is wrong."""
    document = reading.document(text)
    names = rules.Names.of(*(each.data if each else None for each in (document, calendar_document)))

    def findings(data: object) -> Iterable[Finding]:
        own = (*rules.directives_findings(data, names, calendar, now), *rules.source_findings(data, names))
        return (*own, *sums_rules.between([data], names)[0])

    file = reading.fit(document, schema.DirectivesFile, findings)
    if file is None or reading.faults:
        return names, None
    source = build.source(file.source)
    directives = tuple(build.directive(item, source) for item in file.directives)
    return names, _Declared(file.organization_types, file.tags, file.topics, (source,), directives)


def _of_folder(
    reading: "_Reading",
    folder_: _Folder,
    calendar_document: Document | None,
    calendar: WorkCalendar | None,
    now: datetime,
) -> tuple[rules.Names, _Declared | None]:
    """The same of several files. Of what one declares the others speak as well."""
    documents = {name: reading.document(text) for name, text in folder_.files.items()}
    every = [document.data if document else None for document in documents.values()]
    names = rules.Names.of_all(every, calendar_document.data if calendar_document else None)
    between = dict(zip(documents, source_rules.between([*documents.values()]), strict=True))
    sums = dict(zip(documents, sums_rules.between(every, names), strict=True))

    def findings(name: str, data: object) -> Iterable[Finding]:
        own = (*rules.directives_findings(data, names, calendar, now), *rules.source_findings(data, names))
        return (*own, *source_rules.within(data), *between[name], *sums[name])

    files = {
        name: reading.fit(document, schema.DirectivesPart, partial(findings, name))
        for name, document in documents.items()
    }
    reading.faults += source_rules.missing([*documents.values()], folder_.name)
    if reading.faults:
        return names, None
    types: dict[str, schema.TypeItem] = {}
    tags: dict[str, str] = {}
    topics: dict[str, str] = {}
    sources: list[Source] = []
    directives: list[Directive] = []
    for name, file in files.items():
        assert file is not None
        types |= file.organization_types or {}
        tags |= file.tags or {}
        topics |= file.topics or {}
        if file.source is not None:
            sources.append(source := build.source(file.source, name))
            directives += [build.directive(item, source) for item in file.directives or ()]
    return names, _Declared(types, tags, topics, tuple(sources), tuple(directives))


def _same_roster(like: Catalog, text: _Text | None, declared: _Declared | None, names: rules.Names) -> bool:
    """Whether the roster is written as in that catalog, and all that it may name is declared as there."""
    if text is None or declared is None or like.written.organizations != text.raw.decode("utf-8-sig", "replace"):
        return False
    if names.territories is None or like.territories.keys() != names.territories.keys():
        return False
    return like.types.keys() == declared.types.keys() and like.tags.keys() == declared.tags.keys()


def _calendar(file: schema.CalendarFile | None, zone: tzinfo, faults: Iterable[Fault]) -> WorkCalendar | None:
    """The calendar; None if its file has faults, so that nothing is said about what depends on it."""
    return None if file is None or any(faults) else build.calendar(file, zone)


class _Reading:
    """Collects the faults of all files."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def directives(self, path: Path) -> _Text | _Folder | None:
        """What the file of directives holds, or all those of the folder."""
        if not folder.is_folder(path):
            return self.content(path)
        read, faults = folder.contents(path)
        self.faults += faults
        files = {name: raw if raw is None else _Text(str(path / name), raw) for name, raw in read.items()}
        return _Folder(str(path), files) if files else None

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
