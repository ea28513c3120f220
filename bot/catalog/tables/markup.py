"""Tables in files that many programs call .xls and that are none: web pages, XML 2003, MHTML.

Imported by the reader of workbooks, in a process of its own.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

from bot.catalog.tables.number_formats import BUILT_IN, NAMED, NO, YES, Look, look, serial

# A cell says itself how far it reaches.
_WIDEST = 1000
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_BEGINS = re.compile(
    rb"\s*<(!doctype|\?xml|!--|html|head|meta|title|body|style|table|div|center|font|form|workbook)", re.IGNORECASE
)
_MAIL = re.compile(rb"\s*(mime-version|from|subject|date|content-type|message-id|x-[a-z-]+):", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\f\v\xa0]+")
_BREAKS = frozenset({"br", "p", "div", "li"})


@dataclass(slots=True)
class Grid:
    """A table: cells by row and column, as `workbook.Sheet` counts them, and what else is known of it."""

    name: str = ""
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    shown: list[tuple[int, int, str]] = field(default_factory=list)
    visible: bool = True

    def put(self, row: int, column: int, exact: str, seen: str) -> None:
        """Keeps what a cell holds, and what is seen of it if that is something else."""
        self.cells[row, column] = exact
        if seen != exact:
            self.shown.append((row, column, seen))

    def rows(self) -> list[tuple[int, list[str]]]:
        """The rows that hold anything."""
        filled: dict[int, dict[int, str]] = {}
        for (row, column), text in self.cells.items():
            if text:
                filled.setdefault(row, {})[column] = text
        return [
            (row, [cells.get(place, "") for place in range(max(cells) + 1)]) for row, cells in sorted(filled.items())
        ]


def is_markup(content: bytes) -> bool:
    """Whether it may be one of these files."""
    start = _start(content)
    return bool(_BEGINS.match(start)) or (bool(_MAIL.match(start)) and b"multipart/" in start.lower())


def read(content: bytes) -> list[Grid]:
    """The visible tables; empty if there are none. Raises ValueError."""
    start = _start(content)
    if not _BEGINS.match(start):
        return _mail(content)
    if _SPREADSHEET.encode() in start:
        return _xml(content)
    return _html(_decoded(content))


def _start(content: bytes) -> bytes:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content[:8192].decode("utf-16", "ignore").encode()
    return content.removeprefix(b"\xef\xbb\xbf")[:4096]


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    declared = _CHARSET.search(content[:4096])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode(declared[1].decode() if declared else "cp1251", "replace")
    except LookupError:
        return content.decode("cp1251", "replace")


def _mail(content: bytes) -> list[Grid]:
    # Few are such, and importing this takes longer than most of them.
    import email  # noqa: PLC0415
    import email.policy  # noqa: PLC0415

    message = email.message_from_bytes(content, policy=email.policy.default)
    grids = []
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            charset = part.get_content_charset()
            try:
                text = payload.decode(charset) if charset else _decoded(payload)
            except (LookupError, UnicodeDecodeError):
                text = _decoded(payload)
            grids += _html(text)
    return grids


# --- Web pages ---


def _html(text: str) -> list[Grid]:
    pages = _Pages()
    pages.feed(text)
    pages.close()
    return pages.finished()


class _Table:
    """A table that is being read."""

    def __init__(self) -> None:
        self.grid = Grid()
        self.row = 0
        self.at: tuple[int, int] | None = None
        self._taken: set[tuple[int, int]] = set()
        self._text: list[str] = []

    def begin_row(self, *, hidden: bool) -> None:
        self.end_cell()
        self.row += 1
        if hidden:
            self.grid.hidden.add(self.row)

    def begin_cell(self, wide: int, high: int) -> None:
        self.end_cell()
        self.row = max(self.row, 1)
        column = 0
        while (self.row, column) in self._taken:
            column += 1
        self.at = (self.row, column)
        for row in range(self.row, self.row + high):
            self._taken.update((row, place) for place in range(column, column + wide))
        if wide > 1 or high > 1:
            self.grid.merged.append((self.row, column, self.row + high - 1, column + wide - 1))

    def say(self, text: str) -> None:
        if self.at is not None:
            self._text.append(text)

    def end_cell(self) -> None:
        if self.at is not None:
            lines = (_SPACE.sub(" ", line).strip() for line in "".join(self._text).split("\x00"))
            self.grid.cells[self.at] = "\n".join(line for line in lines if line)
        self.at = None
        self._text = []


class _Pages(HTMLParser):
    """Every table of a page, those within others too."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[_Table] = []
        self._done: list[_Table] = []
        self._unseen = ""

    def finished(self) -> list[Grid]:
        for table in [*self._open]:
            table.end_cell()
        grids = [table.grid for table in [*self._done, *self._open] if any(table.grid.cells.values())]
        for place, grid in enumerate(grids, 1):
            grid.name = f"Таблица {place}"
        return grids

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in ("style", "script"):
            self._unseen = tag
        elif tag == "table":
            self._open.append(_Table())
        elif not self._open:
            return
        elif tag == "tr":
            style = said.get("style", "").replace(" ", "").lower()
            self._open[-1].begin_row(hidden="display:none" in style or "hidden" in said)
        elif tag in ("td", "th"):
            self._open[-1].begin_cell(_span(said.get("colspan", "")), _span(said.get("rowspan", "")))
        elif tag in _BREAKS:
            self._open[-1].say("\x00")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = ""
        elif self._open and tag in ("td", "th", "tr"):
            self._open[-1].end_cell()
        elif self._open and tag == "table":
            table = self._open.pop()
            table.end_cell()
            self._done.append(table)

    def handle_data(self, data: str) -> None:
        if self._open and not self._unseen:
            self._open[-1].say(data.replace("\n", " ").replace("\x00", ""))


