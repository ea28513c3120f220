"""The file of a workbook: its formats, the names of its sheets, and how values become cells."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from textwrap import wrap
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from bot.domain.brevity import shortened
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import rules
from bot.domain.shares import whole_percent
from bot.domain.text import clean
from bot.views.values import Style, value_text

# Excel's limit of a sheet.
ROWS = 1_048_576
_NAME_LENGTH = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]+")
_RESERVED = {"history", "история", ""}
# Excel takes 32,767 UTF-16 units a cell; a character has at most two.
_CELL = 16_000
# Excel counts days from here, as far as moments of the ledger go: it takes 1900 for a leap year.
_EPOCH = date(1899, 12, 30).toordinal()
_GREY = "#BFBFBF"
_FONT = {"font_name": "Arial", "font_size": 10}
# Of a printed page, in inches. The sides of A4 are in points.
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}
_A4 = (842, 595)
# Letters are 10 points high: no smaller scale, or nobody can read them.
_SMALLEST, _LARGEST, _MARGIN = 80, 100, 3
# So many rows may stand on one page.
_ROWS = 20
# LibreOffice takes columns for a little wider than Excel does.
_SLACK = 0.93
# Bytes of a file: of one without sheets, of a sheet, of a cell, and of a letter in it. Much is packed away, since much
# is said again and again.
_EMPTY, _SHEET, _BYTES, _LETTER = 6000.0, 1000.0, 5.0, 0.05
# Letters in a unit of width, which is a digit; lines of a heading.
_LETTERS, _HEADING = 0.97, 4
# Letters of a title, and how many of them stand where there is room for one of the others.
_TITLE, _LARGE = 300, 0.65


# A column, what stands in it (None: a blank cell), and how it looks.
Cell = tuple[int, str | float | date | None, Format | None]


@dataclass(frozen=True, slots=True)
class Printed:
    """How a sheet is printed: the first and last columns of pages side by side, and the points of rows of a page."""

    columns: tuple[tuple[int, int], ...]
    height: float


class Book:
    """A workbook that streams its rows to disk: each row is written once, from top to bottom.

    `rows`: what a sheet holds. `weight`: about as many bytes as the finished file has by now.
    """

    def __init__(self, path: Path, zone: tzinfo, rows: int = ROWS) -> None:
        self.path, self.rows, self.weight = path, rows, _EMPTY
        self._file = xlsxwriter.Workbook(
            path,
            {
                "constant_memory": True,
                # What people typed stays text.
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "use_zip64": True,
                # Widths of columns count digits of this font, which every office has or has an equal of.
                "default_format_properties": _FONT,
                "tmpdir": str(path.parent),
            },
        )
        self._zone = zone
        # The names of its sheets, as Excel tells them apart, and as they are read.
        self._names: set[str] = set()
        self.sheets: list[str] = []
        self.style = cache(self._style)
        self._serial = lru_cache(4096)(self._counted_days)

    def close(self) -> None:
        """Completes the file; nothing else may be asked for afterwards. Raises OSError."""
        try:
            self._file.close()
        except FileCreateError as error:
            # The disk is full, say.
            raise OSError(str(error)) from error
        # XlsxWriter keeps the height of each row, and others keep this book for its name.
        del self._file

    def sheet(self, name: str, *, landscape: bool = True) -> Worksheet:
        """A new sheet for A4, named as nearly so as Excel allows."""
        sheet: Worksheet = self._file.add_worksheet(self.free_name(name))
        self.sheets.append(name)
        self.weight += _SHEET
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(**_MARGINS)
        sheet.hide_gridlines(2)
        # «007» in a cell of text is meant.
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return sheet

    def free_name(self, name: str) -> str:
        """A sheet name that Excel takes and no other sheet has."""
        wanted = " ".join(_FORBIDDEN.sub(" ", clean(name)).split()).strip("'")
        if wanted.casefold() in _RESERVED:
            wanted = f"Лист {wanted}".strip()
        free, number = _cut(shortened(wanted, _NAME_LENGTH), _NAME_LENGTH), 1
        while free.casefold() in self._names:
            number += 1
            room = _NAME_LENGTH - len(str(number)) - 3
            free = f"{_cut(shortened(wanted, room), room)} ({number})"
        self._names.add(free.casefold())
        return free

    def print_area(self, sheet: Worksheet, printed: Printed, head: int, bottom: int) -> None:
        """Has the rows printed down to `bottom`; what stands above the headings, on the first page only."""
        (_, last), *beside = printed.columns
        name = sheet.get_name()
        if not beside or "!" in name:
            sheet.print_area(0, 1, bottom, printed.columns[-1][-1])
            sheet.set_v_pagebreaks([first for first, _ in beside])
            return
        # A page beside another repeats columns of all its rows: a title there would be a piece of one.
        areas = [(0, 1, bottom, last), *((head, first, bottom, end) for first, end in beside)]
        ranges = ",".join(f"{quote_sheetname(name)}!{xl_range_abs(*area)}" for area in areas)
        self._file.define_name(f"{name}!_xlnm.Print_Area", f"={ranges}")

    def chart(self, kind: str) -> Any:
        """A chart to be put on a sheet."""
        return self._file.add_chart({"type": kind})

    def _style(self, *traits: str, tint: str = "", number_format: str = "") -> Format:
        """A cell's format: traits of _TRAITS, a background colour, and Excel's format of a number or a day."""
        properties: dict[str, Any] = {**_FONT, "valign": "top"}
        for trait in traits:
            properties |= _TRAITS[trait]
        if tint:
            properties["bg_color"] = tint
        if number_format:
            properties["num_format"] = number_format
        return self._file.add_format(properties)

    def write(self, sheet: Worksheet, row: int, cells: Iterable[Cell]) -> None:
        """Writes cells of a row."""
        weight = 0.0
        for column, content, style in cells:
            if isinstance(content, str):
                sheet.write_string(row, column, content, style)
                weight += _BYTES + len(content) * _LETTER
            elif isinstance(content, float):
                sheet.write_number(row, column, content, style)
                weight += _BYTES
            elif content is not None:
                sheet.write_datetime(row, column, content, style)
                weight += _BYTES
            elif style is not None:
                sheet.write_blank(row, column, None, style)
                weight += _BYTES
        self.weight += weight

    def text(self, sheet: Worksheet, row: int, column: int, text: str | None, style: Format | None) -> None:
        """Writes text that stays text whatever it looks like; a blank cell if there is none."""
        self.write(sheet, row, (text_cell(column, text, style),))

    def moment(self, sheet: Worksheet, row: int, column: int, at: datetime | None, *traits: str) -> None:
        """Writes a moment as its reader's clock shows it; a blank cell without one."""
        self.write(sheet, row, (self.moment_cell(column, at, *traits),))

    def moment_cell(self, column: int, at: datetime | None, *traits: str, zone: tzinfo | None = None) -> Cell:
        """The cell that `moment` writes, or one by the clock of `zone`."""
        if at is None:
            return column, None, self.style(*traits) if traits else None
        return column, self._serial(at, zone or self._zone), self.style("moment", *traits)

    @staticmethod
    def _counted_days(at: datetime, zone: tzinfo) -> float:
        local = at.astimezone(zone)
        return local.toordinal() - _EPOCH + (3600 * local.hour + 60 * local.minute + local.second) / 86400

    def value_cell(self, column: int, field: Field, value: Any, *traits: str) -> Cell:
        """The cell of a field's value: a number, a date, or else text; without one a blank cell that has `traits`."""
        kind = rules(field.kind)
        if value is None:
            if not traits:
                return column, None, None
            # What is typed there later is taken for what is asked: «1/2» stays text, 5.10 is a day.
            aligned = ("center" if kind.is_day else "right",) if kind.is_numeric or kind.is_day else ()
            return column, None, self.style(*aligned, *traits, number_format=kind.cell_format if aligned else "@")
        content = kind.cell(value)
        if content is None:
            return text_cell(column, value_text(field, value, Style.CELL), self.style("text", *traits))
        aligned = ("right" if isinstance(content, float) else "center",)
        return column, content, self.style(*aligned, *traits, number_format=kind.cell_format)

    def line(self, sheet: Worksheet, row: int, text: str, style: Format) -> None:
        """Writes a text that runs over the blank cells beside it."""
        self.text(sheet, row, 1, text, style)

    def title(self, sheet: Worksheet, text: str, widths: Sequence[float]) -> None:
        """Writes a sheet's title into its first row, across the first columns, which have these widths."""
        words = shortened(clean(text), _TITLE)
        # Its letters are larger, and bold.
        lines = _lines(words, sum(widths) * _LARGE)
        sheet.set_row(0, 18 * lines + 3)
        style = self.style("title", "wrapped")
        if len(widths) > 1:
            sheet.merge_range(0, 1, 0, len(widths), "", style)
        self.text(sheet, 0, 1, words, style)

    def lines(
        self, sheet: Worksheet, row: int, text: str, style: Format, widths: Sequence[float], first: int = 1
    ) -> None:
        """Writes a text that may need several lines, across columns from the `first` on, which have these widths."""
        words = _words(text)
        sheet.set_row(row, height([(words, sum(widths))]))
        if len(widths) > 1:
            sheet.merge_range(row, first, row, first + len(widths) - 1, "", style)
        self.text(sheet, row, first, words, style)


