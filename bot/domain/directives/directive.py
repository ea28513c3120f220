"""One item of the resolution (поручение), as the catalog declares it and as a round keeps it."""

from collections.abc import Collection
from dataclasses import dataclass, field

from bot.domain.directives.source import Source
from bot.domain.fields.field import Check, Field
from bot.domain.timing.schedule import Ladder, Schedule


@dataclass(frozen=True, slots=True)
class AudiencePart:
    """Organizations of one type that carry all of the tags, in any of the territories; empty: everywhere."""

    type: str
    tags: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Directive:
    """Who is asked what, and when. `text` is quoted from the resolution, `prompt` is ours."""

    id: str
    number: str
    title: str
    text: str
    topic: str
    prompt: str
    audience: tuple[AudiencePart, ...]
    fields: tuple[Field, ...]
    schedule: Schedule
    checks: tuple[Check, ...] = ()
    reminders: Ladder = field(default_factory=Ladder)
    # The document that it is quoted from; None: nobody has noted it, or it is a question of the department's own.
    source: Source | None = None

    @property
    def sums_up(self) -> bool:
        """Whether it asks for what organizations have answered to another."""
        return any(asked.sums for asked in self.fields)

    def is_of(self, types: Collection[str]) -> bool:
        """Whether it asks organizations of these types alone."""
        return all(part.type in types for part in self.audience)

    def field(self, field_id: str) -> Field:
        """The field of that id; KeyError if there is none."""
        for asked in self.fields:
            if asked.id == field_id:
                return asked
        raise KeyError(field_id)
