"""The file of a workbook: its formats, the names of its sheets, and how values become cells."""

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.domain.fields.field import Field
from bot.domain.fields.kinds import rules
from bot.domain.text import clean
from bot.views.kinds import Style, value_text

# Excel's limit of a sheet.
ROWS = 1_048_576
_NAME_LENGTH = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]+")
_RESERVED = {"history", "история", ""}
# Excel takes 32,767 UTF-16 units a cell; a character has at most two.
_CELL = 16_000
_GREY = "#BFBFBF"


class Book:
    """A workbook that streams its rows to disk: each row is written once, from top to bottom."""

    def __init__(self, path: Path, zone: tzinfo) -> None:
        self._file = xlsxwriter.Workbook(
            path,
            {
                "constant_memory": True,
                # What people typed stays text.
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "use_zip64": True,
                "tmpdir": str(path.parent),
            },
        )
        self._zone = zone
        self._names: set[str] = set()
        self.style = cache(self._style)

    def close(self) -> None:
        """Completes the file."""
        self._file.close()

    def sheet(self, name: str, *, landscape: bool = True) -> Worksheet:
        """A new sheet for A4, named as nearly so as Excel allows."""
        sheet: Worksheet = self._file.add_worksheet(self.free_name(name))
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.hide_gridlines(2)
        # «007» in a cell of text is meant.
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return sheet

    def free_name(self, name: str) -> str:
        """A sheet name that Excel takes and no other sheet has."""
        wanted = " ".join(_FORBIDDEN.sub(" ", clean(name)).split()).strip("'")
        if wanted.casefold() in _RESERVED:
            wanted = f"Лист {wanted}".strip()
        free, number = _cut(wanted, _NAME_LENGTH), 1
        while free.casefold() in self._names:
            number += 1
            free = f"{_cut(wanted, _NAME_LENGTH - len(str(number)) - 3)} ({number})"
        self._names.add(free.casefold())
        return free

    def chart(self, kind: str) -> Any:
        """A chart to be put on a sheet."""
        return self._file.add_chart({"type": kind})

    def _style(self, *traits: str, tint: str = "", number_format: str = "") -> Format:
        """A cell's format: traits of _TRAITS, a background colour, and Excel's format of a number or a day."""
        properties: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        for trait in traits:
            properties |= _TRAITS[trait]
        if tint:
            properties["bg_color"] = tint
        if number_format:
            properties["num_format"] = number_format
        return self._file.add_format(properties)

    def text(self, sheet: Worksheet, row: int, column: int, text: str | None, style: Format | None) -> None:
        """Writes text that stays text whatever it looks like; a blank cell if there is none."""
        words = clean(text or "")[:_CELL]
        if words:
            sheet.write_string(row, column, words, style)
        else:
            sheet.write_blank(row, column, None, style)

    def moment(self, sheet: Worksheet, row: int, column: int, at: datetime | None, *traits: str) -> None:
        """Writes a moment as the department's clock shows it; a blank cell without one."""
        if at is None:
            sheet.write_blank(row, column, None, self.style(*traits) if traits else None)
        else:
            local = at.astimezone(self._zone).replace(tzinfo=None, microsecond=0)
            sheet.write_datetime(row, column, local, self.style("moment", *traits))

    def value(self, sheet: Worksheet, row: int, column: int, field: Field, value: Any, *traits: str) -> None:
        """Writes a field's value: a number, a date, or else text; without one a blank cell that has `traits`."""
        kind = rules(field.kind)
        cell = None if value is None else kind.cell(value)
        if isinstance(cell, float):
            sheet.write_number(row, column, cell, self.style("right", *traits, number_format=kind.cell_format))
        elif cell is not None:
            sheet.write_datetime(row, column, cell, self.style("center", *traits, number_format=kind.cell_format))
        elif value is None and traits:
            # What is typed there later is taken for what is asked: «1/2» stays text, 5.10 is a day.
            aligned = ("center" if kind.is_day else "right",) if kind.is_numeric or kind.is_day else ()
            number_format = kind.cell_format if aligned else "@"
            sheet.write_blank(row, column, None, self.style(*aligned, *traits, number_format=number_format))
        elif value is not None:
            self.text(sheet, row, column, value_text(field, value, Style.CELL), self.style("text", *traits))

    def line(self, sheet: Worksheet, row: int, last: int, text: str, style: Format, *, width: float = 0) -> None:
        """Writes a text across the columns 1 to `last`; `width`: their sum, if the text may need several lines."""
        words = clean(text)[:_CELL]
        if width:
            sheet.set_row(row, height([(words, width)]))
        elif style is self.style("title"):
            sheet.set_row(row, 21)
        if last > 1:
            sheet.merge_range(row, 1, row, last, "", style)
        self.text(sheet, row, 1, words, style)


_TRAITS: dict[str, dict[str, Any]] = {
    "cell": {"border": 1, "border_color": _GREY, "text_wrap": True, "valign": "vcenter"},
    # Office programs make nothing else of what is typed over.
    "text": {"num_format": "@"},
    "plain": {},
    "wrapped": {"text_wrap": True},
    "bold": {"bold": True},
    "title": {"bold": True, "font_size": 14, "valign": "vcenter"},
    "small": {"font_size": 9, "font_color": "#595959"},
    "head": {
        "bold": True,
        "border": 1,
        "border_color": _GREY,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
        "bg_color": "#E7EEF4",
    },
    "upright": {"rotation": 90, "font_size": 9, "valign": "bottom"},
    "band": {"bold": True, "bg_color": "#DCE6EE", "border": 1, "border_color": _GREY, "text_wrap": True},
    "total": {"bold": True, "top": 2},
    "center": {"align": "center"},
    "right": {"align": "right"},
    "whole": {"num_format": "#,##0", "align": "right"},
    "percent": {"num_format": "0.0%", "align": "right"},
    "moment": {"num_format": "dd.mm.yyyy hh:mm", "align": "center"},
}


def height(texts: Iterable[tuple[str, float]]) -> float:
    """The height, in points, of a row with these texts in columns of these widths.

    Programs compute it only for some cells: none of them for merged cells, and LibreOffice for no cell of a file whose
    rows are streamed.
    """
    lines = max((_lines(text, width) for text, width in texts), default=1)
    return min(409, 13.5 * lines + 1.5)


def _lines(text: str, width: float) -> int:
    # A width counts digits; letters of this size are a little narrower.
    letters = max(1, int(width * 1.12))
    if len(text) <= letters and "\n" not in text:
        return 1
    return sum(max(1, len(wrap(part, letters))) for part in text.split("\n"))


def widths(sheet: Worksheet, of_columns: Iterable[float]) -> None:
    """Sets the widths of the columns from B on; A holds keys and is hidden."""
    sheet.set_column(0, 0, None, None, {"hidden": True})
    for column, width in enumerate(of_columns, start=1):
        sheet.set_column(column, column, width)


def footer(sheet: Worksheet, text: str) -> None:
    """Sets the footer of each printed page, where `&` has a meaning."""
    # The space keeps a number that begins the text apart from the size of its letters.
    sheet.set_footer(f"&L&8 {text.replace('&', '&&')[:200]}&R&8 Страница &P из &N")


def _cut(name: str, units: int) -> str:
    """Cuts the name to so many UTF-16 units, as Excel counts; an apostrophe may not end it."""
    while len(name.encode("utf-16-le")) // 2 > units:
        name = name[:-1]
    return name.rstrip(" '")
