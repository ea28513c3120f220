"""Sections of a period's reports: directives in the order of their numbers, each with its rounds."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Debtor, Letterhead, Line, columns
from bot.domain.people.member import Limits
from bot.domain.people.names import natural
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx

# So many organizations are read at a time.
_HANDFUL = 1000


@dataclass(frozen=True)
class Section:
    """A directive with its rounds, oldest first. `number` is the catalog's present one."""

    number: str
    rounds: tuple[Round, ...]

    @property
    def directive(self) -> Directive:
        """The directive as its newest round has it."""
        return self.rounds[-1].directive

    @property
    def title(self) -> str:
        """«2.6 Школьные спортивные клубы»; a question of the department's own has no number."""
        return f"{self.number} {self.directive.title}".strip()

    @cached_property
    def fields(self) -> list[Field]:
        """The fields that any of its rounds asks."""
        return columns(self.rounds)


def sections(rounds: Iterable[Round], letterhead: Letterhead) -> list[Section]:
    """The sections of the rounds, by number; the department's own questions come last."""
    by_directive: dict[str, list[Round]] = defaultdict(list)
    for round_ in sorted(rounds, key=lambda round_: (round_.opens_at, round_.id)):
        by_directive[round_.directive.id].append(round_)
    grouped = [
        Section(letterhead.numbers.get(directive_id, of_directive[-1].directive.number), tuple(of_directive))
        for directive_id, of_directive in by_directive.items()
    ]
    return sorted(
        grouped, key=lambda section: (not section.number, natural(section.number), natural(section.directive.title))
    )


async def lines(
    tx: Tx, round_ids: list[int], debtors: list[Debtor], limits: Limits
) -> AsyncIterator[tuple[int, Debtor, Line]]:
    """The rows of these rounds within the limits, by organization, each with its organization's place among all."""
    places = iter(enumerate(debtors))
    while handful := list(islice(places, _HANDFUL)):
        by_organization: dict[int, list[Line]] = defaultdict(list)
        for line in await ledger_report.lines(tx, round_ids, [debtor.id for _, debtor in handful], limits):
            by_organization[line.organization_id].append(line)
        for place, debtor in handful:
            for line in by_organization[debtor.id]:
                yield place, debtor, line
