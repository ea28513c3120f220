"""Text as people type and read it: what cannot be seen in it, how long it may be, and the names of months."""

import re
import unicodedata
from collections.abc import Sequence

# Lengths are in UTF-16 units, which is how Telegram counts. So many it takes in a message, and below a file.
MESSAGE, CAPTION = 4096, 1024
# A request shows the source, the number, the title, the quoted text, the prompt,
# the period and the due date: 1500 for the text and 1500 for the prompt leave over 1000 for the rest.
TEXT, PROMPT = 1500, 1500
# Titles stand on buttons, of which a phone shows about 40 characters.
TITLE = 40
# A label is one line of the form and a column's head in the report; an option is one button.
LABEL, OPTION, UNIT = 100, 60, 20
# Official names of schools reach 200 characters.
NAME = 250
# What people call a short name: twice a button, which shows its beginning and its end.
SHORT_NAME = 120

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
OF_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip

# Characters, for a class of a regular expression, that turn a text round or have no width: two names that look the
# same must be the same.
INVISIBLE = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"

_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")

# How a line of a list begins.
_MARK = re.compile(r"(?:(\d{1,2})[.)]|[-–—•*·])\s+(?=\S)")

# Latin and Greek letters look like Cyrillic ones in words that are meant to deceive.
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_OTHER = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u03ff]")


def units(text: str) -> int:
    """How long Telegram takes the text to be: most emoji count twice."""
    return len(text.encode("utf-16-le")) // 2


def clean(text: str) -> str:
    """The visible text in NFC, stripped, with line feeds and plain spaces.

    It loses control characters, zero-width and direction characters, lone surrogates (which no database takes) and
    letters that look like nothing.
    """
    # Most texts are clean, and a report has a million of them.
    if text.isprintable() and unicodedata.is_normalized("NFC", text) and _BLANK_LETTERS.isdisjoint(text):
        return text.strip()
    visible = "".join(map(_visible, text.replace("\r\n", "\n")))
    return unicodedata.normalize("NFC", visible).strip()


def _visible(character: str) -> str:
    if character in _LINE_ENDS:
        return "\n"
    if character == "\t":
        return " "
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category in ("Cc", "Cf", "Cs") or character in _BLANK_LETTERS or ord(character) & 0xFFFE == 0xFFFE:
        return ""
    return character


def folded(text: str) -> str:
    """The text for comparing: whatever case, ё as е."""
    return text.casefold().replace("ё", "е")


def caseless(text: str) -> str:
    """What options, labels or ids that differ by case or spaces alone have in common."""
    return " ".join(text.casefold().split())


def mixes_alphabets(text: str) -> bool:
    """Whether a word has Cyrillic letters beside Latin or Greek ones: «Ивaнова» with a Latin a."""
    return any(_CYRILLIC.search(word) and _OTHER.search(word) for word in _WORD.findall(text))


def without_marks(lines: Sequence[str]) -> list[str]:
    """The lines of a list without what stands before and after them in a document: «1) …;», «— …».

    Numbers are marks only if they count the lines: «10. класс» is no tenth line.
    """
    marks = [_MARK.match(line) for line in lines]
    numbers = [mark[1] for mark in marks if mark]
    if len(numbers) < len(lines) or not (set(numbers) == {None} or numbers == [*map(str, range(1, len(lines) + 1))]):
        return list(lines)
    return [line[mark.end() :].rstrip("; ") for line, mark in zip(lines, marks, strict=True) if mark]
