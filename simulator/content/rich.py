"""Rich messages: the blocks a bot may write, checked as Telegram checks them, and how people read them.

Played are the blocks of a report: heading, paragraph, footer, divider, table, details; of rich texts the plain ones,
lists of texts, and the styles that hold nothing but a text.
"""

from itertools import chain
from typing import Any

from simulator.content.text import clean
from simulator.errors import ApiError, Json, bad_request
from simulator.names import words

MAX_CHARACTERS = 32_768
MAX_BLOCKS = 500
MAX_DEPTH = 16
MAX_COLUMNS = 20
_STYLES = words("bold italic underline strikethrough spoiler subscript superscript marked code")
_ALIGN = words("left center right")
_VALIGN = words("top middle bottom")
_RULE = "———"


def rich_message(raw: Any) -> Json:
    """A RichMessage as Telegram would store it; ApiError 400 for what it would refuse."""
    if raw is None:
        raise bad_request("rich message must be non-empty")
    if not isinstance(raw, dict):
        raise bad_request("object expected as rich message")
    if raw.keys() & {"html", "markdown", "media"}:
        raise bad_request("simulator: rich messages are played only as blocks")
    _check_fields(raw, "a rich message", optional="blocks is_rtl skip_entity_detection")
    _flag(raw, "skip_entity_detection", "a rich message")
    message = {"blocks": _Reader().message(raw.get("blocks", []))}
    return message | _flags(raw, "a rich message", "is_rtl")


def as_text(message: Json) -> str:
    """A rich message as somebody reads it: a line for each block and for each row of a table, all details open."""
    return "\n".join(_lines(message["blocks"]))


def tables(message: Json) -> list[list[list[str]]]:
    """The tables of a rich message in reading order: rows of cells, empty where a wide or a high cell reaches."""
    return _tables(message["blocks"])


def _check_fields(raw: Json, what: str, required: str = "", optional: str = "") -> None:
    """400 for a field that is missing or unknown; Telegram would leave the unknown ones unread."""
    for name in required.split():
        if name not in raw:
            raise bad_request(f"can't parse {what}: Can't find field \"{name}\"")
    if extra := raw.keys() - words(f"{required} {optional}"):
        raise bad_request(f"simulator: unknown field {min(extra)} of {what}")


def _typed(raw: Json, name: str, what: str, type_: type, called: str, default: Any = None) -> Any:
    value = raw.get(name, default)
    # an exact type: True is no number
    if type(value) is not type_:
        raise bad_request(f'can\'t parse {what}: Field "{name}" must be of type {called}')
    return value


def _flag(raw: Json, name: str, what: str) -> bool:
    return bool(_typed(raw, name, what, bool, "Boolean", False))


def _flags(raw: Json, what: str, *names: str) -> Json:
    """Those of the flags that are up; Telegram leaves out the others."""
    return {name: True for name in names if _flag(raw, name, what)}


