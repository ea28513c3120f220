"""The level above organizations in a report: territories, and where each organization was when it was asked."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.domain.ledger.level import in_order
from bot.domain.ledger.report import Debtor, Execution
from bot.domain.people.territory import Known
from bot.reports.job import Job
from bot.reports.local import Local
from bot.reports.sections import Part
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx
from bot.storage.ledger import apart
from bot.storage.people import territories
from bot.views.territories import name, short, total_of_all


@dataclass(frozen=True)
class Level:
    """The territories of a report, in order. `ids`: those that its rounds have asked; "": organizations of none.

    `counted`: what each round comes to in each territory. `homes`: where each organization was asked, `moved`: where
    those of several homes were, by round and organization.
    """

    known: Mapping[str, Known]
    ids: tuple[str, ...]
    counted: Mapping[int, Mapping[str, Execution]]
    homes: Mapping[int, Collection[str]]
    moved: Mapping[tuple[int, int], str]

    @cached_property
    def _shorts(self) -> dict[str, str]:
        # Formulas tell territories apart by what they are called; one that is gone may be called as another is now.
        called = {id: short(id, self.known) for id in self.ids}
        times = Counter(text.casefold() for text in called.values())
        return {id: f"{text} ({id})" if times[text.casefold()] > 1 and id else text for id, text in called.items()}

    def short(self, territory: str) -> str:
        """What it is called where there is little room, unlike any other of the report."""
        return self._shorts[territory]

    def name(self, territory: str) -> str:
        """Its whole name."""
        return name(territory, self.known)

    def of(self, round_id: int, organization_id: int) -> str:
        """The territory in which the round has asked the organization."""
        homes = self.homes[organization_id]
        return next(iter(homes)) if len(homes) == 1 else self.moved[round_id, organization_id]

    def in_round(self, round_id: int) -> list[str]:
        """The territories that the round asks."""
        return [territory for territory in self.ids if territory in self.counted[round_id]]

    def places(self, round_id: int, debtors: Sequence[Debtor]) -> dict[str, list[int]]:
        """The places of the organizations by territory, territories in order."""
        found: dict[str, list[int]] = {territory: [] for territory in self.in_round(round_id)}
        for place, debtor in enumerate(debtors):
            homes = self.homes.get(debtor.id, ())
            territory = next(iter(homes)) if len(homes) == 1 else self.moved.get((round_id, debtor.id))
            if territory in found:
                found[territory].append(place)
        return found

    def rows(self, debtors: Sequence[Debtor], only: str | None = None) -> list[tuple[int, str]]:
        """The places of the organizations by territory, each with it: one that has moved stands in each of its own."""
        found: dict[str, list[int]] = {territory: [] for territory in self.ids if only in (None, territory)}
        for place, debtor in enumerate(debtors):
            for territory in found.keys() & set(self.homes[debtor.id]):
                found[territory].append(place)
        return [(place, territory) for territory, places in found.items() for place in places]

    def total(self, part: Part, territory: str) -> Execution:
        """What the rounds of a part come to in the territory."""
        counts = [self.counted[round_.id].get(territory) for round_ in part.rounds]
        return sum((count for count in counts if count is not None), Execution())


async def of_rounds(tx: Tx, job: Job, round_ids: Collection[int]) -> tuple[Level | None, Local]:
    """The level of these rounds; None: the catalog has no territories, or all of them is one to whoever reads it."""
    local, known, homes = await _found(tx, job, round_ids)
    ids = set[str]().union(*homes.values())
    if len(ids) < 2:
        return None, local
    limits = job.order.limits
    movers = [organization_id for organization_id, its in homes.items() if len(its) > 1]
    moved = await ledger_report.moves(tx, round_ids, movers, limits) if movers else {}
    counted = await ledger_report.executions_by_territory(tx, round_ids, limits, job.now)
    return Level(known, tuple(in_order(ids, known)), counted, homes, moved), local


async def local_of(tx: Tx, job: Job, round_ids: Collection[int]) -> Local:
    """How these rounds are told of."""
    return (await _found(tx, job, round_ids))[0]


async def _found(
    tx: Tx, job: Job, round_ids: Collection[int]
) -> tuple[Local, Mapping[str, Known], Mapping[int, Collection[str]]]:
    """How the rounds are told of, the known territories, and those in which each organization was asked."""
    known: Mapping[str, Known] = job.letterhead.territories
    if not known:
        return Local(job, total_of_all({}, ()), {}), known, {}
    limits = job.order.limits
    homes = await ledger_report.territories(tx, round_ids, limits)
    ids = set[str]().union(*homes.values())
    theirs = limits.territories or (ids if len(ids) == 1 else frozenset())
    if not ids | theirs <= known.keys() | {""}:
        known = {**known, **{id: its for id, its in (await territories.every(tx)).items() if id not in known}}
    # What opens by one clock everywhere has no openings.
    openings = await apart.of_rounds(tx, round_ids) if job.letterhead.zones else {}
    only = next(iter(theirs)) if len(theirs) == 1 else ""
    return Local(job, total_of_all(known, theirs), openings, only), known, homes
