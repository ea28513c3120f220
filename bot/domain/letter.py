"""One outgoing message in the outbox (письмо)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from bot.domain.timing.calendar import WorkCalendar


class LetterKind(StrEnum):
    """What a letter says. Its text is made when it is sent, from what holds then."""

    REQUESTS = "requests"
    REMINDER = "reminder"
    SEATED = "seated"
    REJECTED = "rejected"
    REGISTRATION = "registration"
    UNREACHABLE = "unreachable"
    MISSED = "missed"
    # What the department decided about an answer: returned for rework, due later.
    RETURNED = "returned"
    EXTENDED = "extended"
    # A head asks for more time.
    EXTENSION = "extension"
    DIGEST = "digest"
    # Somebody else sits in the person's place now; a role in the department was given or taken.
    REPLACED = "replaced"
    STAFF = "staff"
    # One of many invitations that were made together, or a file of them all.
    INVITATIONS = "invitations"
    # A copy of an announcement; the button below an album; a copy for its author or approver to look at.
    ANNOUNCEMENT = "announcement"
    ACKNOWLEDGE = "acknowledge"
    PREVIEW = "preview"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    PROGRESS = "progress"
    APPROVAL = "approval"
    # What was written in a thread.
    NOTE = "note"
    # Something about the department's group that administrators have to know.
    GROUP = "group"
    # A file that came with an answer, for somebody of the department.
    EVIDENCE = "evidence"
    # A file that somebody of the department has asked for.
    EXPORT = "export"
    # A report made of the ledger: a file that takes its time, so it goes by a lane of its own.
    REPORT = "report"
    # The department has entered an answer for the organization.
    ENTERED = "entered"
    # A correction was begun and not sent, and the round closes or has closed.
    UNSENT = "unsent"


class Export(StrEnum):
    """What a letter of kind EXPORT holds."""

    # Who gets an announcement, got it, or did not.
    ANNOUNCEMENT = "announcement"
    JOURNAL = "journal"
    # The consolidated report of one round, in the chat.
    TABLE = "table"


class Urgency(IntEnum):
    """Order of sending; a lower number goes first. An answer to a press does not wait in the outbox."""

    ANSWER = 0
    SERVICE = 1
    REQUEST = 2
    REMINDER = 3
    ANNOUNCEMENT = 4


class LetterState(StrEnum):
    """What has become of a letter."""

    WAITING = "waiting"
    SENT = "sent"
    # There was nothing to say any more.
    DROPPED = "dropped"
    FAILED = "failed"
    # It belongs to a paused announcement: nobody claims it.
    HELD = "held"


class Postponed(Exception):
    """What the letter is about is held back for the time being; the letter goes when it is let go."""


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
    chat_id: int | None = None
    announcement_id: int | None = None

    @property
    def chat(self) -> int:
        """Where it goes: the person's chat, unless it is for the department's group."""
        return self.person_id if self.chat_id is None else self.chat_id


# Kinds that keep to working hours. The others answer what somebody has just done, or call an administrator.
_OFFICE_HOURS = frozenset(
    {
        LetterKind.REQUESTS,
        LetterKind.REMINDER,
        LetterKind.RETURNED,
        LetterKind.EXTENDED,
        LetterKind.ENTERED,
        LetterKind.UNSENT,
    }
)
# A letter that is no later than this was meant to go now: somebody registers on a Sunday, the post is a little slow.
_GRACE = timedelta(hours=1)


def held_until(letter: Letter, calendar: WorkCalendar, now: datetime) -> datetime | None:
    """When a letter may go that was not sent in its time, because the bot or Telegram was down; None: now."""
    if letter.kind not in _OFFICE_HOURS or now - letter.send_after <= _GRACE:
        return None
    opens = calendar.next_work_moment(now)
    return opens if opens > now else None
