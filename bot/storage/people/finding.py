"""Ids of the organizations that are likeliest to be meant, by an index of all words of names: a region has 50,000.

What is looked for (`bot.domain.people.sought`) is told in words of names that are known; those that nobody has find
nothing, and of several words the one that fewest have leads.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.domain.people.sought import Alternatives, Sought
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of

# A word that so many have is looked for in each organization by itself, in the order of lists: the page is soon full.
_COMMON = 5000
# Beyond all texts.
_LAST = "\U0010ffff"


class Known:
    """The words of all names."""

    def __init__(self, text: str) -> None:
        self._text = f" {text} "
        self.words = text.split()
        self._every = frozenset(self.words)

    def meant(self, alternatives: Alternatives) -> tuple[frozenset[str], frozenset[str]]:
        """The words that have any of the alternatives, and what other words may begin with."""
        words: set[str] = set()
        begun: set[str] = set()
        for each in alternatives:
            token = each.strip()
            if each.endswith(" "):
                words |= {token} if token in self._every or not token[0].isalpha() else set()
            elif not token[0].isalpha():
                begun.add(token)
            elif each in self._text:
                words |= {word for word in self.words if (word.startswith(token) if each[0] == " " else token in word)}
        return frozenset(words), frozenset(begun)

    def may_join(self, joined: str) -> bool:
        """Whether the text may be several of the words without spaces, the first and the last not from end to end."""
        reached = [place for place in range(1, len(joined)) if f"{joined[:place]} " in self._text]
        for place in reached:
            if f" {joined[place:]}" in self._text:
                return True
            further = (end for end in range(place + 1, len(joined)) if joined[place:end] in self._every)
            reached.extend(end for end in further if end not in reached)
        return False


@dataclass(frozen=True, slots=True)
class _Group:
    """Words of which one has to be there, those that others begin with, and how often they are."""

    words: frozenset[str]
    begun: frozenset[str]
    size: int = 0

    def within(self, word: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """Whether it is one of them."""
        begun = (sa.and_(word >= each, word < each + _LAST) for each in sorted(self.begun))
        return sa.or_(one_of(word, sorted(self.words)), *begun)

    def stands_at(self, organization_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        """Whether the organization of that column has one of them."""
        own = t.organization_words.alias().c
        if self.begun:
            return organization_id.in_(sa.select(own.organization_id).where(self.within(own.word)))
        return sa.exists().where(own.organization_id == organization_id, self.within(own.word))


class Search:
    """One search among the organizations for which the conditions hold."""

    def __init__(self, tx: Tx, known: Known, conditions: Sequence[sa.ColumnElement[bool]], limit: int) -> None:
        self.known = known
        self._tx, self._conditions, self._limit = tx, conditions, limit
        self._groups: dict[Alternatives, _Group] = {}

    async def having(self, ways: Iterable[Iterable[Alternatives]]) -> list[int]:
        """The first, in order, that have a word of each of the alternatives of any of the ways."""
        asked = [list(way) for way in ways]
        await self._learn(each for way in asked for each in way)
        groups = [[self._groups[each] for each in way] for way in asked if way]
        found = [_having(way) for way in groups if all(each.size for each in way)]
        return await self.where(*found) if found else []

    async def where(self, *any_of: sa.ColumnElement[bool]) -> list[int]:
        """The first, in order, for which any of these holds."""
        return await self._ids(sa.or_(*any_of))

    async def mostly(self, sought: Sought) -> list[int]:
        """Those that have half of what tells names apart, and not the kind alone; first those that have most of it."""
        telling = sought.telling
        if len(telling) < 2:
            return []
        await self._learn(telling)
        groups = [self._groups[each] for each in telling]
        own = t.organizations.c.id
        score: sa.ColumnElement[int] = sum(
            (sa.case((each.stands_at(own), 1), else_=0) for each in groups if each.size), sa.literal(0)
        )
        # Whoever has half of them has one of these.
        rarest = sorted(groups, key=_size)[: len(groups) // 2 + 1]
        named = [self._groups[each] for each in telling if each not in sought.kinds]
        leading = [each for each in min(rarest, named, key=lambda some: sum(map(_size, some))) if each.size]
        if not leading:
            return []
        any_of = sa.or_(*(_having([each]) for each in leading))
        return await self._ids(any_of, 2 * score >= len(groups), before=[score.desc()])

    async def _ids(self, *conditions: sa.ColumnElement[bool], before: Sequence[Any] = ()) -> list[int]:
        query = sa.select(t.organizations.c.id).where(*self._conditions, *conditions)
        query = query.order_by(*before, *t.ORGANIZATIONS_IN_ORDER).limit(self._limit)
        return list((await self._tx.execute(query)).scalars())

    async def _learn(self, looked: Iterable[Alternatives]) -> None:
        """Counts those that have not been."""
        new = {each: _Group(*self.known.meant(each)) for each in dict.fromkeys(looked) if each not in self._groups}
        self._groups |= new
        asked = {each: group for each, group in new.items() if group.words or group.begun}
        if asked:
            word = t.organization_words.c.word
            counts = [
                sa.select(sa.func.count()).where(group.within(word)).scalar_subquery() for group in asked.values()
            ]
            sizes = (await self._tx.execute(sa.select(*counts))).one()
            for (each, group), size in zip(asked.items(), sizes, strict=True):
                self._groups[each] = _Group(group.words, group.begun, size)


async def known(tx: Tx) -> Known:
    """The words of all names, as they stand."""
    words = await tx.execute(sa.select(sa.func.aggregate_strings(t.name_words.c.word, " ")))
    return Known(words.scalar_one() or "")


def first(few: sa.Select[Any]) -> sa.Select[Any]:
    """The same, found before all else: for a page a server would look each organization up among them."""
    found = few.cte().prefix_with("MATERIALIZED")
    return sa.select(*found.c)


def _having(groups: Collection[_Group]) -> sa.ColumnElement[bool]:
    rare, *others = sorted(groups, key=_size)
    own_id = t.organizations.c.id
    if rare.size > _COMMON:
        return sa.and_(*(each.stands_at(own_id) for each in groups))
    own = t.organization_words.alias("rare").c
    led = sa.select(own.organization_id).where(rare.within(own.word))
    return own_id.in_(first(led.where(*(each.stands_at(own.organization_id) for each in others))))


def _size(group: _Group) -> int:
    return group.size
