"""What reports are made of: rows of the ledger, and what they add up to.

Blank is not 0: what nobody has given has no total. Only fields with `total` are summed, so percentages never are.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field, Values
from bot.domain.fields.kinds import rules
from bot.domain.ledger.obligation import UNANSWERED, ObligationState, Round
from bot.domain.ledger.standing import Standing, standing
from bot.domain.people.member import Limits
from bot.domain.people.territory import Known
from bot.domain.timing.calendar import SEPTEMBER_1
from bot.domain.timing.schedule import YearDate

# So many reports one person may await: they are made one after the other, and others wait too.
AWAITED_AT_MOST = 5


class Span(StrEnum):
    """The usual periods of reports."""

    YEAR = "y"
    MONTH = "m"
    LAST_MONTH = "p"
    QUARTER = "q"

    def days(self, today: date, year_begins: YearDate) -> tuple[date, date]:
        """Its first and last day, inclusive; a period that has not ended ends today."""
        month = today.replace(day=1)
        match self:
            case Span.YEAR:
                return year_begins.latest(today), today
            case Span.MONTH:
                return month, today
            case Span.LAST_MONTH:
                last = month - timedelta(days=1)
                return last.replace(day=1), last
            case Span.QUARTER:
                return date(today.year, (today.month - 1) // 3 * 3 + 1, 1), today


class ReportKind(StrEnum):
    """Kinds of reports: workbooks, the board, the execution report for the chief, pictures, somebody's own answers."""

    WORKBOOK = "workbook"
    BOARD = "board"
    EXECUTION = "execution"
    MATRIX = "matrix"
    COMPLETION = "completion"
    DYNAMICS = "dynamics"
    OWN = "own"


class Occasion(StrEnum):
    """Why a report is made: somebody asked for it, a month is over, a round has closed."""

    ASKED = "asked"
    MONTHLY = "monthly"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Order:
    """A report that somebody wants. Whoever orders one is shown nothing beyond `limits`.

    It covers rounds that somebody could answer in time on some day of `first` to `last` (local days, inclusive; None:
    without bound), or `rounds` alone; `directive` narrows it to one. `field` is what DYNAMICS shows;
    `organization` is whose answers OWN shows.
    """

    kind: ReportKind
    limits: Limits = field(default_factory=Limits)
    first: date | None = None
    last: date | None = None
    rounds: tuple[int, ...] = ()
    directive: str | None = None
    field: str | None = None
    organization: int | None = None
    occasion: Occasion = Occasion.ASKED
    # A workbook has a sheet for each territory, too.
    apart: bool = False

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """The order that wrote this `data`. It has no limits: the person's own count when the report is made."""
        first, last = data.get("first"), data.get("last")
        return cls(
            ReportKind(data["what"]),
            first=date.fromisoformat(first) if first else None,
            last=date.fromisoformat(last) if last else None,
            rounds=tuple(data.get("rounds", ())),
            directive=data.get("directive"),
            field=data.get("field"),
            organization=data.get("organization"),
            occasion=Occasion(data.get("occasion", Occasion.ASKED)),
            apart=bool(data.get("apart")),
        )

    @property
    def data(self) -> dict[str, Any]:
        """What a letter keeps of it as JSON: all but the limits."""
        kept = {
            "what": str(self.kind),
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "rounds": list(self.rounds),
            "directive": self.directive,
            "field": self.field,
            "organization": self.organization,
            "occasion": str(self.occasion),
            "apart": self.apart,
        }
        return {key: value for key, value in kept.items() if value}

    def within(self, limits: Limits) -> Self:
        """The same order for somebody with these limits."""
        return replace(self, limits=limits)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a report takes from the catalog: titles by id, in the catalog's order.

    `zone` names the department's time zone; `staff_types` are the department's own types; `source` names the resolution
    in the genitive («резолюции ... 2021 г.»); `numbers` are the present numbers of directives by id. `sources`: where
    each directive may have a document of its own, what that is called, by id; in the order of the documents.
    `territories` are those that the catalog has or had; none if it has none now. `zones` names the time zones of those
    that live by other days or hours than the department.
    """

    zone: str
    types: dict[str, str] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    staff_types: frozenset[str] = frozenset()
    source: str = ""
    numbers: dict[str, str] = field(default_factory=dict)
    year_begins: YearDate = SEPTEMBER_1
    sources: dict[str, str] = field(default_factory=dict)
    territories: dict[str, Known] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)

    def source_of(self, directive: Directive) -> str:
        """What the directive's document is called; where there is one file, what is known of that."""
        asked_by = directive.source
        if asked_by is not None and (asked_by.file or self.sources):
            return asked_by.name
        return self.sources.get(directive.id, self.source)


@dataclass(frozen=True, slots=True)
class Debtor:
    """An organization that was asked something."""

    id: int
    name: str
    label: str
    types: frozenset[str]


