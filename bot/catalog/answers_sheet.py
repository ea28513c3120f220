"""Reads back the answers of a workbook that the bot has made; docs/reports.md has the contract of its keys."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.catalog.tables import table
from bot.catalog.tables.workbook import Sheet, Unreadable
from bot.domain.ledger.entered import EnteringFaultKind, SheetRow
from bot.domain.ledger.untaken import Own, OwnCells

# The row of keys begins with the first; the others say what its columns hold.
_KEYS, _NAME, _FIELD = "#answers:1", "name", "field:"
_KEYS_OF_ANOTHER = re.compile(r"#answers:\d+")
# A key has at most ten digits; a database would not take a longer number.
_ROW = re.compile(r"o:(\d{1,10}):(\d{1,10})")
_MARKS, _MARK = ("o:", _FIELD), re.compile(r"o:\d+:\d+|field:[\w-]+")
# Cells in the column of organizations that name none.
_NAMES = "Организация"
_NO_NAMES = frozenset({"Итого по району", _NAMES})
_TOTALS = ("Итого: ", "Итого по всем территориям")
# Columns that the bot writes and does not read back.
_OWN = frozenset({"№", "Территория", *Own, "Файлов"})


class NotAnswers(Exception):
    """The table has no keys: it is not a workbook of the bot's, or they have been lost."""


class OtherVersion(NotAnswers):
    """The workbook was made by another version of the bot, whose keys mean something else."""


@dataclass(frozen=True, slots=True)
class AnswersTable:
    """What a returned workbook says.

    `strangers`: rows without a key that look like an organization's, as sheet, row and name; `foreign`: headings of
    columns that mean nothing here; `headings`: those of the fields, by the sheet and the id of the field; `lost`: the
    bot's sheets whose column or row of keys somebody has removed; `own`: what stands in the columns that the bot fills.
    """

    rows: tuple[SheetRow, ...]
    strangers: tuple[tuple[str, int, str], ...] = ()
    foreign: tuple[str, ...] = ()
    headings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    own: tuple[OwnCells, ...] = ()


def is_answers(sheet: Sheet) -> bool:
    """Whether it is a sheet of answers that the bot has made, whatever the version."""
    return any(_KEYS_OF_ANOTHER.fullmatch(cell) for _, cells in sheet.rows for cell in cells)


def read(content: bytes) -> AnswersTable:
    """Reads the rows with answers. Blocks for 20 seconds at most.

    Raises NotAnswers, or WorkbookError as `table.read` does.
    """
    rows: list[SheetRow] = []
    strangers: list[tuple[str, int, str]] = []
    foreign: dict[str, None] = {}
    headings: dict[str, Mapping[str, str]] = {}
    lost: list[str] = []
    own: list[OwnCells] = []
    for sheet in table.read(content, lambda _: False):
        keys = _find(sheet)
        if keys is None or _NAME not in keys[1]:
            # Whose rows they are nobody can see any more.
            if keys or _is_torn(sheet):
                lost.append(sheet.name)
            continue
        if not sheet.is_known:
            # 1 may be a hundred per cent.
            raise Unreadable(Unreadable.__doc__)
        columns = _Columns(sheet, *keys)
        foreign |= dict.fromkeys(columns.foreign)
        headings[sheet.name] = columns.headings
        rows += columns.rows()
        strangers += columns.strangers()
        own += columns.own()
    if not headings:
        raise NotAnswers(NotAnswers.__doc__)
    return AnswersTable(tuple(rows), tuple(strangers), tuple(foreign), headings, tuple(lost), tuple(own))


