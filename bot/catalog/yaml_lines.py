"""Reads YAML into plain data and remembers on which line everything stands.

It goes over the parser's events instead of PyYAML's own composer, which recurses without a limit, follows recursive
aliases and resolves `10:30` to 630, `no` to False and `010` to 8. Here a plain scalar is a whole number, a decimal,
true, false or null only if it looks like nothing else; every other scalar stays text, and so does every key.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bot.catalog.faults import CatalogError
from bot.catalog.places import Loc, place_of
from bot.catalog.yaml_words import explain
from bot.domain.catalog.faults import Fault
from bot.domain.text import INVISIBLE

# The largest real file is a roster: 5 MB are about 40,000 organizations.
MAX_BYTES = 5_000_000
# Values with every alias written out: validation walks through all of them.
MAX_NODES = 500_000
# The deepest real place, directives[].schedule.dates[].open, is 6 levels down.
MAX_DEPTH = 30

# No leading zeros, no exponents, no underscores; 18 digits keep absurd numbers out of int() and Decimal().
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
# Word's line break within a paragraph, which YAML does not know; a letter of nobody's stands for it while it is parsed.
_SOFT_BREAKS, _SOFT_BREAK = re.compile("[\v\f]"), "\U000f000b"
_UNPRINTABLE = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\ufeff{INVISIBLE}]")
# A number after the sign of a remark: «Правила #1», of which YAML leaves «Правила».
_LOST = re.compile(r"\s+(#\d.*)")
_TEXT_TAG = "tag:yaml.org,2002:str"

# libyaml is many times faster; without it the same code runs on the parser in pure Python.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A file's data: dict, list, str, int, Decimal, bool and None."""

    file: str
    data: Any
    lines: dict[Loc, int] = field(default_factory=dict)

    def line(self, loc: Loc) -> int:
        """The line of that place, or of the nearest one around it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)

    def fault(self, loc: Loc, message: str) -> Fault:
        """A fault at that place."""
        return Fault(self.file, self.line(loc), place_of(loc, self.data), message)


def content(path: Path) -> bytes:
    """The bytes of a file, one more than may be at most. Raises CatalogError."""
    if wrong := _unusable(path):
        raise CatalogError([Fault(str(path), None, "", wrong)])
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CatalogError([Fault(str(path), None, "", _unreadable(error))]) from error


def parse(raw: bytes, file: str) -> tuple[Document | None, list[Fault]]:
    """Reads the bytes of a file: its document, None if it cannot be understood, and its faults."""
    try:
        text = _decode(raw)
        return _Reading(file, text.splitlines()).document(text)
    except _Stop as stop:
        return None, [Fault(file, stop.line, place_of(stop.loc), stop.message)]


class _Stop(Exception):
    """Reading cannot go on."""

    def __init__(self, line: int | None, message: str, loc: Loc = ()) -> None:
        super().__init__(message)
        self.line, self.message, self.loc = line, message, loc


def _decode(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise _Stop(None, f"файл больше {MAX_BYTES // 1_000_000} МБ")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _Stop(line, "файл не в кодировке UTF-8: сохраните его в ней («Сохранить как», «Кодировка»)") from None
    strange = _UNPRINTABLE.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        raise _Stop(line, f"невидимый знак U+{ord(strange.group()):04X}: удалите его")
    return _SOFT_BREAKS.sub(_SOFT_BREAK, text)


def _events(text: str) -> Iterator[Event]:
    """The parser's events; raises _Stop where the text is not YAML."""
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        raise _Stop(*explain(error, text)) from None
    except yaml.YAMLError as error:
        raise _Stop(None, f"это не YAML ({error})") from None


def _unusable(path: Path) -> str:
    """Why it is not opened: nobody waits for a pipe. Links are followed: that is how files are handed to containers."""
    try:
        if path.is_file() or path.is_dir():
            return ""
        return "ссылка ведёт туда, где файла нет" if path.is_symlink() else "это не файл" if path.exists() else ""
    except OSError:
        # Opening it says why.
        return ""