class Outcome(StrEnum):
    """What reports count an organization of a round as: exactly one of these."""

    ON_TIME = "on_time"
    LATE = "late"
    # Its answer has been sent back, and the due date has passed.
    RETURNED = "returned"
    OVERDUE = "overdue"
    # It owes an answer and still has time: nobody may say that it has not answered.
    PENDING = "pending"
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True)
class Line:
    """One organization in one round, with its newest answer.

    `due_at` is the organization's own; `first_at` is when it first answered; `at` and `by_name` belong to the newest
    version. `values` is None without an answer, or where `not_ours` says why the directive does not concern it.
    `comment` is the department's, `remarks` are the organization's; `files` counts those in the answer and beside it.
    `entered`: the department gave the newest version for the organization.
    """

    obligation_id: int
    round_id: int
    organization_id: int
    state: ObligationState
    due_at: datetime
    seen_at: datetime | None
    version: int
    comment: str | None
    first_at: datetime | None
    at: datetime | None
    by_name: str | None
    values: Values | None
    not_ours: str | None
    remarks: tuple[str, ...] = ()
    files: int = 0
    entered: bool = False
    # When it was due at first, if that is not when the round is due.
    own_due: datetime | None = None

    @property
    def was_late(self) -> bool:
        """Whether the first answer came after the due date."""
        return self.first_at is not None and self.first_at > self.due_at

    @property
    def counted(self) -> Values | None:
        """Its values, if totals take them in: not what was returned and is not mended yet, or is off control."""
        return None if self.state in (*UNANSWERED, ObligationState.EXCUSED) else self.values

    def outcome(self, now: datetime) -> Outcome:
        """What the line counts as; `Execution` counts a whole round by the same rule."""
        if self.state is ObligationState.EXCUSED:
            return Outcome.EXCUSED
        if self.state not in UNANSWERED:
            return Outcome.LATE if self.was_late else Outcome.ON_TIME
        if now <= self.due_at:
            return Outcome.PENDING
        return Outcome.OVERDUE if self.first_at is None else Outcome.RETURNED

    def standing(self, round_: Round, now: datetime) -> Standing:
        """How the organization stands with the line's round."""
        return standing(
            self.state,
            self.due_at,
            self.own_due or round_.due_at,
            now,
            seen=self.seen_at is not None,
            was_late=self.was_late,
            not_ours=self.not_ours is not None,
        )


@dataclass(frozen=True, slots=True)
class Execution:
    """Counts of the organizations of a round, or of several rounds.

    `asked`: those that an answer is or was wanted from; `excused` ones are not among them. Each of them is `on_time` or
    `late` (both have answered), `overdue` (past its due date without any answer), `returned` (past it with an answer
    that was sent back) or `pending` (its due date has not come). `not_ours`: answers that say so and that the
    department has not accepted.
    """

    asked: int = 0
    answered: int = 0
    accepted: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    excused: int = 0
    not_ours: int = 0
    returned: int = 0
    pending: int = 0

    def __add__(self, other: "Execution") -> "Execution":
        """The counts of both together."""
        return Execution(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def wanted(self) -> int:
        """How many have answered or should have by now: what shares are shares of."""
        return self.asked - self.pending

    @property
    def punctuality(self) -> Fraction | None:
        """The share of the wanted answers that came by the due date; None as below."""
        return self._share(self.on_time)

    @property
    def completion(self) -> Fraction | None:
        """The share of the wanted answers that have come.

        None: none is wanted, or only those have answered that need not have yet, who would always be all.
        """
        return self._share(self.answered)

    def _share(self, count: int) -> Fraction | None:
        early = self.pending > 0 and self.answered == self.wanted
        return Fraction(count, self.wanted) if self.wanted and not early else None


@dataclass(slots=True)
class Total:
    """What the values of one field add up to; `add` takes them one by one.

    `sum` is meant only for fields with `total`; `low` and `high` are bounds of numbers; `options` counts how often each
    option was chosen, for yes-no under True and False.
    """

    what: Field
    given: int = 0
    sum: Decimal = Decimal(0)
    low: Decimal | None = None
    high: Decimal | None = None
    options: Counter[str | bool] = field(default_factory=Counter)

    def add(self, values: Values | None) -> None:
        """Counts an organization's answer in; None and a blank field change nothing."""
        value = (values or {}).get(self.what.id)
        if value is None:
            return
        self.given += 1
        kind = rules(self.what.kind)
        if kind.is_numeric:
            number = Decimal(value)
            self.sum += number
            self.low = number if self.low is None else min(self.low, number)
            self.high = number if self.high is None else max(self.high, number)
        elif kind.options(self.what):
            self.options.update(value if isinstance(value, list) else [value])

    @property
    def total(self) -> Decimal | None:
        """The district's total; None where it means nothing, or nobody has given a value."""
        return self.sum if self.what.total and self.given else None


def totals(fields: Iterable[Field], answers: Iterable[Values | None]) -> list[Total]:
    """What the answers add up to, by field."""
    sums = [Total(field) for field in fields]
    for values in answers:
        for total in sums:
            total.add(values)
    return sums


def columns(rounds: Iterable[Round]) -> list[Field]:
    """The fields of one directive's rounds, each as the newest round with it has it.

    They have the order of the newest round; what it does not ask any more comes last.
    """
    newest: dict[str, Field] = {}
    for round_ in sorted(rounds, key=lambda round_: (round_.opens_at, round_.id), reverse=True):
        for asked in round_.directive.fields:
            newest.setdefault(asked.id, asked)
    return list(newest.values())
