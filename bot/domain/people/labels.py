"""What organizations are called where there is little room: no two of a list alike.

Official names differ at their end, behind a legal form that all have. A label is the name without what the list does
not need to tell it apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from bot.domain.people.name_parts import briefer
from bot.domain.people.names import same


@dataclass(frozen=True, slots=True)
class Named:
    """What a label is made of. `short`: what somebody has given, empty: nothing."""

    code: str
    name: str
    short: str = ""


def labels(organizations: Sequence[Named], others: Sequence[Named] = ()) -> list[str]:
    """The labels of the organizations, then those of the others, which give way: no two are the `same`.

    The same list has the same labels in whatever order. Another organization in it makes labels longer, and never
    gives one what was the label of another. The database keeps labels: another rule needs a migration that makes them
    anew.
    """
    every = [*organizations, *others]
    given = [place for place, named in enumerate(every) if named.short]
    derived = [place for place, named in enumerate(every) if not named.short]
    first = range(len(organizations))
    taken: set[str] = set()
    chosen: dict[int, str] = {}
    # What was given comes before what is derived.
    for places in (
        [place for place in given if place in first],
        [place for place in derived if place in first],
        [place for place in given if place not in first],
        [place for place in derived if place not in first],
    ):
        chosen |= zip(places, _told_apart([every[place] for place in places], taken), strict=True)
    return [chosen[place] for place in range(len(every))]


@lru_cache(4096)
def official(name: str, label: str) -> str:
    """The whole name, with the label if the name alone does not tell which organization it is."""
    # Kept labels may have more spaces between their words than are made now.
    is_of_name = label.split() in map(str.split, briefer(name))
    return f"{name} — {label}" if label and not is_of_name else name


def clashes(organizations: Sequence[Named]) -> list[tuple[int, int]]:
    """Where a short name was given that another has as well, or would be called by: its place, and the other's."""
    derived = [place for place, named in enumerate(organizations) if not named.short]
    called = labels([organizations[place] for place in derived])
    owners = {same(label): place for place, label in zip(derived, called, strict=True)}
    found = []
    for place, named in enumerate(organizations):
        if named.short and owners.setdefault(same(named.short), place) != place:
            found.append((place, owners[same(named.short)]))
    return found


def another(organization: Named, present: Iterable[str]) -> str:
    """The label of one more organization, beside those that there are: not what is a part of another's either."""
    keys = [f" {same(label)} " for label in present]
    candidates = _candidates(organization, 0)
    return next(label for label in candidates if not any(f" {same(label)} " in key for key in keys))


def _told_apart(organizations: Sequence[Named], taken: set[str]) -> list[str]:
    """Of each the first candidate that no other has had to come to, nor is taken; what was come to is taken then."""
    candidates = [_candidates(organization, place) for place, organization in enumerate(organizations)]
    chosen = [""] * len(organizations)
    owners: dict[str, int | None] = dict.fromkeys(taken)
    waiting = list(range(len(organizations)))
    while waiting:
        place = waiting.pop()
        chosen[place] = next(candidates[place])
        key = same(chosen[place])
        owner = owners.setdefault(key, place)
        if owner == place:
            continue
        # From now on it is nobody's: neither of who had it nor of whoever comes to it later.
        owners[key] = None
        waiting.append(place)
        if owner is not None:
            waiting.append(owner)
    taken.update(owners)
    return chosen


def _candidates(organization: Named, place: int) -> Iterator[str]:
    """Labels of an organization, the shortest first. They have no end, and no two organizations share all of them."""
    brief = organization.short
    for candidate in [brief] if brief else briefer(organization.name):
        brief = brief or candidate
        yield candidate
    # Names that are equal are told apart by what names them in files.
    yield f"{brief} ({organization.code})"
    # A table may have a code twice: that is said elsewhere.
    for number in count(1):
        yield f"{brief} ({organization.code}/{place + 1}/{number})"
