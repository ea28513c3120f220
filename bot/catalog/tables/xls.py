"""Reads XLS with xlrd, which tells how numbers look; calamine knows their values alone.

Imported by the reader of workbooks, in a process of its own.
"""

import struct
import sys
from collections.abc import Collection

import xlrd
from xlrd.biffh import XLRDError
from xlrd.book import Book
from xlrd.compdoc import CompDoc
from xlrd.sheet import Cell, Sheet

from bot.catalog.tables.markup import Grid
from bot.catalog.tables.number_formats import BUILT_IN, NO, YES, Look, look

# Records of a sheet, and what begins one.
_FORMULA, _BEGIN, _END = 0x06, 0x809, 0x0A
_WORKSHEET = 0x10
_HEAD, _PLACE, _RESULT = struct.Struct("<HH"), struct.Struct("<HH"), slice(6, 14)


class Protected(Exception):
    """The file wants a password."""


def read(content: bytes) -> list[Grid]:
    """The sheets. Raises Protected, or ValueError: the library cannot read the file."""
    try:
        # What it has to say about a file is not to be taken for the answer.
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, logfile=sys.stderr)
        zeros = _zeros(content)
        return [_grid(book, sheet, *zeros[place : place + 1]) for place, sheet in enumerate(book.sheets())]
    except XLRDError as error:
        if "encrypted" in str(error):
            raise Protected(Protected.__doc__) from None
        raise ValueError(str(error)) from None
    # It takes the file by its word in many places.
    except (AssertionError, AttributeError, LookupError, TypeError, ArithmeticError, struct.error) as error:
        raise ValueError(str(error)) from None


def _zeros(content: bytes) -> list[set[tuple[int, int]]]:
    """Where formulas come to 0, by sheet: LibreOffice writes that for a text that it has not computed itself."""
    stream, start, length = CompDoc(content, logfile=sys.stderr).locate_named_stream("Workbook")
    if stream is None:
        return []
    zeros: list[set[tuple[int, int]]] = []
    at, depth, is_sheet = start, 0, False
    while at + _HEAD.size <= start + length:
        record, size = _HEAD.unpack_from(stream, at)
        data = stream[at + _HEAD.size : at + _HEAD.size + size]
        at += _HEAD.size + size
        if record == _BEGIN:
            depth += 1
            if depth == 1 and (is_sheet := _PLACE.unpack_from(data)[1] == _WORKSHEET):
                zeros.append(set())
        elif record == _END:
            depth -= 1
        elif record == _FORMULA and is_sheet and not any(data[_RESULT]):
            zeros[-1].add(_PLACE.unpack_from(data))
    return zeros


def _grid(book: Book, sheet: Sheet, zeros: Collection[tuple[int, int]] = ()) -> Grid:
    grid = Grid(sheet.name, visible=sheet.visibility == 0)
    grid.merged = [(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells]
    grid.hidden = {row + 1 for row, shape in sheet.rowinfo_map.items() if shape.hidden}
    # An attribute that xlrd sets by its name.
    shows_zeros = bool(getattr(sheet, "show_zero_values", 1))
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            said = Look("=", "") if (row, column) in zeros else _said(book, cell)
            if said.exact or said.seen:
                is_hidden = said.exact == "0" and cell.ctype == xlrd.XL_CELL_NUMBER and not shows_zeros
                grid.put(row + 1, column, said.exact, "" if is_hidden else said.seen)
    return grid


def _said(book: Book, cell: Cell) -> Look:
    value = cell.value
    match cell.ctype:
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            return look(float(value), _code(book, cell.xf_index), is_1904=book.datemode == 1)
        case xlrd.XL_CELL_BOOLEAN:
            return Look(YES if value else NO, str(int(value)))
        case xlrd.XL_CELL_ERROR:
            return Look(xlrd.error_text_from_code.get(int(value), "#"), "")
        case xlrd.XL_CELL_TEXT:
            text = str(value).strip()
            return Look(text, text)
        case _:
            return Look("", "")


def _code(book: Book, style: int | None) -> str:
    key = book.xf_list[style or 0].format_key
    return BUILT_IN.get(key) or book.format_map[key].format_str or "General"
