"""Which new organization of a roster may be one that leaves it under another name. People decide; this only asks."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.domain.people.names import same
from bot.domain.people.organization import Organization, RosterEntry, is_made_up

# Of 1: what the two names have in common, weighed; and how much nearer than its rivals a pair is that has none.
_NEAR, _NEARER = 0.7, 0.15
# Of 1: two spellings of one word.
_SPELLED_ALIKE = 0.82
# A word that so many share says nothing of which is which; and no more pairs than somebody can decide about.
_SHARED_BY, AT_MOST = 50, 200

_WORD = re.compile(r"\d+|[^\W\d_]+")
# What an organization is, in official names: forms of ownership and kinds. Two that differ otherwise are two.
_COMMON = re.compile(
    r"м[бка]?д?о?у|му|гб?о?у|оу|ооо|оо|сош|оош|нош|ош|нш|дс|доу|доо|до|цдт|ддт|дюсш|дши|дмш|с|п|д|г|им|имени|"
    r"муниц\w*|государств\w*|бюджет\w*|казен\w*|автоном\w*|учрежд\w*|организац\w*|дополнит\w*|дошкол\w*|обще\w*|"
    r"образов\w*|средн\w*|основн\w*|началь\w*|детск\w*|сад\w{0,3}|школ\w*|гимнази\w*|лице\w{1,2}|центр\w*|дом\w?|дворец|"
    r"творчеств\w*|село?|села|сел\w*|поселк\w*|деревн\w*|город\w*|район\w*|развити\w*|ребенк\w*|вида|типа|ясли"
)
# What registers cut short in one year and spell out in another.
_SPELLED_OUT = {
    "сош": "средняя общеобразовательная школа",
    "оош": "основная общеобразовательная школа",
    "нош": "начальная общеобразовательная школа",
    "дс": "детский сад",
    "цдт": "центр детского творчества",
    "ддт": "дом детского творчества",
    "дюсш": "детско юношеская спортивная школа",
}
# Which legal form an organization has; «с. Малое» is «село Малое».
_FORM = re.compile(
    r"[мг][бка]?д?о?у|доу|оу|муниц\w*|государств\w*|бюджет\w*|казен\w*|автоном\w*|учрежд\w*|организац\w*|"
    r"образовательн\w*|общеобразов\w*|дошкольн\w*|с|п|д|г|сел[оа]|поселк\w*|деревн\w*|город\w*"
)
# What such a word counts for, beside 1 for one that no other name has.
_LITTLE = 0.2


@dataclass(frozen=True, slots=True)
class Renaming:
    """`before` would go and `after` be new, with names so near that they may be one.

    `rivals`: whether another pair that is about as near has one of the two.
    """

    before: Organization
    after: RosterEntry
    rivals: bool = False

    @property
    def key(self) -> str:
        """Tells the pair from the others, also in another reading of the same table."""
        return f"{self.before.id}:{self.after.code}"


def likely(leaving: Collection[Organization], added: Sequence[RosterEntry]) -> tuple[Renaming, ...]:
    """The pairs whose names are near, of the same type, that no codes tell apart; in the order of `leaving`.

    Two near organizations that have both been given a code, and another one, are two.
    """
    if not leaving or not added:
        return ()
    words = {name: _words(name) for name in {each.name for each in (*leaving, *added)}}
    weigh = _Weights([[words[each.name] for each in leaving], [words[each.name] for each in added]])
    found = [
        (organization, entry, likeness)
        for organization, entry in _candidates(leaving, added, words)
        if (likeness := weigh.likeness(words[organization.name], words[entry.name])) >= _NEAR
    ]
    best: dict[object, float] = defaultdict(float)
    for organization, entry, likeness in found:
        for side in (organization.id, entry.code):
            best[side] = max(best[side], likeness)
    near = [
        (organization, entry)
        for organization, entry, likeness in found
        if likeness > max(best[organization.id], best[entry.code]) - _NEARER
    ]
    times = Counter(side for organization, entry in near for side in (organization.id, entry.code))
    return tuple(
        Renaming(organization, entry, rivals=times[organization.id] > 1 or times[entry.code] > 1)
        for organization, entry in near[:AT_MOST]
    )


def called(name: str) -> frozenset[str]:
    """What an organization is called but for its legal form: the same of «МОУ СОШ №5» and of its name in full."""
    words = _words(name)
    return frozenset(word.lstrip("0") for word in words if not _FORM.fullmatch(word)) or frozenset(words)


def decide(renamings: Iterable[Renaming], decided: Mapping[str, bool], key: str, *, is_one: bool) -> dict[str, bool]:
    """What has been decided, with one more: an organization can become one only, so a yes is a no to its rivals."""
    pairs = {renaming.key: renaming for renaming in renamings}
    if key not in pairs:
        return dict(decided)
    chosen = pairs[key]
    others = {
        renaming.key: False
        for renaming in pairs.values()
        if is_one and (renaming.before.id == chosen.before.id) != (renaming.after.code == chosen.after.code)
    }
    return {**decided, **others, key: is_one}


def _candidates(
    leaving: Iterable[Organization], added: Iterable[RosterEntry], words: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Organization, RosterEntry]]:
    """Pairs that share the beginning of a word or a number: a region's thousands are not compared each with each."""
    by_key: dict[str, list[RosterEntry]] = defaultdict(list)
    for entry in added:
        for key in _keys(words[entry.name]):
            by_key[key].append(entry)
    for organization in leaving:
        there: dict[str, RosterEntry] = {}
        for key in _keys(words[organization.name]):
            if len(by_key[key]) <= _SHARED_BY:
                there |= {entry.code: entry for entry in by_key[key]}
        for entry in there.values():
            told_apart = not is_made_up(entry.code) and not is_made_up(organization.code)
            if told_apart or not entry.types & organization.types:
                continue
            if _numbers_fit(words[organization.name], words[entry.name]):
                yield organization, entry


