"""A round, its obligations (the ledger), and the replies that fulfil them."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum

from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Values
from bot.domain.text import MESSAGE
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.elsewhere import same_hour


class ObligationState(StrEnum):
    """What the department holds against an organization; late and overdue are derived from times."""

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    EXCUSED = "excused"


# States in which an answer is still wanted.
UNANSWERED = (ObligationState.OPEN, ObligationState.RETURNED)
# States that a decision makes; each can be taken back.
DECIDED = (ObligationState.ACCEPTED, ObligationState.EXCUSED, ObligationState.RETURNED)


@dataclass(frozen=True, slots=True)
class Round:
    """One directive for one period (запрос), with the directive as it was when the round opened.

    `opened_at` None: the bot was down when its time came, for longer than a round may be caught up.
    """

    id: int
    directive: Directive
    period: str
    key: str
    title: str
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    opened_at: datetime | None
    # When the department last had everybody reminded by hand, and who opened the round by hand.
    reminded_at: datetime | None = None
    by_id: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has opened, and was not taken back since."""
        return self.opened_at is not None

    def seen_by(self, calendar: WorkCalendar) -> "Round":
        """The round with the moments that it has for whoever lives by that calendar."""
        home = calendar.of("")
        if home.zone == calendar.zone:
            return self
        opens_at, due_at, closes_at = (
            same_hour(moment, home, calendar) for moment in (self.opens_at, self.due_at, self.closes_at)
        )
        return replace(self, opens_at=opens_at, due_at=due_at, closes_at=closes_at)


@dataclass(frozen=True, slots=True)
class Obligation:
    """One round x one organization: what this organization owes, until when, and how far it is.

    `due_at` is the organization's own: it may have been extended. `version` is the newest reply's; 0: there is none.
    `comment` is the department's word about its last decision, which it made at `decided_at`.
    """

    id: int
    round: Round
    organization_id: int
    organization_name: str
    organization_label: str
    state: ObligationState
    due_at: datetime
    version: int
    seen_at: datetime | None = None
    decided_at: datetime | None = None
    comment: str | None = None
    # Since when the organization is no longer in the roster: it is asked nothing, whatever was open.
    left_at: datetime | None = None
    # Of which types the organization was when it was asked, or last while it owed the answer.
    types: frozenset[str] = frozenset()
    # Of which territory it was when it was asked.
    territory: str = ""
    # The organization's territory now, by whose clock it lives; and that by whose clock it was due at first. None: the
    # round has one moment for all, or none of its moments is this.
    organization_territory: str = ""
    due_in: str | None = None
    # When it was due at first and until when it may be answered, if that is not when the round is due and closes.
    own_due: datetime | None = None
    own_closing: datetime | None = None
    # Somebody of the department is answering it for the organization.
    on_behalf: bool = False

    @property
    def is_unanswered(self) -> bool:
        """Whether an answer is still wanted."""
        return self.state in UNANSWERED

    @property
    def first_due_at(self) -> datetime:
        """When it was due before anybody extended that."""
        return self.own_due or self.round.due_at

    @property
    def closes_at(self) -> datetime:
        """Until when answers are taken. An extended due date keeps the round open for this organization."""
        return max(self.own_closing or self.round.closes_at, self.due_at)

    def zone(self, calendar: WorkCalendar) -> tzinfo:
        """By which clock it is told: the one by which it was to be answered, wherever the organization is since."""
        present = calendar.of(self.organization_territory).zone
        if self.due_in is None and self.is_unanswered:
            return present
        then = calendar.of(self.due_in or "").zone
        first = self.first_due_at
        # Where moments are alike, so are clocks.
        return present if first.astimezone(present).utcoffset() == first.astimezone(then).utcoffset() else then

    def takes_answers(self, now: datetime) -> bool:
        """Whether an answer may be given or changed; by the department also after the round has closed."""
        final = self.state in (ObligationState.EXCUSED, ObligationState.ACCEPTED) or self.left_at is not None
        return not final and (self.on_behalf or not self.is_closed(now))

    def is_closed(self, now: datetime) -> bool:
        """Whether answers are no longer taken."""
        return now >= self.closes_at

    def is_overdue(self, now: datetime) -> bool:
        """Whether the due date has passed without an answer."""
        return self.is_unanswered and now > self.due_at


@dataclass(frozen=True, slots=True)
class Reply:
    """One version of an organization's answer. `not_ours`: why the directive does not concern it.

    `by_name` is None when the person has had their data erased. `entered`: the department gave it for the organization.
    """

    version: int
    values: Values
    not_ours: str | None
    at: datetime
    by_id: int | None
    by_name: str | None
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Extension:
    """A head's request for more time. `granted` None: the department has not decided.

    `decided_at` without `granted`: the answer came first, and nobody has to decide any more.
    """

    id: int
    obligation_id: int
    asked_by: int | None
    asked_by_name: str | None
    asked_at: datetime
    until: datetime
    reason: str
    granted: bool | None
    decided_at: datetime | None = None
    decided_by_name: str | None = None


# Characters of a comment: two messages of Telegram's, and a workbook's cell has room for several.
REMARK_LENGTH = 2 * MESSAGE


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment or a piece of evidence sent beside an answer."""

    id: int
    at: datetime
    by_name: str | None
    text: str | None
    file_id: str | None
    file_name: str | None
    # The chat that it stands in, and its number there; None when the person has had their data erased.
    by_id: int | None = None
    message_id: int | None = None


class DraftStep(StrEnum):
    """Where a person is in a form."""

    FIELDS = "fields"
    PREVIEW = "preview"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that one person is putting together.

    `field` is the field that is being asked, None in the preview; `not_ours` is the reason why the directive
    does not concern the organization, instead of values. `base_version` is the reply that the person
    saw when they began: the bot asks before this draft replaces a newer reply of somebody else.
    """

    person_id: int
    obligation_id: int
    values: Values
    skipped: tuple[str, ...]
    step: DraftStep
    field: str | None
    base_version: int
    not_ours: str | None = None
