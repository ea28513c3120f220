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
    """

    job: Job
    whole: str
    openings: Mapping[int, Mapping[str, Opening]]

    @property
    def is_mixed(self) -> bool:
        """Whether moments by several clocks stand beside each other."""
        return bool(self.openings) and not self.job.only

    def due(self, round_: Round, territory: str | None = None) -> date:
        """The day on which the round is due in the territory; without one, the day for whoever reads it."""
        its = self.job.only if territory is None else territory
        opening = self.openings.get(round_.id, {}).get(its)
        if opening is None:
            return round_.due_at.astimezone(self.job.home).date()
        return opening.due_at.astimezone(self.job.zones.get(its, self.job.home)).date()

    def opened(self, round_: Round, line: Line) -> datetime:
        """When the round opened for the line's organization, by its own clock."""
        opens_at, zone = self._of(round_, line)
        return opens_at.astimezone(zone)

    def zone(self, round_: Round, line: Line) -> ZoneInfo:
        """The clock by which the line's organization had to answer, also if it lives by another one since."""
        return self._of(round_, line)[1]

    def _of(self, round_: Round, line: Line) -> tuple[datetime, ZoneInfo]:
        there = self._by_due.get(round_.id, {}).get(line.own_due or round_.due_at)
        return there or (round_.opens_at, self.job.home)

    @cached_property
    def _by_due(self) -> dict[int, dict[datetime, tuple[datetime, ZoneInfo]]]:
        # Whoever has to answer by one moment has one clock: it is the end of the same hour everywhere.
        return {
            round_id: {
                opening.due_at: (opening.opens_at, self.job.zones.get(territory, self.job.home))
                for territory, opening in there.items()
            }
            for round_id, there in self.openings.items()
        }
