"""What a period's reports go through: directives in the order of their numbers, each with its rounds."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Debtor, Letterhead, Line, columns
from bot.domain.people.names import natural
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx

# Organizations in hand at a time.
_HANDFUL = 1000


@dataclass(frozen=True)
class Section:
    """A directive as its newest round has it, with its rounds, oldest first. `number` is the catalog's present one."""

    number: str
    rounds: tuple[Round, ...]

    @property
    def directive(self) -> Directive:
        """As its newest round has it."""
        return self.rounds[-1].directive

    @property
    def title(self) -> str:
        """«2.6 Школьные спортивные клубы»; a question of the department's own has no number."""
        return f"{self.number} {self.directive.title}".strip()

    @cached_property
    def fields(self) -> list[Field]:
        """What any of its rounds asks."""
        return columns(self.rounds)


def sections(rounds: Iterable[Round], letterhead: Letterhead) -> list[Section]:
    """By number; the department's own questions come last."""
    by_directive: dict[str, list[Round]] = defaultdict(list)
    for one in sorted(rounds, key=lambda found: (found.opens_at, found.id)):
        by_directive[one.directive.id].append(one)
    found = [
        Section(letterhead.numbers.get(id, theirs[-1].directive.number), tuple(theirs))
        for id, theirs in by_directive.items()
    ]
    return sorted(
        found, key=lambda section: (not section.number, natural(section.number), natural(section.directive.title))
    )


async def lines(tx: Tx, round_ids: list[int], debtors: list[Debtor]) -> AsyncIterator[tuple[int, Debtor, Line]]:
    """The rows of these rounds in the organizations' order, each with the organization's place among them all."""
    places = iter(enumerate(debtors))
    while handful := list(islice(places, _HANDFUL)):
        found: dict[int, list[Line]] = defaultdict(list)
        for line in await ledger_report.lines(tx, round_ids, [debtor.id for _, debtor in handful]):
            found[line.organization_id].append(line)
        for place, debtor in handful:
            for line in found[debtor.id]:
                yield place, debtor, line
