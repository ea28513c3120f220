"""What calamine does not tell of a workbook: hidden rows, codes with zeros in front, errors, and ODS that it refuses.

Imported by the reader of workbooks, in a process of its own.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from typing import IO
from xml.etree import ElementTree

from bot.catalog.markup import Grid, zeros

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ZEROS = re.compile(r"0[0-9]+")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
# Above that an empty or a repeated cell only fills the sheet up.
_REPEATED = 1000


def is_protected(archive: zipfile.ZipFile) -> bool:
    """Whether an ODS wants a password."""
    try:
        return b"encryption-data" in archive.read("META-INF/manifest.xml")
    except KeyError:
        return False


def read(archive: zipfile.ZipFile, number: Callable[[str], str]) -> dict[str, Grid]:
    """By the name of the sheet. The cells are there for ODS alone. Raises ValueError."""
    names = set(archive.namelist())
    try:
        if "xl/workbook.xml" in names:
            return dict(_xlsx(archive))
        if "content.xml" in names:
            with archive.open("content.xml") as file:
                return {grid.name: grid for grid in _ods(file, number)}
    except (ElementTree.ParseError, KeyError, IndexError) as error:
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
    padded = _padded(archive)
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if _local(sheet) != "sheet":
            continue
        id = next(value for key, value in sheet.items() if key.endswith("}id"))
        target = targets[id]
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        grid = Grid(sheet.get("name", ""))
        with archive.open(path) as file:
            _look(file, grid, padded)
        yield grid.name, grid


def _padded(archive: zipfile.ZipFile) -> dict[str, int]:
    """How many digits cells of a style show at least, by the number of the style."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    shapes = {each.get("numFmtId"): each.get("formatCode", "") for each in root.iter() if _local(each) == "numFmt"}
    styles = [style for each in root if _local(each) == "cellXfs" for style in each]
    widths = {str(place): zeros(shapes.get(style.get("numFmtId"), "")) for place, style in enumerate(styles)}
    return {style: width for style, width in widths.items() if width}


def _look(file: IO[bytes], grid: Grid, padded: dict[str, int]) -> None:
    row = 0
    for _, element in ElementTree.iterparse(file):
        if _local(element) != "row":
            continue
        row = int(element.get("r", row + 1))
        if element.get("hidden") in ("1", "true"):
            grid.hidden.add(row)
        for place, cell in enumerate(element):
            at = _CELL.fullmatch(cell.get("r", ""))
            shown = _shown(cell, padded)
            if shown:
                grid.shown.append((row, _column(at[1]) if at else place, shown))
        element.clear()


def _shown(cell: ElementTree.Element, padded: dict[str, int]) -> str:
    """What is seen if it is something else than the value; else empty."""
    parts = {_local(part): part.text or "" for part in cell}
    value, kind = parts.get("v", ""), cell.get("t", "n")
    if kind == "e":
        return value or "#"
    if "f" in parts and not value and kind == "n":
        return f"={parts['f']}"
    width = padded.get(cell.get("s", ""), 0)
    return value.zfill(width) if width and kind == "n" and value.isdecimal() and len(value) < width else ""


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


# --- ODS ---


def _ods(file: IO[bytes], number: Callable[[str], str]) -> Iterator[Grid]:
    unseen: set[str | None] = set()
    grid, row = Grid(), 0
    for event, element in ElementTree.iterparse(file, ("start", "end")):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                grid, row = Grid(element.get(f"{_TABLE}name", "")), 0
                grid.visible = element.get(f"{_TABLE}style-name") not in unseen
        elif element.tag == f"{_STYLE}style":
            shape = element.find(f"{_STYLE}table-properties")
            if shape is not None and shape.get(f"{_TABLE}display") == "false":
                unseen.add(element.get(f"{_STYLE}name"))
        elif element.tag == f"{_TABLE}table-row":
            times = int(element.get(f"{_TABLE}number-rows-repeated", 1))
            is_hidden = element.get(f"{_TABLE}visibility") in ("collapse", "filter")
            for number_ in range(row + 1, row + 1 + min(times, _REPEATED)):
                _ods_row(grid, number_, element, number)
                if is_hidden:
                    grid.hidden.add(number_)
            row += times
            element.clear()
        elif element.tag == f"{_TABLE}table":
            yield grid


def _ods_row(grid: Grid, row: int, line: ElementTree.Element, number: Callable[[str], str]) -> None:
    column = 0
    for cell in line:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        wide = int(cell.get(f"{_TABLE}number-columns-spanned", 1))
        high = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
        if wide > 1 or high > 1:
            grid.merged.append((row, column, row + high - 1, column + wide - 1))
        seen = "\n".join(_line(paragraph) for paragraph in cell.iterfind(f"{_TEXT}p")).strip()
        kind, value = cell.get(f"{_OFFICE}value-type", ""), cell.get(f"{_OFFICE}value", "")
        text = number(value) if kind in ("float", "percentage", "currency") and value else seen
        if kind == "boolean":
            text = str(int(cell.get(f"{_OFFICE}boolean-value", "").lower() in ("true", "1")))
        is_wrong = cell.get(f"{_CALCEXT}value-type") == "error"
        is_blank = cell.get(f"{_TABLE}formula") is not None and not kind and not seen
        # Of a broken line calamine makes one word.
        is_broken = any(cell.find(f".//{_TEXT}{name}") is not None for name in ("line-break", "tab"))
        differs = is_broken or (_ZEROS.fullmatch(seen) and seen != text)
        shown = (seen or "#") if is_wrong else "=" if is_blank else seen if differs else ""
        if text or shown:
            for place in range(column, column + min(times, _REPEATED)):
                grid.cells[row, place] = text
                if shown:
                    grid.shown.append((row, place, shown))
        column += times


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
