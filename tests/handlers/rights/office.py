"""A district in the middle of its work, in which everybody may try everything: whatever is done is undone at once.

The updates go to the handlers as the dispatcher would hand them over, each in a transaction that is rolled back, so
that all meet the same district. Nothing is sent: what the handlers want said is what they return.

There are two of them: all that is beyond the limits of some of the staff is done in one and not in the other. These
must not be able to tell them apart, by no name and by no number.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC

import sqlalchemy as sa
from aiogram import Bot
from aiogram.types import Update

from bot.delivery.incoming import errands
from bot.delivery.incoming.errands import Errand
from bot.delivery.sayings import Saying
from bot.domain.desk.audience import Audience
from bot.domain.people.member import Limits, Right, StaffRole
from bot.storage.arrivals import Arrival
from bot.storage.desk import announcements, questions
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger.sent_directives import Edition
from bot.storage.people import people, staff
from bot.storage.post import dialogues, inbox
from bot.storage.post.dialogues import Dialogue
from bot.storage.post.inbox import Incoming
from bot.storage.schema import letters as letter_rows
from bot.storage.schema import staff_invitations
from handlers.entry import Entry, conversations
from handlers.order import noted
from handlers.routing import Routing
from handlers.scene import Installation
from tests.world import TOKEN, local

NOW = local("2026-10-06 10:00").astimezone(UTC)
GROUP = -100_500

FORMER, STRANGER, UNASKED, HEAD, OTHER, APPLICANT, CENTRE_HEAD, BEYOND_HEAD = 98, 99, 100, 101, 102, 103, 104, 105
CENTRE_APPLICANT = 106
VIEWER, OUTSIDE, ELSEWHERE, INSIDE, AUTHOR, ADMIN, BOUND = 201, 202, 203, 204, 205, 206, 207
NORTHERN, CHIEF = 208, 209
# Each type of organizations has a territory of its own: what holds for limits to the one must hold for the other.
TERRITORY_OF = {"general": "north", "preschool": "west", "supplementary": "south", "department": "capital"}
# Who has which right, as the department gave it: what a handler declares is held against this.
ROLES = {
    STRANGER: Right.ANYBODY,
    # Was somewhere, is nowhere, and has not agreed (any more) to anything being kept.
    FORMER: Right.ANYBODY,
    # Of the school too, and in the middle of everything, but has not agreed (any more) to anything being kept.
    UNASKED: Right.ANYBODY,
    HEAD: Right.AGREED,
    # Of another organization.
    OTHER: Right.AGREED,
    VIEWER: Right.VIEW,
    # A curator of supplementary education, who has nothing to do with schools.
    OUTSIDE: Right.CURATE,
    # A curator of other topics.
    ELSEWHERE: Right.CURATE,
    # A curator of schools and of the topics that they are asked about.
    INSIDE: Right.CURATE,
    # A curator without limits, whose drafts there are.
    AUTHOR: Right.CURATE,
    ADMIN: Right.ADMIN,
    # An administrator with limits, as no button makes one: whoever has limits may not do everything.
    BOUND: Right.CURATE,
    # A curator of the school's territory, and of the topics that schools are asked about.
    NORTHERN: Right.CURATE,
    # The chief of the territory of supplementary education, who has nothing to do with schools.
    CHIEF: Right.MANAGE,
}
# To those whose limits are of places the district is the same, whatever is done in its other part.
LIMITED = (OUTSIDE, INSIDE, BOUND, NORTHERN, CHIEF)
STAFF = {
    VIEWER: (StaffRole.VIEWER, Limits()),
    OUTSIDE: (StaffRole.CURATOR, Limits(types=frozenset({"supplementary"}))),
    ELSEWHERE: (StaffRole.CURATOR, Limits(topics=frozenset({"olympiad"}))),
    INSIDE: (StaffRole.CURATOR, Limits(frozenset({"general"}), frozenset({"sport-clubs", "curricula"}))),
    AUTHOR: (StaffRole.CURATOR, Limits()),
    ADMIN: (StaffRole.ADMIN, Limits()),
    BOUND: (StaffRole.ADMIN, Limits(types=frozenset({"supplementary"}))),
    NORTHERN: (
        StaffRole.CURATOR,
        Limits(topics=frozenset({"sport-clubs", "curricula"}), territories=frozenset({"north"})),
    ),
    CHIEF: (StaffRole.ADMIN, Limits(territories=frozenset({"south"}))),
}

# Organizations of several types are there.
EAST = "east"
# Of the school and of nobody else; the second is of those topics alone.
SCHOOL, CLUB, CORRECTION = "Тихореченская", "Школьный спортивный клуб", "Корректировка программ"
SECRET, QUESTION = "тайна", "Сколько кружков?"
# Messages that stand in chats: of threads, of announcements, of drafts, and an answer in the group.
WRITTEN, ANSWERED, SOURCE, PART, IN_GROUP = 501, 502, 601, 602, 701
# A note of the author's own in the group; a form, a remark to it, and the news of its due date, of the time when
# everybody sat at the school; and what belongs nowhere.
OWN_IN_GROUP, FORM, REMARK, STRAY, NEWS = 690, 801, 802, 803, 804


def of_types(*types: str) -> Audience:
    """Organizations of the types, where they are."""
    return Audience(types=types, territories=tuple(sorted({TERRITORY_OF[type_] for type_ in types})))


@dataclass
class Ids:
    """What buttons name."""

    school: int = 0
    centre: int = 0
    department: int = 0
    club_round: int = 0
    correction_round: int = 0
    missed: int = 0
    answered: int = 0
    owed: int = 0
    others: int = 0
    # The centre's answer to what all are asked.
    of_centre: int = 0
    # Asked of all types, by somebody who has nothing to do with schools any more.
    round_by_outside: int = 0
    extension: int = 0
    thread: int = 0
    note: int = 0
    unasked_thread: int = 0
    unasked_note: int = 0
    seat: int = 0
    applied: int = 0
    applied_to_centre: int = 0
    # Invitations of the school's: one that can be used still, and one by which somebody waits to take the head's place.
    link: int = 0
    succession: int = 0
    # Tokens of invitations for the centre's head, who sits there: one by which OTHER waits, and one that is open.
    waited_by: str = ""
    for_head: str = ""
    waits: int = 0
    draft: int = 0
    template: int = 0
    # The author's too, for more than the organizations of anybody's limits.
    wide_template: int = 0
    asked: int = 0
    announcement: int = 0
    approval: int = 0
    sending: int = 0
    scheduled: int = 0
    of_viewer: int = 0
    # Of the curator who has nothing to do with schools.
    of_outside: int = 0
    # Of the chief of a territory that is no school's.
    of_chief: int = 0
    # The same chief's, for all who are theirs.
    of_chief_to_all: int = 0
    to_all: int = 0
    to_schools: int = 0
    question_of_outside: int = 0
    question_to_all: int = 0
    question_of_inside: int = 0
    # Asked of the school alone, which was chosen by hand: it names no types.
    by_hand: int = 0
    by_hand_round: int = 0
    # The school's, taken off control before anybody has answered.
    ended: int = 0
    # Went to the schools that had not answered, or acknowledged: nobody is left who has not.
    to_unanswered: int = 0
    to_unacknowledged: int = 0
    # Went to schools while its author's limits were wider; and of words for it that a colleague proposes.
    narrowed: int = 0
    narrowed_mark: str = ""
    # Words for what went to schools, which a curator has proposed who has nothing to do with schools any more.
    rewording: int = 0
    rewording_mark: str = ""
    # Of the author's to the department.
    own_thread: int = 0
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of an update: what was said, how many rows were touched, and the conversation that goes on.

    `written_to`: whom letters go to; `chosen`: audiences of the person's own drafts that are new;
    `given`: what roles are limited to that are.
    """

    said: list[Saying]
    touched: int
    dialogue: Dialogue
    written_to: frozenset[int]
    chosen: list[Audience]
    given: list[Limits]