class _Columns:
    """Where things stand on a sheet, by its row of keys."""

    def __init__(self, sheet: Sheet, row: int, keys: list[str]) -> None:
        self._sheet = sheet
        self._key = keys.index(_KEYS)
        self._name = keys.index(_NAME)
        self._fields: dict[str, list[int]] = {}
        for column, key in enumerate(keys):
            if key.startswith(_FIELD):
                self._fields.setdefault(key.removeprefix(_FIELD), []).append(column)
        self._shown = {(number, column): text for number, column, text in sheet.shown}
        self._keyed = [number for number, cells in sheet.rows if _ROW.fullmatch(_cell(cells, self._key))]
        self._merged = self._covered()
        self._others = [(number, cells) for number, cells in sheet.rows if number != row]
        heading = self._heading(row)
        self.headings = {id: _cell(heading, columns[0]) for id, columns in self._fields.items()}
        known = {self._key, self._name, *(column for columns in self._fields.values() for column in columns)}
        self._own = {
            Own(cell): column for column, cell in enumerate(heading) if column not in known and cell in set(Own)
        }
        self.foreign = [
            cell for column, cell in enumerate(heading) if cell and column not in known and cell not in _OWN
        ]

    def rows(self) -> Iterator[SheetRow]:
        """The rows that have a key."""
        for number, cells in self._others:
            if key := _ROW.fullmatch(_cell(cells, self._key)):
                row = SheetRow(
                    self._sheet.name, number, int(key[1]), int(key[2]), self._seen(number, cells, self._name)
                )
                for field_id, columns in self._fields.items():
                    self._read(row, field_id, columns, cells)
                yield row

    def own(self) -> Iterator[OwnCells]:
        """What the rows with a key say in the columns that the bot fills."""
        for number, cells in self._others:
            if key := _ROW.fullmatch(_cell(cells, self._key)):
                texts = {own: text for own, column in self._own.items() if (text := self._seen(number, cells, column))}
                name = self._seen(number, cells, self._name)
                yield OwnCells(self._sheet.name, number, name, int(key[1]), int(key[2]), texts)

    def strangers(self) -> Iterator[tuple[str, int, str]]:
        """The rows that have none, and something in the columns of fields."""
        for number, cells in self._others:
            name = self._seen(number, cells, self._name)
            if name in _NO_NAMES or name.startswith(_TOTALS) or _ROW.fullmatch(_cell(cells, self._key)):
                continue
            if any(self._seen(number, cells, column) for columns in self._fields.values() for column in columns):
                yield self._sheet.name, number, name

    def _read(self, row: SheetRow, field_id: str, columns: list[int], cells: list[str]) -> None:
        """Reads the cell of a field into the row."""
        texts = dict.fromkeys(self._seen(row.row, cells, column) for column in columns)
        seen, exact = next(iter(texts)), _cell(cells, columns[0])
        row.cells[field_id] = seen
        is_shown = (row.row, columns[0]) in self._shown
        if is_shown and exact and exact != seen:
            row.exact[field_id] = exact
        kinds = EnteringFaultKind
        if len(texts) > 1:
            row.spoilt[field_id] = kinds.TWO_COLUMNS.value, " | ".join(texts)
        elif any((row.row, column) in self._merged for column in columns):
            row.spoilt[field_id] = kinds.MERGED.value, seen
        elif is_shown and not exact:
            is_error = seen.startswith("#")
            row.spoilt[field_id] = (kinds.ERROR if is_error else kinds.UNCOMPUTED).value, seen
        elif is_shown and not seen:
            row.spoilt[field_id] = kinds.HIDDEN.value, exact

    def _seen(self, number: int, cells: list[str], column: int) -> str:
        return self._shown.get((number, column), _cell(cells, column))

    def _heading(self, keys: int) -> list[str]:
        """The cells of the row of headings; empty if somebody has removed it."""
        below = sorted(self._others, key=lambda row: (row[0] < keys, row[0]))
        return next((cells for _, cells in below if _cell(cells, self._name) == _NAMES), [])

    def _covered(self) -> frozenset[tuple[int, int]]:
        """The cells of fields that have been made one with others of them."""
        columns = sorted(column for each in self._fields.values() for column in each)
        covered: set[tuple[int, int]] = set()
        for top, left, bottom, right in self._sheet.merged:
            numbers = self._keyed[bisect_left(self._keyed, top) : bisect_right(self._keyed, bottom)]
            places = [(number, column) for number in numbers for column in columns if left <= column <= right]
            if len(places) > 1:
                covered.update(places)
        return frozenset(covered)


def _find(sheet: Sheet) -> tuple[int, list[str]] | None:
    """Finds the row of keys: its number and its cells. Raises OtherVersion."""
    for number, cells in sheet.rows:
        if _KEYS in cells:
            return number, cells
        if any(_KEYS_OF_ANOTHER.fullmatch(cell) for cell in cells):
            raise OtherVersion(OtherVersion.__doc__)
    return None


def _is_torn(sheet: Sheet) -> bool:
    """Whether keys of rows or of columns are left on a sheet that has no row of keys any more."""
    return any(cell.startswith(_MARKS) and _MARK.fullmatch(cell) for _, cells in sheet.rows for cell in cells)


def _cell(cells: list[str], column: int) -> str:
    return cells[column] if 0 <= column < len(cells) else ""