def _span(text: str) -> int:
    return max(1, min(int(text), _WIDEST)) if text.isascii() and text.isdecimal() else 1


# --- XML 2003 ---


def _xml(content: bytes) -> list[Grid]:
    if b"<!entity" in content.lower():
        raise ValueError("entities")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from None
    of = f"{{{_SPREADSHEET}}}"
    codes: dict[str | None, str] = {}
    for style in root.iter(f"{of}Style"):
        shape = style.find(f"{of}NumberFormat")
        if shape is not None:
            code = shape.get(f"{of}Format", "General")
            codes[style.get(f"{of}ID")] = NAMED.get(code, code)
    grids = []
    for sheet in root.iter(f"{of}Worksheet"):
        visible = sheet.find(".//{urn:schemas-microsoft-com:office:excel}Visible")
        grid = Grid(sheet.get(f"{of}Name", ""), visible=visible is None)
        row = 0
        for line in sheet.iterfind(f"{of}Table/{of}Row"):
            row = int(line.get(f"{of}Index", row + 1))
            if line.get(f"{of}Hidden") == "1":
                grid.hidden.add(row)
            column = -1
            for cell in line.iterfind(f"{of}Cell"):
                column = int(cell.get(f"{of}Index", column + 2)) - 1
                across = min(int(cell.get(f"{of}MergeAcross", 0)), _WIDEST)
                down = int(cell.get(f"{of}MergeDown", 0))
                if across or down:
                    grid.merged.append((row, column, row + down, column + across))
                said = _said(cell.find(f"{of}Data"), codes.get(cell.get(f"{of}StyleID"), "General"))
                grid.put(row, column, said.exact, said.seen)
                column += across
        grids.append(grid)
    return [grid for grid in grids if grid.visible and any(grid.cells.values())]


def _said(data: ElementTree.Element | None, code: str) -> Look:
    text = "" if data is None else "".join(data.itertext()).strip()
    kind = "" if data is None else data.get(f"{{{_SPREADSHEET}}}Type", "")
    try:
        match kind if text else "":
            case "Number":
                return look(float(text), code)
            case "DateTime":
                return look(serial(datetime.fromisoformat(text)), code if code != "General" else BUILT_IN[14])
            case "Boolean":
                return Look(YES if text == "1" else NO, text)
            case "Error":
                return Look(text, "")
            case _:
                return Look(text, text)
    except ValueError:
        return Look(text, text)
