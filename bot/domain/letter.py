"""One outgoing message in the outbox (письмо)."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any


class LetterKind(StrEnum):
    """What a letter says. Its text is made when it is sent, from what holds then."""

    REQUESTS = "requests"
    REMINDER = "reminder"
    SEATED = "seated"
    REJECTED = "rejected"
    REGISTRATION = "registration"
    UNREACHABLE = "unreachable"
    MISSED = "missed"


class Urgency(IntEnum):
    """Order of sending; a lower number goes first. An answer to a press does not wait in the outbox."""

    ANSWER = 0
    SERVICE = 1
    REQUEST = 2
    REMINDER = 3
    ANNOUNCEMENT = 4


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that the courier has claimed. `data` is JSON: ids of what it is about."""

    id: int
    kind: LetterKind
    person_id: int
    data: dict[str, Any]
    urgency: Urgency
    attempts: int
    created_at: datetime