# The same names and standings come again and again.
@lru_cache(4096)
def _words(text: str) -> str:
    return clean(text)[:_CELL]


def text_cell(column: int, text: str | None, style: Format | None) -> Cell:
    """The cell that `Book.text` writes."""
    return column, _words(text) or None if text else None, style


_TRAITS: dict[str, dict[str, Any]] = {
    "cell": {"border": 1, "border_color": _GREY, "text_wrap": True, "valign": "vcenter"},
    # Office programs make nothing else of what is typed over.
    "text": {"num_format": "@"},
    "plain": {},
    "wrapped": {"text_wrap": True},
    "bold": {"bold": True},
    "title": {"bold": True, "font_size": 14, "valign": "vcenter"},
    "small": {"font_color": "#595959"},
    "head": {
        "bold": True,
        "border": 1,
        "border_color": _GREY,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
        "bg_color": "#E7EEF4",
    },
    "upright": {"rotation": 90, "valign": "bottom"},
    "territory": {"bold": True, "bg_color": "#F3F6F9", "valign": "vcenter"},
    "band": {"bold": True, "bg_color": "#DCE6EE", "valign": "vcenter"},
    "total": {"bold": True, "top": 2},
    "center": {"align": "center"},
    "right": {"align": "right"},
    "whole": {"num_format": "#,##0", "align": "right"},
    "percent": {"num_format": "0%", "align": "right"},
    "moment": {"num_format": "dd.mm.yyyy hh:mm", "align": "center"},
}


