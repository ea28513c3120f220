"""What calamine does not tell of a workbook: how numbers look, hidden rows, errors; and ODS, which it reads in part.

Imported by the reader of workbooks, in a process of its own.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO
from xml.etree import ElementTree

from bot.catalog.tables.markup import Grid
from bot.catalog.tables.number_formats import BUILT_IN, NO, YES, Look, look, plain, serial, to_decimals, trimmed
from bot.catalog.tables.ods_styles import Columns, Styles

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TRUE = ("1", "true")
# Formats that show a small whole number as it is.
_PLAIN, _GROUPED = ("General", "0", "#,##0", "@"), 4
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
# Above that an empty or a repeated cell only fills the sheet up.
_REPEATED = 1000
# What programs write into an ODS for an error, if they do not mark it.
_ERRORS = frozenset({"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#Н/Д", "#ДЕЛ/0!", "#ЗНАЧ!"})
_DURATION = re.compile(r"\d+(?=[HMS.])")
_WRITTEN = re.compile(r"\d(?:[\d\s.,'’]*\d)?")
_DIGITS = re.compile(r"\d{1,4}")
_EXPONENT = re.compile(r"-?\d+(?:[.,]\d+)?E[+-]?\d{1,3}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d{1,3})?", re.IGNORECASE)
_GROUP = 3
_LAST = re.compile(r"[.,](\d+)$")
_BOOLEAN = frozenset({"TRUE", "FALSE", YES, NO})


def is_protected(archive: zipfile.ZipFile) -> bool:
    """Whether an ODS wants a password."""
    try:
        return b"encryption-data" in archive.read("META-INF/manifest.xml")
    except KeyError:
        return False


def read(archive: zipfile.ZipFile) -> dict[str, Grid]:
    """By the name of the sheet; the sheets of an ODS are whole, of an XLSX those cells that are no text.

    Raises ValueError.
    """
    names = set(archive.namelist())
    try:
        if "xl/workbook.xml" in names:
            return dict(_xlsx(archive))
        if "content.xml" in names:
            styles = _ods_styles(archive)
            with archive.open("content.xml") as file:
                return {grid.name: grid for grid in _ods(file, styles)}
    except (ElementTree.ParseError, ArithmeticError, KeyError, IndexError) as error:
        raise ValueError(str(error)) from None
    return {}


# --- XLSX ---


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _xlsx(archive: zipfile.ZipFile) -> Iterator[tuple[str, Grid]]:
    targets = {
        each.get("Id"): each.get("Target", "")
        for each in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    is_1904 = any(_local(each) == "workbookPr" and each.get("date1904") in _TRUE for each in book)
    codes = _codes(archive)
    for sheet in book.iter():
        if _local(sheet) != "sheet":
            continue
        id = next(value for key, value in sheet.items() if key.endswith("}id"))
        target = targets[id]
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        grid = Grid(sheet.get("name", ""))
        with archive.open(path) as file:
            _look(file, grid, codes, is_1904=is_1904)
        yield grid.name, grid


def _codes(archive: zipfile.ZipFile) -> list[str]:
    """The format of each style, by its number."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    own = {each.get("numFmtId"): each.get("formatCode", "") for each in root.iter() if _local(each) == "numFmt"}
    known = {str(number): code for number, code in BUILT_IN.items()} | own
    styles = [style for each in root if _local(each) == "cellXfs" for style in each]
    return [known.get(style.get("numFmtId"), "") or "General" for style in styles]


def _look(file: IO[bytes], grid: Grid, codes: list[str], *, is_1904: bool) -> None:
    row, hides_zeros = 0, False
    for _, element in ElementTree.iterparse(file):
        # A workbook has a million elements.
        if element.tag.endswith("}sheetView"):
            hides_zeros = element.get("showZeros") in ("0", "false")
        if not element.tag.endswith("}row"):
            continue
        row = int(element.get("r", row + 1))
        if element.get("hidden") in _TRUE:
            grid.hidden.add(row)
        for place, cell in enumerate(element):
            if cell.get("t") in ("s", "inlineStr"):
                continue
            look = _of_cell(cell, codes, is_1904=is_1904)
            if look is None:
                continue
            at = _CELL.fullmatch(cell.get("r", ""))
            seen = "" if hides_zeros and look.exact == "0" else look.seen
            grid.put(row, _column(at[1]) if at else place, look.exact, seen)
        element.clear()


