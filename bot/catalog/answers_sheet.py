"""Reads back the answers of a workbook that the bot has made; docs/reports.md has the contract of its keys."""

import re
from dataclasses import dataclass

from bot.catalog import table
from bot.catalog.workbook import Sheet
from bot.domain.ledger.entered import SheetRow

# The row of keys begins with the first; the others say what its columns hold.
_KEYS, _NAME, _FIELD = "#answers:1", "name", "field:"
_KEYS_OF_ANOTHER = re.compile(r"#answers:\d+")
# A key has at most ten digits; a database would not take a longer number.
_ROW = re.compile(r"o:(\d{1,10}):(\d{1,10})")
# Cells in the column of organizations that name none.
_NO_NAMES = frozenset({"", "Итого по району", "Организация"})
# Columns that the bot writes and does not read back.
_OWN = frozenset(
    {"№", "Статус", "Дата ответа", "Кто ответил", "Комментарий организации", "Замечание управления", "Файлов"}
)


class NotAnswers(Exception):
    """The table has no keys: it is not a workbook of the bot's, or they have been lost."""


class OtherVersion(NotAnswers):
    """The workbook was made by another version of the bot, whose keys mean something else."""


@dataclass(frozen=True, slots=True)
class AnswersTable:
    """What a returned workbook says.

    `strangers`: rows without a key that look like an organization's, as sheet, row and name; `foreign`: headings of
    columns that mean nothing here.
    """

    rows: tuple[SheetRow, ...]
    strangers: tuple[tuple[str, int, str], ...] = ()
    foreign: tuple[str, ...] = ()


def read(content: bytes) -> AnswersTable:
    """Reads the rows with answers. Blocks for 20 seconds at most.

    Raises NotAnswers, or WorkbookError as `table.read` does.
    """
    rows: list[SheetRow] = []
    strangers: list[tuple[str, int, str]] = []
    foreign: dict[str, None] = {}
    has_keys = False
    for sheet in table.read(content, lambda _: False):
        keys = _find(sheet)
        if keys is None:
            continue
        has_keys = True
        columns = _Columns(keys[1])
        for number, cells in sheet.rows:
            if number == keys[0]:
                continue
            if number == keys[0] + 1:
                foreign |= dict.fromkeys(columns.foreign(cells))
                continue
            key = _ROW.fullmatch(_cell(cells, columns.key))
            name = _cell(cells, columns.name)
            if key is not None:
                rows.append(
                    SheetRow(sheet.name, number, int(key[1]), int(key[2]), name, columns.values(cells)),
                )
            elif name not in _NO_NAMES and any(columns.values(cells).values()):
                strangers.append((sheet.name, number, name))
    if not has_keys:
        raise NotAnswers(NotAnswers.__doc__)
    return AnswersTable(tuple(rows), tuple(strangers), tuple(foreign))


class _Columns:
    """Where things stand on a sheet, by its row of keys."""

    def __init__(self, cells: list[str]) -> None:
        self.key = cells.index(_KEYS)
        self.name = cells.index(_NAME) if _NAME in cells else -1
        self._fields = {
            cell.removeprefix(_FIELD): column for column, cell in enumerate(cells) if cell.startswith(_FIELD)
        }

    def values(self, cells: list[str]) -> dict[str, str]:
        """The row's texts by the id of the field."""
        return {field_id: _cell(cells, column) for field_id, column in self._fields.items()}

    def foreign(self, headings: list[str]) -> list[str]:
        """The headings that somebody has added."""
        known = {self.key, self.name, *self._fields.values()}
        return [cell for column, cell in enumerate(headings) if cell and column not in known and cell not in _OWN]


def _find(sheet: Sheet) -> tuple[int, list[str]] | None:
    """Finds the row of keys: its number and its cells. Raises OtherVersion."""
    for number, cells in sheet.rows:
        if _KEYS in cells:
            return number, cells
        if any(_KEYS_OF_ANOTHER.fullmatch(cell) for cell in cells):
            raise OtherVersion(OtherVersion.__doc__)
    return None


def _cell(cells: list[str], column: int) -> str:
    return cells[column] if 0 <= column < len(cells) else ""