Look = Callable[[Tx], Awaitable[None]]


@dataclass(frozen=True)
class Turn:
    """In which the update comes: `asked` was asked before a deed that has been handled. `late`: the deed was later; it
    was a press before it, which had not been answered yet, otherwise."""

    asked: Dialogue
    late: bool = True

    async def note(self, tx: Tx, person_id: int, update: Update) -> int | None:
        """Has the person have done the deed; returns the press that had not been answered."""
        deed = update.update_id + (1 if self.late else -1)
        await inbox.take(tx, [Incoming(deed, person_id, "{}")], NOW - inbox.REMEMBERED, NOW)
        await inbox.applied(tx, deed, [], NOW, noted(Arrival(None, self.asked, Edition(0, "")), deed))
        await inbox.finished(tx, [deed], NOW)
        return None if self.late else deed


class _Undone(Exception):
    """Nothing of it stays."""


class Office:
    """The district and its bot. `without`: the same district, in which nothing is done beyond the limits."""

    def __init__(self, storage: Storage, installation: Installation, ids: Ids, without: "Office | None") -> None:
        self._storage = storage
        self._installation = installation
        self.ids = ids
        self.without = without
        # By person, as it is again after everything that they do; and the newest letter.
        self._chosen: dict[int, dict[tuple[str, int], Audience]] = {}
        self._letter: int | None = None
        self._given: dict[tuple[str, int], Limits] = {}
        self.open()

    def open(self, routing: Routing | None = None) -> None:
        """Handlers are registered anew, unless they are given."""
        routing = routing or Routing(*conversations())
        # By whether an announcement needs somebody's consent.
        self._entries = {
            consent: Entry(Bot(TOKEN), replace(self._installation, announcement_approval=consent), routing)
            for consent in (False, True)
        }
        if self.without is not None:
            self.without.open(routing)

    async def take(
        self,
        person_id: int,
        update: Update,
        talk: Dialogue | None,
        *,
        consent: bool = True,
        turn: Turn | None = None,
        blocked: bool = False,
        look: Look | None = None,
    ) -> Outcome:
        """What somebody in that conversation brings about; `look` sees it before it is undone.

        `blocked`: they could not be written to before.
        """
        with errands.of_update() as found:
            while True:
                try:
                    return await self._take(person_id, update, talk, self._entries[consent], turn, blocked, look)
                except Errand as errand:
                    await found.run(errand)

    async def _take(
        self,
        person_id: int,
        update: Update,
        talk: Dialogue | None,
        entry: Entry,
        turn: Turn | None,
        blocked: bool,
        look: Look | None,
    ) -> Outcome:
        outcome = None
        try:
            async with self._storage.write() as tx:
                if talk is not None:
                    await dialogues.put(tx, person_id, talk, NOW)
                if blocked:
                    await people.unreachable(tx, person_id, NOW)
                press = None if turn is None else await turn.note(tx, person_id, update)
                if self._letter is None:
                    self._letter = (await tx.execute(sa.select(sa.func.max(letter_rows.c.id)))).scalar() or 0
                    self._given = await _given(tx)
                if person_id not in self._chosen:
                    self._chosen[person_id] = await _chosen(tx, person_id)
                before, touched = self._chosen[person_id], await _touched(tx)
                decided = await entry.handle(tx, update, NOW, press)
                touched = await _touched(tx) - touched
                chosen = await _chosen(tx, person_id) if touched else before
                given = await _given(tx) if touched else self._given
                outcome = Outcome(
                    decided.sayings,
                    touched,
                    await dialogues.get(tx, person_id),
                    await self._written_to(tx) if touched else frozenset(),
                    [audience for draft, audience in chosen.items() if audience != before.get(draft)],
                    [limits for role, limits in given.items() if limits != self._given.get(role)],
                )
                if look is not None:
                    await look(tx)
                raise _Undone
        except _Undone:
            assert outcome is not None
            return outcome

    async def _written_to(self, tx: Tx) -> frozenset[int]:
        query = sa.select(letter_rows.c.person_id).where(letter_rows.c.id > self._letter)
        return frozenset((await tx.execute(query)).scalars())


async def _chosen(tx: Tx, person_id: int) -> dict[tuple[str, int], Audience]:
    """The audiences of what the person drafts."""
    if person_id not in STAFF:
        return {}
    drafts = {("announcement", each.id): each.audience for each in await announcements.drafts(tx, person_id)}
    return drafts | {("question", each.id): each.question.audience for each in await questions.drafts(tx, person_id)}


async def _given(tx: Tx) -> dict[tuple[str, int], Limits]:
    """What roles are limited to, and links to them."""
    links = await tx.execute(sa.select(staff_invitations.c.id, staff_invitations.c.limits))
    members = {("member", each.id): each.limits for each in await staff.members(tx)}
    return members | {("link", row.id): Limits.load(row.limits) for row in links}


async def _touched(tx: Tx) -> int:
    return int((await tx.connection.exec_driver_sql("SELECT total_changes()")).scalar_one())
