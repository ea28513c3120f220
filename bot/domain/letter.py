"""One outgoing message in the outbox (письмо)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from bot.domain.calendar import WorkCalendar


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
    send_after: datetime


# Kinds that keep to working hours. The others answer what somebody has just done, or call an administrator.
_OFFICE_HOURS = frozenset({LetterKind.REQUESTS, LetterKind.REMINDER})
# A letter that is no later than this was meant to go now: somebody registers on a Sunday, the post is a little slow.
_GRACE = timedelta(hours=1)


def held_until(letter: Letter, calendar: WorkCalendar, now: datetime) -> datetime | None:
    """When a letter may go that was not sent in its time, because the bot or Telegram was down; None: now."""
    if letter.kind not in _OFFICE_HOURS or now - letter.send_after <= _GRACE:
        return None
    opens = calendar.next_work_moment(now)
    return opens if opens > now else None