def literal(text: str) -> str:
    """A text as a criterion of a formula that counts the cells that say just so."""
    # These stand for any letters in a criterion.
    plain = re.sub(r"([~*?])", r"~\1", _words(text))
    return '"=' + plain.replace('"', '""') + '"'


def narrowed(heading: str, width: float, longest: int) -> float:
    """The width of a column that was made for `width`: less where nothing in it needs as much."""
    needed = min(width, longest / _LETTERS + 2)
    # The heading's words stay whole, and it has so many lines at most.
    least = max(map(len, heading.split()), default=0) + 2.0
    while _lines(heading, least * 0.9) > _HEADING:
        least += 1
    return max(needed, least)


def height(texts: Iterable[tuple[str, float]]) -> float:
    """The height, in points, of a row with these texts in columns of these widths.

    Programs compute it only for some cells: none of them for merged cells, and LibreOffice for no cell of a file whose
    rows are streamed.
    """
    lines = max((_lines(text, width) for text, width in texts), default=1)
    return min(409, 12.75 * lines + 2)


@lru_cache(4096)
def _lines(text: str, width: float) -> int:
    letters = max(1, int(width * _LETTERS))
    if len(text) <= letters and "\n" not in text:
        return 1
    return sum(max(1, len(wrap(part, letters))) for part in text.split("\n"))


