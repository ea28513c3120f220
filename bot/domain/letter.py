"""One outgoing message in the outbox (письмо)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from bot.domain.timing.calendar import WorkCalendar


class Urgency(IntEnum):
    """Order of sending; a lower number goes first. An answer to a press does not wait in the outbox."""

    ANSWER = 0
    SERVICE = 1
    REQUEST = 2
    REMINDER = 3
    ANNOUNCEMENT = 4


class LetterKind(StrEnum):
    """What a letter says. Its text is made when it is sent, from what holds then."""

    REQUESTS = "requests"
    REMINDER = "reminder"
    SEATED = "seated"
    REJECTED = "rejected"
    REGISTRATION = "registration"
    UNREACHABLE = "unreachable"
    MISSED = "missed"
    # The department has returned an answer for rework, or moved the due date.
    RETURNED = "returned"
    EXTENDED = "extended"
    # A head asks for more time.
    EXTENSION = "extension"
    DIGEST = "digest"
    # Somebody else sits in the person's place now; a role in the department was given or taken.
    REPLACED = "replaced"
    STAFF = "staff"
    # Somebody has come by a link that would unseat another, for whose matter it is; what links have given, for
    # administrators; and the link has been recalled, or is of no use, for whoever came by it.
    SUCCESSION = "succession"
    LINKED = "linked"
    UNLINKED = "unlinked"
    # An invitation of a batch, or a file of all of them.
    INVITATIONS = "invitations"
    # A copy of an announcement; the button below an album; a copy for its author or approver to check.
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
    # A file that came with an answer, for a staff member.
    EVIDENCE = "evidence"
    # A file that a staff member has asked for.
    EXPORT = "export"
    # A report made of the ledger: making it takes time, so it goes by a lane of its own.
    REPORT = "report"
    # The department has entered an answer for the organization.
    ENTERED = "entered"
    # A correction was begun and not sent, and the round closes or has closed.
    UNSENT = "unsent"
    # The person's organization has left the roster, is in it again, or is no longer asked some of what was open.
    DELISTED = "delisted"
    RELISTED = "relisted"
    RELIEVED = "relieved"
    # Nobody sits at an organization any more, for administrators.
    DESERTED = "deserted"
    # Presses of an outage are gone: to whoever has something open.
    PRESS_AGAIN = "press again"
    # A one-off question was corrected, ended or taken back: its form in the chat is drawn anew; and, where the
    # department wants it, people are told of the other words.
    REDRAWN = "redrawn"
    REWORDED = "reworded"
    # Deadlines as a file for the person's own calendar.
    CALENDAR = "calendar"

    @property
    def urgency(self) -> Urgency:
        """When its letters go, if others wait too."""
        match self:
            # What has become of an organization is said before its requests come.
            case (
                LetterKind.REQUESTS
                | LetterKind.RETURNED
                | LetterKind.DELISTED
                | LetterKind.RELISTED
                | LetterKind.RELIEVED
            ):
                return Urgency.REQUEST
            case (
                LetterKind.REMINDER
                | LetterKind.EXTENDED
                | LetterKind.ENTERED
                | LetterKind.UNSENT
                | LetterKind.PRESS_AGAIN
                | LetterKind.REWORDED
            ):
                return Urgency.REMINDER
            case (
                LetterKind.ANNOUNCEMENT
                | LetterKind.ACKNOWLEDGE
                | LetterKind.CORRECTION
                | LetterKind.WITHDRAWAL
                | LetterKind.REDRAWN
            ):
                return Urgency.ANNOUNCEMENT
            # Somebody waits for them.
            case (
                LetterKind.SEATED
                | LetterKind.REJECTED
                | LetterKind.REGISTRATION
                | LetterKind.UNREACHABLE
                | LetterKind.DESERTED
                | LetterKind.MISSED
                | LetterKind.EXTENSION
                | LetterKind.DIGEST
                | LetterKind.REPLACED
                | LetterKind.STAFF
                | LetterKind.SUCCESSION
                | LetterKind.LINKED
                | LetterKind.UNLINKED
                | LetterKind.INVITATIONS
                | LetterKind.PREVIEW
                | LetterKind.PROGRESS
                | LetterKind.APPROVAL
                | LetterKind.NOTE
                | LetterKind.GROUP
                | LetterKind.EVIDENCE
                | LetterKind.EXPORT
                | LetterKind.REPORT
                | LetterKind.CALENDAR
            ):
                return Urgency.SERVICE

    @property
    def keeps_hours(self) -> bool:
        """Whether it waits for working hours. The others answer what was just done, or call an administrator."""
        return self.urgency in (Urgency.REQUEST, Urgency.REMINDER)


class Export(StrEnum):
    """What a letter of kind EXPORT holds."""

    # The list of who is to get an announcement, has got it, or has not.
    ANNOUNCEMENT = "announcement"
    JOURNAL = "journal"
    # The consolidated report of one round, in the chat.
    TABLE = "table"


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
    """The letter waits: until that moment, or (None) until its announcement, which is paused, is resumed."""

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__(until)
        self.until = until


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

    @property
    def shows(self) -> int | None:
        """The announcement that it shows to somebody of the department, if it is no copy to a recipient."""
        return self.data.get("announcement")


# A letter that is no later than this was meant to go now: somebody registers on a Sunday, the post is a little slow.
GRACE = timedelta(hours=1)


def held_until(letter: Letter, calendar: WorkCalendar, now: datetime) -> datetime | None:
    """When a letter may go that was not sent in its time, because the bot or Telegram was down; None: now."""
    # Each attempt in vain puts off when it may go; since when it could have gone is not kept.
    since = letter.created_at if letter.attempts > 1 else letter.send_after
    if not letter.kind.keeps_hours or now - since <= GRACE:
        return None
    opens = calendar.next_work_moment(now)
    return opens if opens > now else None
