"""Tables as people send them."""

import csv
import io
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
    }
    rows = [[column.headings[0].capitalize() if titles else name for name, column in COLUMNS.items()]]
    for entry in roster:
        said = {name: getattr(entry, name) for name in COLUMNS}
        rows.append(
            [
                "; ".join(words[name][id] for id in sorted(value)) if name in words else value
                for name, value in said.items()
            ]
        )
    return rows


def open_document(rows: Sequence[Sequence[str]], *, breaks: bool = False, more: str = "") -> bytes:
    """An ODS of texts; `breaks`: with a line feed between cells, as Gnumeric writes; `more` is XML of further rows."""
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
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Лист1">{lines}{more}</table:table></office:spreadsheet>'
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
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def xml_2003(rows: str, encoding: str = "utf-8") -> bytes:
    """A workbook of the XML of Excel 2003, as many programs export it under the name of .xls."""
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        '<Styles><Style ss:ID="s1"><NumberFormat ss:Format="000"/></Style></Styles>'
        f'<Worksheet ss:Name="Реестр"><Table>{rows}</Table></Worksheet></Workbook>'
    )
    return text.encode(encoding)
