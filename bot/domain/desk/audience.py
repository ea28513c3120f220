"""Whom an announcement or a question is for (аудитория)."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

from bot.domain.people.member import Limits


@dataclass(frozen=True, slots=True)
class Audience:
    """All organizations; or those of any of the types that carry all of the tags, and those chosen by hand.

    `territories`: of those alone, of whichever types and tags; empty: everywhere.
    `but`: types that «все» does not mean, those of the department itself, which asks and tells others. An organization
    that is of another type too is meant.
    `unanswered`: those instead that owe an answer to that round; `unacknowledged`: those instead that have got that
    announcement and not acknowledged it; `unreached`: those instead that it was for and did not reach. An empty
    audience is nobody.
    """

    everyone: bool = False
    types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    organizations: tuple[int, ...] = field(default=())
    unanswered: int | None = None
    unacknowledged: int | None = None
    unreached: int | None = None
    but: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()

    @property
    def is_nobody(self) -> bool:
        """Whether nothing has been chosen yet."""
        return replace(self, territories=()) == Audience()

    @property
    def is_general(self) -> bool:
        """Whether it means organizations by what they are, those that join later too."""
        return self.everyone or bool(self.types or self.tags)

    @property
    def is_of_its_moment(self) -> bool:
        """Whether it is those who had not done something when it was addressed: nobody joins it later."""
        return any(chosen is not None for chosen in (self.unanswered, self.unacknowledged, self.unreached))

    def dump(self) -> dict[str, Any]:
        """Everything that has been chosen, as JSON."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value}

    def within(self, limits: Limits) -> Self:
        """The part of it within these limits, by types and territories, so that it holds when organizations change."""
        within_types = self._within_types(limits)
        return within_types.in_territories(limits)

    def _within_types(self, limits: Limits) -> Self:
        if not limits.types or self.is_nobody or self.is_of_its_moment:
            return self
        if self.everyone or (self.tags and not self.types):
            # Whoever is limited to the department's own types means these.
            types = tuple(sorted(limits.types - frozenset(self.but))) or tuple(sorted(limits.types))
            return replace(self, everyone=False, types=types, but=())
        types = tuple(type_ for type_ in self.types if type_ in limits.types)
        # Without any of its types, its tags would speak of organizations that it has never meant.
        return replace(self, types=types, tags=self.tags if types else ())

    def in_territories(self, limits: Limits) -> Self:
        """The part of it in the territories of the limits."""
        if not self.is_general:
            return replace(self, territories=())
        if not limits.territories:
            return self
        territories = tuple(sorted(limits.territories.intersection(self.territories or limits.territories)))
        if territories:
            return replace(self, territories=territories)
        return replace(self, everyone=False, types=(), tags=(), but=(), territories=())

    @classmethod
    def load(cls, stored: dict[str, Any]) -> Self:
        """The audience that `dump` wrote."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
        }
        return cls(**values)
