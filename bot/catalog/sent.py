"""Directives that were sent to the bot as a YAML file, read with the types, tags, topics and calendar of a catalog."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from annotated_types import MaxLen, MinLen

from bot.catalog import build, rules, yaml_lines
from bot.catalog.faults import CatalogError
from bot.catalog.rules_fields import Finding
from bot.catalog.schema import DirectiveItem, Shape
from bot.catalog.shape import validate
from bot.catalog.yaml_lines import Document
from bot.domain.catalog.catalog import Catalog
from bot.domain.catalog.faults import Fault
from bot.domain.directives.directive import Directive

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
    """A catalog with the sent directives, and the faults of those that were left out, by directive."""

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


def merge(base: Catalog, bodies: Mapping[str, str], now: datetime) -> Sent:
    """Puts the sent directives into the catalog: each is found by its id in its text, and wins over the file's.

    A directive that does not fit this catalog (its topic has vanished) is left out; the others stay.
    """
    directives, left_out = dict(base.directives), {}
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
    findings: Iterable[Finding] = rules.directives_findings(document.data, names, base.calendar, now)
    faults += [document.fault(loc, message) for loc, message in findings]
    if file is None or faults:
        return None, sorted(faults, key=lambda fault: fault.line or 0)
    return tuple(build.directive(item) for item in file.directives), []
