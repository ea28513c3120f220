"""How organizations stand, with a request and in general: derived from the ledger, never stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ledger.obligation import ObligationState


class Standing(StrEnum):
    """How an organization stands with a request, as the department says it."""

    OPEN = "open"
    SEEN = "seen"
    EXTENDED = "extended"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    ANSWERED_LATE = "answered_late"
    NOT_OURS = "not_ours"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    ACCEPTED_LATE = "accepted_late"
    EXCUSED = "excused"

    @property
    def has_no_answer(self) -> bool:
        """Whether nothing has been answered that is wanted."""
        match self:
            case Standing.OPEN | Standing.SEEN | Standing.EXTENDED | Standing.OVERDUE:
                return True
            case Standing.ANSWERED | Standing.ANSWERED_LATE | Standing.NOT_OURS:
                return False
            case Standing.ACCEPTED | Standing.ACCEPTED_LATE:
                return False
            case Standing.RETURNED | Standing.EXCUSED:
                return False

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer that the department has not returned."""
        match self:
            case Standing.ANSWERED | Standing.ANSWERED_LATE | Standing.NOT_OURS:
                return True
            case Standing.ACCEPTED | Standing.ACCEPTED_LATE:
                return True
            case Standing.OPEN | Standing.SEEN | Standing.EXTENDED | Standing.OVERDUE:
                return False
            case Standing.RETURNED | Standing.EXCUSED:
                return False


def standing(
    state: ObligationState,
    due_at: datetime,
    round_due_at: datetime,
    now: datetime,
    *,
    seen: bool = False,
    was_late: bool = False,
    not_ours: bool = False,
) -> Standing:
    """The standing of an organization. `due_at` is its own; `was_late`: the first answer came after that."""
    match state:
        case ObligationState.EXCUSED:
            return Standing.EXCUSED
        case ObligationState.RETURNED:
            return Standing.RETURNED
        case ObligationState.ACCEPTED:
            return Standing.ACCEPTED_LATE if was_late else Standing.ACCEPTED
        case ObligationState.ANSWERED if not_ours:
            return Standing.NOT_OURS
        case ObligationState.ANSWERED:
            return Standing.ANSWERED_LATE if was_late else Standing.ANSWERED
        case ObligationState.OPEN if now > due_at:
            return Standing.OVERDUE
        case ObligationState.OPEN if due_at > round_due_at:
            return Standing.EXTENDED
        case ObligationState.OPEN:
            return Standing.SEEN if seen else Standing.OPEN


@dataclass(frozen=True, slots=True)
class Count:
    """Active organizations, how many of them have no head, and how many cannot be reached."""

    total: int = 0
    vacant: int = 0
    silent: int = 0


@dataclass(frozen=True, slots=True)
class Debt:
    """An organization's open requests, those it has not answered, and its last answer ever."""

    open: int
    owed: int
    last_at: datetime | None
    last_by: str | None
