"""Names of organizations and people: which are the same, and by what lists are sorted."""

import re

_QUOTES = re.compile("[«»„“”\"'‘’`]")
_DASHES = re.compile(r"\s*[-‐‑‒–—―−]\s*")
_NUMBER_SIGN = re.compile(r"№\s+")
_DIGITS = re.compile(r"\d+")
# Digits beyond that are no number to anybody, and thousands of them are more than int() takes.
_LONGEST_NUMBER = 19


def same(name: str) -> str:
    """What two spellings of a name have in common: not capitals, ё, spaces, nor kinds of quotes and dashes."""
    plain = _QUOTES.sub("", _folded(name))
    return " ".join(_NUMBER_SIGN.sub("№", _DASHES.sub("-", plain)).split())


def natural(name: str) -> str:
    """By what lists are sorted: «Школа №2» before «Школа № 10», ё as е, whatever capitals.

    A text whose bytes sort so, for databases: a number is its length and its digits, before anything else that could
    stand there. The database keeps it (`organizations.sort_key`): another rule needs a migration that fills it anew.
    """
    return _DIGITS.sub(_sortable, _NUMBER_SIGN.sub("№", _folded(name)))


def _folded(name: str) -> str:
    return name.casefold().replace("ё", "е")


def _sortable(digits: re.Match[str]) -> str:
    if len(digits[0]) > _LONGEST_NUMBER:
        return digits[0]
    number = str(int(digits[0]))
    return f"\x01{len(number):02}{number}"
