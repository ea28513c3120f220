"""What the maker of a report gets, and what it returns."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.ledger.report import Letterhead, Order


@dataclass(frozen=True, slots=True)
class Job:
    """A report to be made as of `now`. `largest`: the bytes that a file may have; None: as many as it takes.

    `place`: the territory by whose clock it is told; None: where the work of its reader is.
    """

    order: Order
    letterhead: Letterhead
    now: datetime
    largest: int | None = None
    place: str | None = field(default=None, kw_only=True)

    @property
    def home(self) -> ZoneInfo:
        """The department's time zone."""
        return ZoneInfo(self.letterhead.zone)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of whoever reads it."""
        theirs = self.order.limits.territories if self.place is None else {self.place}
        zones = {self.letterhead.zones.get(territory, self.letterhead.zone) for territory in theirs}
        return ZoneInfo(zones.pop()) if len(zones) == 1 else self.home

    @property
    def only(self) -> str:
        """The one territory that its reader looks after; empty: there are several, or none."""
        territories = self.order.limits.territories
        return next(iter(territories)) if len(territories) == 1 else ""

    @property
    def zones(self) -> dict[str, ZoneInfo]:
        """The time zones of territories that live by other days or hours."""
        return {territory: ZoneInfo(zone) for territory, zone in self.letterhead.zones.items()}

    @property
    def today(self) -> date:
        """The date of whoever reads it."""
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
