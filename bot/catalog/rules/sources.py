"""Rules that hold between several files of directives, each with a source: what one of them must not say again."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.catalog import build
from bot.catalog.places import Loc
from bot.catalog.rules.fields import Finding
from bot.catalog.schema import DirectiveItem, DirectivesPart
from bot.catalog.shape import value_of
from bot.catalog.yaml_lines import Document
from bot.domain.catalog.faults import Fault
from bot.domain.text import caseless

# What all files declare together, and what an entry of it is called.
SHARED = {"organization_types": "тип организаций", "tags": "метка", "topics": "тема"}
# Without these no directive can be told whom it is for.
_NEEDED = ("organization_types", "topics")


def between(documents: Sequence[Document | None]) -> list[list[Finding]]:
    """For each file what it has that an earlier one has too; also where some cannot be understood."""
    firsts: dict[tuple[str, str], tuple[str, Document, Loc]] = {}
    return [[] if document is None else [*_of(document, firsts)] for document in documents]


def _of(document: Document, firsts: dict[tuple[str, str], tuple[str, Document, Loc]]) -> Iterator[Finding]:
    """The findings of one file; `firsts`: what those before it have."""
    for kind, word, loc, value, told in _said(document.data):
        before, its, at = firsts.setdefault((kind, caseless(word)), (value, document, loc))
        if its is not document and (kind not in SHARED or before != value):
            yield loc, f"{told}: {Path(its.file).name}, строка {its.line(at)}"


def _said(data: Any) -> Iterator[tuple[str, str, Loc, str, str]]:
    """What a file says that no other may say otherwise: kind, word, place, value, and what is told of a clash."""
    source = value_of(DirectivesPart, "source", data)
    if source is not None:
        name = build.source(source).name
        loc: Loc = ("source", "title") if isinstance(data["source"], dict) else ("source",)
        yield "source", name, loc, name, "так же назван источник в другом файле; впишите дату и номер документа"
    for key, what in SHARED.items():
        part = data.get(key) if isinstance(data, dict) else None
        for word, value in part.items() if isinstance(part, dict) else ():
            yield key, str(word), (key, word), repr(value), f"{what} «{word}» уже есть и записан{_ending(key)} иначе"
    items = data.get("directives") if isinstance(data, dict) else None
    for index, item in enumerate(items if isinstance(items, list) else []):
        directive_id = value_of(DirectiveItem, "id", item)
        if directive_id is not None:
            told = f"id «{directive_id}» уже есть в другом файле"
            yield "directive", directive_id, ("directives", index, "id"), "", told


def _ending(key: str) -> str:
    return "" if key == "organization_types" else "а"


def within(data: Any) -> Iterator[Finding]:
    """What is missing in one of several files: a source and its directives go together."""
    if not isinstance(data, dict):
        return
    if "directives" in data and "source" not in data:
        yield (), "не хватает ключа source: у каждого файла с поручениями свой источник"
    if "source" in data and "directives" not in data:
        yield (), "не хватает ключа directives: у источника нет поручений"


def missing(documents: Sequence[Document | None], folder: str) -> list[Fault]:
    """What none of the files has; nothing while one cannot be understood, since it may have it."""
    data = [document.data for document in documents if document is not None and isinstance(document.data, dict)]
    if len(data) < len(documents):
        return []
    needed = (*_NEEDED, "directives")
    return [
        Fault(folder, None, "", f"ни в одном файле папки нет ключа {key}")
        for key in needed
        if not any(key in part for part in data)
    ]
