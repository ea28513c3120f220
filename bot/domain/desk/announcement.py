"""What the department broadcasts (объявление), and what became of each copy."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.desk.audience import Audience
from bot.domain.people.failure import Failure
from bot.domain.people.member import Limits, Role
from bot.domain.timing.calendar import WorkCalendar


class AnnouncementState(StrEnum):
    """Where an announcement is on its way."""

    DRAFT = "draft"
    # Somebody else of the department has to agree.
    APPROVAL = "approval"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    # Ended before everybody got it.
    STOPPED = "stopped"
    # Never sent off, or its copies have been deleted.
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"

    @property
    def is_not_sent(self) -> bool:
        """Whether nothing has been sent and everything can be changed."""
        match self:
            case AnnouncementState.DRAFT | AnnouncementState.APPROVAL | AnnouncementState.SCHEDULED:
                return True
            case AnnouncementState.SENDING | AnnouncementState.PAUSED | AnnouncementState.DONE:
                return False
            case AnnouncementState.STOPPED | AnnouncementState.CANCELLED | AnnouncementState.WITHDRAWN:
                return False

    @property
    def is_under_way(self) -> bool:
        """Whether copies are still to go."""
        match self:
            case AnnouncementState.SENDING | AnnouncementState.PAUSED:
                return True
            case AnnouncementState.DRAFT | AnnouncementState.APPROVAL | AnnouncementState.SCHEDULED:
                return False
            case AnnouncementState.DONE | AnnouncementState.STOPPED:
                return False
            case AnnouncementState.CANCELLED | AnnouncementState.WITHDRAWN:
                return False

    @property
    def is_over(self) -> bool:
        """Whether its copies stand in people's chats and no more are to go."""
        match self:
            case AnnouncementState.DONE | AnnouncementState.STOPPED:
                return True
            case AnnouncementState.DRAFT | AnnouncementState.APPROVAL | AnnouncementState.SCHEDULED:
                return False
            case AnnouncementState.SENDING | AnnouncementState.PAUSED:
                return False
            case AnnouncementState.CANCELLED | AnnouncementState.WITHDRAWN:
                return False

    @property
    def is_sent_off(self) -> bool:
        """Whether copies stand in people's chats or are under way."""
        return self.is_under_way or self.is_over

    @property
    def goes_out(self) -> bool:
        """Whether a copy stays unsent only because of its reader: it is under way, or everybody has got it."""
        match self:
            case AnnouncementState.SENDING | AnnouncementState.PAUSED | AnnouncementState.DONE:
                return True
            case AnnouncementState.DRAFT | AnnouncementState.APPROVAL | AnnouncementState.SCHEDULED:
                return False
            case AnnouncementState.STOPPED | AnnouncementState.CANCELLED | AnnouncementState.WITHDRAWN:
                return False


