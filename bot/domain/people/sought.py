"""What a database looks for before the names of a region are ranked: all that may be meant, and little else.

Of each organization it keeps a text in which what is looked for stands as it is (`findable`). Ranking is
`bot.domain.people.search`'s: what is found here and not meant costs it time, what is missed is lost.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.people.names import same
from bot.domain.people.search import code_of, labels_of
from bot.domain.people.wording import Typed, Word, Wording, typed_wording, wording

# What stands before a number, a kind, and a code; a word has nothing.
_NUMBER, _KIND, _CODE = "№", "#", "@"
# Shorter, a word is rather the beginning of others; joined letters are chance.
_WITHIN, _SHORTEST_JOINED = 4, 5

# What a text may have; it is looked for if it has any of the alternatives.
Alternatives = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in `findable` texts: of each tuple of alternatives one has to be there.

    `code`: it alone is enough. `whole`: all that was typed, as whole words; `kinds`: and the kind, too. `part`: what
    begins so, or has it within. `joined`: all words without spaces. `telling`: what tells names apart, for those that
    have most of it. `is_kind`: nothing but a kind was typed.
    """

    code: str | None
    whole: tuple[Alternatives, ...]
    kinds: tuple[Alternatives, ...]
    part: tuple[Alternatives, ...]
    joined: str | None
    is_kind: bool
    telling: tuple[Alternatives, ...]


def findable(code: str, names: Iterable[str]) -> str:
    """The text in which the organization, or whoever has these names, is looked for."""
    tokens: dict[str, None] = {}
    for name in dict.fromkeys(filter(None, names)):
        tokens |= dict.fromkeys(_tokens(wording(name)))
    if code:
        tokens[_CODE + _one(same(code))] = None
    return f" {' '.join(tokens)} " if tokens else ""


def words_of(text: str) -> list[str]:
    """The words of a `findable` text, in which typos are looked for."""
    return [token for token in text.split() if token[0].isalpha()]


def _tokens(said: Wording) -> Iterable[str]:
    yield from said.every.split()
    yield from said.stems.split()
    yield from (f"{_NUMBER}{number}" for number in sorted(said.numbers | said.others))
    yield from (_KIND + _one(kind) for kind in sorted(said.kinds))


def _one(words: str) -> str:
    return words.replace(" ", "_")


def sought(text: str, near: Mapping[str, Collection[str]] = MappingProxyType({})) -> Sought | None:
    """What is looked for by somebody who types that, None: nothing. `near`: words that each may be mistyped for."""
    typed = typed_wording(text)
    if typed.is_nothing:
        return None
    numbers: list[Alternatives] = [(f" {_NUMBER}{number} ",) for number in sorted(typed.numbers)]
    words = [_whole(word) for word in typed.words]
    mistyped = [tuple(f" {other} " for other in sorted(near.get(word.text, ()))) for word in typed.words]
    kinds = tuple(tuple(f" {_KIND}{_one(kind)} " for kind in sorted(group)) for group in typed.kinds)
    is_all = not typed.words and not typed.numbers
    parts: list[Alternatives] = [(f" {_NUMBER}{number}",) for number in sorted(typed.numbers)]
    parts += [_part(word) + slips for word, slips in zip(typed.words, mistyped, strict=True)]
    telling = [part for part, word in zip(parts[len(numbers) :], typed.words, strict=True) if len(word.text) > 2]
    joined = "".join(word.text for word in typed.words)
    return Sought(
        code=_code(typed),
        whole=(*numbers, *words, *(kinds if is_all else ())),
        kinds=kinds,
        part=(*parts, *(kinds if is_all else ())),
        joined=joined if len(joined) >= _SHORTEST_JOINED else None,
        is_kind=is_all and bool(kinds),
        telling=(*numbers, *telling, *kinds),
    )


def mistakable(text: str) -> list[str]:
    """The typed words in which a typo is looked for."""
    return [word.text for word in typed_wording(text).words if word.number is None and len(word.text) > 2]


def labelled(text: str, titles: Mapping[str, str]) -> frozenset[str]:
    """Ids of the titles that were typed."""
    fit = labels_of(typed_wording(text), titles.values())
    return frozenset(id for id, title in titles.items() if title in fit)


def _whole(word: Word) -> Alternatives:
    number = (f" {_NUMBER}{word.number} ",) if word.number is not None else ()
    return tuple(dict.fromkeys((f" {word.text} ", f" {word.stem} ", *number)))


def _part(word: Word) -> Alternatives:
    if len(word.text) < _WITHIN:
        return (f" {word.text}", *_whole(word)[1:])
    return tuple(dict.fromkeys((word.text, f" {word.stem}", *_whole(word)[1:])))


def _code(typed: Typed) -> str | None:
    """What was typed as a code, which is one word."""
    wanted = code_of(typed)
    return None if wanted is None or " " in wanted else f" {_CODE}{wanted} "
