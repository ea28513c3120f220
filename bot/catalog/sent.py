"""Directives that were sent to the bot as a YAML file, read with the types, tags, topics and calendar of a catalog.

Where they come from a folder, a whole file of it may be sent, which takes the place of the one of that name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from annotated_types import MaxLen, MinLen

from bot.catalog import build, folder, yaml_lines
from bot.catalog.faults import CatalogError
from bot.catalog.loader import compiled
from bot.catalog.rules import one_file as rules
from bot.catalog.rules import sums
from bot.catalog.rules.fields import Finding
from bot.catalog.schema import DirectiveItem, Shape
from bot.catalog.shape import validate
from bot.catalog.yaml_lines import Document
from bot.domain.catalog.catalog import Catalog
from bot.domain.catalog.faults import Fault
from bot.domain.catalog.written import folder_text, name_of_sent, sent_file
from bot.domain.directives.directive import Directive
from bot.domain.directives.source import Source

# Bytes. The whole of data/directives.yaml is 40,000.
MAX_BYTES = 1_000_000


class SentFile(Shape):
    """What a sent file holds. The other keys of directives.yaml may stand in it and are ignored."""

    directives: Annotated[list[DirectiveItem], MinLen(1), MaxLen(50)]
    source: Any = None
    organization_types: Any = None
    tags: Any = None
    topics: Any = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A catalog with the sent directives, and the faults of those that were left out, by what they are kept under."""

    catalog: Catalog
    left_out: Mapping[str, tuple[Fault, ...]]


def read(raw: bytes, file: str, base: Catalog, now: datetime) -> tuple[Directive, ...]:
    """Reads the directives of a file: one, a list of them, or a mapping with the key `directives`. Blocks.

    `file` is the name that faults show. Raises CatalogError with every fault.
    """
    document, faults = yaml_lines.parse(raw, file)
    if document is None:
        raise CatalogError(faults)
    directives, more = _fit(_listed(document), base, now)
    if faults or more or directives is None:
        raise CatalogError([*faults, *more])
    return directives


@dataclass(frozen=True, slots=True)
class Place:
    """What a sent file is kept under: the ids of its directives, or `sent_file` if it is a whole file of the folder.

    `replaces`: what was sent before and holds no longer, since the whole file is younger.
    """

    keys: tuple[str, ...]
    replaces: frozenset[str] = frozenset()


def place_of(raw: bytes, file: str, base: Catalog, bodies: Mapping[str, str], now: datetime) -> Place:
    """Where the file is to be kept beside the `bodies` that were sent before. Blocks. Raises CatalogError with every
    fault."""
    taken_in, left_out = _taken_in(base, _files(bodies), now)
    if base.written.folder is None or not _is_whole(yaml_lines.parse(raw, file)[0]):
        return Place(tuple(directive.id for directive in read(raw, file, taken_in, now)))
    if wrong := folder.misnamed(file):
        raise CatalogError([Fault(file, None, "", wrong)])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogError(yaml_lines.parse(raw, file)[1]) from error
    fitting = {name: body for name, body in _files(bodies).items() if sent_file(name) not in left_out}
    made = _with_files(base, {**fitting, file: text}, now)
    its = {key for key, directive in made.directives.items() if directive.source and directive.source.file == file}
    return Place((sent_file(file),), frozenset(its & bodies.keys()))


def _files(bodies: Mapping[str, str]) -> dict[str, str]:
    """The whole files among what was sent, by name."""
    return {name: body for key, body in bodies.items() if (name := name_of_sent(key)) is not None}


def _is_whole(document: Document | None) -> bool:
    """Whether it is a file as they are in the folder, and no directive or list of them; also if nothing is known."""
    return document is None or (isinstance(document.data, dict) and "id" not in document.data)


def _with_files(base: Catalog, files: Mapping[str, str], now: datetime) -> Catalog:
    """The catalog with these files in its folder. Raises CatalogError."""
    texts = {**(base.written.folder or {}), **files}
    ordered = folder_text({name: texts[name] for name in folder.in_order(texts)})
    made = compiled(replace(base.written, directives=ordered), now, like=base)
    # What was adopted is still the same.
    return replace(made, written=base.written)


