"""Territories: one optional level above organizations, such as the districts of a region."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.timing.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Territory:
    """A district of a region, a «куст» of a district. `short`: what it is called where there is little room.

    `calendar` is the department's, with the territory's own zone, and its own days off beside those of all.
    """

    id: str
    name: str
    short: str
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger remembers of a territory; `left_at`: since when the catalog no longer has it."""

    id: str
    name: str
    short: str
    left_at: datetime | None = None


def titled(id: str) -> str:
    """By what a territory's title stands among those of types and tags, which have ids of their own."""
    return f"@{id}"
