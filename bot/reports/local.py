"""Where requests go by the clocks of territories: by which of them each thing is told, and whose the total is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Line
from bot.reports.job import Job
from bot.storage.ledger.apart import Opening


@dataclass(frozen=True)
class Local:
    """A round is due on the day of its reader, a line by the clock by which its organization had to answer.

    `whole`: what the total of all is called. `openings`: those of the rounds; none where there is one clock.
    `only`: the territory that all of it is about, if it is one.
    """

    job: Job
    whole: str
    openings: Mapping[int, Mapping[str, Opening]]
    only: str = ""

    @property
    def is_mixed(self) -> bool:
        """Whether moments by several clocks stand beside each other."""
        return bool(self.openings) and not self.job.only

    def due(self, round_: Round, territory: str | None = None) -> date:
        """The day on which the round is due in the territory; without one, the day for whoever reads it."""
        its = self.job.only if territory is None else territory
        opening = self.openings.get(round_.id, {}).get(its)
        if opening is None:
            return round_.due_at.astimezone(self._home).date()
        return opening.due_at.astimezone(self._zone(opening)).date()

    def opened(self, round_: Round, line: Line, territory: str = "") -> datetime:
        """When the round opened for the line's organization, which was asked in the territory; by its own clock."""
        its = self._of(round_, line, territory or self.only)
        return (its.opens_at if its else round_.opens_at).astimezone(self._zone(its))

    def zone(self, round_: Round, line: Line) -> ZoneInfo:
        """The clock by which the line's organization had to answer, also if it lives by another one since."""
        return self._zone(self._of(round_, line, self.only))

    def _of(self, round_: Round, line: Line, territory: str) -> Opening | None:
        # Whoever has moved since has to answer by the moment of another: where moments are alike, so are clocks.
        there, due_at = self.openings.get(round_.id, {}), line.own_due or round_.due_at
        for each in (territory, "", *there):
            if each in there and there[each].due_at == due_at:
                return there[each]
        return None

    def _zone(self, opening: Opening | None) -> ZoneInfo:
        return self._zones.get(opening.territory, self._home) if opening else self._home

    @cached_property
    def _zones(self) -> dict[str, ZoneInfo]:
        return self.job.zones

    @cached_property
    def _home(self) -> ZoneInfo:
        return self.job.home
