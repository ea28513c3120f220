"""Files that staff ask for: each is a letter of kind EXPORT, and what it holds is gathered when it is sent.

Whoever adds one writes the letter (`what` names it, further data are ids) and adds a line to `_EXPORTS` at the end of
bot/views/letters.py.
"""

import csv
import io
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.letter import Letter
from bot.domain.screen import Rendered, Upload
from bot.storage.engine.database import Tx
from bot.storage.people import people

# What the letter asks for, as of now; None: the person may not have it any more, or there is nothing.
Exporter = Callable[[Tx, Letter, Catalog, datetime], Awaitable[Upload | Rendered | None]]

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


def renderer(
    exports: Mapping[str, Exporter],
) -> Callable[[Tx, Letter, Catalog, datetime], Awaitable[Rendered | None]]:
    """What renders letters of kind EXPORT: by the exporter of `letter.data["what"]`, for staff alone."""

    async def render(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
        person = await people.get(tx, letter.person_id)
        export = exports.get(letter.data["what"])
        if person is None or not person.is_staff or export is None:
            return None
        found = await export(tx, letter, catalog, now)
        return Rendered(found) if isinstance(found, Upload) else found

    return render


def _cell(value: str | int | None) -> str | int:
    if isinstance(value, int):
        return value
    return f"'{value}" if value and value.lstrip(" ").startswith(_FORMULA) else value or ""
