"""Dashes, signs and digits in the one form that readers compare."""

import re
import unicodedata

from bot.domain.spelling import spelled
from bot.domain.text import folded

MINUS = "\u2212"
_DASHES = dict.fromkeys(map(ord, f"\u2010\u2011\u2012\u2013\u2014\u2015{MINUS}\ufe63\uff0d"), "-")
_SIGNS = _DASHES | {ord("\uff0b"): "+", ord("\uff0e"): ".", ord("\uff0c"): ","}


def plain(text: str) -> str:
    """Dashes, signs and the digits of any script as in ASCII; each character stays where it is."""
    text = text.translate(_SIGNS)
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(each)) if each.isdecimal() else each for each in text)


def fold(text: str) -> str:
    """For comparing what people type: case, ё, kinds of dashes, quotes, spaces, a last full stop aside.

    Nor does a Latin letter in a Cyrillic word count, which nobody sees: «нeт».
    """
    text = folded(spelled(text).translate(_DASHES))
    words = re.sub('[«»„“”"]', "", text).replace(",", ", ").split()
    return " ".join(words).replace(" ,", ",").rstrip(" .!;,")


def fold_signs(text: str) -> str:
    """The same with signs of full width as in ASCII."""
    return fold(text).translate(_SIGNS)