def _taken_in(base: Catalog, files: Mapping[str, str], now: datetime) -> tuple[Catalog, dict[str, tuple[Fault, ...]]]:
    """The catalog with those of the files that fit, and what is wrong with the others."""
    if not files:
        return base, {}
    if base.written.folder is None:
        gone = (Fault("", None, "", "поручения теперь не в папке, а в одном файле"),)
        return base, dict.fromkeys(map(sent_file, files), gone)
    try:
        # Together: what one gives up another may take.
        return _with_files(base, files, now), {}
    except CatalogError:
        fitting: dict[str, str] = {}
        left_out: dict[str, tuple[Fault, ...]] = {}
        for name, text in files.items():
            try:
                _with_files(base, {**fitting, name: text}, now)
            except CatalogError as error:
                left_out[sent_file(name)] = error.faults
            else:
                fitting[name] = text
        return (_with_files(base, fitting, now) if fitting else base), left_out


def merge(base: Catalog, bodies: Mapping[str, str], now: datetime) -> Sent:
    """Puts the sent directives into the catalog: each is found by its id in its text, and wins over the file's.

    A directive that does not fit this catalog (its topic has vanished) is left out; the others stay. So are files that
    were sent, which come first: a directive that was sent alone is younger than its file, or was put right since.
    """
    base, left_out = _taken_in(base, _files(bodies), now)
    bodies = {key: body for key, body in bodies.items() if name_of_sent(key) is None}
    directives = dict(base.directives)
    documents = {body: yaml_lines.parse(body.encode(), "")[0] for body in set(bodies.values())}
    for directive_id, body in bodies.items():
        document = documents[body]
        single = _only(_listed(document), directive_id) if document else None
        fitting, faults = _fit(single, base, now) if single else (None, [])
        if fitting:
            directives[directive_id] = fitting[0]
        else:
            left_out[directive_id] = tuple(faults)
    return Sent(base.with_directives(directives), left_out)


def _listed(document: Document) -> Document:
    """The document as a mapping with the key `directives`, in whichever of the three ways it was written."""
    data, prefix = document.data, ("directives",)
    if isinstance(data, dict) and "directives" in data:
        return document
    if isinstance(data, dict):
        return _under(document, [data], (*prefix, 0))
    return _under(document, data, prefix)


def _under(document: Document, items: Any, prefix: tuple[str | int, ...]) -> Document:
    lines = {(*prefix, *loc): line for loc, line in document.lines.items()}
    return Document(document.file, {"directives": items}, lines)


def _only(document: Document, directive_id: str) -> Document | None:
    for index, item in enumerate(document.data["directives"]):
        if isinstance(item, dict) and str(item.get("id")) == directive_id:
            lines = {
                ("directives", 0, *loc[2:]): line
                for loc, line in document.lines.items()
                if loc[:2] == ("directives", index)
            }
            return Document(document.file, {"directives": [item]}, lines)
    return None


def _fit(document: Document, base: Catalog, now: datetime) -> tuple[tuple[Directive, ...] | None, list[Fault]]:
    file, faults = validate(SentFile, document)
    types = {key: kind.title for key, kind in base.types.items()}
    territories = {key: territory.name for key, territory in base.territories.items()}
    names = rules.Names(types, base.tags, base.topics, territories)
    findings: Iterable[Finding] = (
        *rules.directives_findings(document.data, names, base.calendar, now),
        *sums.between([document.data], names, base)[0],
    )
    faults += [document.fault(loc, message) for loc, message in findings]
    its_sources = {} if file is None else {item.id: _source(base, item.id) for item in file.directives}
    for index, (_, source) in enumerate(its_sources.items()):
        if source is None:
            faults.append(document.fault(("directives", index), _WHOSE))
    for index, item in enumerate(file.directives if file else ()):
        source = its_sources[item.id]
        findings = rules.beyond(enumerate(item.audience), source.territories if source else ())
        faults += [document.fault(("directives", index, *loc), message) for loc, message in findings]
    if file is None or faults:
        return None, sorted(faults, key=lambda fault: fault.line or 0)
    return tuple(build.directive(item, its_sources[item.id]) for item in file.directives), []


# A new directive alone is nobody's where there are several sources.
_WHOSE = "поручение новое, а источников несколько: пришлите весь файл источника, с ключом source"


def _source(base: Catalog, directive_id: str) -> Source | None:
    """The document that a directive comes from that was sent without it; None: it could be any of several."""
    known = base.directives.get(directive_id)
    if known is not None and known.source is not None:
        return known.source
    return base.sources[0] if len(base.sources) == 1 else None
