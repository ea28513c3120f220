"""Reads a roster from a table such as a methodist keeps: a list in Excel, or what some program has exported.

RosterTableError
    The table cannot be used; carries every `RosterFault` that could be found in one reading.
"""

import difflib
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.catalog import table, workbook
from bot.catalog.faults import SIMILARITY
from bot.catalog.workbook import Sheet
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.names import same, spelled
from bot.domain.people.organization import COLUMNS, TYPED_IN, Ids, Organization, RosterEntry, Text
from bot.domain.people.roster import named
from bot.domain.text import clean, units


class RosterFaultKind(StrEnum):
    """What can be wrong. Of the first group there is one: the table cannot be read at all."""

    EMPTY = "empty"
    TOO_BIG = "too-big"
    PROTECTED = "protected"
    NOT_A_TABLE = "not-a-table"
    NO_HEADING = "no-heading"
    NO_COLUMN = "no-column"
    SAME_COLUMN = "same-column"
    SEVERAL_SHEETS = "several-sheets"
    NO_ROWS = "no-rows"

    NO_NAME = "no-name"
    NOT_A_NAME = "not-a-name"
    LONG = "long"
    SAME_NAME = "same-name"
    BAD_CODE = "bad-code"
    SAME_CODE = "same-code"
    NO_TYPES = "no-types"
    UNKNOWN_TYPE = "unknown-type"
    UNKNOWN_TAG = "unknown-tag"


@dataclass(frozen=True, slots=True)
class RosterFault:
    """One fault. `row` is the number that Excel shows; None: the table as a whole.

    `value` is what stands there (of NO_COLUMN the column's id, of SEVERAL_SHEETS their names); `column` the id of the
    column that holds too long a text; `hint` what was probably meant; `other` the row that says the same already.
    """

    kind: RosterFaultKind
    row: int | None = None
    value: str = ""
    hint: str = ""
    other: int | None = None
    column: str = ""


