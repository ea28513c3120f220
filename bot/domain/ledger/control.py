"""How a round stands, for those who control it: counts, and its organizations one by one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256

from bot.domain.ledger.obligation import Obligation
from bot.domain.people.failure import Failure

# Bytes: a button brings back 64, and has other things to say too.
_KEY = 20


class Part(StrEnum):
    """Which organizations of a round are listed."""

    ALL = "all"
    OWING = "owing"
    WAITING = "waiting"
    # Nobody there has been asked, and nobody is going to be.
    UNREACHED = "missed"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many organizations of a round are in each state; `late`: how many owe an answer past their due date.

    `overdue`: those of them who have not answered at all, as reports count them; the others have an answer to mend.

    `not_ours`: how many of the answers that wait for a decision say that the directive does not concern them;
    `unreached`: how many of the open the request has not reached, counted where one round is looked at.
    """

    open: int = 0
    answered: int = 0
    accepted: int = 0
    returned: int = 0
    excused: int = 0
    late: int = 0
    overdue: int = 0
    not_ours: int = 0
    unreached: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """The counts of both together."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def asked(self) -> int:
        """How many were asked and not excused."""
        return self.open + self.answered + self.accepted + self.returned

    @property
    def done(self) -> int:
        """How many have answered."""
        return self.answered + self.accepted

    @property
    def owing(self) -> int:
        """How many have not answered."""
        return self.open + self.returned

    @property
    def completion(self) -> Fraction | None:
        """The share of the wanted answers that have come, by the rule of `Execution.completion`."""
        early = self.owing > self.late == 0
        return Fraction(self.done, self.done + self.late) if self.done + self.late and not early else None


@dataclass(frozen=True, slots=True)
class There:
    """How a round stands in one territory. `territory` is its id; "": with organizations of none.

    `reminded_at`: when those who owe an answer there were last reminded of it, by whomever.
    """

    territory: str
    counts: Counts
    reminded_at: datetime | None = None

    @property
    def key(self) -> str:
        """What a button calls it."""
        return key(self.territory)


def key(territory: str) -> str:
    """What a button calls the territory: its id, or something short in place of a long one."""
    encoded = territory.encode()
    return territory if len(encoded) <= _KEY else f"~{sha256(encoded).hexdigest()[: _KEY - 1]}"


@dataclass(frozen=True, slots=True)
class Entry:
    """An organization in the list of a round: when it first answered, and whether it says «не относится к нам».

    `missed`: why the request has reached nobody there; empty if that cannot be told any more, None if it has.
    """

    obligation: Obligation
    first_at: datetime | None
    not_ours: bool
    missed: tuple[Failure, ...] | None = None

    @property
    def was_late(self) -> bool:
        """Whether the first answer came after the due date."""
        return self.first_at is not None and self.first_at > self.obligation.due_at
