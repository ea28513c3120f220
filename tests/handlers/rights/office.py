"""A district in the middle of its work, in which everybody may try everything: whatever is done is undone at once.

The updates go to the handlers as the dispatcher would hand them over, each in a transaction that is rolled back, so
that all meet the same district. Nothing is sent: what the handlers want said is what they return.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from pathlib import Path

from aiogram import Bot
from aiogram.types import Update

from bot.catalog.loader import Files
from bot.catalog.shelf import Shelf
from bot.delivery.incoming import errands
from bot.delivery.incoming.errands import Errand
from bot.delivery.sayings import Saying
from bot.domain.desk.announcement import AnnouncementState, Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.desk.question import Question, compose
from bot.domain.directives.by_hand import by_hand, upcoming
from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.obligation import Obligation
from bot.domain.ledger.report import Order, ReportKind
from bot.domain.people.member import Limits, Right, Role, SeatState, StaffRole
from bot.reports import making
from bot.reports.job import Job
from bot.reports.orders import letterhead
from bot.storage.desk import announcements, broadcasts, notes, questions, threads
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import extensions, obligations, replies, roster, rounds
from bot.storage.people import organizations, people, seats, staff
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from handlers.entry import Entry, conversations
from handlers.routing import Routing
from handlers.scene import Installation
from tests.databases import make_database, quick
from tests.world import TOKEN, catalog_of, local

NOW = local("2026-10-06 10:00").astimezone(UTC)
GROUP = -100_500

STRANGER, UNASKED, HEAD, OTHER, APPLICANT = 99, 100, 101, 102, 103
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
    # An administrator with limits, as no button makes one.
    BOUND: Right.ADMIN,
}
_STAFF = {
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
SECRET = "тайна"
# Messages that stand in chats: of threads, of announcements, of drafts, and an answer in the group.
WRITTEN, ANSWERED, SOURCE, PART, IN_GROUP = 501, 502, 601, 602, 701


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
    draft: int = 0
    template: int = 0
    asked: int = 0
    announcement: int = 0
    approval: int = 0
    sending: int = 0
    scheduled: int = 0
    of_viewer: int = 0
    # Of the curator who has nothing to do with schools.
    of_outside: int = 0
    question_of_outside: int = 0
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of an update: what was said, how many rows were touched, and the conversation that goes on."""

    said: list[Saying]
    touched: int
    dialogue: Dialogue


class _Undone(Exception):
    """Nothing of it stays."""


class Office:
    """The district and its bot."""

    def __init__(self, storage: Storage, installation: Installation, ids: Ids) -> None:
        self._storage = storage
        self._installation = installation
        self.ids = ids
        self.open()

    def open(self) -> None:
        """Handlers are registered anew."""
        self._entry = Entry(Bot(TOKEN), self._installation, Routing(*conversations()))

    async def take(self, person_id: int, update: Update, talk: Dialogue | None) -> Outcome:
        """What somebody in that conversation brings about."""
        with errands.of_update() as found:
            while True:
                try:
                    return await self._take(person_id, update, talk)
                except Errand as errand:
                    await found.run(errand)

    async def _take(self, person_id: int, update: Update, talk: Dialogue | None) -> Outcome:
        outcome = None
        try:
            async with self._storage.write() as tx:
                if talk is not None:
                    await dialogues.put(tx, person_id, talk, NOW)
                before = await _touched(tx)
                said = await self._entry.handle(tx, update, NOW)
                outcome = Outcome(said, await _touched(tx) - before, await dialogues.get(tx, person_id))
                raise _Undone
        except _Undone:
            assert outcome is not None
            return outcome


async def _touched(tx: Tx) -> int:
    return int((await tx.connection.exec_driver_sql("SELECT total_changes()")).scalar_one())


@asynccontextmanager
async def working(folder: Path) -> AsyncIterator[Office]:
    """The district, filled."""
    await make_database(folder / "bot.db")
    storage = quick(Storage(f"sqlite+aiosqlite:///{folder}/bot.db"))
    catalog, ids = catalog_of(), Ids()

    async def download(file_id: str) -> bytes:
        return ids.files[file_id]

    files = Files(Path("data/directives.yaml"), Path("data/calendar.yaml"), None, catalog.calendar.zone)
    installation = Installation(
        Shelf(catalog, files),
        "open",
        frozenset({ADMIN}),
        lambda: "bot",
        download,
        storage.read,
        announcement_approval=True,
        department_chat=GROUP,
    )
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
        yield Office(storage, installation, ids)
    finally:
        await storage.close()