class Wording(StrEnum):
    """What of a message can be corrected."""

    TEXT = "text"
    CAPTION = "caption"
    # The words of an album stand below its last message, where phones put them under documents.
    LAST = "last"
    # A sticker, a place: it has no words.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Source:
    """A message that its author has sent to be announced. `text`: HTML; `album`: Telegram's name of the group."""

    chat_id: int
    message_id: int
    wording: Wording
    text: str
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message of its author's chat (several: an album) that is copied to its audience.

    `text` is the HTML of its text or caption. `send_at` None: it goes at once. Whoever joins before `current_until`
    gets it too. `lost_at`: since then its source is gone: see `can_be_copied`.
    """

    id: int
    by_id: int | None
    by_name: str | None
    created_at: datetime
    state: AnnouncementState
    chat_id: int
    messages: tuple[int, ...]
    album: str | None
    wording: Wording
    text: str
    audience: Audience
    acknowledge: bool
    send_at: datetime | None
    current_until: datetime | None
    approved_by: int | None
    started_at: datetime | None
    finished_at: datetime | None
    corrected_at: datetime | None
    lost_at: datetime | None
    progress_message_id: int | None
    approved_at: datetime | None = None
    # What was sent to be agreed to (`to_submit`), and corrected words that wait for it: their text, and whose they are.
    submitted: dict[str, Any] | None = None
    proposed: dict[str, Any] | None = None
    proposed_by: int | None = None
    # Whether its copies say who speaks; those of an older bot did not.
    headed: bool = False

    def matter(self, limits: Limits) -> dict[str, Any]:
        """All that somebody agrees to, JSON; `limits`: of its author, beyond which it does not go."""
        moments = {"send_at": self.send_at, "current_until": self.current_until}
        return {
            "text": self.text,
            "messages": list(self.messages),
            "audience": self.audience.dump(),
            "acknowledge": self.acknowledge,
            "limits": limits.dump(),
        } | {name: at.isoformat() if at is not None else None for name, at in moments.items()}

    def to_submit(self, limits: Limits) -> dict[str, Any]:
        """What `submitted` is when it is sent to be agreed to now, beside what it was the last time."""
        past = self.submitted or {}
        return {"now": self.matter(limits), "before": past.get("now"), "time": past.get("time", 0) + 1}

    def mark(self, limits: Limits) -> str:
        """Stands in a button for all that its card shows: of the same card sent a second time it is another."""
        time = (self.submitted or {}).get("time", 0)
        return _mark([time, self.matter(limits)])

    @property
    def proposal_mark(self) -> str:
        """Stands in a button for the corrected words that its card shows."""
        return _mark([self.proposed, self.text])

    def agreed_to(self, limits: Limits) -> bool:
        """Whether a second person has agreed to it, and it would not go further now, by its author's limits."""
        if self.approved_at is None:
            return False
        agreed = self.agreed_limits
        # There are none of a time when that was not kept.
        return agreed is None or agreed.include(limits)

    @property
    def agreed_limits(self) -> Limits | None:
        """How far it goes by what somebody has agreed to; None if nobody has, or it was not kept."""
        if self.approved_at is None or self.submitted is None:
            return None
        return Limits.load(self.submitted["now"]["limits"])

    @property
    def source(self) -> dict[str, Any]:
        """What says which message it copies, JSON."""
        where = {"chat_id": self.chat_id, "messages": list(self.messages), "album": self.album}
        return where | {"wording": self.wording, "text": self.text}

    @property
    def is_album(self) -> bool:
        """Whether it is several messages that Telegram shows as one; an album has no buttons."""
        return len(self.messages) > 1

    @property
    def is_introduced(self) -> bool:
        """Whether a message of its own says who speaks: an album, a poll or a sticker cannot say it."""
        return self.headed and (self.is_album or self.wording is Wording.NONE)

    @property
    def speaks_for_itself(self) -> bool:
        """Whether its copies say the words that were sent off, whatever its source says by now."""
        return self.headed and not self.is_introduced

    @property
    def can_be_copied(self) -> bool:
        """Whether somebody else can get it: its source is there, or the bot has its words."""
        return self.lost_at is None or self.wording is Wording.TEXT

    def worded(self, copies: Sequence[int]) -> list[int]:
        """Which of the messages that a person got hold the words: one message of each copy."""
        if self.wording is Wording.NONE:
            return []
        if not self.is_album:
            return list(copies)
        # Who speaks goes before an album in a message of its own, and «Ознакомлен» follows it in another.
        per_copy = self.is_introduced + len(self.messages) + self.acknowledge
        first = self.is_introduced + (len(self.messages) - 1 if self.wording is Wording.LAST else 0)
        return list(copies[first::per_copy])


