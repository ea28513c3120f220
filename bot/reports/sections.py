"""Sections of a period's reports: directives in the order of their numbers, each with its rounds."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from bot.domain.desk.question import is_question
from bot.domain.desk.sources import Group
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Debtor, Execution, Letterhead, Line, columns
from bot.domain.people.member import Limits
from bot.domain.people.names import natural
from bot.reports.job import Job
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx
from bot.views.sources import heading

# So many organizations are read at a time.
_HANDFUL = 1000


@dataclass(frozen=True)
class Section:
    """A directive with its rounds, oldest first. `number` is the catalog's present one.

    `source`: what the document is called that the newest of them was asked by; empty: a question's, or not known.
    """

    number: str
    rounds: tuple[Round, ...]
    source: str = ""

    @property
    def directive(self) -> Directive:
        """The directive as its newest round has it."""
        return self.rounds[-1].directive

    @property
    def title(self) -> str:
        """«2.6 Школьные спортивные клубы»; a question of the department's own has no number."""
        return f"{self.number} {self.directive.title}".strip()

    @property
    def is_question(self) -> bool:
        """Whether the department has asked it on its own: it is no item of the resolution."""
        return is_question(self.directive.id)

    def is_own(self, staff_types: frozenset[str]) -> bool:
        """Whether the resolution asks it of the department itself, whose types these are."""
        audience = {asked.type for asked in self.directive.audience}
        return not self.is_question and bool(audience) and audience <= staff_types

    @cached_property
    def fields(self) -> list[Field]:
        """The fields that any of its rounds asks."""
        return columns(self.rounds)


async def asked(tx: Tx, job: Job) -> tuple[list[Round], dict[int, Execution]]:
    """The order's rounds that have asked somebody within its limits, and what each comes to."""
    rounds = await ledger_report.of_order(tx, job.order, job.home, job.zones)
    counted = await ledger_report.executions(tx, [round_.id for round_ in rounds], job.order.limits, job.now)
    return [round_ for round_ in rounds if round_.id in counted], counted


def sections(rounds: Iterable[Round], letterhead: Letterhead) -> list[Section]:
    """The sections of the rounds, directives by number, of one document after the other where there are several; the
    department's own questions come after them."""
    by_directive: dict[str, list[Round]] = defaultdict(list)
    for round_ in sorted(rounds, key=lambda round_: (round_.opens_at, round_.id)):
        by_directive[round_.directive.id].append(round_)
    grouped = [
        _section(directive_id, tuple(of_directive), letterhead) for directive_id, of_directive in by_directive.items()
    ]
    order = _order(grouped, letterhead)

    def rank(section: Section) -> tuple[bool, int, str, str]:
        place = order.get(section.source, len(order)) if len(order) > 1 else 0
        return section.is_question, place, natural(section.number), natural(section.directive.title)

    return sorted(grouped, key=rank)


def _section(directive_id: str, rounds: tuple[Round, ...], letterhead: Letterhead) -> Section:
    newest = rounds[-1].directive
    source = "" if is_question(directive_id) else letterhead.source_of(newest)
    return Section(letterhead.numbers.get(directive_id, newest.number), rounds, source)


def _order(grouped: Iterable[Section], letterhead: Letterhead) -> dict[str, int]:
    """The documents of these sections, the present ones first, with their places."""
    theirs = {section.source: None for section in grouped if section.source}
    present = [name for name in dict.fromkeys(letterhead.sources.values()) if name in theirs]
    return {name: place for place, name in enumerate(dict.fromkeys((*present, *theirs)))}


@dataclass(frozen=True)
class Part:
    """The directives of a report, or its questions: what they come to is never added together.

    `group`: the document that these directives come from, where there are several.
    """

    is_questions: bool
    sections: tuple[Section, ...]
    counted: Mapping[int, Execution]
    group: Group | None = None

    @property
    def heading(self) -> str:
        """«Из приказа министерства № 12»; empty where all directives are together."""
        return heading(self.group) if self.group else ""

    @property
    def rounds(self) -> list[Round]:
        """All their rounds."""
        return [round_ for section in self.sections for round_ in section.rounds]

    @property
    def requests(self) -> int:
        """The number of their rounds."""
        return len(self.rounds)

    @cached_property
    def total(self) -> Execution:
        """What all of them come to."""
        return sum(map(self.of, self.sections), Execution())

    def of(self, section: Section) -> Execution:
        """What the rounds of one section come to."""
        return sum((self.counted[round_.id] for round_ in section.rounds), Execution())


def parts(sections: Iterable[Section], counted: Mapping[int, Execution]) -> list[Part]:
    """The directives, those of each document apart where there are several, and the questions."""
    of_kind: dict[bool, list[Section]] = {False: [], True: []}
    for section in sections:
        of_kind[section.is_question].append(section)
    by_source: dict[str, list[Section]] = defaultdict(list)
    for section in of_kind[False]:
        by_source[section.source].append(section)
    questions = [Part(True, tuple(of_kind[True]), counted)] if of_kind[True] else []
    if len(by_source.keys() - {""}) > 1:
        apart = [Part(False, tuple(theirs), counted, Group(source)) for source, theirs in by_source.items()]
        return [*apart, *questions]
    return [*([Part(False, tuple(of_kind[False]), counted)] if of_kind[False] else []), *questions]


def together(parts: Sequence[Part]) -> Part | None:
    """The directives of all documents; None where they are not apart."""
    apart = [part for part in parts if part.group]
    return Part(False, tuple(s for part in apart for s in part.sections), apart[0].counted) if apart else None


async def lines(
    tx: Tx, round_ids: list[int], debtors: list[Debtor], limits: Limits, order: Iterable[int] | None = None
) -> AsyncIterator[tuple[int, Debtor, Line]]:
    """The rows of these rounds within the limits, by organization, each with its organization's place among all.

    `order`: the places of those that are read, in another order.
    """
    places = iter(enumerate(debtors)) if order is None else ((place, debtors[place]) for place in order)
    while handful := list(islice(places, _HANDFUL)):
        by_organization: dict[int, list[Line]] = defaultdict(list)
        for line in await ledger_report.lines(tx, round_ids, [debtor.id for _, debtor in handful], limits):
            by_organization[line.organization_id].append(line)
        for place, debtor in handful:
            for line in by_organization[debtor.id]:
                yield place, debtor, line