class _Reader:
    """Reads the blocks of one message and keeps count of what is limited."""

    def __init__(self) -> None:
        self.number = 0
        self.characters = 0
        self.blank = True

    def message(self, raw: Any) -> list[Json]:
        if raw == []:
            raise bad_request("rich message must be non-empty")
        blocks = self.blocks(raw, 1)
        if self.blank:
            raise bad_request("rich message must be non-empty")
        return blocks

    def blocks(self, raw: Any, depth: int) -> list[Json]:
        if not isinstance(raw, list):
            raise bad_request('can\'t parse rich message: Field "blocks" must be of type Array')
        return [self.block(item, depth) for item in raw]

    def block(self, raw: Any, depth: int) -> Json:
        if not isinstance(raw, dict):
            raise bad_request("object expected as InputRichMessageBlock")
        _check_depth(depth)
        self.count()
        match raw.get("type"):
            case "heading":
                return self.heading(raw, depth)
            case "paragraph" | "footer" as kind:
                _check_fields(raw, f"a {kind}", "type text")
                return {"type": kind, "text": self.text(raw["text"], depth + 1)}
            case "divider":
                _check_fields(raw, "a divider", "type")
                return {"type": "divider"}
            case "table":
                return self.table(raw, depth)
            case "details":
                return self.details(raw, depth)
            case kind:
                raise bad_request(f"simulator: rich blocks of type {kind!r} are not known")

    def count(self) -> None:
        """One block more: rows of a table count as well."""
        self.number += 1
        if self.number > MAX_BLOCKS:
            raise bad_request(f"simulator: a rich message has more than {MAX_BLOCKS} blocks")

    def heading(self, raw: Json, depth: int) -> Json:
        _check_fields(raw, "a heading", "type text size")
        size = _typed(raw, "size", "a heading", int, "Number")
        if not 1 <= size <= 6:
            raise bad_request("invalid section heading size specified")
        return {"type": "heading", "text": self.text(raw["text"], depth + 1), "size": size}

    def details(self, raw: Json, depth: int) -> Json:
        _check_fields(raw, "details", "type summary blocks", "is_open")
        summary = self.text(raw["summary"], depth + 1)
        blocks = self.blocks(raw["blocks"], depth + 1)
        return {"type": "details", "summary": summary, "blocks": blocks, **_flags(raw, "details", "is_open")}

    def table(self, raw: Json, depth: int) -> Json:
        _check_fields(raw, "a table", "type cells", "is_bordered is_striped is_compact caption")
        rows = raw["cells"]
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise bad_request('can\'t parse a table: Field "cells" must be of type Array of Array')
        if not rows:
            raise bad_request("simulator: a table has no rows")
        cells = []
        for row in rows:
            self.count()
            cells.append([self.cell(item, depth + 1) for item in row])
        _grid(cells)
        table: Json = {"type": "table", "cells": cells}
        table |= _flags(raw, "a table", "is_bordered", "is_striped", "is_compact")
        caption = self.text(raw.get("caption", ""), depth + 1)
        return table | ({"caption": caption} if _plain(caption) else {})

    def cell(self, raw: Any, depth: int) -> Json:
        if not isinstance(raw, dict):
            raise bad_request("richBlockTableCell must be an object")
        _check_fields(raw, "a cell", optional="text is_header colspan rowspan align valign")
        header = _flags(raw, "a cell", "is_header")
        align, valign = raw.get("align", "center" if header else "left"), raw.get("valign", "middle")
        if not isinstance(align, str) or align not in _ALIGN:
            raise bad_request("invalid horizontal alignment specified")
        if not isinstance(valign, str) or valign not in _VALIGN:
            raise bad_request("invalid vertical alignment specified")
        cell: Json = {"align": align, "valign": valign, **header}
        for name in ("colspan", "rowspan"):
            span = _typed(raw, name, "a cell", int, "Number", 1)
            if span < 0:
                raise bad_request(f"invalid table cell {name} specified")
            if span > 1:
                cell[name] = span
        text = self.text(raw.get("text", ""), depth + 1)
        return cell | ({"text": text} if _plain(text) else {})

    def text(self, raw: Any, depth: int) -> Any:
        """A rich text: a string, a list of rich texts, or one of a style."""
        _check_depth(depth)
        if isinstance(raw, str):
            text = clean(raw)
            self.characters += len(text)
            if self.characters > MAX_CHARACTERS:
                raise bad_request("MESSAGE_TOO_LONG")
            self.blank = self.blank and not text.strip()
            return text
        if isinstance(raw, list):
            return [self.text(item, depth + 1) for item in raw]
        if not isinstance(raw, dict):
            raise bad_request("invalid rich text specified")
        kind = raw.get("type")
        if not isinstance(kind, str) or kind not in _STYLES:
            raise bad_request(f"simulator: rich texts of type {kind!r} are not known")
        _check_fields(raw, f"a text of type {kind}", "type text")
        return {"type": kind, "text": self.text(raw["text"], depth + 1)}


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise bad_request(f"simulator: a rich message is nested deeper than {MAX_DEPTH} levels")


def _grid(rows: list[list[Json]]) -> list[list[str]]:
    """The table as a rectangle; 400 when it is none, or is too wide.

    Telegram would draw a crooked table as well as it can: surely not what the caller meant.
    """
    places: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in places:
                column += 1
            _put(places, cell, number, column, len(rows))
            column += cell.get("colspan", 1)
    width = 1 + max((column for _, column in places), default=-1)
    if not width or len(places) != width * len(rows):
        raise _crooked()
    return [[places[number, column] for column in range(width)] for number in range(len(rows))]


def _put(places: dict[tuple[int, int], str], cell: Json, row: int, column: int, height: int) -> None:
    """Give a cell its places: its text in the first, nothing in the others."""
    right, bottom = column + cell.get("colspan", 1), row + cell.get("rowspan", 1)
    if right > MAX_COLUMNS:
        raise bad_request(f"simulator: a table has more than {MAX_COLUMNS} columns")
    if bottom > height:
        raise _crooked()
    taken = [(y, x) for y in range(row, bottom) for x in range(column, right)]
    if places.keys() & taken:
        raise _crooked()
    places.update(dict.fromkeys(taken, ""))
    places[row, column] = _plain(cell.get("text", ""))


def _crooked() -> ApiError:
    return bad_request("simulator: the rows of a table are not equally long")


def _plain(text: Any) -> str:
    """A rich text without its styles."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(_plain(item) for item in text)
    return _plain(text["text"])


def _lines(blocks: list[Json]) -> list[str]:
    return list(chain.from_iterable(_block_lines(block) for block in blocks))


def _block_lines(block: Json) -> list[str]:
    match block["type"]:
        case "divider":
            return [_RULE]
        case "details":
            return [_plain(block["summary"]), *_lines(block["blocks"])]
        case "table":
            caption = [_plain(block["caption"])] if "caption" in block else []
            return [*caption, *(" | ".join(row) for row in _grid(block["cells"]))]
        case _:
            return [_plain(block["text"])]


def _tables(blocks: list[Json]) -> list[list[list[str]]]:
    tables = []
    for block in blocks:
        if block["type"] == "table":
            tables.append(_grid(block["cells"]))
        elif block["type"] == "details":
            tables += _tables(block["blocks"])
    return tables