class RosterTableError(Exception):
    """The table cannot be used."""

    def __init__(self, faults: Iterable[RosterFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{fault.row or '-'}: {fault.kind} {fault.value}" for fault in self.faults))


def _heading(text: str) -> str:
    """What spellings of a heading have in common."""
    return " ".join(re.sub(r"\W+", " ", same(text)).split())


# How columns are headed: in any order, in any capitals, beside columns that mean nothing here.
_BY_HEADING = {_heading(heading): name for name, column in COLUMNS.items() for heading in (name, *column.headings)}
_LISTS = frozenset(name for name, column in COLUMNS.items() if isinstance(column, Ids))

_CODE = re.compile(r"[a-z0-9_-]{1,40}")
_LATIN = str.maketrans("асеорхук‐‑‒–—―−", "aceopxyk-------")
_SPACED_DASH = re.compile(r" [-‐‑‒–—―−] ")
_OPENING = re.compile(r"(^|[\s(«])[\"“”„]")
_CLOSING = re.compile(r"[\"“”„]")
_BETWEEN = re.compile(r"[,;\n]")
# So many faults are read by nobody, and looking for what was meant takes its time.
_HINTED = 100


def read(content: bytes, catalog: Catalog, organizations: Collection[Organization]) -> tuple[RosterEntry, ...]:
    """The roster that the table holds. Blocks while a workbook is read, for 20 seconds at most.

    `organizations` are all that there are, removed and unconfirmed ones included: a row without a code has that of
    the organization of the same name. Raises RosterTableError with all faults.
    """
    sheet, heading, columns = _find(_sheets(content))
    rows = _rows(sheet, heading, columns)
    if not rows:
        raise RosterTableError([RosterFault(RosterFaultKind.NO_ROWS)])
    reader = _Reader(catalog, organizations)
    return reader.entries(rows)


def _sheets(content: bytes) -> list[Sheet]:
    kinds = RosterFaultKind
    try:
        return table.read(content, lambda cells: {"name", "types"} <= _columns(cells).keys())
    except table.Empty:
        kind = kinds.EMPTY
    except workbook.TooBig:
        kind = kinds.TOO_BIG
    except workbook.Protected:
        kind = kinds.PROTECTED
    except workbook.NotAWorkbook:
        kind = kinds.NOT_A_TABLE
    raise RosterTableError([RosterFault(kind)])


def _find(sheets: Sequence[Sheet]) -> tuple[Sheet, int, dict[str, int]]:
    """The sheet that has the heading, the number of its row, and where the columns are."""
    kinds = RosterFaultKind
    found = []
    near: list[RosterFault] = []
    for sheet in sheets:
        for number, cells in sheet.rows[: table.HEADING_WITHIN]:
            columns = _columns(cells)
            if columns.keys() >= {"name", "types"}:
                found.append((sheet, number, columns))
                _refuse_twins(number, cells)
                break
            near += [
                RosterFault(kinds.NO_COLUMN, number, missing)
                for has, missing in (("name", "types"), ("types", "name"))
                if has in columns
            ]
    if not found:
        raise RosterTableError(near[:1] or [RosterFault(kinds.NO_HEADING if sheets else kinds.EMPTY)])
    if len(found) > 1:
        # To take the first would remove the organizations of all others.
        titles = ", ".join(f"«{sheet.name}»" for sheet, _, _ in found)
        raise RosterTableError([RosterFault(kinds.SEVERAL_SHEETS, value=titles)])
    return found[0]


def _columns(cells: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        column = _BY_HEADING.get(_heading(_line(cell)))
        if column:
            found.setdefault(column, place)
    return found


def _refuse_twins(number: int, cells: Sequence[str]) -> None:
    seen = set()
    for cell in cells:
        column = _BY_HEADING.get(_heading(_line(cell)))
        if column in seen:
            raise RosterTableError([RosterFault(RosterFaultKind.SAME_COLUMN, number, _line(cell))])
        if column:
            seen.add(column)


@dataclass(frozen=True, slots=True)
class _Row:
    """`cells` has what stands in each of our columns, empty where the table has no such column."""

    number: int
    cells: Mapping[str, str]

    @property
    def code(self) -> str:
        return self.cells["code"]

    @property
    def name(self) -> str:
        return self.cells["name"]


def _rows(sheet: Sheet, heading: int, columns: Mapping[str, int]) -> list[_Row]:
    """The rows below the heading that say anything in our columns."""
    below = [(number, cells) for number, cells in sheet.rows if number > heading]
    if below and _numbers_columns(below[0][1]):
        del below[0]
    ends = {(first, column): last for first, column, last, _ in sheet.merged}
    carried: dict[str, tuple[int, str]] = {}
    rows = []
    for number, cells in below:
        said = dict.fromkeys(COLUMNS, "") | {column: _cell(cells, place) for column, place in columns.items()}
        for column in columns.keys() & _LISTS:
            # «Школы» written once beside ten of them. A merged name is one organization over two lines.
            if last := ends.get((number, columns[column])):
                carried[column] = (last, said[column])
            last, above = carried.get(column, (0, ""))
            if number <= last and (said["name"] or said["code"]):
                said[column] = above
        if any(said.values()):
            rows.append(_Row(number, said))
    return rows


def _numbers_columns(cells: Sequence[str]) -> bool:
    """Whether it is the row in which forms number their columns: 1, 2, 3."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and all(map(str.isdecimal, filled))


def _cell(cells: Sequence[str], place: int) -> str:
    text = cells[place] if place < len(cells) else ""
    # A dash where there is nothing to say.
    return text if any(map(str.isalnum, text)) else ""


class _Words:
    """Types or tags of the catalog, as people name them."""

    def __init__(self, titles: Mapping[str, str], fault: RosterFaultKind) -> None:
        self.fault = fault
        self.ids = {same(title): one for one, title in titles.items()} | {same(title): title for title in titles}
        self._titles = titles

    def nearest(self, word: str) -> str:
        """The title of what was probably meant, empty if nothing is near."""
        begun = [known for known in self.ids if known.startswith(same(word))]
        near = begun or difflib.get_close_matches(same(word), self.ids, n=1, cutoff=SIMILARITY)
        return self._titles[self.ids[near[0]]] if near else ""


class _Reader:
    """Turns rows into entries and collects what is wrong with them."""

    def __init__(self, catalog: Catalog, organizations: Collection[Organization]) -> None:
        types = {type_.id: type_.title for type_ in catalog.types.values()}
        self._words = {
            "types": _Words(types, RosterFaultKind.UNKNOWN_TYPE),
            "tags": _Words(catalog.tags, RosterFaultKind.UNKNOWN_TAG),
        }
        self._organizations = organizations
        self._by_code = {organization.code: organization for organization in organizations}
        self._faults: list[RosterFault] = []

    def entries(self, rows: Sequence[_Row]) -> tuple[RosterEntry, ...]:
        codes = {row.number: self._code(row) for row in rows}
        given = {code for code in codes.values() if code}
        by_name = named(organization for organization in self._organizations if organization.code not in given)
        taken = given | self._by_code.keys()
        entries = []
        for row in rows:
            known = by_name.get(same(row.name)) if not codes[row.number] else self._by_code.get(codes[row.number])
            name = self._name(row, known)
            code = codes[row.number] or (known.code if known and not known.is_typed_in else _made_up(name, taken))
            others = {column: self._value(row, column) for column in COLUMNS if column not in ("code", "name")}
            entries.append(RosterEntry(code, name, **others))
        self._refuse_duplicates(rows, [same(entry.name) for entry in entries], RosterFaultKind.SAME_NAME)
        self._refuse_duplicates(rows, [codes[row.number] for row in rows], RosterFaultKind.SAME_CODE)
        if self._faults:
            raise RosterTableError(sorted(self._faults, key=lambda fault: fault.row or 0))
        return tuple(entries)

    def _fault(
        self,
        kind: RosterFaultKind,
        row: _Row,
        value: str = "",
        hint: str = "",
        other: int | None = None,
        column: str = "",
    ) -> None:
        self._faults.append(RosterFault(kind, row.number, value, hint, other, column))

    def _code(self, row: _Row) -> str:
        """The code that stands there, in the alphabet of codes; empty: none, or one that is no code."""
        # The alphabet of codes is Latin: «sсhооl-1» with Cyrillic letters is what it looks like.
        code = " ".join(clean(row.code).split()).casefold().translate(_LATIN)
        made_up = code.startswith(TYPED_IN) and code not in self._by_code
        if code and (made_up or not _CODE.fullmatch(code)):
            self._fault(RosterFaultKind.BAD_CODE, row, _line(row.code))
            return ""
        return code

    def _name(self, row: _Row, known: Organization | None) -> str:
        name = _typeset(row.name)
        kinds = RosterFaultKind
        if not name:
            self._fault(kinds.NO_NAME, row)
        elif name[0] in "#=" or not any(map(str.isalpha, name)):
            self._fault(kinds.NOT_A_NAME, row, name)
        else:
            self._bound(row, "name", name)
        # Other quotes and spaces alone are no change: most keyboards have no «».
        return known.name if known and _typeset(known.name) == name else name

    def _value(self, row: _Row, column: str) -> Any:
        """What the row says of a field that is neither the code nor the name."""
        if column in _LISTS:
            return self._ids(row, column)
        text = _line(row.cells[column])
        self._bound(row, column, text)
        return text

    def _bound(self, row: _Row, column: str, text: str) -> None:
        kind = COLUMNS[column]
        if isinstance(kind, Text) and units(text) > kind.longest:
            self._fault(RosterFaultKind.LONG, row, text, column=column)

    def _ids(self, row: _Row, column: str) -> frozenset[str]:
        """Ids of what the cell names by id or by title."""
        cell, known = row.cells[column], self._words[column]
        if column == "types" and not cell:
            self._fault(RosterFaultKind.NO_TYPES, row, value=_line(row.name))
        if same(cell) in known.ids:
            # A title may hold a comma.
            return frozenset({known.ids[same(cell)]})
        found = set()
        for word in filter(None, map(_line, _BETWEEN.split(cell))):
            if same(word) in known.ids:
                found.add(known.ids[same(word)])
            else:
                hint = known.nearest(word) if len(self._faults) < _HINTED else ""
                self._fault(known.fault, row, word, hint)
        return frozenset(found)

    def _refuse_duplicates(self, rows: Sequence[_Row], keys: Sequence[str], kind: RosterFaultKind) -> None:
        first: dict[str, int] = {}
        for row, key in zip(rows, keys, strict=True):
            if key and key in first:
                value = row.name if kind is RosterFaultKind.SAME_NAME else key
                self._fault(kind, row, _line(value), other=first[key])
            first.setdefault(key, row.number)


def _line(text: str) -> str:
    """The text in one line, without what cannot be seen."""
    return " ".join(spelled(text).split())


def _typeset(name: str) -> str:
    """The name with «quotes» and — dashes, as in the roster's file."""
    name = _SPACED_DASH.sub(" — ", _line(name))
    opened = _OPENING.sub(r"\1«", name)
    # Twice: of two quotes that open side by side the first hides the second.
    return _CLOSING.sub("»", _OPENING.sub(r"\1«", opened))


def _made_up(name: str, taken: Collection[str]) -> str:
    """A code for an organization that has none: the same for the same name, whenever it is read."""
    attempt = 0
    while True:
        text = same(name) + (f"/{attempt}" if attempt else "")
        code = f"org-{hashlib.sha256(text.encode()).hexdigest()[:10]}"
        if code not in taken:
            return code
        attempt += 1