async def _fill(tx: Tx, installation: Installation, ids: Ids) -> None:
    catalog = installation.shelf.current
    await roster.take_in_file(tx, catalog, NOW)
    places = {organization.name: organization.id for organization in await organizations.every(tx)}
    ids.school = next(id for name, id in places.items() if SCHOOL in name)
    ids.centre = next(id for name, id in places.items() if "творчества" in name)
    kindergarten = next(id for name, id in places.items() if "Солнышко" in name)
    for person_id in (*ROLES, APPLICANT):
        if person_id != STRANGER:
            await people.ensure(tx, person_id, f"Человек {person_id}", NOW)
            if person_id != UNASKED:
                await people.consent(tx, person_id, NOW)
    for person_id, (role, limits) in _STAFF.items():
        await staff.grant(tx, person_id, role, None, NOW, limits)
    ids.seat = (await seats.take(tx, HEAD, ids.school, Role.HEAD, SeatState.SEATED, NOW)).id
    await seats.take(tx, UNASKED, ids.school, Role.DEPUTY, SeatState.SEATED, NOW)
    await seats.take(tx, OTHER, kindergarten, Role.HEAD, SeatState.SEATED, NOW)
    ids.applied = (await seats.take(tx, APPLICANT, ids.school, Role.HEAD, SeatState.WAITING, NOW)).id
    await _ask(tx, installation, ids)
    await _write(tx, ids)
    await _announce(tx, ids)
    await _question(tx, installation, ids)


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
    await _more_time(tx, unanswered, ids)


async def _more_time(tx: Tx, unanswered: Obligation, ids: Ids) -> None:
    later = local("2026-12-01 18:00").astimezone(UTC)
    extension = await extensions.ask(tx, unanswered, later, f"Нужно время: {SECRET}", HEAD, NOW)
    assert extension is not None
    ids.extension = extension.id


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


async def _announce(tx: Tx, ids: Ids) -> None:
    made = []
    for number in range(4):
        source = Source(AUTHOR, SOURCE + 10 + number, Wording.TEXT, f"Собрание: {SECRET}")
        made.append(await announcements.create(tx, AUTHOR, source, NOW))
        await announcements.change(tx, made[-1], audience=Audience(types=("general",)), acknowledge=True)
    ids.announcement, ids.approval, ids.sending, ids.scheduled = made
    draft = [AnnouncementState.DRAFT]
    await announcements.move(tx, ids.approval, draft, AnnouncementState.APPROVAL, AUTHOR, NOW)
    await announcements.move(tx, ids.scheduled, draft, AnnouncementState.SCHEDULED, AUTHOR, NOW)
    sending = await announcements.get(tx, ids.sending)
    assert sending is not None
    await broadcasts.start(tx, sending, Limits(), AUTHOR, NOW, before=draft)
    for person_id in ROLES:
        if person_id != STRANGER:
            # Of everybody's own, from the time when they had a role.
            own = await announcements.create(tx, person_id, Source(person_id, SOURCE, Wording.TEXT, "Своё"), NOW)
            ids.of_viewer = own if person_id == VIEWER else ids.of_viewer
            ids.of_outside = own if person_id == OUTSIDE else ids.of_outside
            await announcements.create(tx, person_id, Source(person_id, PART, Wording.CAPTION, "", "album"), NOW)


async def _question(tx: Tx, installation: Installation, ids: Ids) -> None:
    catalog = installation.shelf.current
    question = Question(
        f"Сколько кружков? {SECRET}",
        fields=(Field("f1", FieldKind.WHOLE, "Кружков"),),
        audience=Audience(types=("general",)),
        due=date(2026, 10, 20),
        topic="sport-clubs",
    )
    ids.draft = await questions.create(tx, question, AUTHOR, NOW)
    ids.question_of_outside = await questions.create(tx, Question("Сколько секций?"), OUTSIDE, NOW)
    # A template is everybody's.
    await questions.keep(tx, replace(question, text="Сколько секций?"), AUTHOR, NOW)
    ids.template = (await questions.templates(tx))[0].id
    ids.asked = await questions.create(tx, question, AUTHOR, NOW)
    directive, occurrence = compose(question, ids.asked, list(catalog.types), catalog.calendar, "Октябрь", NOW)
    round_id = await rounds.open_round(tx, directive, occurrence, catalog.calendar, NOW, by=AUTHOR)
    assert round_id is not None
    await questions.asked(tx, ids.asked, round_id, AUTHOR, NOW)
