"""What a handler is given beside the event."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

from bot.domain.catalog import Catalog
from bot.domain.member import Person
from bot.storage.dialogues import Dialogue
from bot.storage.engine import Tx

RegistrationMode = Literal["approval", "invite", "open"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What handlers know beside the database: the catalog of the moment and how people register."""

    catalog: Callable[[], Catalog]
    registration: RegistrationMode


@dataclass(frozen=True, slots=True)
class Scene:
    """One update and what it meets: the transaction, the moment, who it is, and the catalog.

    Person and dialogue are as the update found them: what a handler writes does not change them.
    """

    tx: Tx
    now: datetime
    person: Person
    dialogue: Dialogue
    catalog: Catalog
    desk: Desk

    @property
    def zone(self) -> tzinfo:
        """The department's time zone."""
        return self.catalog.calendar.zone

    @property
    def today(self) -> date:
        """The department's date."""
        return self.now.astimezone(self.zone).date()
