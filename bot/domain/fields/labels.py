"""Which field the words beside a number name: «Девочек 60», «мальчики — 40»."""

import re
from collections.abc import Sequence
from itertools import takewhile

from bot.domain.fields.field import Field
from bot.domain.text import folded

_WORD = re.compile(r"[^\W\d_]{3,}")
# Words that labels share whatever they ask for.
_EMPTY = frozenset({"них", "том", "числе", "для", "или", "при", "под", "без", "чел", "человек", "руб", "тыс", "шт"})
# What may stand between numbers that are written in one line.
_BETWEEN = re.compile(r"[;/]|,(?!\d)|(?<=\d),\s|\sи\s")


def named(line: str, fields: Sequence[Field]) -> Field | None:
    """The one field whose label the words of the line are of; None if they are of none, or of several alike."""
    words = _words(line)
    scores = [sum(any(_alike(word, its) for its in _words(field.label)) for word in words) for field in fields]
    most = max(scores, default=0)
    return fields[scores.index(most)] if most and scores.count(most) == 1 else None


def parts(line: str, fields: Sequence[Field]) -> list[str]:
    """The line as several, if it has several numbers and each has words of its own field; otherwise as it is."""
    pieces = [piece for piece in _BETWEEN.split(line) if piece.strip()]
    whose = [named(piece, fields) for piece in pieces if any(map(str.isdecimal, piece))]
    apart = len(whose) == len(pieces) > 1 and None not in whose
    return pieces if apart and len({field.id for field in whose if field}) == len(pieces) else [line]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(folded(text))) - _EMPTY


def _alike(word: str, other: str) -> bool:
    """Whether they are forms of one word, or one is the beginning of the other."""
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    return common >= 3 and (common == min(len(word), len(other)) or common >= 0.6 * max(len(word), len(other)))