def _of_cell(cell: ElementTree.Element, codes: list[str], *, is_1904: bool) -> Look | None:
    """How a cell looks that holds neither text nor nothing."""
    parts = {_local(part): part.text or "" for part in cell}
    value, kind, style = parts.get("v", ""), cell.get("t", "n"), int(cell.get("s", 0))
    if kind == "e":
        return Look(value or "#", "")
    if "f" in parts and not value and (kind == "n" or "v" not in parts):
        return Look(f"={parts['f']}", "")
    if not value or kind == "str":
        return None
    if kind == "b":
        return Look(YES if value in _TRUE else NO, value)
    code = codes[style] if style < len(codes) else "General"
    if code in _PLAIN and kind == "n" and len(value) < _GROUPED and value.isdecimal() and value != "0":
        return None
    try:
        if kind == "d":
            return look(serial(datetime.fromisoformat(value)), code if code != "General" else BUILT_IN[14])
        return look(float(value), code, is_1904=is_1904)
    except ValueError:
        return None


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


# --- ODS ---


def _ods_styles(archive: zipfile.ZipFile) -> Styles:
    """Those that the whole document shares."""
    styles = Styles()
    if "styles.xml" in archive.namelist():
        with archive.open("styles.xml") as file:
            for _, element in ElementTree.iterparse(file):
                styles.note(element)
    return styles


def _ods(file: IO[bytes], styles: Styles) -> Iterator[Grid]:
    unseen: set[str | None] = set()
    grid, row, columns = Grid(), 0, Columns()
    for event, element in ElementTree.iterparse(file, ("start", "end")):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                grid, row, columns = Grid(element.get(f"{_TABLE}name", "")), 0, Columns()
                grid.visible = element.get(f"{_TABLE}style-name") not in unseen
        elif element.tag == f"{_STYLE}style":
            shape = element.find(f"{_STYLE}table-properties")
            if shape is not None and shape.get(f"{_TABLE}display") == "false":
                unseen.add(element.get(f"{_STYLE}name"))
            styles.note(element)
        elif element.tag == f"{_TABLE}table-column":
            times = int(element.get(f"{_TABLE}number-columns-repeated", 1))
            columns.add(times, element.get(f"{_TABLE}default-cell-style-name", ""))
        elif element.tag == f"{_TABLE}table-row":
            times = int(element.get(f"{_TABLE}number-rows-repeated", 1))
            is_hidden = element.get(f"{_TABLE}visibility") in ("collapse", "filter")
            for number in range(row + 1, row + 1 + min(times, _REPEATED)):
                _ods_row(grid, number, element, columns, styles)
                if is_hidden:
                    grid.hidden.add(number)
            row += times
            element.clear()
        elif element.tag == f"{_TABLE}table":
            yield grid
        else:
            styles.note(element)


def _ods_row(grid: Grid, row: int, line: ElementTree.Element, columns: Columns, styles: Styles) -> None:
    column, of_row = 0, line.get(f"{_TABLE}default-cell-style-name", "")
    for cell in line:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        wide = int(cell.get(f"{_TABLE}number-columns-spanned", 1))
        high = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
        if wide > 1 or high > 1:
            grid.merged.append((row, column, row + high - 1, column + wide - 1))
        style = cell.get(f"{_TABLE}style-name") or of_row or columns.style(column)
        look = _of_ods(cell, styles.digits(style))
        if look.seen or look.exact:
            for place in range(column, column + min(times, _REPEATED)):
                grid.put(row, place, look.exact, look.seen)
        column += times


