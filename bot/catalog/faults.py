"""Faults of the catalog's files; each names its place for the person who edits them.

CatalogError
    The files cannot be used; it carries every `Fault` that one reading could find.
"""

import difflib
from collections.abc import Iterable

from bot.domain.catalog.faults import Fault

# A place in a file: keys of mappings and indexes of lists, from the root.
Loc = tuple[str | int, ...]

# Below this similarity a suggestion misleads more than it helps (difflib's own default is 0.6).
SIMILARITY = 0.6


class CatalogError(Exception):
    """The catalog's files cannot be used; one fault a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def path_of(loc: Loc) -> str:
    """`("directives", 3, "audience", 1)` as `directives[3].audience[1]`; indexes count from 0."""
    path = ""
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return path


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'school'?)`, or nothing when no known word is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=SIMILARITY)
    return f" (did you mean '{near[0]}'?)" if near else ""


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """`unknown tag 'uper' (did you mean 'upper'?)`."""
    return f"unknown {what} '{word}'{did_you_mean(word, known)}"
