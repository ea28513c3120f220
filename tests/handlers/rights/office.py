"""A district in the middle of its work, in which everybody may try everything: whatever is done is undone at once.

The updates go to the handlers as the dispatcher would hand them over, each in a transaction that is rolled back, so
that all meet the same district. Nothing is sent: what the handlers want said is what they return.

There are two of them: all that is beyond the limits of two curators is done in one and not in the other. The two
curators must not be able to tell them apart, by no name and by no number.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from pathlib import Path

import sqlalchemy as sa
from aiogram import Bot
from aiogram.types import Update

from bot.catalog.loader import Files
from bot.catalog.shelf import Shelf
from bot.delivery.incoming import errands
from bot.delivery.incoming.errands import Errand
from bot.delivery.sayings import Saying
from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import AnnouncementState, Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.desk.question import Question, compose
from bot.domain.directives.by_hand import by_hand, upcoming
from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.obligation import Obligation
from bot.domain.ledger.report import Order, ReportKind
from bot.domain.people.member import Limits, Right, Role, SeatState, StaffRole
from bot.domain.people.organization import RosterEntry
from bot.domain.timing.recurrence import occurrences
from bot.reports import making
from bot.reports.job import Job
from bot.reports.orders import letterhead
from bot.storage.arrivals import Arrival
from bot.storage.desk import announcements, broadcasts, notes, questions, threads
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import decisions, drafts, extensions, obligations, replies, roster, rounds
from bot.storage.ledger.sent_directives import Edition
from bot.storage.people import audiences, invitations, links, organizations, people, seats, staff
from bot.storage.post import dialogues, inbox
from bot.storage.post.dialogues import Dialogue
from bot.storage.post.inbox import Incoming
from bot.storage.schema import destinations as destination_rows
from bot.storage.schema import letters as letter_rows
from handlers.entry import Entry, conversations
from handlers.order import noted
from handlers.routing import Routing
from handlers.scene import Installation
from tests.databases import make_database, quick
from tests.rosters import sync
from tests.world import TOKEN, catalog_of, local

NOW = local("2026-10-06 10:00").astimezone(UTC)
GROUP = -100_500

STRANGER, UNASKED, HEAD, OTHER, APPLICANT, CENTRE_HEAD, BEYOND_HEAD = 99, 100, 101, 102, 103, 104, 105
VIEWER, OUTSIDE, ELSEWHERE, INSIDE, AUTHOR, ADMIN, BOUND = 201, 202, 203, 204, 205, 206, 207
# Who has which right, as the department gave it: what a handler declares is held against this.
ROLES = {
    STRANGER: Right.ANYBODY,
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
}
# To those whose limits are of types the district is the same, whatever is done in its other part.
LIMITED = (OUTSIDE, INSIDE, BOUND)
STAFF = {
    VIEWER: (StaffRole.VIEWER, Limits()),
    OUTSIDE: (StaffRole.CURATOR, Limits(types=frozenset({"supplementary"}))),
    ELSEWHERE: (StaffRole.CURATOR, Limits(topics=frozenset({"olympiad"}))),
    INSIDE: (StaffRole.CURATOR, Limits(frozenset({"general"}), frozenset({"sport-clubs", "curricula"}))),
    AUTHOR: (StaffRole.CURATOR, Limits()),
    ADMIN: (StaffRole.ADMIN, Limits()),
    BOUND: (StaffRole.ADMIN, Limits(types=frozenset({"supplementary"}))),
}

# Of the school and of nobody else; the second is of those topics alone.
SCHOOL, CLUB, CORRECTION = "Тихореченская", "Школьный спортивный клуб", "Корректировка программ"
SECRET, QUESTION = "тайна", "Сколько кружков?"
# Messages that stand in chats: of threads, of announcements, of drafts, and an answer in the group.
WRITTEN, ANSWERED, SOURCE, PART, IN_GROUP = 501, 502, 601, 602, 701
# A note of the author's own in the group; a form, and a remark to it, of the time when everybody sat at the school.
OWN_IN_GROUP, FORM, REMARK = 690, 801, 802
# Directives that are asked in one of the districts alone: running and late, and closed.
_LATE, _CLOSED = "class-teachers", "youth-units"


@dataclass
class Ids:
    """What buttons name."""

    school: int = 0
    centre: int = 0
    club_round: int = 0
    correction_round: int = 0
    missed: int = 0
    answered: int = 0
    owed: int = 0
    others: int = 0
    extension: int = 0
    thread: int = 0
    note: int = 0
    unasked_thread: int = 0
    unasked_note: int = 0
    seat: int = 0
    applied: int = 0
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

    `written_to`: whom letters go to; `chosen`: audiences of the person's own drafts that are new.
    """

    said: list[Saying]
    touched: int
    dialogue: Dialogue
    written_to: frozenset[int]
    chosen: list[Audience]


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
        look: Look | None = None,
    ) -> Outcome:
        """What somebody in that conversation brings about; `look` sees it before it is undone."""
        with errands.of_update() as found:
            while True:
                try:
                    return await self._take(person_id, update, talk, self._entries[consent], turn, look)
                except Errand as errand:
                    await found.run(errand)

    async def _take(
        self,
        person_id: int,
        update: Update,
        talk: Dialogue | None,
        entry: Entry,
        turn: Turn | None,
        look: Look | None,
    ) -> Outcome:
        outcome = None
        try:
            async with self._storage.write() as tx:
                if talk is not None:
                    await dialogues.put(tx, person_id, talk, NOW)
                press = None if turn is None else await turn.note(tx, person_id, update)
                if self._letter is None:
                    self._letter = (await tx.execute(sa.select(sa.func.max(letter_rows.c.id)))).scalar() or 0
                if person_id not in self._chosen:
                    self._chosen[person_id] = await _chosen(tx, person_id)
                before, touched = self._chosen[person_id], await _touched(tx)
                decided = await entry.handle(tx, update, NOW, press)
                touched = await _touched(tx) - touched
                chosen = await _chosen(tx, person_id) if touched else before
                outcome = Outcome(
                    decided.sayings,
                    touched,
                    await dialogues.get(tx, person_id),
                    await self._written_to(tx) if touched else frozenset(),
                    [audience for draft, audience in chosen.items() if audience != before.get(draft)],
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


async def _touched(tx: Tx) -> int:
    return int((await tx.connection.exec_driver_sql("SELECT total_changes()")).scalar_one())


@asynccontextmanager
async def working(folder: Path) -> AsyncIterator[Office]:
    """The district, filled."""
    async with _district(folder / "without", None) as without, _district(folder / "with", without) as office:
        yield office


@asynccontextmanager
async def _district(folder: Path, without: Office | None) -> AsyncIterator[Office]:
    folder.mkdir()
    await make_database(folder / "bot.db")
    storage = quick(Storage(f"sqlite+aiosqlite:///{folder}/bot.db"))
    catalog, ids = catalog_of(), Ids()
    if without is None:
        known = {id: directive for id, directive in catalog.directives.items() if id not in (_LATE, _CLOSED)}
        catalog = catalog.with_directives(known)

    installation = installed(storage, catalog, ids)
    try:
        await storage.apply(lambda tx: _fill(tx, installation, ids))
        async with storage.read() as tx:
            (folder / "made").mkdir()
            job = Job(Order(ReportKind.WORKBOOK), letterhead(catalog), NOW)
            made = await making.make(tx, job, folder / "made")
            ids.files = {
                "answers": (folder / "made" / made.files[0]).read_bytes(),
                "yaml": b"directives: 5",
                "roster": "code,name,types,tags\nnew,МБОУ Новая,general,\n".encode(),
            }
        if without is not None:
            await storage.apply(lambda tx: _go_beyond(tx, installation, ids))
        yield Office(storage, installation, ids, without)
    finally:
        await storage.close()


def installed(storage: Storage, catalog: Catalog, ids: Ids) -> Installation:
    """The bot's installation on that database; somebody sends the files of `ids`."""

    async def download(file_id: str) -> bytes:
        return ids.files[file_id]

    files = Files(Path("data/directives.yaml"), Path("data/calendar.yaml"), None, catalog.calendar.zone)
    return Installation(
        Shelf(catalog, files),
        "open",
        frozenset({ADMIN}),
        lambda: "bot",
        download,
        storage.read,
        announcement_approval=True,
        department_chat=GROUP,
    )


async def _fill(tx: Tx, installation: Installation, ids: Ids) -> None:
    catalog = installation.shelf.current
    await roster.take_in_file(tx, catalog, NOW)
    places = {organization.name: organization.id for organization in await organizations.every(tx)}
    ids.school = next(id for name, id in places.items() if SCHOOL in name)
    ids.centre = next(id for name, id in places.items() if "творчества" in name)
    kindergarten = next(id for name, id in places.items() if "Солнышко" in name)
    # An organization within somebody's limits may be of a type that is beyond them.
    sports = next(entry for entry in catalog.roster if entry.code == "sports-school")
    await sync(tx, [replace(sports, types=frozenset({"supplementary", "preschool"}))], NOW)
    for person_id in (*ROLES, APPLICANT, CENTRE_HEAD, BEYOND_HEAD):
        if person_id != STRANGER:
            await people.ensure(tx, person_id, f"Человек {person_id}", NOW)
            if person_id != UNASKED:
                await people.consent(tx, person_id, NOW)
    for person_id, (role, limits) in STAFF.items():
        await staff.grant(tx, person_id, role, None, NOW, limits)
    ids.seat = (await seats.take(tx, HEAD, ids.school, Role.HEAD, SeatState.SEATED, NOW)).id
    await seats.take(tx, UNASKED, ids.school, Role.DEPUTY, SeatState.SEATED, NOW)
    await seats.take(tx, OTHER, kindergarten, Role.HEAD, SeatState.SEATED, NOW)
    await seats.take(tx, CENTRE_HEAD, ids.centre, Role.HEAD, SeatState.SEATED, NOW)
    ids.applied = (await seats.take(tx, APPLICANT, ids.school, Role.HEAD, SeatState.WAITING, NOW)).id
    await invitations.create(tx, ids.school, Role.DEPUTY, ADMIN, NOW)
    (link,) = await links.usable_now(tx, NOW)
    ids.link = link.id
    used = await invitations.use(tx, await invitations.create(tx, ids.school, Role.HEAD, ADMIN, NOW), APPLICANT, NOW)
    assert used is not None
    ids.succession = used.id
    ids.waited_by = await invitations.create(tx, ids.centre, Role.HEAD, ADMIN, NOW)
    waits = await invitations.use(tx, ids.waited_by, OTHER, NOW)
    assert waits is not None
    ids.waits = waits.id
    ids.for_head = await invitations.create(tx, ids.centre, Role.HEAD, ADMIN, NOW)
    await _ask(tx, installation, ids)
    await _write(tx, ids)
    await _announce(tx, ids)
    await _question(tx, installation, ids)
    await _to_the_silent(tx, installation, ids)


async def _ask(tx: Tx, installation: Installation, ids: Ids) -> None:
    catalog = installation.shelf.current
    opened = []
    for id in ("school-sports-clubs", "programme-correction"):
        directive = catalog.directives[id]
        occurrence = by_hand(directive, upcoming(directive, catalog.calendar, NOW), catalog.calendar, NOW)
        assert occurrence is not None
        round_id = await rounds.open_round(tx, directive, occurrence, catalog.calendar, NOW)
        assert round_id is not None
        opened.append(round_id)
    ids.club_round, ids.correction_round = opened
    olympiad = catalog.directives["olympiad"]
    coming = upcoming(olympiad, catalog.calendar, NOW)[0]
    missed = await rounds.miss(tx, olympiad, replace(coming, opens_at=NOW), NOW)
    assert missed is not None
    ids.missed = missed
    owed = await obligations.unanswered(tx, HEAD, NOW)
    answered = next(each for each in owed if each.round.id == ids.club_round)
    unanswered = next(each for each in owed if each.round.id == ids.correction_round)
    ids.answered, ids.owed = answered.id, unanswered.id
    ids.others = (await obligations.unanswered(tx, OTHER, NOW))[0].id
    await replies.submit(tx, answered, {"club": "Не создано"}, None, 0, HEAD, NOW)
    ids.extension = await _more_time(tx, unanswered, HEAD)
    for person_id in ROLES:
        if person_id != STRANGER:
            await drafts.remember_message(tx, person_id, FORM, ids.owed)
            await replies.remark(tx, unanswered, person_id, REMARK, NOW, text="Пояснение")


async def _more_time(tx: Tx, unanswered: Obligation, by: int) -> int:
    later = local("2026-12-01 18:00").astimezone(UTC)
    extension = await extensions.ask(tx, unanswered, later, f"Нужно время: {SECRET}", by, NOW)
    assert extension is not None
    return extension.id


async def _write(tx: Tx, ids: Ids) -> None:
    thread = await threads.begin(tx, HEAD, ids.school, ids.answered, NOW)
    note = await notes.add(tx, thread, HEAD, HEAD, WRITTEN, f"Вопрос: {SECRET}", None, NOW, from_staff=False)
    assert note is not None
    ids.thread, ids.note = thread.id, note.id
    of_unasked = await threads.begin(tx, UNASKED, None, None, NOW)
    note = await notes.add(tx, of_unasked, UNASKED, UNASKED, WRITTEN, "Старое", None, NOW, from_staff=False)
    assert note is not None
    ids.unasked_thread, ids.unasked_note = of_unasked.id, note.id
    for person_id in ROLES:
        if person_id != STRANGER:
            # Whoever answered once; many of them may not any more.
            await notes.add(tx, thread, person_id, person_id, ANSWERED, SECRET, None, NOW, from_staff=True)
            await notes.add(
                tx, thread, person_id, GROUP, IN_GROUP + person_id, SECRET, None, NOW, from_staff=True
            )  # fmt: skip
    await notes.add(tx, thread, HEAD, HEAD, WRITTEN + 2, SECRET, None, NOW, from_staff=False)
    own = await threads.begin(tx, AUTHOR, None, None, NOW)
    await notes.add(tx, own, AUTHOR, GROUP, OWN_IN_GROUP, "Своё", None, NOW, from_staff=False)
    ids.own_thread = own.id


async def _announce(tx: Tx, ids: Ids) -> None:
    made = []
    for number in range(4):
        source = Source(AUTHOR, SOURCE + 10 + number, Wording.TEXT, f"Собрание {number}: {SECRET}")
        made.append(await announcements.create(tx, AUTHOR, source, NOW))
        await announcements.change(tx, made[-1], audience=Audience(types=("general",)), acknowledge=True)
    ids.announcement, ids.approval, ids.sending, ids.scheduled = made
    draft = [AnnouncementState.DRAFT]
    await announcements.move(tx, ids.approval, draft, AnnouncementState.APPROVAL, AUTHOR, NOW)
    await announcements.move(tx, ids.scheduled, draft, AnnouncementState.SCHEDULED, AUTHOR, NOW)
    await _send(tx, ids.sending)
    await announcements.propose(tx, ids.sending, f"Исправлено: {SECRET}", AUTHOR, NOW)
    for audience in (Audience(everyone=True), Audience(types=("general",))):
        made.append(await announcements.create(tx, OUTSIDE, Source(OUTSIDE, SOURCE + 20, Wording.TEXT, "Своё"), NOW))
        await announcements.change(tx, made[-1], audience=audience)
    ids.to_all, ids.to_schools = made[-2:]
    ids.narrowed, ids.narrowed_mark = await _reworded(tx, OUTSIDE, AUTHOR)
    ids.rewording, ids.rewording_mark = await _reworded(tx, AUTHOR, OUTSIDE)
    for person_id in ROLES:
        if person_id != STRANGER:
            # Of everybody's own, from the time when they had a role.
            own = await announcements.create(tx, person_id, Source(person_id, SOURCE, Wording.TEXT, "Своё"), NOW)
            ids.of_viewer = own if person_id == VIEWER else ids.of_viewer
            ids.of_outside = own if person_id == OUTSIDE else ids.of_outside
            await announcements.create(tx, person_id, Source(person_id, PART, Wording.CAPTION, "", "album"), NOW)


async def _reworded(tx: Tx, by: int, proposer: int) -> tuple[int, str]:
    """Went to schools; other words are proposed for it. Its number, and the mark of the words."""
    made = await announcements.create(tx, by, Source(by, SOURCE + 50, Wording.TEXT, "Своё"), NOW)
    await announcements.change(tx, made, audience=Audience(types=("general",)), acknowledge=True)
    await _send(tx, made)
    await announcements.propose(tx, made, "Исправлено", proposer, NOW)
    announcement = await announcements.get(tx, made)
    assert announcement is not None
    return made, announcement.proposal_mark


async def _send(tx: Tx, announcement_id: int) -> None:
    announcement = await announcements.get(tx, announcement_id)
    assert announcement is not None
    await broadcasts.start(tx, announcement, Limits(), AUTHOR, NOW)


async def _question(tx: Tx, installation: Installation, ids: Ids) -> None:
    question = Question(
        QUESTION,
        fields=(Field("f1", FieldKind.WHOLE, "Кружков"),),
        audience=Audience(types=("general",)),
        due=date(2026, 10, 20),
        topic="sport-clubs",
    )
    ids.draft = await questions.create(tx, question, AUTHOR, NOW)
    ids.question_of_outside = await questions.create(tx, Question("Сколько секций?"), OUTSIDE, NOW)
    ids.question_of_inside = await questions.create(tx, Question("Сколько секций?"), INSIDE, NOW)
    to_all = replace(question, audience=Audience(everyone=True), topic="", text="Сколько секций?")
    ids.question_to_all = await questions.create(tx, to_all, OUTSIDE, NOW)
    # A template is everybody's.
    await questions.keep(tx, replace(question, text="Сколько секций?"), AUTHOR, NOW)
    ids.template = (await questions.templates(tx))[0].id
    of_both = replace(question, audience=Audience(types=("general", "preschool")))
    await questions.keep(tx, replace(of_both, text="Сколько всего секций?"), AUTHOR, NOW)
    (ids.wide_template,) = {stored.id for stored in await questions.templates(tx)} - {ids.template}
    ids.asked = await _asked(tx, installation, of_both)


async def _to_the_silent(tx: Tx, installation: Installation, ids: Ids) -> None:
    """What went to those who had not done something; they have done it since, so that nobody would get it now."""
    fields = (Field("f1", FieldKind.WHOLE, "Мест"),)
    by_hand = Audience(organizations=(ids.school,))
    question = Question(f"Сколько мест: {SECRET}?", fields=fields, audience=by_hand, due=date(2026, 10, 20))
    ids.by_hand = await _asked(tx, installation, question)
    asked = await questions.get(tx, ids.by_hand)
    assert asked is not None
    assert asked.round_id is not None
    ids.by_hand_round = asked.round_id
    ids.to_unanswered = await _announced(tx, Audience(unanswered=ids.by_hand_round))
    owed = await obligations.unanswered(tx, HEAD, NOW)
    await replies.submit(
        tx, next(each for each in owed if each.round.id == ids.by_hand_round), {"f1": 1}, None, 0, HEAD, NOW
    )
    question = replace(question, text=f"Сколько рядов: {SECRET}?")
    await _asked(tx, installation, question)
    (ended,) = [
        each for each in await obligations.unanswered(tx, HEAD, NOW) if each.round.directive.title == question.title
    ]
    await decisions.excuse(tx, ended, 0, "Не относится", AUTHOR, NOW)
    ids.ended = ended.id
    first = await _announced(tx, Audience(types=("general",)))
    here = sa.update(destination_rows).where(destination_rows.c.announcement_id == first)
    await tx.execute(here.values(reached_at=NOW))
    ids.to_unacknowledged = await _announced(tx, Audience(unacknowledged=first))
    await tx.execute(here.values(acknowledged_at=NOW))


async def _announced(tx: Tx, audience: Audience) -> int:
    """An announcement of the author's that has gone to whom the audience reaches now."""
    source = Source(AUTHOR, SOURCE + 40, Wording.TEXT, f"Напоминание: {SECRET}")
    announcement_id = await announcements.create(tx, AUTHOR, source, NOW)
    await announcements.change(tx, announcement_id, audience=audience, acknowledge=True)
    await _send(tx, announcement_id)
    return announcement_id


async def _asked(tx: Tx, installation: Installation, question: Question) -> int:
    catalog = installation.shelf.current
    question_id = await questions.create(tx, question, AUTHOR, NOW)
    directive, occurrence = compose(question, question_id, list(catalog.types), catalog.calendar, "Октябрь", NOW)
    chosen = audiences.organization_ids(question.audience, Limits())
    round_id = await rounds.open_round(tx, directive, occurrence, catalog.calendar, NOW, by=AUTHOR, chosen=chosen)
    assert round_id is not None
    await questions.asked(tx, question_id, round_id, AUTHOR, NOW)
    return question_id


async def _go_beyond(tx: Tx, installation: Installation, ids: Ids) -> None:
    """One of everything that is a matter of neither of the LIMITED: of a kindergarten, or of other topics."""
    catalog, kindergarten = installation.shelf.current, frozenset({"preschool"})
    # The first of all lists; two, so that one more answers and one more does not.
    entries = [
        RosterEntry(f"beyond-{number}", f"АНО «Детский сад № {number}»", kindergarten, frozenset({"upper-secondary"}))
        for number in (1, 2)
    ]
    place, other = await sync(tx, entries, NOW)
    await seats.take(tx, BEYOND_HEAD, place, Role.HEAD, SeatState.SEATED, NOW)
    await rounds.join(tx, [place, other], catalog.calendar, NOW)
    september = local("2026-09-01 00:00").astimezone(UTC)
    for id in (_LATE, _CLOSED):
        directive = catalog.directives[id]
        occurrence = occurrences(directive.schedule, catalog.calendar, september, september.replace(month=12))[0]
        if id == _CLOSED:
            occurrence = replace(occurrence, opens_at=september, due_at=september, closes_at=september)
        round_id = await rounds.open_round(tx, directive, occurrence, catalog.calendar, NOW)
        assert round_id is not None
    owed = await obligations.unanswered(tx, BEYOND_HEAD, NOW)
    correction = next(each for each in owed if each.round.id == ids.correction_round)
    await _more_time(tx, correction, BEYOND_HEAD)
    # Their answers have come since the workbook was made.
    for_workbook = next(
        each for each in await obligations.unanswered(tx, OTHER, NOW) if each.round.id == ids.correction_round
    )
    await replies.submit(tx, for_workbook, {"status": "В работе", "programmes": 1}, None, 0, OTHER, NOW)
    thread = await threads.begin(tx, BEYOND_HEAD, place, None, NOW)
    await notes.add(tx, thread, BEYOND_HEAD, BEYOND_HEAD, WRITTEN, SECRET, None, NOW, from_staff=False)
    source = Source(AUTHOR, SOURCE + 30, Wording.TEXT, f"Утренник: {SECRET}")
    announcement_id = await announcements.create(tx, AUTHOR, source, NOW)
    await announcements.change(tx, announcement_id, audience=Audience(types=("preschool",)), acknowledge=True)
    await _send(tx, announcement_id)
    for audience in (Audience(types=("preschool",)), Audience(organizations=(place,))):
        fields = (Field("f1", FieldKind.WHOLE, "Групп"),)
        question = Question("Сколько групп?", fields=fields, audience=audience, due=date(2026, 10, 20))
        asked = await questions.get(tx, await _asked(tx, installation, question))
        assert asked is not None
        # A template of what is not theirs, and a word to those who have not answered it.
        await questions.keep(tx, question, AUTHOR, NOW)
        await _announced(tx, Audience(unanswered=asked.round_id))
