"""What there is in the district: who sits where, what was asked, answered, announced and written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path

import sqlalchemy as sa

from bot.catalog.loader import Files
from bot.catalog.shelf import Shelf
from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import AnnouncementState, Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.desk.question import Question, compose
from bot.domain.directives.by_hand import by_hand, upcoming
from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.obligation import Draft, DraftStep, Obligation
from bot.domain.ledger.report import Order, ReportKind
from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.member import Limits, Role, SeatState
from bot.domain.people.organization import RosterEntry
from bot.domain.people.territory import Territory
from bot.domain.timing.recurrence import occurrences
from bot.reports import making
from bot.reports.job import Job
from bot.reports.orders import letterhead
from bot.storage.desk import announcements, broadcasts, notes, questions, threads
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import decisions, drafts, extensions, obligations, replies, rounds
from bot.storage.ledger.changes import roster
from bot.storage.people import audiences, invitations, links, organizations, people, seats, staff
from bot.storage.post import letters, strays
from bot.storage.post.strays import Stray
from bot.storage.schema import destinations as destination_rows
from bot.storage.schema import letters as letter_rows
from handlers.scene import Installation
from tests.databases import make_database, quick
from tests.handlers.rights.office import (
    ADMIN,
    ANSWERED,
    APPLICANT,
    AUTHOR,
    BEYOND_HEAD,
    BOUND,
    CENTRE_APPLICANT,
    CENTRE_HEAD,
    CHIEF,
    EAST,
    ELSEWHERE,
    FORM,
    FORMER,
    GROUP,
    HEAD,
    IN_GROUP,
    INSIDE,
    NEWS,
    NOW,
    OTHER,
    OUTSIDE,
    OWN_IN_GROUP,
    PART,
    QUESTION,
    REMARK,
    ROLES,
    SCHOOL,
    SECRET,
    SOURCE,
    STAFF,
    STRANGER,
    STRAY,
    TERRITORY_OF,
    UNASKED,
    VIEWER,
    WRITTEN,
    Ids,
    Office,
    of_types,
)
from tests.rosters import sync
from tests.threadless import threadless
from tests.world import catalog_of, local

# Directives that are asked in one of the districts alone: running and late, and closed.
_LATE, _CLOSED = "class-teachers", "youth-units"


@asynccontextmanager
async def working(folder: Path) -> AsyncIterator[Office]:
    """The district, filled."""
    async with _district(folder / "without", None) as without, _district(folder / "with", without) as office:
        yield office


@asynccontextmanager
async def _district(folder: Path, without: Office | None) -> AsyncIterator[Office]:
    folder.mkdir()
    await make_database(folder / "bot.db")
    storage = threadless(quick(Storage(f"sqlite+aiosqlite:///{folder}/bot.db")))
    catalog, ids = _in_territories(catalog_of()), Ids()
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


def _in_territories(catalog: Catalog) -> Catalog:
    """Whoever is asked and belongs to nobody's territory, or to a wrong one, would be noticed."""
    directives = {
        id: replace(
            directive,
            audience=tuple(replace(part, territories=(TERRITORY_OF[part.type],)) for part in directive.audience),
        )
        for id, directive in catalog.directives.items()
    }
    roster_ = tuple(
        replace(entry, territory=next(TERRITORY_OF[type_] for type_ in TERRITORY_OF if type_ in entry.types))
        for entry in catalog.roster
    )
    territories = {id: Territory(id, id, id, catalog.calendar) for id in (*TERRITORY_OF.values(), EAST)}
    return replace(catalog, directives=directives, roster=roster_, territories=territories)


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
    ids.department = next(id for name, id in places.items() if "Управление" in name)
    kindergarten = next(id for name, id in places.items() if "Солнышко" in name)
    # An organization within somebody's limits may be of a type that is beyond them.
    sports = next(entry for entry in catalog.roster if entry.code == "sports-school")
    await sync(tx, [replace(sports, types=frozenset({"supplementary", "preschool"}))], NOW)
    arts = RosterEntry("arts", "МБУ ДО «Школа искусств»", frozenset({"supplementary"}), frozenset(), territory=EAST)
    await sync(tx, [arts], NOW)
    for person_id in (*ROLES, APPLICANT, CENTRE_HEAD, CENTRE_APPLICANT, BEYOND_HEAD):
        if person_id != STRANGER:
            await people.ensure(tx, person_id, f"Человек {person_id}", NOW)
            if person_id not in (UNASKED, FORMER):
                await people.consent(tx, person_id, NOW)
    for person_id, (role, limits) in STAFF.items():
        await staff.grant(tx, person_id, role, None, NOW, limits)
    ids.seat = (await seats.take(tx, HEAD, ids.school, Role.HEAD, SeatState.SEATED, NOW)).id
    await seats.take(tx, UNASKED, ids.school, Role.DEPUTY, SeatState.SEATED, NOW)
    await seats.take(tx, OTHER, kindergarten, Role.HEAD, SeatState.SEATED, NOW)
    await seats.take(tx, CENTRE_HEAD, ids.centre, Role.HEAD, SeatState.SEATED, NOW)
    ids.applied = (await seats.take(tx, APPLICANT, ids.school, Role.HEAD, SeatState.WAITING, NOW)).id
    taken = await seats.take(tx, CENTRE_APPLICANT, ids.centre, Role.DEPUTY, SeatState.WAITING, NOW)
    ids.applied_to_centre = taken.id
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
    await _announce(tx, installation.shelf.current, ids)
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
    asked = await obligations.unanswered(tx, CENTRE_HEAD, NOW)
    of_centre = next(each for each in asked if each.round.id == ids.correction_round)
    await replies.submit(tx, of_centre, {"status": "В работе", "programmes": 1}, None, 0, CENTRE_HEAD, NOW)
    ids.of_centre = of_centre.id
    await _of_before(tx, installation, ids, unanswered)


