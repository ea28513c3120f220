"""Faults of the catalog's files; each names its place for the person who edits them.

CatalogError
    The files cannot be used; it carries every `Fault` that one reading could find.
"""

import difflib
from collections.abc import Iterable, Mapping

from bot.domain.catalog.faults import Fault

# Below this similarity a suggestion misleads more than it helps (difflib's own default is 0.6).
SIMILARITY = 0.6


class CatalogError(Exception):
    """The catalog's files cannot be used; one fault a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (может быть, school?)`, or nothing when no known word is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=SIMILARITY)
    return f" (может быть, {near[0]}?)" if near else ""


def one_of(known: Iterable[str], most: int = 30) -> str:
    """`. Есть: general, preschool`: what may stand there; nothing where that is too much to read."""
    titles = known if isinstance(known, Mapping) else {}
    words = [f"{word} ({titles[word]})" if titles.get(word) else word for word in dict.fromkeys(known)]
    return f". Есть: {', '.join(words)}" if 0 < len(words) <= most else ""


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """`нет метки «uper» (может быть, upper?)`, or all there are when none is near; `what` in the genitive."""
    return f"нет {what} «{word}»" + (did_you_mean(word, known) or one_of(known))