def _words(name: str) -> tuple[str, ...]:
    words = " ".join(_SPELLED_OUT.get(word, word) for word in _WORD.findall(same(name)))
    return tuple(dict.fromkeys(words.split()))


def _keys(words: Sequence[str]) -> set[str]:
    rare = {word if word.isdigit() else word[:4] for word in words if not _is_common(word)}
    return rare or {word[:4] for word in words if len(word) > 3}


@cache
def _is_common(word: str) -> bool:
    return _COMMON.fullmatch(word) is not None


def _numbers_fit(first: Iterable[str], second: Iterable[str]) -> bool:
    """«№ 1» is not «№ 11», but «№ 3» may be «№ 3 имени 50-летия»."""
    numbers, others = ({word.lstrip("0") for word in words if word.isdigit()} for words in (first, second))
    return numbers <= others or others <= numbers


class _Weights:
    """How much a word tells: the fewer names have it, the more. Of the two lists each counts for itself."""

    def __init__(self, lists: Iterable[Iterable[Sequence[str]]]) -> None:
        self._counts = [Counter(word for words in names for word in words) for names in lists]

    def _of(self, word: str) -> float:
        alone = 1 / max(1, *(count[word] for count in self._counts))
        return min(_LITTLE, alone) if _is_common(word) else alone

    def likeness(self, first: Sequence[str], second: Sequence[str]) -> float:
        """1: all words of the shorter name are in the other. 0 if nothing is shared that tells anything."""
        if all(map(_is_common, (*first, *second))):
            return _ratio(" ".join(sorted(first)), " ".join(sorted(second)))
        less, more = sorted((first, second), key=lambda words: sum(map(self._of, words)))
        shared = [word for word in less if any(_is_one(word, other) for other in more)]
        if all(map(_is_common, shared)):
            return 0
        return sum(map(self._of, shared)) / sum(map(self._of, less))


def _is_one(word: str, other: str) -> bool:
    if word == other or word.isdigit() or other.isdigit():
        return word == other
    if min(len(word), len(other)) < 4:
        return False
    return word.startswith(other) or other.startswith(word) or _ratio(word, other) >= _SPELLED_ALIKE


def _ratio(text: str, other: str) -> float:
    # Wanted only when a list has changed.
    from rapidfuzz import fuzz  # noqa: PLC0415

    return fuzz.ratio(text, other) / 100
