"""A table that somebody sent, whatever program wrote it: its sheets as rows of texts.

CSV with commas, semicolons or tabs, in UTF-8 or as Excel saves it: Windows-1251, «MS-DOS» (866), «Macintosh», «Текст
Юникод» (UTF-16); workbooks, web pages.
What it is, the content says: people rename files, and programs call a web page .xls.
"""

import re
from collections.abc import Callable
from contextlib import suppress

from bot.catalog.tables import csv_text, markup, workbook
from bot.catalog.tables.workbook import Sheet, WorkbookError
from bot.domain.people.roster_faults import Format

MAX_BYTES = 5_000_000
MAX_ROWS = 100_000
# Above the heading stand a title, «Утверждаю», an empty line or two.
HEADING_WITHIN = 30

# A zip archive (XLSX, ODS), and the container of XLS, which an XLSX with a password is as well.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_DELIMITERS = ";,\t"
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# Excel's, the likeliest first.
_OF_ONE_BYTE = ("cp1251", "cp866", "mac_cyrillic")
# What a wrong one of them makes of Russian: letters of no Russian word, capitals and Latin letters within a word, signs
# beside letters, an opening quotation mark or a dash without its like, a dash that has become a letter.
_STRANGE = tuple(
    re.compile(strange)
    for strange in (
        r"(?![А-Яа-яЁёA-Za-z])[^\W\d_]",
        r"[а-яё][А-ЯЁ]|[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]",
        r"[\u2500-\u25ff√≈∆¬÷†‡€‰™•¤¦§¶©®¬±°∙·∞≤≥∂]",
        r"(?<!\w)(?:„(?=[а-яё])(?![^;,\t\n]*[“”])|‹(?=[а-яё])(?![^;,\t\n]*›)|“(?=[а-яё])(?![^;,\t\n]*”)"
        r"|[‚…‘’”–—](?=[а-яё]))",
        r"(?<!\w)[ЦЧ](?!\w)",
    )
)
# Characters; a list says in so many of them what it is written in.
_LOOKED_AT = 200_000
# Excel obeys such a first line and does not show it.
_SEPARATOR = re.compile("sep=([;,\t])\r?\n?", re.IGNORECASE)


class Empty(WorkbookError):
    """There is nothing in the file."""


def read(content: bytes, is_heading: Callable[[list[str]], bool]) -> list[Sheet]:
    """The sheets of the table; a CSV has one, without a name.

    `is_heading` knows the row of headings, which tells the delimiter of a CSV. Raises WorkbookError: Empty, or as
    `workbook.read`, from which a workbook also takes its time.
    """
    if len(content) > MAX_BYTES:
        raise workbook.TooBig(workbook.TooBig.__doc__)
    if not content.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise Empty(Empty.__doc__)
    if content.startswith(_WORKBOOKS) or markup.is_markup(content):
        return workbook.read(content, MAX_ROWS)
    if content.startswith((b"%PDF", b"{\\rtf")):
        # They may be nothing but letters.
        raise workbook.NotAWorkbook(workbook.NotAWorkbook.__doc__)
    found: list[Sheet] = []
    for text in _texts(content):
        declared = _SEPARATOR.match(text)
        delimiters = declared[1] if declared else _DELIMITERS
        sheets = [csv_text.read(text[declared.end() if declared else 0 :], delimiter) for delimiter in delimiters]
        if any(len(sheet.rows) > MAX_ROWS for sheet in sheets):
            raise workbook.TooBig(workbook.TooBig.__doc__)
        # The heading tells the delimiter, and whether the encoding can be that one at all.
        for sheet in sheets:
            if any(is_heading(cells) for _, cells in sheet.rows[:HEADING_WITHIN]):
                return [sheet]
        found = found or sheets
    # Without a heading nothing comes of it; the one with the most columns lets the fault be said best.
    return [max(found, key=lambda sheet: max((len(cells) for _, cells in sheet.rows), default=0))]


def _texts(content: bytes) -> list[str]:
    """What the content may say, the likeliest first. Raises NotAWorkbook."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        texts = _decoded(content, "utf-16")
    else:
        texts = _decoded(content, "utf-8-sig") or _decoded(content, *_OF_ONE_BYTE)
    if not texts:
        raise workbook.NotAWorkbook(workbook.NotAWorkbook.__doc__)
    return texts


def _decoded(content: bytes, *encodings: str) -> list[str]:
    texts = []
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            # Programs of MS-DOS end a text with Ctrl+Z.
            texts.append(content.decode(encoding).rstrip("\x1a"))
    # Any bytes at all are nearly always some text in an encoding of one byte: a picture's give themselves away.
    return sorted((text for text in texts if not _CONTROL.search(text)), key=_strangeness)


def _strangeness(text: str) -> int:
    """How often there stands what nobody has written."""
    looked_at = text[:_LOOKED_AT]
    return sum(len(strange.findall(looked_at)) for strange in _STRANGE)


_FORMATS = (
    (Format.PDF, b"%PDF"),
    *(
        (Format.PICTURE, start)
        for start in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\x00", b"MM\x00*")
    ),
    (Format.DOCUMENT, b"{\\rtf"),
    *((Format.ARCHIVE, start) for start in (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")),
)
_INSIDE = (
    (Format.DOCUMENT, b"word/document.xml"),
    (Format.DOCUMENT, b"opendocument.text"),
    (Format.DOCUMENT, "WordDocument".encode("utf-16-le")),
    (Format.SLIDES, b"ppt/presentation.xml"),
    (Format.SLIDES, "PowerPoint Document".encode("utf-16-le")),
)
_SHEETS = (b"xl/", b"opendocument.spreadsheet", b"content.xml")


def format_of(content: bytes) -> Format:
    """What a file is that is no table, as far as its first bytes say."""
    named = next((format for format, start in _FORMATS if content.startswith(start)), Format.UNKNOWN)
    if named:
        return named
    if content.startswith(_WORKBOOKS):
        inside = next((format for format, mark in _INSIDE if mark in content), Format.UNKNOWN)
        is_zip = content.startswith(b"PK") and not any(mark in content for mark in _SHEETS)
        return inside or (Format.ARCHIVE if is_zip else Format.UNKNOWN)
    return Format.WEB_PAGE if markup.is_markup(content) else Format.UNKNOWN
