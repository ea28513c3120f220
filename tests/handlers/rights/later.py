"""The district after months: who had a right has it no more, and what was done belongs to whom it belonged to.

Every organization, head, announcement, question, answer and note has a word of its own that stands nowhere else. So
whatever is said to somebody names what it tells of: see `held_later`.
"""

import sqlite3
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import AnnouncementState, Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.desk.question import Question, compose
from bot.domain.directives.by_hand import by_hand, upcoming
from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.obligation import UNANSWERED, Draft, DraftStep, Obligation
from bot.domain.ledger.report import Order, ReportKind
from bot.domain.people.member import Limits, Role, SeatState, StaffRole
from bot.domain.people.organization import RosterEntry
from bot.reports import making
from bot.reports.job import Job
from bot.reports.orders import letterhead
from bot.storage import schema as t
from bot.storage.desk import announcements, broadcasts, erasure, notes, questions, threads
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import decisions, drafts, extensions, obligations, replies, rounds
from bot.storage.people import invitations, organizations, people, seats, staff
from handlers.scene import Installation
from tests.databases import make_database, quick
from tests.handlers.rights.cast import (
    APPLICANT,
    CHANGED_HEAD,
    COMPARED,
    DEPUTY,
    ERASED_CURATOR,
    ERASED_HEAD,
    FORMER,
    FORMER_ADMIN,
    FORMER_HEAD,
    GARDENS,
    GONE_HEAD,
    HEAD,
    NARROWED,
    OF_TWO,
    PEOPLE,
    SCHOOL_AUTHOR,
    SEATS,
    STAFF,
    STAFF_THEN_AND_NOW,
    TERRITORIES,
    TERRITORIES_NOW,
    TYPES,
    TYPES_NOW,
    UNASKED,
)
from tests.handlers.rights.district import installed
from tests.handlers.rights.held_later import WATCHED, Held, facts_of
from tests.handlers.rights.office import (
    ADMIN,
    AUTHOR,
    FORM,
    GROUP,
    IN_GROUP,
    NOW,
    REMARK,
    SOURCE,
    STRANGER,
    WRITTEN,
    Ids,
    Office,
)
from tests.rosters import sync
from tests.threadless import threadless
from tests.world import catalog_of, local

_STATES = (
    AnnouncementState.DONE,
    AnnouncementState.SENDING,
    AnnouncementState.DRAFT,
    AnnouncementState.STOPPED,
    AnnouncementState.APPROVAL,
    AnnouncementState.WITHDRAWN,
    AnnouncementState.SCHEDULED,
)
_HEARD = ("handled_id", "handled_at", "waited")
THEN = NOW - timedelta(days=30)


@dataclass
class Later:
    """The district, and what stands for what in it. `words`: by word, the kind of the thing and its id."""

    office: Office
    storage: Storage
    catalog: Catalog
    ids: Ids
    words: dict[str, tuple[str, Any]]
    places: dict[str, int]
    # By curator: the same district without what is beyond their limits.
    without: dict[int, Office]
    # Links that are of no use any more.
    dead_links: list[str]


