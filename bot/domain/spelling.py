"""Texts in the letters that were meant, whatever keyboard or program has written them."""

import re

from bot.domain.text import clean

# Letters that their reader cannot tell apart, Latin and Greek, and their Cyrillic twins; `_NEARLY` within a word that
# is Cyrillic otherwise.
_LATIN = str.maketrans("aceopxyëABCEHKMOPTXYËΑΒΕΗΚΜΟΡΤΧο", "асеорхуёАВСЕНКМОРТХУЁАВЕНКМОРТХо")
_NEARLY = _LATIN | str.maketrans("kmtiIsSjJ", "кмтіІѕЅјЈ")
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_NUMERAL = re.compile("[IVXLCDM]+")
# Marks without a shape, which `clean` leaves because emoji need some of them.
SHAPELESS = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def spelled(text: str) -> str:
    """The text as it looks, in the letters that were meant: nothing that cannot be seen, no Latin in Cyrillic words.

    A word of Latin letters alone is left if any of them could not be Cyrillic, there or in another such word.
    """
    text = SHAPELESS.sub("", clean(text))
    words = _WORD.findall(text)
    if not any(map(_CYRILLIC.search, words)):
        return text
    foreign = [word for word in words if not _CYRILLIC.search(word) and not _NUMERAL.fullmatch(word)]
    latin_is_meant = any(_changes(word, _LATIN) is None for word in foreign)

    def mended(found: re.Match[str]) -> str:
        word = found[0]
        if _CYRILLIC.search(word):
            return _changes(word, _NEARLY) or word
        # «XX съезда» is a number, «C. Есенин» a text.
        is_number = _NUMERAL.fullmatch(word) and word not in ("C", "M")
        return word if latin_is_meant or is_number else _changes(word, _LATIN) or word

    return _WORD.sub(mended, text)


def _changes(word: str, twins: dict[int, int]) -> str | None:
    """The word in Cyrillic, None if a letter of it has no twin."""
    cyrillic = word.translate(twins)
    return cyrillic if all(map(_CYRILLIC.match, cyrillic)) else None
