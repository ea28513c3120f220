"""Tables as people send them."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
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
