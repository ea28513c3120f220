"""Tables as files that Excel opens."""

import csv
import io
from collections.abc import Iterable, Sequence

from bot.domain.screen import Upload

# Excel takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_file(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[str | int | None]], caption: str = ""
) -> Upload:
    """A table that Excel opens by a double click; `name` with its extension, `caption` is HTML.

    Semicolons and the mark of UTF-8 are what a Russian Excel expects. Nothing that a person typed becomes a formula.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return Upload(name, text.getvalue().encode("utf-8-sig"), caption)


def _cell(value: str | int | None) -> str | int:
    if isinstance(value, int):
        return value
    return f"'{value}" if value and value.lstrip(" ").startswith(_FORMULA) else value or ""
