"""What the maker of a report gets, and what it returns."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.ledger.report import Letterhead, Order


@dataclass(frozen=True, slots=True)
class Job:
    """A report to be made as of `now`. `largest`: the bytes that a file may have; None: as many as it takes."""

    order: Order
    letterhead: Letterhead
    now: datetime
    largest: int | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The department's time zone."""
        return ZoneInfo(self.letterhead.zone)

    @property
    def zones(self) -> dict[str, ZoneInfo]:
        """The time zones of territories that live by other days or hours."""
        return {territory: ZoneInfo(zone) for territory, zone in self.letterhead.zones.items()}

    @property
    def today(self) -> date:
        """The department's date."""
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Made:
    """Names of the files in the maker's folder, and a caption: Telegram's HTML.

    `pictures`: the chat shows them as images. `notes`: captions of the files after the first. Without files the caption
    says why there is nothing to report.
    """

    files: tuple[str, ...]
    caption: str
    pictures: bool = False
    notes: tuple[str, ...] = ()
