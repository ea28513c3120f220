"""Tables as people send them."""

import csv
import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import xlsxwriter

from bot.catalog.loader import load
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.organization import COLUMNS, RosterEntry

DATA = Path(__file__).parents[2] / "data"


def example() -> Catalog:
    """The program's own files with the example's organizations."""
    files = (DATA / "directives.yaml", DATA / "calendar.yaml", DATA / "organizations.example.yaml")
    return load(*files, ZoneInfo("Asia/Irkutsk"), datetime(2026, 8, 27, tzinfo=UTC))


def book(
    *sheets: Sequence[Sequence[object]], hide: Sequence[int] = (), touch: Callable[[Any], None] | None = None
) -> bytes:
    """A workbook of these sheets; `touch` may do more to the first."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    for number, rows in enumerate(sheets):
        sheet = workbook.add_worksheet(f"Лист {number + 1}")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
        if number in hide:
            sheet.hide()
        if touch and number == 0:
            touch(sheet)
    workbook.close()
    return out.getvalue()


def comma_separated(rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A CSV as a program writes it."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def rows_of(roster: Sequence[RosterEntry], catalog: Catalog, *, titles: bool) -> list[list[str]]:
    """The roster as a table with a heading; types and tags by title or by id."""
    words = {
        "types": {id: type_.title if titles else id for id, type_ in catalog.types.items()},
        "tags": {id: title if titles else id for id, title in catalog.tags.items()},
        "territory": {id: each.short if titles else id for id, each in catalog.territories.items()},
    }
    rows = [[column.headings[0].capitalize() if titles else name for name, column in COLUMNS.items()]]
    for entry in roster:
        said = {name: getattr(entry, name) for name in COLUMNS}
        rows.append(
            [
                "; ".join(words[name][id] for id in ([value] if isinstance(value, str) else sorted(value)) if id)
                if name in words
                else value
                for name, value in said.items()
            ]
        )
    return rows


def open_document(
    rows: Sequence[Sequence[str]], *, breaks: bool = False, more: str = "", columns: str = "", styles: str = ""
) -> bytes:
    """An ODS of texts; `breaks`: with a line feed between cells, as Gnumeric writes.

    XML: `more` of further rows, `columns` of columns, `styles` of the styles that the document shares.
    """
    end = "\n" if breaks else ""
    cells = [
        end.join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
            for text in row
        )
        for row in rows
    ]
    lines = end.join(f"<table:table-row>{end}{row}{end}</table:table-row>" for row in cells)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    spaces += ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Лист1">{columns}{lines}{more}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        if styles:
            text = f"<office:styles>{styles}</office:styles>"
            archive.writestr("styles.xml", f"<office:document-styles {spaces}>{text}</office:document-styles>")
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def xml_2003(rows: str, encoding: str = "utf-8") -> bytes:
    """A workbook of the XML of Excel 2003, as many programs export it under the name of .xls."""
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        '<Styles><Style ss:ID="s1"><NumberFormat ss:Format="000"/></Style>'
        '<Style ss:ID="s2"><NumberFormat ss:Format="Percent"/></Style></Styles>'
        f'<Worksheet ss:Name="Реестр"><Table>{rows}</Table></Worksheet></Workbook>'
    )
    return text.encode(encoding)


def old_excel(rows: Sequence[Sequence[object]], formats: dict[tuple[int, int], str] | None = None) -> bytes:
    """An XLS (BIFF8) of one sheet; `formats` of numbers by row and column from 0, errors as `#N/A`."""
    codes = list(dict.fromkeys((formats or {}).values()))
    globals_ = _record(0x809, struct.pack("<4HII", 0x600, 5, 0, 0, 0, 0))
    for place, code in enumerate(codes):
        globals_ += _record(0x41E, struct.pack("<H", 164 + place) + _string(code))
    for number in (0, *(164 + place for place in range(len(codes)))):
        globals_ += _record(0xE0, struct.pack("<HHH", 0, number, 0) + bytes(14))
    sheet = _record(0x809, struct.pack("<4HII", 0x600, 0x10, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            style = codes.index(formats[row, column]) + 1 if formats and (row, column) in formats else 0
            sheet += _old_cell(struct.pack("<3H", row, column, style), cell)
    # The length of a sheet's name has one byte.
    name = _string("Лист1")[:1] + _string("Лист1")[2:]
    start = len(globals_) + len(_record(0x85, bytes(6) + name)) + len(_record(0x0A, b""))
    globals_ += _record(0x85, struct.pack("<IBB", start, 0, 0) + name)
    return _compound(globals_ + _record(0x0A, b"") + sheet + _record(0x0A, b""))


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def _string(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _old_cell(place: bytes, cell: object) -> bytes:
    match cell:
        case "" | None:
            return b""
        case bool():
            return _record(0x205, place + bytes([cell, 0]))
        case "#N/A":
            return _record(0x205, place + bytes([0x2A, 1]))
        case "=0":
            # What is stored of a text by a program that has not computed it.
            return _record(0x06, place + bytes(14) + struct.pack("<H", 0))
        case int() | float():
            return _record(0x203, place + struct.pack("<d", cell))
        case _:
            return _record(0x204, place + _string(str(cell)))


def _compound(stream: bytes) -> bytes:
    """The container of such files: a header, the table of sectors, a folder, and the only stream."""
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    chain = [0xFFFFFFFD, end, *(place + 3 for place in range(sectors - 1)), end]
    assert len(chain) <= 128

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        encoded = name.encode("utf-16-le")
        length = len(encoded) + 2 if name else 0
        return (
            encoded.ljust(64, b"\0")
            + struct.pack("<HBBIII", length, kind, 1, free, free, child)
            + bytes(36)
            + struct.pack("<IQ", first, size)
        )

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *(free for _ in range(108)))
    table = struct.pack("<128I", *chain, *(free for _ in range(128 - len(chain))))
    folder = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream))
    return header + table + (folder + entry("", 0, free, 0, 0) * 2) + stream
