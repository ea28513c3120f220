"""Finding what is meant by typed words, the likeliest first: one ranking wherever something is looked for by name."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import TypeVar

from bot.domain.people.names import natural, same
from bot.domain.people.organization import Organization
from bot.domain.people.territory import titled
from bot.domain.people.wording import Typed, Word, Wording, stem, typed_wording, wording
from bot.domain.text import clean

Thing = TypeVar("Thing")

# The longest official name with a sentence around it; what is beyond that is read by nobody.
LONGEST = 500
# Digits fewer than that are rather a number in a name than a code; letters fewer are the beginning of any type.
_SHORTEST_CODE, _SHORTEST_LABEL = 5, 3

# What stands between several organizations in one message.
BETWEEN = re.compile(r"[\n,;]+|\s(?:и|или)\s")
_BEFORE_CODE = re.compile(r"^(?:инн|огрн|код)\W+")
_LATIN, _CYRILLIC = re.compile("[A-Za-z]"), re.compile("[А-Яа-яЁё]")
_KEYS, _THEIRS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_CYRILLIC = str.maketrans(_KEYS + '{}:"<>~', _THEIRS + "хъжэбюё")
_LETTERS_TO_CYRILLIC = {key: letter for key, letter in _TO_CYRILLIC.items() if chr(key).isalpha()}
_TO_LATIN = str.maketrans(_THEIRS, _KEYS)


# By so many letters a mistyped word differs at most.
SLIPS_AT_MOST = 2

# Of the kind that was typed, in the words that were typed.
_AS_TYPED = (0, 0)


class Likeness(IntEnum):
    """How a name is like what was typed; the first is the likeliest."""

    # The very name or code; then its words abbreviated or written out, in whatever order.
    EXACT = 0
    SAME_SENSE = 1
    # All that was typed stands in it as whole words and numbers; or all but the kind: «школа 1» for «лицей 1».
    WHOLE = 2
    OTHER_KIND = 3
    # Words and numbers that begin so, or words that have it within; then what the organization's types are called.
    PART = 4
    LABEL = 5
    TYPO = 6
    # Most of it stands there.
    MOSTLY = 7
    NOT = 8


@dataclass(frozen=True, slots=True, order=True)
class _Found:
    """The likeliest comes first: those of the kind that was typed before its relatives, then in the order of lists.

    `lacking`: how many of the typed numbers and words do not stand there as a whole, nor with a typo.
    """

    likeness: Likeness
    lacking: int
    strangeness: tuple[int, int]
    place: int

    @property
    def rank(self) -> tuple[Likeness, int, tuple[int, int]]:
        """By what they are sorted."""
        return self.likeness, self.lacking, self.strangeness


# How a name is like another that may mean the same.
_NEARLY = (Likeness.EXACT, Likeness.SAME_SENSE, Likeness.WHOLE, Likeness.TYPO)


def asked(message: str) -> str:
    """What somebody looks for, of a message; its line ends stay, because it may name several organizations."""
    return clean(message)[:LONGEST]


def find(
    organizations: Iterable[Organization],
    typed: str,
    titles: Mapping[str, str] = MappingProxyType({}),
    also: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> list[Organization]:
    """The organizations that are meant, the likeliest first, those alike in the order of lists.

    They are found by each of their names, by their code, and by the `titles` of their types, tags and territories,
    which are by id.
    `also`: further names by the organization's id, such as those of its people.
    """
    return searched(organizations, typed, titles, also)[0]


def searched(
    organizations: Iterable[Organization], typed: str, titles: Mapping[str, str], also: Mapping[int, Sequence[str]]
) -> tuple[list[Organization], Likeness]:
    """The same, and how the likeliest is like it."""
    found = _organizations(organizations, typed, titles, also)
    return [organization for _, organization in found], _likeness([each for each, _ in found])


def ways(typed: str) -> list[str]:
    """The texts that may be meant by what was typed, it being the first of them. Hardly any name is Latin."""
    text = typed[:LONGEST]
    several = BETWEEN.split(text)
    other = [each for each, slips in _layouts(text) if slips]
    return [text, *dict.fromkeys(other), *(several if len(several) > 1 else ())]


def nearly(organizations: Iterable[Organization], name: str) -> list[Organization]:
    """Those that the name of a new organization may mean: all of it stands there but for typos, and not the kind alone.

    Somebody is about to add it, though it may be there already.
    """
    typed = typed_wording(name)
    if typed.is_empty or not (typed.words or typed.numbers):
        return []
    found = _organizations(organizations, name, {}, {})
    return [organization for each, organization in found if each.likeness in _NEARLY and not each.lacking]


def _organizations(
    organizations: Iterable[Organization],
    typed: str,
    titles: Mapping[str, str],
    also: Mapping[int, Sequence[str]],
) -> list[tuple[_Found, Organization]]:
    def names(organization: Organization) -> Sequence[str]:
        brief = filter(None, (organization.short, organization.label))
        return tuple(dict.fromkeys((organization.name, *brief, *also.get(organization.id, ()))))

    def labels(organization: Organization) -> Sequence[str]:
        ids = (*organization.types, *organization.tags, titled(organization.territory))
        return [titles[id] for id in ids if id in titles]

    def code(organization: Organization) -> str:
        return organization.code

    found = _ranked(list(organizations), typed, names, labels, code)
    return sorted(found, key=lambda pair: (pair[0].rank, natural(pair[1].name), pair[1].id))


def rank(things: Iterable[Thing], typed: str, names: Callable[[Thing], Sequence[str]]) -> list[Thing]:
    """The things that are meant by any of their names, the likeliest first, those alike in the order given."""
    return [thing for _, thing in _ranked(list(things), typed, names, lambda _: (), lambda _: "")]


def _ranked(
    things: Sequence[Thing],
    typed: str,
    names: Callable[[Thing], Sequence[str]],
    labels: Callable[[Thing], Sequence[str]],
    code: Callable[[Thing], str],
) -> list[tuple[_Found, Thing]]:
    said = [(place, wording(name)) for place, thing in enumerate(things) for name in names(thing)]
    search = _Search(said, [labels(thing) for thing in things], [code(thing) for thing in things])
    return [(found, things[found.place]) for found in search.meant(typed[:LONGEST])]


# What differs from a typed word by a typo, as numbers of names in the search.
_Near = Mapping[Word, frozenset[int]]


class _Search:
    """One search among names. Each is of the thing at that place; `labels` and `codes` are by place."""

    def __init__(
        self, names: Sequence[tuple[int, Wording]], labels: Sequence[Sequence[str]], codes: Sequence[str]
    ) -> None:
        self._names, self._labels, self._codes = names, labels, codes
        self._words: dict[str, list[int]] = {}

    def meant(self, text: str) -> list[_Found]:
        """What is meant by the text; if that is nothing, in the other layout of the keyboard or by its parts."""
        best = self._alike(text)
        for other, slips in _layouts(text):
            if _likeness(best) <= Likeness.OTHER_KIND:
                break
            best = min(best, self._alike(other, slips=slips), key=_likeness)
        if _likeness(best) > Likeness.PART:
            best = self._of_several(text) or best
        return best or self._mostly(text)

    def _alike(self, text: str, *, slips: bool = True) -> list[_Found]:
        """What has all that was typed, were it with typos (`slips`)."""
        typed = typed_wording(text)
        if typed.is_nothing:
            return []
        found = self._compared(typed, {})
        if slips and typed.words and _likeness(found) > Likeness.OTHER_KIND:
            found = self._compared(typed, self._near(typed))
        # With a number that stands as it was typed, «№ 10» only distracts from «№ 1».
        least = min((each.lacking for each in found), default=0)
        return [each for each in found if each.lacking == least]

    def _compared(self, typed: Typed, near: _Near) -> list[_Found]:
        best: dict[int, _Found] = {}
        for number, (place, said) in enumerate(self._names):
            likeness, lacking = _compared(typed, said, near, number)
            if likeness is not Likeness.NOT:
                found = _Found(likeness, lacking, _strangeness(typed, said), place)
                best[place] = min(found, best.get(place, found))
        for place in self._coded(typed):
            best[place] = _Found(Likeness.EXACT, 0, _AS_TYPED, place)
        for place in self._labelled(typed):
            best.setdefault(place, _Found(Likeness.LABEL, 0, _AS_TYPED, place))
        return sorted(best.values(), key=_by_rank)

    def _coded(self, typed: Typed) -> Iterable[int]:
        """Those whose whole code was typed."""
        wanted = code_of(typed)
        if wanted is None:
            return ()
        return (place for place, code in enumerate(self._codes) if len(code) == len(wanted) and same(code) == wanted)

    def _labelled(self, typed: Typed) -> Iterable[int]:
        """Those with a label that was typed."""
        fit = labels_of(typed, (label for labels in self._labels for label in labels))
        return (place for place, labels in enumerate(self._labels) if not fit.isdisjoint(labels)) if fit else ()

    def _of_several(self, text: str) -> list[_Found]:
        """The organizations of a message that names several, in its order: «школы 1, 2 и сад Ручеёк»."""
        parts = [part for part in BETWEEN.split(text) if not typed_wording(part).is_nothing]
        if len(parts) < 2:
            return []
        places: dict[int, None] = {}
        kinds, meant = "", 0
        for part in parts:
            said = typed_wording(part)
            # «Школы 1, 2»: the second is a school, too.
            found = self._alike(part if said.words or said.kinds or not kinds else f"{kinds} {part}")
            kinds = " ".join(kind for group in said.kinds for kind in sorted(group)[:1]) or kinds
            if (likeness := _likeness(found)) <= Likeness.PART:
                meant += 1
                places |= {each.place: None for each in found if each.likeness is likeness}
        return (
            [_Found(Likeness.WHOLE, turn, _AS_TYPED, place) for turn, place in enumerate(places)] if meant > 1 else []
        )

    def _mostly(self, text: str) -> list[_Found]:
        """What has most of what was typed: at least half, or all numbers and kinds, but not the kind alone."""
        typed = typed_wording(text)
        asked = len(typed.words) + len(typed.numbers) + len(typed.kinds)
        near = self._near(typed)
        words = [word for word in typed.words if len(word.text) > 2]
        best: dict[int, _Found] = {}
        for number, (place, said) in enumerate(self._names):
            numbers = len(typed.numbers & said.numbers)
            kinds = sum(not kinds.isdisjoint(said.kinds) for kinds in typed.kinds)
            there = sum(_word(word, said, near, number) is not Likeness.NOT for word in words)
            is_all = typed.numbers and typed.kinds and numbers + kinds == len(typed.numbers) + len(typed.kinds)
            if (there or numbers) and (2 * (there + numbers + kinds) >= asked or is_all):
                missing = asked - there - numbers - kinds
                found = _Found(Likeness.MOSTLY, missing, _strangeness(typed, said), place)
                best[place] = min(found, best.get(place, found))
        return sorted(best.values(), key=_by_rank)

    def _near(self, typed: Typed) -> _Near:
        """The names that have a word which differs from a typed one by a typo; from a long one by two."""
        if not self._words:
            for number, (_, said) in enumerate(self._names):
                for word in said.every.split():
                    self._words.setdefault(word, []).append(number)
        known = list(self._words)
        return {
            word: frozenset(number for other in near(word.text, known) for number in self._words[other])
            for word in typed.words
            if word.number is None
        }


def code_of(typed: Typed) -> str | None:
    """What was typed, as a code: «ИНН 0312000777», too. None: short digits are rather the number in a name."""
    wanted = _BEFORE_CODE.sub("", typed.wording.same)
    return None if wanted.isdecimal() and len(wanted) < _SHORTEST_CODE else wanted


def labels_of(typed: Typed, labels: Iterable[str]) -> set[str]:
    """The labels whose words begin with all that were typed."""
    words = [stem(word) for word in typed.wording.every.split()]
    if typed.numbers or max(map(len, words), default=0) < _SHORTEST_LABEL:
        return set()
    return {label for label in set(labels) if all(f" {word}" in wording(label).every for word in words)}


def near(word: str, known: Sequence[str]) -> set[str]:
    """The known words that differ from it by a typo; from a long one by two."""
    # Three megabytes that are wanted when somebody has first mistyped a name.
    from rapidfuzz import process  # noqa: PLC0415
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    length = len(word)
    if length < 3:
        return set()
    slips = 1 if length < 8 else SLIPS_AT_MOST
    begun = [other[:length] for other in known] if length > 4 else []
    alike = {
        known[place]
        for words in (known, begun)
        for _, _, place in process.extract(word, words, scorer=OSA.distance, score_cutoff=slips, limit=None)
    }
    # Of a short word another letter makes another word.
    return {other for other in alike if length > 3 or Counter(other) == Counter(word)}


def _layouts(text: str) -> list[tuple[str, bool]]:
    """What the text would be had the keyboard been in the other layout, and whether there may be typos in that.

    «irjkf 1» is «школа 1». Hardly any name is Latin: there resemblances are chance.
    """
    text = text.casefold()
    if _LATIN.search(text):
        return [(text.translate(_TO_CYRILLIC), True), (text.translate(_LETTERS_TO_CYRILLIC), True)]
    return [(text.translate(_TO_LATIN), False)] if _CYRILLIC.search(text) else []


def _likeness(found: Sequence[_Found]) -> Likeness:
    return found[0].likeness if found else Likeness.NOT


def _by_rank(found: _Found) -> tuple[object, ...]:
    return (*found.rank, found.place)


def _compared(typed: Typed, said: Wording, near: _Near, number: int) -> tuple[Likeness, int]:
    """How the name of that number is like it, and how many numbers stand there only in part."""
    if typed.wording.same == said.same:
        return Likeness.EXACT, 0
    worst, lacking = Likeness.WHOLE, 0
    for wanted in typed.numbers:
        likeness = _number(wanted, typed, said)
        if likeness is Likeness.NOT:
            return likeness, 0
        lacking += likeness is Likeness.PART
        worst = max(worst, likeness)
    for word in typed.words:
        likeness = _word(word, said, near, number, every=typed.is_empty)
        if likeness is Likeness.NOT and not _is_spaced_otherwise(typed, said):
            return likeness, 0
        # A space too many or too few is no typo.
        worst = max(worst, min(likeness, Likeness.TYPO) if near else min(likeness, Likeness.PART))
    worst = max(worst, _kind(typed, said))
    same_sense = worst is Likeness.WHOLE and typed.wording.sense == said.sense
    return Likeness.SAME_SENSE if same_sense else worst, lacking


def _is_spaced_otherwise(typed: Typed, said: Wording) -> bool:
    joined = "".join(word.text for word in typed.words)
    return len(joined) > 4 and joined in said.text.replace(" ", "")


def _number(number: int, typed: Typed, said: Wording) -> Likeness:
    if number in said.numbers:
        return Likeness.WHOLE
    if number in said.others:
        # «60 лет Октября», «школа 2, корпус 1», but not «1».
        is_named = typed.words if not said.numbers else typed.numbers & said.numbers
        return Likeness.WHOLE if is_named else Likeness.PART
    begins = number and any(str(own).startswith(str(number)) for own in said.numbers)
    return Likeness.PART if begins else Likeness.NOT


def _word(word: Word, said: Wording, near: _Near, number: int, *, every: bool = False) -> Likeness:
    text = said.every if every else said.text
    if f" {word.text} " in text or f" {word.stem} " in said.stems or word.number in said.numbers:
        return Likeness.WHOLE
    if f" {word.text}" in text or (len(word.text) > 3 and f" {word.stem}" in said.stems) or word.number in said.others:
        return Likeness.PART
    if len(word.text) > 3 and word.text in text:
        return Likeness.PART
    return Likeness.TYPO if number in near.get(word, ()) else Likeness.NOT


def _kind(typed: Typed, said: Wording) -> Likeness:
    if all(kinds & said.kinds for kinds in typed.kinds):
        return Likeness.WHOLE
    is_all = not typed.words and not typed.numbers
    related = not said.families or typed.wording.families & said.families
    return Likeness.NOT if is_all or not related else Likeness.OTHER_KIND


def _strangeness(typed: Typed, said: Wording) -> tuple[int, int]:
    """How far it is from the kind that was typed: a sports school is a school, too, but not the first.

    Then how many words do not stand there that say nothing else: «МБОУ» comes before «МАОУ» for whoever types it.
    """
    unsaid = sum(f" {form} " not in said.every for form in typed.forms)
    if not typed.kinds or typed.wording.families == said.families:
        return 0, unsaid
    return 1 if typed.wording.families & said.families else 2, unsaid