def _of_ods(cell: ElementTree.Element, digits: int) -> Look:
    """How a cell looks; `digits`: how many its style asks for at least."""
    paragraphs = cell.findall(f"{_TEXT}p")
    seen = "\n".join(map(_line, paragraphs)).strip()
    kind, value = cell.get(f"{_OFFICE}value-type", ""), cell.get(f"{_OFFICE}value", "")
    is_formula = cell.get(f"{_TABLE}formula") is not None
    if cell.get(f"{_CALCEXT}value-type") == "error" or (is_formula and seen in _ERRORS):
        return Look(seen or "#", "")
    if is_formula and not kind and not paragraphs:
        return Look("=", "")
    if kind == "boolean" or (kind == "float" and seen.upper() in _BOOLEAN):
        is_true = value == "1" or cell.get(f"{_OFFICE}boolean-value", "").lower() in _TRUE
        return Look(YES if is_true else NO, str(int(is_true)))
    if kind in ("float", "percentage", "currency") and _NUMBER.fullmatch(value):
        if not paragraphs or (kind == "percentage" and "%" not in seen):
            # Some programs leave it to the reader, OnlyOffice the percentages.
            return look(float(value), "0.##########%" if kind == "percentage" else "General")
        return _of_ods_number(Decimal(plain(float(value))), seen.zfill(digits) if seen.isdecimal() else seen)
    if kind == "date":
        return _of_ods_day(cell.get(f"{_OFFICE}date-value", ""), seen)
    if kind == "time" and not seen:
        seen = ":".join(_DURATION.findall(cell.get(f"{_OFFICE}time-value", "")))
    return Look(seen, seen)


def _of_ods_number(value: Decimal, seen: str) -> Look:
    """The number as it is shown, in Russian signs: only its digits tell what the program's language makes of it."""
    if exponent := _EXPONENT.fullmatch(seen):
        return Look(trimmed(Decimal(exponent[0].replace(",", "."))).replace(".", ","), trimmed(value))
    written = list(_WRITTEN.finditer(seen))
    if len(written) == 1:
        digits = re.sub(r"\D", "", written[0][0])
        last = _LAST.search(written[0][0])
        powers = (2, 0) if "%" in seen else (0, -3, -6) if digits.strip("0") else (0,)
        for power in powers:
            for decimals in {len(last[1]), len(last[1]) % _GROUP} if last else {0}:
                scaled = value.scaleb(power)
                rounded = to_decimals(abs(scaled), decimals)
                if digits.lstrip("0") == f"{rounded:f}".replace(".", "").lstrip("0"):
                    return Look(_in_russian(seen, written[0], decimals, is_negative=value < 0), trimmed(scaled))
    elif not value and "-" in seen and not written:
        # Accounts write a dash for 0.
        return Look(seen.replace("-", "0", 1), "0")
    return Look(seen, trimmed(value))


def _in_russian(seen: str, written: re.Match[str], decimals: int, *, is_negative: bool) -> str:
    """The text with a comma before its decimals and spaces between its thousands."""
    digits = written[0]
    whole, fraction = (digits[: -decimals - 1], "," + digits[-decimals:]) if decimals else (digits, "")
    number = re.sub(r"\D+", " ", whole) + fraction
    before, after = seen[: written.start()], seen[written.end() :]
    if is_negative and re.search(r"[-(−]", before):
        before, after = re.sub(r"[-(−]", "", before), after.replace(")", "", 1)
        number = f"-{number}"
    return " ".join(f"{before}{number}{after}".split())


def _of_ods_day(value: str, seen: str) -> Look:
    """A day, if what is shown says which one."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return Look(seen, seen)
    numbers = [int(digits) for digits in _DIGITS.findall(seen)]
    has_month = any(map(str.isalpha, seen)) or (at.month in numbers and len(numbers) > 1)
    is_day = not seen or (at.day in numbers and has_month)
    exact = f"{at:%Y-%m-%d %H:%M:%S}"
    return Look(seen or f"{at:%d.%m.%Y}", exact if is_day else seen)


def _line(paragraph: ElementTree.Element) -> str:
    parts = [paragraph.text or ""]
    for part in paragraph:
        if part.tag == f"{_TEXT}s":
            parts.append(" " * min(int(part.get(f"{_TEXT}c", 1)), _REPEATED))
        elif part.tag in (f"{_TEXT}line-break", f"{_TEXT}tab"):
            parts.append("\n" if part.tag.endswith("break") else " ")
        elif part.tag != f"{_OFFICE}annotation":
            parts.append(_line(part))
        parts.append(part.tail or "")
    return "".join(parts)