def columns(
    sheet: Worksheet, widths: Sequence[float], *, repeated: int = 0, landscape: bool = True, rows: int = 0
) -> Printed:
    """Sets the widths of the columns from B on (0: hidden), and how they are printed; A holds keys and is hidden.

    What is too wide for a page goes on beside it: the first `repeated` columns stand on each page then. Letters are as
    large as the pages side by side allow, unless `rows` take several pages below each other.
    """
    for column, width in enumerate((0.0, *widths)):
        sheet.set_column(column, column, width or None, None, {"hidden": not width})
    largest = _LARGEST if rows <= _ROWS else _SMALLEST
    scale, breaks = _scale(widths, repeated, _side(landscape=landscape), largest)
    sheet.set_print_scale(scale)
    sheet.print_across()
    if repeated:
        sheet.repeat_columns(1, repeated)
    begins, ends = [1, *breaks], [*(column - 1 for column in breaks), len(widths)]
    return Printed(tuple(zip(begins, ends, strict=True)), _side(landscape=not landscape) / scale * 100)


def _side(*, landscape: bool) -> float:
    """How many points of a page's width can be printed on; of its height, if it lies the other way."""
    inches = _MARGINS["left"] + _MARGINS["right"] if landscape else _MARGINS["top"] + _MARGINS["bottom"]
    return (_A4[0] if landscape else _A4[1]) - 72 * inches


def _scale(widths: Sequence[float], repeated: int, room: float, largest: int) -> tuple[int, list[int]]:
    """The largest scale that takes no more pages than the smallest, and the columns that begin further pages."""
    points = [_points(width) for width in widths]
    scale = _SMALLEST
    breaks = _breaks(points, repeated, room / scale * 100)
    while scale < largest and len(wider := _breaks(points, repeated, room / (scale + 1) * 100)) == len(breaks):
        scale, breaks = scale + 1, wider
    # A program that takes columns for wider still has some room.
    return max(_SMALLEST, scale - _MARGIN), breaks


def _breaks(points: Sequence[float], repeated: int, room: float) -> list[int]:
    begins, used = list[int](), 0.0
    for column, width in enumerate(points, start=1):
        used += width
        if used > room * _SLACK and column > repeated + 1:
            begins.append(column)
            used = sum(points[:repeated]) + width
    return begins


def _points(width: float) -> float:
    # Excel's rule: seven points of the screen a digit and five beside them, of which 96 make an inch.
    return int(width * 7 + 5) * 0.75 if width else 0


def share(book: Book, sheet: Worksheet, row: int, column: int, of: Fraction | None, *traits: str) -> None:
    """Writes a share as the texts have it: in whole per cent, by the same rule."""
    style = book.style("cell", "percent", *traits)
    if of is None:
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_number(row, column, whole_percent(of) / 100, style)


def footer(sheet: Worksheet, text: str) -> None:
    """Sets the footer of each printed page, where `&` has a meaning. It does not shrink with the sheet."""
    # In the size of the cells: of a size that is told, Gnumeric reads one digit only.
    words = f"&L{text.replace('&', '&&')[:200]}&RСтраница &P из &N"
    sheet.set_footer(words, {"scale_with_doc": False})


def _cut(name: str, units: int) -> str:
    """Cuts the name to so many UTF-16 units, as Excel counts; an apostrophe may not end it."""
    while len(name.encode("utf-16-le")) // 2 > units:
        name = name[:-1]
    return name.rstrip(" '")
