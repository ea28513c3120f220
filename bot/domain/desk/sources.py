"""Lists in groups by the document that directives come from, where there are several."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.question import is_question
from bot.domain.directives.directive import Directive

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Group:
    """What stands together: a document's directives, or questions, which come from none.

    `source` is what the document is called; empty: of directives of old nobody has noted it.
    """

    source: str = ""
    is_questions: bool = False


class Grouped(Sequence[T]):
    """A list of which every item has its group; so has each part of it."""

    def __init__(self, pairs: Iterable[tuple[T, Group]]) -> None:
        self._pairs = list(pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> "Grouped[T]": ...
    def __getitem__(self, place: int | slice) -> "T | Grouped[T]":
        return Grouped(self._pairs[place]) if isinstance(place, slice) else self._pairs[place][0]

    def begun_at(self, place: int) -> Group | None:
        """The group that begins with the item of that place, or goes on with the first of all."""
        group = self._pairs[place][1]
        return None if place and group == self._pairs[place - 1][1] else group


def group_of(directive: Directive, catalog: Catalog) -> Group:
    """Where the directive belongs. All that is asked by one file is one group, whatever it has been called."""
    if is_question(directive.id):
        return Group(is_questions=True)
    asked_by = directive.source
    if asked_by is not None and not asked_by.file and not any(source.file for source in catalog.sources):
        return Group(catalog.source)
    return Group(catalog.source_of(directive))


def in_groups(
    listed: Sequence[T], directive_of: Callable[[T], Directive], catalog: Catalog, *, present: bool = True
) -> Sequence[T]:
    """The list by groups, within which the order stays; as it is, where there are not two documents.

    `present`: the catalog's documents count, whatever is listed.
    """
    pairs = [(item, group_of(directive_of(item), catalog)) for item in listed]
    return arranged(pairs, [source.name for source in catalog.sources], present=present)


def arranged(pairs: Sequence[tuple[T, Group]], known: Sequence[str], *, present: bool = False) -> Sequence[T]:
    """The same of items with their groups; `known`: the documents in their order."""
    named = [group.source for _, group in pairs if group.source]
    if len({*named, *(known if present else ())}) < 2:
        return [item for item, _ in pairs]
    order = {name: place for place, name in enumerate(dict.fromkeys((*known, *named)))}

    def rank(pair: tuple[T, Group]) -> tuple[bool, int]:
        return pair[1].is_questions, order.get(pair[1].source, len(order))

    return Grouped(sorted(pairs, key=rank))
