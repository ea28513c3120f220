"""Two catalogs compared: what an edited YAML file would change, before it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import Directive

V = TypeVar("V")


class Part(StrEnum):
    """What can differ in a directive, as people speak of it."""

    TITLE = "title"
    TEXT = "text"
    TOPIC = "topic"
    AUDIENCE = "audience"
    PROMPT = "prompt"
    FIELDS = "fields"
    SCHEDULE = "schedule"
    REMINDERS = "reminders"


# The attributes of a directive by part; together they are all but the id.
ATTRIBUTES = {
    Part.TITLE: ("number", "title"),
    Part.TEXT: ("text",),
    Part.TOPIC: ("topic",),
    Part.AUDIENCE: ("audience",),
    Part.PROMPT: ("prompt",),
    Part.FIELDS: ("fields", "checks"),
    Part.SCHEDULE: ("schedule",),
    Part.REMINDERS: ("reminders",),
}


@dataclass(frozen=True, slots=True)
class Edited:
    """A directive that stays, and what is different in it."""

    before: Directive
    after: Directive
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Which types, tags, topics, organizations or territories differ, by name."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class CatalogChange:
    """What is different. `reordered`: the directives that stay have another order."""

    added: tuple[Directive, ...]
    removed: tuple[Directive, ...]
    edited: tuple[Edited, ...]
    types: Named
    tags: Named
    topics: Named
    roster: Named
    calendar: bool
    source: bool
    reordered: bool
    territories: Named = Named()

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return any(getattr(self, name) for name in self.__slots__)


def compare(before: Catalog, after: Catalog) -> CatalogChange:
    """How `after` differs from `before`."""
    old, new = before.directives, after.directives
    both = [key for key in new if key in old]
    edited = (Edited(old[key], new[key], _parts(old[key], new[key])) for key in both if old[key] != new[key])
    return CatalogChange(
        added=tuple(directive for key, directive in new.items() if key not in old),
        removed=tuple(directive for key, directive in old.items() if key not in new),
        edited=tuple(edited),
        types=_named(
            {key: (type_.title, type_) for key, type_ in before.types.items()},
            {key: (type_.title, type_) for key, type_ in after.types.items()},
        ),
        tags=_named(_pairs(before.tags), _pairs(after.tags)),
        topics=_named(_pairs(before.topics), _pairs(after.topics)),
        roster=_named(
            {entry.code: (entry.name, entry) for entry in before.roster},
            {entry.code: (entry.name, entry) for entry in after.roster},
        ),
        territories=_named(_own(before), _own(after)),
        calendar=before.calendar != after.calendar,
        source=before.source != after.source,
        reordered=both != [key for key in old if key in new],
    )


def _own(catalog: Catalog) -> dict[str, tuple[object, ...]]:
    """What is each territory's own: the rest of its times changes with the department's."""
    department = catalog.calendar
    return {
        each.id: (
            each.name,
            each.short,
            None if each.calendar.zone == department.zone else each.calendar.zone,
            each.calendar.days_off[len(department.days_off) :],
        )
        for each in catalog.territories.values()
    }


def _parts(before: Directive, after: Directive) -> tuple[Part, ...]:
    return tuple(
        part
        for part, names in ATTRIBUTES.items()
        if any(getattr(before, name) != getattr(after, name) for name in names)
    )


def _pairs(titles: Mapping[str, str]) -> dict[str, tuple[str]]:
    return {key: (title,) for key, title in titles.items()}


def _named(before: Mapping[str, tuple[V, ...]], after: Mapping[str, tuple[V, ...]]) -> Named:
    """Compares values by key; the first value of each is its name."""
    return Named(
        added=tuple(str(values[0]) for key, values in after.items() if key not in before),
        removed=tuple(str(values[0]) for key, values in before.items() if key not in after),
        changed=tuple(str(values[0]) for key, values in after.items() if key in before and before[key] != values),
    )