async def _of_before(tx: Tx, installation: Installation, ids: Ids, unanswered: Obligation) -> None:
    """What stays of the time when the school was everybody's, and a directive was for kindergartens alone."""
    catalog = installation.shelf.current
    for person_id in (OUTSIDE, ELSEWHERE, BOUND, CHIEF):
        for one in (ids.answered, ids.owed):
            await drafts.put(tx, Draft(person_id, one, {}, (), DraftStep.PREVIEW, None, 0), NOW)
    for person_id in ROLES:
        if person_id != STRANGER:
            await strays.keep(tx, person_id, Stray(STRAY, "Приказ"), NOW)
            await drafts.remember_message(tx, person_id, FORM, ids.owed)
            await replies.remark(tx, unanswered, person_id, REMARK, NOW, text="Пояснение")
    everybody = [person_id for person_id in ROLES if person_id != STRANGER]
    await letters.write(tx, LetterKind.EXTENDED, everybody, NOW, obligation=ids.owed)
    news = sa.and_(letter_rows.c.kind == LetterKind.EXTENDED, letter_rows.c.message_id.is_(None))
    came = {"message_id": NEWS, "state": LetterState.SENT, "settled_at": NOW}
    await tx.execute(sa.update(letter_rows).where(news).values(came))
    networks = catalog.directives["network-programmes"]
    occurrence = by_hand(networks, upcoming(networks, catalog.calendar, NOW), catalog.calendar, NOW)
    assert occurrence is not None
    before = replace(networks, audience=tuple(part for part in networks.audience if part.type == "preschool"))
    assert await rounds.open_round(tx, before, occurrence, catalog.calendar, NOW) is not None


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


async def _announce(tx: Tx, catalog: Catalog, ids: Ids) -> None:
    made = []
    for number in range(4):
        source = Source(AUTHOR, SOURCE + 10 + number, Wording.TEXT, f"Собрание {number}: {SECRET}")
        made.append(await announcements.create(tx, AUTHOR, source, NOW))
        await announcements.change(tx, made[-1], audience=of_types("general"), acknowledge=True)
    ids.announcement, ids.approval, ids.sending, ids.scheduled = made
    draft = [AnnouncementState.DRAFT]
    await announcements.move(tx, ids.approval, draft, AnnouncementState.APPROVAL, AUTHOR, NOW)
    await announcements.move(tx, ids.scheduled, draft, AnnouncementState.SCHEDULED, AUTHOR, NOW)
    await _send(tx, ids.sending)
    await announcements.propose(tx, ids.sending, f"Исправлено: {SECRET}", AUTHOR, NOW)
    for audience in (Audience(everyone=True), of_types("general")):
        made.append(await announcements.create(tx, OUTSIDE, Source(OUTSIDE, SOURCE + 20, Wording.TEXT, "Своё"), NOW))
        await announcements.change(tx, made[-1], audience=audience)
    ids.to_all, ids.to_schools = made[-2:]
    source = Source(CHIEF, SOURCE + 20, Wording.TEXT, "Своё")
    ids.of_chief_to_all = await announcements.create(tx, CHIEF, source, NOW)
    to_all = Audience(everyone=True, but=catalog.own_types).within(STAFF[CHIEF][1])
    await announcements.change(tx, ids.of_chief_to_all, audience=to_all)
    ids.narrowed, ids.narrowed_mark = await _reworded(tx, OUTSIDE, AUTHOR)
    ids.rewording, ids.rewording_mark = await _reworded(tx, AUTHOR, OUTSIDE)
    for person_id in ROLES:
        if person_id != STRANGER:
            # Of everybody's own, from the time when they had a role.
            own = await announcements.create(tx, person_id, Source(person_id, SOURCE, Wording.TEXT, "Своё"), NOW)
            ids.of_viewer = own if person_id == VIEWER else ids.of_viewer
            ids.of_outside = own if person_id == OUTSIDE else ids.of_outside
            ids.of_chief = own if person_id == CHIEF else ids.of_chief
            await announcements.create(tx, person_id, Source(person_id, PART, Wording.CAPTION, "", "album"), NOW)


