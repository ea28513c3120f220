"""All that the YAML files declare, loaded as a whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from bot.domain.catalog.written import Written
from bot.domain.directives.directive import Directive
from bot.domain.directives.source import Source
from bot.domain.people.organization import OrganizationType, RosterEntry
from bot.domain.people.territory import Known, Territory, titled
from bot.domain.timing.calendar import WorkCalendar


@dataclass(frozen=True)
class Catalog:
    """Directives with the types, tags and topics that they speak of, the calendar, and the roster.

    The dictionaries keep the order of the file; `tags` and `topics` map an id to its title.
    """

    types: dict[str, OrganizationType]
    tags: dict[str, str]
    topics: dict[str, str]
    directives: dict[str, Directive]
    calendar: WorkCalendar
    roster: tuple[RosterEntry, ...] = ()
    # By id, in the order of the file; none where there is no level above organizations.
    territories: dict[str, Territory] = field(default_factory=dict)
    # How the resolution is named in front of a quotation: «резолюции августовской конференции 2021 г.»; empty: there
    # are several documents, or none.
    source: str = ""
    # The documents that directives come from, in the order of their files.
    sources: tuple[Source, ...] = ()
    # What the ledger remembers of territories that are gone.
    gone: Mapping[str, Known] = field(default_factory=dict, compare=False, repr=False)
    # What it was made of; two that say the same may be written in two ways.
    written: Written = field(default=Written(), compare=False, repr=False)

    @property
    def kinds(self) -> dict[str, str]:
        """What organizations are by their types, tags and territories (by `titled`), gone ones too: titles by id."""
        types = {type_.id: type_.title for type_ in self.types.values()}
        territories = {titled(each.id): f"{each.name} {each.short}" for each in self.known_territories.values()}
        return {**self.tags, **types, **territories}

    @property
    def own_types(self) -> tuple[str, ...]:
        """Types of the department itself."""
        return tuple(type_.id for type_ in self.types.values() if type_.staff)

    @property
    def known_territories(self) -> Mapping[str, Territory | Known]:
        """By id, in order, those that are gone last: what they are called."""
        return self.territories | {id: its for id, its in self.gone.items() if id not in self.territories}

    def source_of(self, directive: Directive) -> str:
        """How the document of that directive is named, also of one that was asked long ago; empty: nobody knows.

        It is the one that the directive was asked by; where that was not noted, the one that has it now.
        """
        present = self.directives.get(directive.id)
        source = directive.source or (present.source if present else None)
        return source.name if source else self.source

    def seen_from(self, calendar: WorkCalendar) -> Self:
        """The same catalog for somebody who lives by that calendar."""
        return self if calendar is self.calendar else replace(self, calendar=calendar)

    def with_directives(self, directives: dict[str, Directive]) -> Self:
        """The same catalog with other directives."""
        return replace(self, directives=directives)