def _mark(of: Any) -> str:
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person who gets an announcement, and what became of it."""

    person_id: int
    person_name: str
    organization_id: int | None
    messages: tuple[int, ...]
    sent_at: datetime | None
    failure: Failure | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of people, its recipients. `waiting`: the letter is in the outbox; `unsent`: stopped before its turn."""

    total: int = 0
    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unsent: int = 0
    acknowledged: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of the organizations that it was for: those it reached, those still waiting and the `missed` are all.

    `acknowledged`: those of the reached that somebody has acknowledged it for.
    """

    total: int = 0
    reached: int = 0
    waiting: int = 0
    acknowledged: int = 0

    @property
    def missed(self) -> int:
        """How many it did not reach and is not on its way to."""
        return self.total - self.reached - self.waiting

    @property
    def silent(self) -> int:
        """How many it has reached and nobody has acknowledged it for."""
        return self.reached - self.acknowledged


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one person's copy, as their organization sees it.

    `waits`: the copy is in the outbox; `failure`: why there is none; `words`: the messenger's, if it refused one.
    """

    person_name: str
    sent_at: datetime | None
    waits: bool
    failure: Failure | None
    words: str
    acknowledged_at: datetime | None
    person_id: int = 0


class Arrival(StrEnum):
    """Whether an announcement has come to an organization."""

    REACHED = "reached"
    WAITING = "waiting"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Destination:
    """An organization that an announcement was for when it went out (адресат), and what came of it there.

    One of its people is enough: who got it there first is when it was `reached`, who acknowledged it first did that for
    the organization. `vacant`: nobody sat there when it went out. `people`: those who were to get it there.
    """

    organization_id: int
    organization_name: str
    organization_label: str
    vacant: bool
    reached_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    people: tuple[Delivery, ...] = ()

    @property
    def arrival(self) -> Arrival:
        """Whether it has come here, by whomever."""
        if self.reached_at is not None:
            return Arrival.REACHED
        return Arrival.WAITING if any(delivery.waits for delivery in self.people) else Arrival.MISSED

    @property
    def nobody(self) -> Failure | None:
        """Why there is nobody of whom it could be said that they did not get it."""
        if self.people or self.reached_at is not None:
            return None
        return Failure.VACANT if self.vacant else Failure.ERASED


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person seated at an organization of an audience, who can be written to unless there is an obstacle."""

    person_id: int
    person_name: str
    organization_id: int
    organization_name: str
    organization_label: str
    role: Role
    obstacle: Failure | None = None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """An organization of an audience where nobody sits."""

    organization_id: int
    organization_name: str
    organization_label: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an audience reaches, organization by organization; who sits at two stands here twice and gets it once.

    `addressees` get it; `obstructed` are all people of organizations where nobody can be reached.
    """

    addressees: tuple[Addressee, ...] = ()
    obstructed: tuple[Addressee, ...] = ()
    vacancies: tuple[Vacancy, ...] = ()

    @property
    def people(self) -> dict[int, int]:
        """Who gets it, by id, with the first of their organizations."""
        first: dict[int, int] = {}
        for addressee in self.addressees:
            first.setdefault(addressee.person_id, addressee.organization_id)
        return first

    @property
    def reached(self) -> frozenset[int]:
        """Ids of the organizations where somebody gets it."""
        return frozenset(addressee.organization_id for addressee in self.addressees)

    @property
    def cut_off(self) -> frozenset[int]:
        """Ids of the organizations where people sit, of whom none can be reached."""
        return frozenset(addressee.organization_id for addressee in self.obstructed)


def at_tomorrow(calendar: WorkCalendar, now: datetime) -> datetime:
    """Tomorrow, when a working day would begin."""
    return calendar.begins(now.astimezone(calendar.zone).date() + timedelta(days=1)).astimezone(UTC)


def at_morning(calendar: WorkCalendar, now: datetime) -> datetime:
    """When the next working day begins."""
    today = now.astimezone(calendar.zone).date()
    return calendar.begins(calendar.work_day(today + timedelta(days=1))).astimezone(UTC)


def in_office_hours(announcement: Announcement, calendar: WorkCalendar, now: datetime) -> datetime | None:
    """The first moment at which all work after the announcement would go; None: it goes in working hours anyway."""
    at = max(announcement.send_at or now, now)
    opens = calendar.next_work_moment_of_all(at)
    return opens if opens > at else None
