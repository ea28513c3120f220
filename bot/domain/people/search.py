"""Finding an organization by a part of its name, forgiving of typos."""

import re
from collections.abc import Iterable

from bot.domain.people.names import natural
from bot.domain.people.organization import Organization
from bot.domain.text import folded

# Out of 100: high enough that «Сосновская» does not find «Сосновоозёрская» first, low enough for two slips.
_ENOUGH = 72
_NOT_WORDS = re.compile(r"[^\w]+")


def find(organizations: Iterable[Organization], typed: str) -> list[Organization]:
    """Organizations whose name contains what was typed, or nearly so; the best first."""
    wanted = _plain(typed)
    if not wanted:
        return []
    scored = [(_score(wanted, _plain(organization.name)), organization) for organization in organizations]
    near = [(score, organization) for score, organization in scored if score >= _ENOUGH]
    exact = [(score, organization) for score, organization in near if score > 100]
    # Where the words stand as they were typed, resemblances only distract.
    best = exact or near
    return [
        organization for _, organization in sorted(best, key=lambda pair: (-pair[0], natural(pair[1].name), pair[1].id))
    ]


def _plain(text: str) -> str:
    return _NOT_WORDS.sub(" ", folded(text)).strip()


def _score(wanted: str, name: str) -> float:
    if wanted in name:
        return 101
    words, names = wanted.split(), name.split()
    # Each typed word by its best counterpart: order and endings do not matter, every word does.
    return min(max((_alike(word, other) for other in names), default=0.0) for word in words)


def _alike(word: str, other: str) -> float:
    if len(word) < 3:
        # «№ 3» or «с»: a near miss of a short word means nothing.
        return 100.0 if word == other else 0.0
    # Three megabytes that are wanted when somebody has first mistyped a name.
    from rapidfuzz import fuzz  # noqa: PLC0415

    return max(fuzz.ratio(word, other), fuzz.ratio(word, other[: len(word)]))