async def _reworded(tx: Tx, by: int, proposer: int) -> tuple[int, str]:
    """Went to schools; other words are proposed for it. Its number, and the mark of the words."""
    made = await announcements.create(tx, by, Source(by, SOURCE + 50, Wording.TEXT, "Своё"), NOW)
    await announcements.change(tx, made, audience=of_types("general"), acknowledge=True)
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
        audience=of_types("general"),
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
    of_both = replace(question, audience=of_types("general", "preschool"))
    await questions.keep(tx, replace(of_both, text="Сколько всего секций?"), AUTHOR, NOW)
    (ids.wide_template,) = {stored.id for stored in await questions.templates(tx)} - {ids.template}
    ids.asked = await _asked(tx, installation, of_both)
    of_all = Audience(types=("general", "preschool", "supplementary"))
    of_all_types = replace(question, audience=of_all, text="Сколько мастерских?")
    ids.round_by_outside = await _round_of(tx, await _asked(tx, installation, of_all_types, OUTSIDE))


async def _to_the_silent(tx: Tx, installation: Installation, ids: Ids) -> None:
    """What went to those who had not done something; they have done it since, so that nobody would get it now."""
    fields = (Field("f1", FieldKind.WHOLE, "Мест"),)
    by_hand = Audience(organizations=(ids.school,))
    question = Question(f"Сколько мест: {SECRET}?", fields=fields, audience=by_hand, due=date(2026, 10, 20))
    ids.by_hand = await _asked(tx, installation, question)
    ids.by_hand_round = await _round_of(tx, ids.by_hand)
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
    first = await _announced(tx, of_types("general"))
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


async def _asked(tx: Tx, installation: Installation, question: Question, by: int = AUTHOR) -> int:
    catalog = installation.shelf.current
    question_id = await questions.create(tx, question, by, NOW)
    directive, occurrence = compose(question, question_id, list(catalog.types), catalog.calendar, "Октябрь", NOW)
    chosen = audiences.organization_ids(question.audience, Limits())
    round_id = await rounds.open_round(tx, directive, occurrence, catalog.calendar, NOW, by=by, chosen=chosen)
    assert round_id is not None
    await questions.asked(tx, question_id, round_id, by, NOW)
    return question_id


async def _round_of(tx: Tx, question_id: int) -> int:
    asked = await questions.get(tx, question_id)
    assert asked is not None
    assert asked.round_id is not None
    return asked.round_id


async def _go_beyond(tx: Tx, installation: Installation, ids: Ids) -> None:
    """One of everything that is a matter of neither of the LIMITED: of a kindergarten, or of other topics."""
    catalog, kindergarten = installation.shelf.current, frozenset({"preschool"})
    # The first of all lists; two, so that one more answers and one more does not; another one where others are, too.
    entries = [
        RosterEntry(
            f"beyond-{number}",
            f"АНО «Детский сад № {number}»",
            kindergarten,
            frozenset({"upper-secondary"}),
            territory=EAST if number == 3 else TERRITORY_OF["preschool"],
        )
        for number in (1, 2, 3)
    ]
    place, other, east = await sync(tx, entries, NOW)
    await seats.take(tx, BEYOND_HEAD, place, Role.HEAD, SeatState.SEATED, NOW)
    # Somebody waits for a seat, somebody by a link; and a link is open.
    await seats.take(tx, BEYOND_HEAD, other, Role.HEAD, SeatState.WAITING, NOW)
    await invitations.use(tx, await invitations.create(tx, place, Role.HEAD, ADMIN, NOW), APPLICANT, NOW)
    await invitations.create(tx, place, Role.DEPUTY, ADMIN, NOW)
    await rounds.join(tx, [place, other, east], catalog.calendar, NOW)
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
    await announcements.change(tx, announcement_id, audience=of_types("preschool"), acknowledge=True)
    await _send(tx, announcement_id)
    for audience in (of_types("preschool"), Audience(organizations=(place,))):
        fields = (Field("f1", FieldKind.WHOLE, "Групп"),)
        question = Question("Сколько групп?", fields=fields, audience=audience, due=date(2026, 10, 20))
        asked = await questions.get(tx, await _asked(tx, installation, question))
        assert asked is not None
        # A template of what is not theirs, and a word to those who have not answered it.
        await questions.keep(tx, question, AUTHOR, NOW)
        await _announced(tx, Audience(unanswered=asked.round_id))
