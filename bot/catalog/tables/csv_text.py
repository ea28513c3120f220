"""Reads CSV, also of programs that do not double the quotes within a quoted cell.

`1;"МБОУ "Лицей"";school` is not what the format means by quotes: read by its rules the name loses them, and a quote
that is never closed swallows the rows below. A line that makes sense in one way alone is read so; any other is broken.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable

from bot.catalog.tables.workbook import NotAWorkbook, Sheet

# More lines than that are in no cell of a list.
_LINES_IN_A_CELL = 20

_OPENING = re.compile(r'(?<![^\s("])"(?=["\w])')
_CLOSING = re.compile(r'(?<=[\w".!?)])"(?![\w])')
_APART = re.compile(r'"[^"\s][^"]*[^"\s]"\s[^"]*\s"[^"\s][^"]*[^"\s]"')


def read(text: str, delimiter: str) -> Sheet:
    """The rows that hold anything. Rows are counted as Excel does, which is not by lines: a cell may hold line ends.

    Raises NotAWorkbook: a cell of over 100,000 characters.
    """
    broken: set[int] = set()
    records = _by_rules(text, delimiter)
    if records is None or _swallows(records, delimiter, _usual(map(len, records))):
        records, broken = _by_lines(text, delimiter)
    # Word's line break within a paragraph, which comes with what is pasted, ends no row.
    stripped = ([cell.replace("\v", "\n").replace("\f", "\n").strip() for cell in record] for record in records)
    rows = [(number, cells) for number, cells in enumerate(stripped, 1) if any(cells)]
    return Sheet("", rows, broken=frozenset(broken))


def _by_rules(text: str, delimiter: str) -> list[list[str]] | None:
    """The records, None if the text breaks the rules of the format."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _usual(lengths: Iterable[int]) -> int:
    """How many columns most rows have."""
    return max(Counter(length for length in lengths if length > 1).items(), key=lambda item: item[1], default=(2, 0))[0]


def _swallows(records: list[list[str]], delimiter: str, columns: int) -> bool:
    """Whether a cell has taken in rows below: it holds as many delimiters as a row has."""
    return any("\n" in cell and cell.count(delimiter) >= columns - 1 for record in records for cell in record)


def _by_lines(text: str, delimiter: str) -> tuple[list[list[str]], set[int]]:
    """The records, and the numbers of those that are broken."""
    lines = [line.rstrip("\n") for line in io.StringIO(text, newline=None)]
    if any(len(line) > csv.field_size_limit() for line in lines):
        raise NotAWorkbook(NotAWorkbook.__doc__)
    columns = _usual(len(_parts(line, delimiter)) for line in lines)
    records: list[list[str]] = []
    broken: set[int] = set()
    at = 0
    while at < len(lines):
        record, taken = _record(lines[at : at + _LINES_IN_A_CELL], delimiter, columns)
        if record is None:
            record = lines[at].split(delimiter)
            broken.add(len(records) + 1)
        records.append(record)
        at += taken
    return records, broken


def _record(lines: list[str], delimiter: str, columns: int) -> tuple[list[str] | None, int]:
    """The record that begins in the first line, and how many lines it takes; None if nobody can say."""
    if '"' not in lines[0]:
        return lines[0].split(delimiter), 1
    for parts in (lines[0].split(delimiter), _parts(lines[0], delimiter)):
        if len(parts) == columns and all(map(_is_whole, parts)):
            return [_unquoted(part.strip()) for part in parts], 1
    for taken in range(1, len(lines) + 1):
        records = _by_rules("\n".join(lines[:taken]), delimiter)
        if records and len(records) == 1 and not _swallows(records, delimiter, columns):
            return records[0], taken
    return None, 1


def _parts(line: str, delimiter: str) -> list[str]:
    """The cells of a line as they stand there: one that a quote opens ends where a quote stands before a delimiter."""
    parts: list[str] = []
    rest = line.split(delimiter)
    while rest:
        part = rest.pop(0)
        if part.lstrip().startswith('"') and not _is_quoted(part):
            end = next((place for place, other in enumerate(rest) if other.rstrip().endswith('"')), None)
            if end is not None:
                part = delimiter.join([part, *rest[: end + 1]])
                del rest[: end + 1]
        parts.append(part)
    return parts


def _is_quoted(part: str) -> bool:
    text = part.strip()
    return len(text) > 1 and text.startswith('"') and text.endswith('"')


def _is_whole(part: str) -> bool:
    """Whether the cell ends where it seems to: it is quoted, or each quote that opens in it closes as well."""
    begins = part.lstrip().startswith('"')
    return _is_quoted(part) or not begins or len(_OPENING.findall(part)) == len(_CLOSING.findall(part))


def _unquoted(cell: str) -> str:
    """The text of a cell whose own quotes may be doubled or not."""
    # «"Лицей" и "Школа"» has no quotes around it: the first closes before the last opens.
    if not _is_quoted(cell) or _APART.fullmatch(cell):
        return cell
    inner = cell[1:-1]
    is_doubled = '"' not in inner.replace('""', "")
    inner = inner.replace('""', '"') if is_doubled else inner
    return inner + '"' if _OPENING.findall(inner) and not _CLOSING.findall(inner) else inner