@dataclass
class _Made:
    installation: Installation
    ids: Ids
    words: dict[str, tuple[str, Any]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    dead_links: list[str] = field(default_factory=list)

    def word(self, kind: str, id: Any) -> str:
        """A word of that thing's own."""
        made = f"{kind[0].upper()}qx{len(self.words):03}"
        self.words[made] = (kind, id)
        return made


@dataclass(frozen=True)
class _Filled:
    """The district as files: its database, and by curator the one without what is beyond their limits."""

    database: bytes
    without: dict[int, bytes]
    ids: Ids
    words: dict[str, tuple[str, Any]]
    places: dict[str, int]
    dead_links: list[str]


# Filled once for all tests of a process.
_filled: list[_Filled] = []


@asynccontextmanager
async def later(folder: Path, *, compared: bool = True) -> AsyncIterator[Later]:
    """The district, months later; `compared`: with those that some of the curators must not tell from it."""
    if not _filled:
        _filled.append(await _fill(folder / "filled"))
    (filled,) = _filled
    catalog = catalog_of()
    async with AsyncExitStack() as stack:

        async def office(name: str, content: bytes) -> tuple[Office, Storage]:
            (folder / name).write_bytes(content)
            storage = await _opened(stack, folder / name)
            return Office(storage, installed(storage, catalog, filled.ids), filled.ids, None), storage

        main, storage = await office("bot.db", filled.database)
        without = {
            person_id: (await office(f"without-{person_id}.db", content))[0]
            for person_id, content in filled.without.items()
            if compared
        }
        yield Later(main, storage, catalog, filled.ids, filled.words, filled.places, without, filled.dead_links)


async def _fill(folder: Path) -> _Filled:
    folder.mkdir()
    path = folder / "bot.db"
    await make_database(path)
    async with AsyncExitStack() as stack:
        storage = await _opened(stack, path)
        catalog, ids = catalog_of(), Ids()
        made = _Made(installed(storage, catalog, ids), ids)
        await storage.apply(lambda tx: _before(tx, made))
        async with storage.read() as tx:
            (folder / "made").mkdir()
            workbook = await making.make(tx, Job(Order(ReportKind.WORKBOOK), letterhead(catalog), NOW), folder / "made")
            ids.files = {
                "answers": (folder / "made" / workbook.files[0]).read_bytes(),
                "yaml": b"directives: 5",
                "roster": "code,name,types,tags\nnew,МБОУ Новая,general,\n".encode(),
            }
        await storage.apply(lambda tx: _since(tx, made))
        without = {}
        for person_id in COMPARED:
            copy = folder / f"without-{person_id}.db"
            _copy(path, copy)
            other = await _opened(stack, copy)
            await other.apply(partial(_remove_beyond, limits=STAFF[person_id][1], person_id=person_id))
            _copy(copy, copy.with_suffix(".done"))
            without[person_id] = copy.with_suffix(".done").read_bytes()
        await storage.apply(_watch)
        _copy(path, path.with_suffix(".done"))
        content = path.with_suffix(".done").read_bytes()
        return _Filled(content, without, ids, made.words, made.places, made.dead_links)


def _copy(database: Path, to: Path) -> None:
    """All of it in one file, the journal too."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))


async def _opened(stack: AsyncExitStack, path: Path) -> Storage:
    storage = threadless(quick(Storage(f"sqlite+aiosqlite:///{path}")))
    stack.push_async_callback(storage.close)
    return storage


async def _watch(tx: Tx) -> None:
    """Has the database itself note which rows are touched."""
    await tx.connection.exec_driver_sql("CREATE TABLE touched (name TEXT, row INTEGER)")
    for name, table in WATCHED.items():
        # That a person has been heard is noted with each update of theirs.
        told = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in _HEARD)
        for deed, row in (("INSERT", "NEW"), (f"UPDATE OF {told}", "NEW"), ("DELETE", "OLD")):
            await tx.connection.exec_driver_sql(
                f"CREATE TRIGGER touched_{name}_{deed[:6]} AFTER {deed} ON {name} "
                f"BEGIN INSERT INTO touched VALUES ('{name}', {row}.rowid); END"
            )


# --- as it was ---


def _roster(
    made: _Made, types: dict[str, set[str]], territories: dict[str, str], but: Collection[str] = ()
) -> list[RosterEntry]:
    names = {made_id: word for word, (kind, made_id) in made.words.items() if kind == "organization"}
    return [
        RosterEntry(
            code,
            f"МБОУ «Школа {names[code]}»",
            frozenset(of),
            frozenset({"upper-secondary"}),
            territory=territories.get(code, ""),
        )
        for code, of in types.items()
        if code not in but
    ]


async def _before(tx: Tx, made: _Made) -> None:
    for code in TYPES:
        made.word("organization", code)
    await sync(tx, _roster(made, TYPES, TERRITORIES), THEN)
    made.places = {organization.code: organization.id for organization in await organizations.every(tx)}
    for person_id in (*PEOPLE, ERASED_HEAD, ERASED_CURATOR):
        if person_id == STRANGER:
            continue
        name = made.word("person", person_id) if person_id not in STAFF_THEN_AND_NOW else "Сотрудник"
        await people.ensure(tx, person_id, f"{name} Человек", THEN)
        if person_id != UNASKED:
            await people.consent(tx, person_id, THEN)
    for person_id, (before, _) in STAFF_THEN_AND_NOW.items():
        if before is not None:
            await staff.grant(tx, person_id, before[0], None, THEN, before[1])
    for person_id, (code, role) in SEATS.items():
        await seats.take(tx, person_id, made.places[code], role, SeatState.SEATED, THEN)
    await seats.take(tx, OF_TWO, made.places["garden"], Role.HEAD, SeatState.SEATED, THEN)
    await _ask(tx, made)
    await _answer(tx, made)
    await _write(tx, made)
    await _announce(tx, made)
    for by in (AUTHOR, FORMER, NARROWED, GARDENS):
        await questions.create(tx, _question(made, "draft", by, Audience(everyone=True), ""), by, THEN)
    await questions.keep(tx, _question(made, "template", 0, Audience(types=("general",)), ""), AUTHOR, THEN)


def _question(made: _Made, kind: str, id: Any, audience: Audience, topic: str) -> Question:
    return Question(
        f"{made.word(kind, id)} сколько?",
        fields=(Field("f1", FieldKind.TEXT, "Что"),),
        audience=audience,
        due=date(2026, 10, 20),
        topic=topic,
    )


async def _ask(tx: Tx, made: _Made) -> None:
    catalog = made.installation.shelf.current
    by_hand_ = Audience(organizations=(made.places["school"], made.places["garden"]))
    for name, audience, topic in (
        ("schools", Audience(types=("general",)), "sport-clubs"),
        ("gardens", Audience(types=("preschool",)), "olympiad"),
        ("both", Audience(types=("general", "preschool")), ""),
        ("by hand", by_hand_, ""),
        ("closed", Audience(types=("general", "preschool")), "sport-clubs"),
        ("centre", Audience(types=("supplementary",)), ""),
    ):
        question = _question(made, "question", name, audience, topic)
        question_id = await questions.create(tx, question, AUTHOR, THEN)
        directive, occurrence = compose(question, question_id, list(catalog.types), catalog.calendar, "Октябрь", THEN)
        chosen = sa.select(t.organizations.c.id).where(t.organizations.c.id.in_(audience.organizations))
        round_id = await rounds.open_round(
            tx, directive, occurrence, catalog.calendar, THEN,
            by=AUTHOR, chosen=chosen if audience.organizations else None,
        )  # fmt: skip
        assert round_id is not None
        await questions.asked(tx, question_id, round_id, AUTHOR, THEN)
        made.rounds[name] = round_id
    correction = catalog.directives["programme-correction"]
    occurrence_ = by_hand(correction, upcoming(correction, catalog.calendar, THEN), catalog.calendar, THEN)
    assert occurrence_ is not None
    assert await rounds.open_round(tx, correction, occurrence_, catalog.calendar, THEN) is not None


async def _owed(tx: Tx) -> list[Obligation]:
    ids = (await tx.execute(sa.select(t.obligations.c.id).order_by(t.obligations.c.id))).scalars().all()
    return await obligations.of_ids(tx, ids)


async def _answer(tx: Tx, made: _Made) -> None:
    """Two of three answer, with what belongs to it; the others have begun."""
    catalog = made.installation.shelf.current
    of = {code: person_id for person_id, (code, _) in SEATS.items() if person_id != DEPUTY}
    of["garden"] = OF_TWO
    codes = {id: code for code, id in made.places.items()}
    for number, obligation in enumerate(await _owed(tx)):
        by = of[codes[obligation.organization_id]]
        if obligation.round.directive.id == "programme-correction":
            continue
        await replies.remark(tx, obligation, by, REMARK + number, THEN, text=made.word("remark", obligation.id))
        await drafts.remember_message(tx, by, FORM + number, obligation.id)
        if number % 3 == 0:
            half = {"f1": made.word("unsent", (by, obligation.id))}
            await drafts.put(tx, Draft(by, obligation.id, half, (), DraftStep.PREVIEW, None, 0), THEN)
            until, reason = local("2026-12-01 18:00").astimezone(UTC), made.word("extension", obligation.id)
            await extensions.ask(tx, obligation, until, reason, by, THEN)
            continue
        await replies.submit(tx, obligation, {"f1": made.word("answer", obligation.id)}, None, 0, by, THEN)
        if number % 3 == 1:
            (fresh,) = await obligations.of_ids(tx, [obligation.id])
            comment = made.word("comment", obligation.id)
            if number % 2:
                await decisions.give_back(tx, fresh, 1, comment, None, catalog.calendar, AUTHOR, THEN)
            else:
                await decisions.excuse(tx, fresh, 1, comment, AUTHOR, THEN)


async def _write(tx: Tx, made: _Made) -> None:
    number = WRITTEN
    of_person: list[tuple[int, int | None, Obligation | None]] = [
        (person_id, made.places[code], None) for person_id, (code, _) in SEATS.items()
    ]
    of_person += [(OF_TWO, made.places["garden"], None), (FORMER_HEAD, None, None), (FORMER, None, None)]
    for obligation in await _owed(tx):
        if obligation.organization_id == made.places["garden"]:
            of_person.append((OF_TWO, made.places["garden"], obligation))
    for person_id, place, obligation_ in of_person:
        thread = await threads.begin(tx, person_id, place, obligation_.id if obligation_ else None, THEN)
        for by, from_staff in ((person_id, False), (FORMER, True), (NARROWED, True), (person_id, False)):
            number += 1
            chat, message = (GROUP, IN_GROUP + number) if from_staff and number % 2 else (by, number)
            said = made.word("note", thread.id)
            await notes.add(tx, thread, by, chat, message, said, f"{said}.pdf", THEN, from_staff=from_staff)


async def _announce(tx: Tx, made: _Made) -> None:
    """Of every author to every audience; with the states taken in turn."""
    states = cycle(_STATES)
    first: int | None = None
    for by in (AUTHOR, FORMER, NARROWED, ERASED_CURATOR, SCHOOL_AUTHOR):
        if by == SCHOOL_AUTHOR:
            # What is no matter of theirs they cannot choose the silent of.
            first = None
        for audience in _audiences(made, first):
            made_id = await announcements.create(tx, by, Source(by, SOURCE, Wording.TEXT, ""), THEN)
            await _set(tx, t.announcements, made_id, text=f"{made.word('announcement', made_id)} собрание")
            # The first of all is what the silent are silent about.
            limits = Limits(frozenset({"general"})) if by == SCHOOL_AUTHOR else Limits()
            await announcements.change(tx, made_id, audience=audience.within(limits), acknowledge=True)
            await _set(tx, t.announcements, made_id, messages=[SOURCE + made_id])
            await _send(tx, made_id, limits, next(states))
            first = first or made_id


def _audiences(made: _Made, first: int | None) -> Iterator[Audience]:
    yield Audience(everyone=True)
    yield Audience(types=("general",))
    yield Audience(types=("preschool",))
    yield Audience(types=("general", "preschool"))
    yield Audience(tags=("upper-secondary",))
    yield Audience(organizations=(made.places["school"], made.places["garden"]))
    yield Audience(organizations=(made.places["changed"], made.places["gone"]))
    yield Audience(unanswered=made.rounds["schools"])
    if first is not None:
        yield Audience(unacknowledged=first)
        yield Audience(unreached=first)


async def _send(tx: Tx, made_id: int, limits: Limits, state: AnnouncementState) -> None:
    announcement = await announcements.get(tx, made_id)
    assert announcement is not None
    draft = [AnnouncementState.DRAFT]
    match state:
        case AnnouncementState.DRAFT:
            return
        case AnnouncementState.APPROVAL | AnnouncementState.SCHEDULED:
            await announcements.move(tx, made_id, draft, state, announcement.by_id, THEN)
            return
        case _:
            await broadcasts.start(tx, announcement, limits, announcement.by_id, THEN)
    # Some have got it.
    sent: dict[str, Any] = {"sent_at": THEN, "messages": [9000 + made_id]}
    half = sa.and_(t.recipients.c.announcement_id == made_id, t.recipients.c.person_id % 20 == 0)
    await tx.execute(sa.update(t.recipients).where(half).values(**sent))
    await tx.execute(
        sa.update(t.destinations)
        .where(
            t.destinations.c.announcement_id == made_id,
            t.destinations.c.organization_id.in_(
                sa.select(t.recipients.c.organization_id).where(half, t.recipients.c.organization_id.is_not(None))
            ),
        )
        .values(reached_at=THEN)
    )
    await _set(tx, t.announcements, made_id, state=state)


async def _set(tx: Tx, table: sa.Table, id: int, **values: Any) -> None:
    await tx.execute(sa.update(table).where(table.c.id == id).values(**values))


# --- what has happened since ---


async def _since(tx: Tx, made: _Made) -> None:
    places = made.places
    made.dead_links = await _links(tx, made)
    changed = await sync(tx, _roster(made, TYPES_NOW, TERRITORIES_NOW, but=("gone",)), NOW)
    await rounds.join(tx, changed, made.installation.shelf.current.calendar, NOW)
    await organizations.remove(tx, places["gone"], NOW)
    school = next(seat for seat in await seats.of_person(tx, FORMER_HEAD) if seat.organization_id == places["school"])
    await seats.vacate(tx, school.id, ADMIN, NOW, replaced=True)
    made.ids.seat = (await seats.take(tx, HEAD, places["school"], Role.HEAD, SeatState.SEATED, NOW)).id
    made.ids.applied = (await seats.take(tx, APPLICANT, places["school"], Role.HEAD, SeatState.WAITING, NOW)).id
    for person_id, (before, now) in STAFF_THEN_AND_NOW.items():
        if before == now:
            continue
        if now is None:
            await staff.revoke(tx, person_id, ADMIN, NOW)
        elif before is None:
            await staff.grant(tx, person_id, now[0], ADMIN, NOW, now[1])
        else:
            await staff.change(tx, person_id, now[0], now[1], ADMIN, NOW)
    # Everybody has answered what «не ответившие» were asked for, and acknowledged what they were silent about.
    seated = {seat.organization_id: seat.person_id for seat in await seats.holders(tx, list(places.values()))}
    for obligation in await _owed(tx):
        if obligation.round.id == made.rounds["schools"] and obligation.state in UNANSWERED:
            word, by = made.word("answer", obligation.id), seated[obligation.organization_id]
            await replies.submit(tx, obligation, {"f1": word}, None, obligation.version, by, NOW)
    await tx.execute(sa.update(t.destinations).values(acknowledged_at=NOW, reached_at=NOW))
    closed = t.rounds.c.id == made.rounds["closed"]
    await tx.execute(sa.update(t.rounds).where(closed).values(closes_at=NOW, due_at=THEN))
    of_closed = t.obligations.c.round_id == made.rounds["closed"]
    await tx.execute(sa.update(t.obligations).where(of_closed).values(due_at=THEN))
    for person_id in (ERASED_HEAD, ERASED_CURATOR):
        await erasure.erase(tx, person_id, NOW)
    await tx.execute(sa.delete(t.letters).where(t.letters.c.announcement_id.is_(None)))
    made.ids.missed = made.rounds["centre"]


async def _links(tx: Tx, made: _Made) -> list[str]:
    """Links that are of no use: used, expired, of a role that has been taken. Others are open, or somebody waits."""
    school = made.places["school"]
    for place, bearer in (("school", DEPUTY), ("garden", CHANGED_HEAD), ("centre", GONE_HEAD)):
        await invitations.create(tx, made.places[place], Role.DEPUTY, ADMIN, THEN)
        waits = await invitations.create(tx, made.places[place], Role.HEAD, ADMIN, THEN)
        await invitations.use(tx, waits, bearer, THEN)
    used = await invitations.create(tx, school, Role.HEAD, ADMIN, THEN)
    await invitations.use(tx, used, FORMER_HEAD, THEN)
    expired = await invitations.create(tx, school, Role.HEAD, ADMIN, THEN - timedelta(days=300))
    of_role = await staff.invite(tx, StaffRole.CURATOR, Limits(), FORMER_ADMIN, THEN)
    await staff.use_invitation(tx, of_role, FORMER, THEN)
    return [f"inv_{used}", f"inv_{expired}", f"staff_{of_role}"]


# --- without what is beyond somebody's limits ---


async def _remove_beyond(tx: Tx, limits: Limits, person_id: int) -> None:
    """Leaves what is the curator's: organizations of their types, and whatever is about these alone."""
    held = Held(await facts_of(tx), {}, {})
    facts = held.facts
    for table, covers in (
        (t.announcements, held.covers_announcement),
        (t.threads, held.covers_thread),
        (t.rounds, held.covers_round),
    ):
        gone = [id for id in facts.rows[table.name] if not covers(limits, id)]
        if table is t.announcements:
            # Without it nobody would know whom the others are for.
            spoken_of = held.spoken_of(limits)
            gone = [id for id in gone if id not in spoken_of]
        if table is t.rounds:
            await tx.execute(sa.delete(t.questions).where(t.questions.c.round_id.in_(gone)))
        await tx.execute(sa.delete(table).where(table.c.id.in_(gone)))
    drafts_ = sa.and_(t.questions.c.round_id.is_(None), ~t.questions.c.template, t.questions.c.by_id != person_id)
    await tx.execute(sa.delete(t.questions).where(drafts_))
    beyond = [id for id in facts.types if not held.covers_ever(limits, id)]
    await tx.execute(sa.delete(t.recipients).where(t.recipients.c.organization_id.in_(beyond)))
    await tx.execute(sa.delete(t.organizations).where(t.organizations.c.id.in_(beyond)))
    strangers = [
        id
        for id in facts.rows["people"]
        if id not in STAFF_THEN_AND_NOW and facts.ever[id] and facts.ever[id] <= set(beyond) and id != person_id
    ]
    await tx.execute(sa.delete(t.people).where(t.people.c.id.in_(strangers)))