def _unreadable(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "файла нет"
        case IsADirectoryError():
            return "это папка, а не файл"
        case PermissionError():
            return "нет прав на чтение файла"
        case _:
            return f"файл не читается: {error.strerror or error}"


def _line(event: Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1


class _Reading:
    """One reading of one file."""

    def __init__(self, file: str, text: Sequence[str]) -> None:
        self.file, self.text = file, text
        self.lines: dict[Loc, int] = {}
        self.found: list[tuple[int, Loc, str]] = []
        self.nodes = 0
        # The data by anchor, and how many nodes they have; None: they are still being read.
        self.anchors: dict[str, tuple[Any, int] | None] = {}

    def document(self, text: str) -> tuple[Document, list[Fault]]:
        events = _events(text)
        documents = 0
        data: Any = None
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Stop(_line(event), "второй документ YAML: уберите строку «---» посреди файла")
            elif isinstance(event, NodeEvent):
                data = self._node(event, events, (), 0)
        if data is None:
            raise _Stop(1, "файл пуст")
        # Only now it is known how things are called.
        faults = [Fault(self.file, line, place_of(loc, data), message) for line, loc, message in self.found]
        return Document(self.file, data, self.lines), faults

    def _node(self, event: NodeEvent, events: Iterator[Event], loc: Loc, depth: int) -> Any:
        line = _line(event)
        self.lines.setdefault(loc, line)
        if depth > MAX_DEPTH:
            raise _Stop(line, f"вложено глубже {MAX_DEPTH} уровней")
        before = self.nodes
        self._count(1, line)
        if isinstance(event, AliasEvent):
            return self._alias(event, line, loc)
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", _TEXT_TAG) or (tag == _TEXT_TAG and not isinstance(event, ScalarEvent)):
            raise _Stop(
                line, f"«!» в начале значения имеет особый смысл ({tag}): уберите его или возьмите текст в кавычки", loc
            )
        if event.anchor:
            self.anchors[event.anchor] = None
        if isinstance(event, CollectionStartEvent):
            data = self._collection(event, events, loc, depth)
        else:
            assert isinstance(event, ScalarEvent)
            data = _scalar(event)
            if (data is None or isinstance(data, str)) and (lost := self._lost(event)):
                self.found.append((line, loc, f"«{lost}» — примечание для YAML, а не текст: возьмите всё в кавычки"))
        if event.anchor:
            self.anchors[event.anchor] = (data, self.nodes - before)
        return data

    def _lost(self, event: ScalarEvent) -> str:
        """What looks like the rest of a text without quotes, and is a remark; empty: nothing."""
        mark = event.end_mark
        if event.style not in (None, "") or mark is None or mark.line >= len(self.text):
            return ""
        lost = _LOST.match(self.text[mark.line], mark.column)
        return lost[1].rstrip() if lost else ""

    def _count(self, nodes: int, line: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise _Stop(line, f"больше {MAX_NODES} значений, считая повторы через *")

    def _alias(self, event: AliasEvent, line: int, loc: Loc) -> Any:
        if event.anchor not in self.anchors:
            raise _Stop(
                line,
                f"«*» в начале имеет особый смысл, а &{event.anchor} выше нет: возьмите текст в кавычки",
                loc,
            )
        anchored = self.anchors[event.anchor]
        if anchored is None:
            raise _Stop(line, f"*{event.anchor} стоит внутри того, что повторяет", loc)
        data, nodes = anchored
        self._count(nodes, line)
        return data

    def _collection(self, event: NodeEvent, events: Iterator[Event], loc: Loc, depth: int) -> Any:
        if isinstance(event, SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(item := next(events), SequenceEndEvent):
                assert isinstance(item, NodeEvent)
                items.append(self._node(item, events, (*loc, len(items)), depth + 1))
            return items
        assert isinstance(event, MappingStartEvent)
        return self._mapping(events, loc, depth)

    def _mapping(self, events: Iterator[Event], loc: Loc, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while isinstance(key := next(events), NodeEvent):
            line = _line(key)
            if not isinstance(key, ScalarEvent):
                raise _Stop(line, "ключ должен быть одним словом", loc)
            self._count(1, line)
            name: str = key.value
            value = next(events)
            assert isinstance(value, NodeEvent)
            if name in data:
                message = f"ключ {name} повторяется: он уже есть в строке {self.lines[*loc, name]}"
                self.found.append((line, loc, message))
                kept, self.lines = self.lines, {}
                self._node(value, events, (*loc, name), depth + 1)
                self.lines = kept
                continue
            # A fault of a value shows the line of its key, also when the value begins a line below.
            self.lines[*loc, name] = line
            data[name] = self._node(value, events, (*loc, name), depth + 1)
        return data


def _scalar(event: ScalarEvent) -> Any:
    text: str = event.value.replace(_SOFT_BREAK, "\v")
    plain = event.style in (None, "") and event.tag is None
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text
