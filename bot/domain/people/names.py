"""Names of organizations and people: which are the same, and by what lists are sorted."""

import re
import unicodedata

from bot.domain.spelling import SHAPELESS
from bot.domain.text import clean, folded

_QUOTES = re.compile("[«»„“”‟‚‛‹›\"'‘’`´′″＂]|<<|>>")
_OPENING = re.compile(r"(^|[\s(«])[\"“”„]")
_CLOSING = re.compile(r"[\"“”„]")
_DASHES = re.compile(r"\s*[-‐‑‒–—―−]\s*")
_NUMBER_SIGN = re.compile(r"№\s+")
# «№ 1», «N 1», «No. 1», «#1»: a keyboard of a phone has no №.
_NUMBER = re.compile(r"(?:№|\bn[oо°º]?\b\.?|\bn(?=\d)|#)\s*(?=\d)")
_DIGITS = re.compile(r"\d+")
# Digits beyond that are no number to anybody, and thousands of them are more than int() takes.
_LONGEST_NUMBER = 19

# Letters that look the same in print, small ones as capitals show them: Latin and Greek, and their Cyrillic twins.
_TWINS = str.maketrans("abcehkmoptxyisjαβεηκμορτχυι", "авсенкмортхуіѕјавенкмортхуі")
_STRESS = re.compile("[\u0300\u0301]")


def same(name: str) -> str:
    """What two spellings of a name have in common: names that look alike are the same.

    They do not differ by capitals, ё, spaces, kinds of quotes, dashes and number signs, letters of another alphabet
    that look the same, accents written apart, nor by what nobody sees.
    """
    numbered = _NUMBER.sub("№", _QUOTES.sub("", SHAPELESS.sub("", clean(name)).casefold()))
    # Compatible forms one by one, because that of № is two letters.
    apart = "№".join(unicodedata.normalize("NFKD", part) for part in numbered.split("№"))
    letters = unicodedata.normalize("NFC", _STRESS.sub("", apart).translate(_TWINS)).replace("ё", "е")
    return " ".join(_NUMBER_SIGN.sub("№", _DASHES.sub("-", letters)).split())


def quoted(name: str) -> str:
    """The name with «quotes» in place of straight ones, which most keyboards have."""
    opened = _OPENING.sub(r"\1«", name)
    # Twice: of two quotes that open side by side the first hides the second.
    return _CLOSING.sub("»", _OPENING.sub(r"\1«", opened))


def natural(name: str) -> str:
    """By what lists are sorted: «Школа №2» before «Школа № 10», ё as е, whatever capitals.

    A text whose bytes sort so, for databases: a number is its length and its digits, before anything else that could
    stand there. The database keeps it (`organizations.sort_key`): another rule needs a migration that fills it anew.
    """
    return _DIGITS.sub(_sortable, _NUMBER_SIGN.sub("№", folded(name)))


def _sortable(digits: re.Match[str]) -> str:
    if len(digits[0]) > _LONGEST_NUMBER:
        return digits[0]
    number = str(int(digits[0]))
    return f"\x01{len(number):02}{number}"
