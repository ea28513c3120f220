"""Names of organizations and people: which are the same, and by what lists are sorted."""

import re
import unicodedata

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
# The same where a word is spelled again: only those which its reader cannot tell apart, and `_NEARLY` within a word
# that is Cyrillic otherwise.
_LATIN = str.maketrans("aceopxyëABCEHKMOPTXYËΑΒΕΗΚΜΟΡΤΧο", "асеорхуёАВСЕНКМОРТХУЁАВЕНКМОРТХо")
_NEARLY = _LATIN | str.maketrans("kmtiIsSjJ", "кмтіІѕЅјЈ")
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_NUMERAL = re.compile("[IVXLCDM]+")
_STRESS = re.compile("[\u0300\u0301]")
# Marks without a shape, which `clean` leaves because emoji need some of them.
_SHAPELESS = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def same(name: str) -> str:
    """What two spellings of a name have in common: names that look alike are the same.

    They do not differ by capitals, ё, spaces, kinds of quotes, dashes and number signs, letters of another alphabet
    that look the same, accents written apart, nor by what nobody sees.
    """
    numbered = _NUMBER.sub("№", _QUOTES.sub("", _SHAPELESS.sub("", clean(name)).casefold()))
    # Compatible forms one by one, because that of № is two letters.
    apart = "№".join(unicodedata.normalize("NFKD", part) for part in numbered.split("№"))
    letters = unicodedata.normalize("NFC", _STRESS.sub("", apart).translate(_TWINS)).replace("ё", "е")
    return " ".join(_NUMBER_SIGN.sub("№", _DASHES.sub("-", letters)).split())


def spelled(name: str) -> str:
    """The name as it looks, in the letters that were meant: nothing that cannot be seen, no Latin in Cyrillic words.

    A word of Latin letters alone is left if any of them could not be Cyrillic, there or in another such word.
    """
    name = _SHAPELESS.sub("", clean(name))
    words = _WORD.findall(name)
    if not any(map(_CYRILLIC.search, words)):
        return name
    foreign = [word for word in words if not _CYRILLIC.search(word) and not _NUMERAL.fullmatch(word)]
    latin_is_meant = any(_changes(word, _LATIN) is None for word in foreign)

    def mended(found: re.Match[str]) -> str:
        word = found[0]
        if _CYRILLIC.search(word):
            return _changes(word, _NEARLY) or word
        # «XX съезда» is a number, «C. Есенин» a name.
        is_number = _NUMERAL.fullmatch(word) and word not in ("C", "M")
        return word if latin_is_meant or is_number else _changes(word, _LATIN) or word

    return _WORD.sub(mended, name)


def quoted(name: str) -> str:
    """The name with «quotes» in place of straight ones, which most keyboards have."""
    opened = _OPENING.sub(r"\1«", name)
    # Twice: of two quotes that open side by side the first hides the second.
    return _CLOSING.sub("»", _OPENING.sub(r"\1«", opened))


def _changes(word: str, twins: dict[int, int]) -> str | None:
    """The word in Cyrillic, None if a letter of it has no twin."""
    cyrillic = word.translate(twins)
    return cyrillic if all(map(_CYRILLIC.match, cyrillic)) else None


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
