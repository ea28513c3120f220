"""The right to be forgotten: after it no row says who the person was, also when an older backup comes back."""

import html
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState, Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.desk.question import Question
from bot.domain.ledger.obligation import Draft, DraftStep
from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.member import Limits, Person, Role, SeatState, StaffRole
from bot.storage.desk import announcements, broadcasts, erasure, notes, notices, questions, restoring, threads
from bot.storage.engine.database import Tx
from bot.storage.ledger import addressing, drafts, obligations, replies
from bot.storage.people import invitations, people, seats, staff
from bot.storage.post import dialogues, letters, meta
from bot.storage.post.dialogues import Dialogue
from bot.storage.schema import metadata
from tests.storage.seed import ADMIN, CALENDAR, DAY, HOUR, IVAN, NOW, OLGA, Seed

NAME = "Ольга Сергеевна Незабвенная"


async def everything(seed: Seed) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""

    async def look(tx: Tx) -> dict[str, list[dict[str, Any]]]:
        return {
            name: [
                dict(row._mapping) for row in await tx.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for name, table in metadata.tables.items()
        }

    return await seed.see(look)


def tables_that_speak_of(rows: dict[str, list[dict[str, Any]]], *words: object) -> set[str]:
    return {name for name, found in rows.items() if any(str(word) in repr(found) for word in words)}


async def live_a_full_life(seed: Seed) -> tuple[int, int]:
    """Olga does all that leaves a trace; her organization and an obligation that she answered."""
    await seed.person(OLGA, NAME)
    await seed.person(ADMIN, "Администратор")
    school = await seed.organization("Лицей")
    found = await seed.open()
    owed = await seed.owed(found, school)

    async def work(tx: Tx) -> None:
        await staff.make_admin(tx, ADMIN, None, NOW)
        await staff.make_admin(tx, OLGA, ADMIN, NOW)
        await people.consent(tx, OLGA, NOW)
        token = await invitations.create(tx, school, Role.HEAD, OLGA, NOW)
        used = await invitations.use(tx, token, OLGA, NOW)
        assert used is not None
        await invitations.give(tx, used, OLGA, NOW)
        await seats.take(tx, OLGA, school, Role.HEAD, SeatState.WAITING, NOW)
        await seats.decide(tx, (await seats.waiting(tx))[0].id, True, ADMIN, NOW)
        await people.ensure(tx, IVAN, "Иван", NOW)
        asked = await seats.take(tx, IVAN, school, Role.DEPUTY, SeatState.WAITING, NOW)
        await notices.registration(tx, asked, NOW)
        await seats.decide(tx, asked.id, True, OLGA, NOW)
        await seats.toggle_mute(tx, OLGA, "topic", "sport", NOW)
        await people.pause(tx, OLGA, NOW + DAY, NOW)
        await people.stop(tx, OLGA, NOW)
        await letters.ask_at_once(tx, [school], NOW)
        await obligations.seen(tx, owed.id, OLGA, NOW)
        await addressing.asked(tx, [(OLGA, owed.id)], NOW)
        await drafts.put(tx, Draft(OLGA, owed.id, {"done": True}, (), DraftStep.PREVIEW, None, 0), NOW)
        await drafts.remember_message(tx, OLGA, 5, owed.id, "done")
        await dialogues.put(tx, OLGA, Dialogue("join", {"name": NAME}), NOW)
        await replies.submit(tx, owed, {"done": True}, None, 0, OLGA, NOW)
        await replies.remark(tx, owed, OLGA, 6, NOW, text="Приказ прилагаю")
        await people.unreachable(tx, OLGA, NOW)
        await people.reachable(tx, OLGA, NOW)
        await notices.unreachable(tx, OLGA, CALENDAR, NOW)

    await seed.storage.apply(work)
    return school, owed.id


@pytest.mark.slow_on_postgresql
async def test_erasing_leaves_neither_id_nor_name_anywhere(seed: Seed) -> None:
    await live_a_full_life(seed)
    before = await everything(seed)
    # Whatever table may speak of a person does: a new one must be thought of here.
    assert tables_that_speak_of(before, OLGA) == {
        "askings", "audit", "dialogues", "drafts", "invitations", "letters", "messages", "mutes",
        "obligations", "people", "remarks", "replies", "seats", "staff",
    }  # fmt: skip
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW))
    after = await everything(seed)
    assert tables_that_speak_of(after, OLGA, NAME) == set()
    assert tables_that_speak_of(after, IVAN) >= {"people", "seats", "audit"}
    assert len(after["audit"]) == len(before["audit"]) + 1
    assert after["audit"][-1]["action"] == "person.erased"


@pytest.mark.slow_on_postgresql
async def test_what_the_person_did_stays_without_a_name(seed: Seed) -> None:
    _, obligation_id = await live_a_full_life(seed)
    before = await everything(seed)
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW))
    newest = await seed.see(lambda tx: replies.newest(tx, obligation_id))
    assert newest is not None
    assert asdict(newest) == {
        "version": 1, "values": {"done": True}, "not_ours": None, "at": NOW, "by_id": None, "by_name": None,
        "entered": False,
    }  # fmt: skip
    (remark,) = await seed.see(lambda tx: replies.remarks_to(tx, obligation_id))
    assert (remark.text, remark.by_name) == ("Приказ прилагаю", None)
    rows = {row["id"]: row for row in (await everything(seed))["audit"]}
    for row in before["audit"]:
        kept = rows[row["id"]]
        assert (kept["at"], kept["action"], kept["organization_id"]) == (
            row["at"],
            row["action"],
            row["organization_id"],
        )
        assert kept["by_id"] == (None if row["by_id"] == OLGA else row["by_id"])
        expected = dict(row["detail"])
        if expected.get("person") == OLGA:
            del expected["person"]
        assert kept["detail"] == expected


async def look_at(seed: Seed, person_id: int) -> Person:
    person = await seed.see(lambda tx: people.get(tx, person_id))
    assert person is not None
    return person


@pytest.mark.slow_on_postgresql
async def test_who_was_erased_may_come_again_as_a_stranger(seed: Seed) -> None:
    school, obligation_id = await live_a_full_life(seed)
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW))
    assert await seed.see(lambda tx: people.get(tx, OLGA)) is None
    await seed.person(OLGA, "Ольга")
    assert await look_at(seed, OLGA) == Person(OLGA, "Ольга")
    assert await seed.see(lambda tx: seats.of_person(tx, OLGA)) == []
    assert await seed.see(lambda tx: obligations.of_person(tx, OLGA, obligation_id)) is None
    await seed.seat(OLGA, school)
    assert await seed.see(lambda tx: obligations.of_person(tx, OLGA, obligation_id)) is not None


async def test_erasing_a_stranger_is_harmless(seed: Seed) -> None:
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW))
    (entry,) = (await everything(seed))["audit"]
    assert entry["action"] == "person.erased"


# --- Of the department ---


async def work_in_the_department(seed: Seed) -> dict[str, int]:
    """Olga of the staff does all that leaves her number elsewhere than in a column of people; the ids of it."""
    await seed.person(OLGA, NAME)
    await seed.person(ADMIN, "Администратор")
    await seed.person(IVAN, "Иван")
    school = await seed.organization("Лицей")
    await seed.seat(IVAN, school)
    made: dict[str, int] = {}

    async def work(tx: Tx) -> None:
        await staff.make_admin(tx, ADMIN, None, NOW)
        await staff.grant(tx, OLGA, StaffRole.CURATOR, ADMIN, NOW)
        for name in ("draft", "sending", "done"):
            source = Source(OLGA, 100 + len(made), Wording.TEXT, "Собрание")
            made[name] = await announcements.create(tx, OLGA, source, NOW)
            await announcements.change(tx, made[name], audience=Audience(everyone=True))
            await announcements.follow(tx, made[name], 900)
        for name in ("sending", "done"):
            announcement = await announcements.get(tx, made[name])
            assert announcement is not None
            await broadcasts.start(tx, announcement, Limits(), OLGA, NOW)
        await announcements.move(tx, made["done"], [AnnouncementState.SENDING], AnnouncementState.DONE, OLGA, NOW)
        made["question"] = await questions.create(tx, Question("Сколько кружков?"), OLGA, NOW)
        await questions.keep(tx, Question("Сколько секций?"), OLGA, NOW)
        thread = await threads.begin(tx, IVAN, school, None, NOW)
        made["thread"] = thread.id
        await notes.add(tx, thread, IVAN, IVAN, 5, "Помогите", None, NOW, from_staff=False)
        for number in (6, 7):
            await notes.add(tx, thread, OLGA, OLGA, number, "Поможем", None, NOW, from_staff=True)
        # Others are about to do something about her.
        await dialogues.put(tx, ADMIN, Dialogue("staff", {"person": OLGA, "screen": 5}), NOW)
        await dialogues.put(tx, IVAN, Dialogue("form", {"kept": [{"who": f"Куратор: {NAME}"}]}), NOW)
        await letters.write(tx, LetterKind.UNREACHABLE, [ADMIN], NOW, person=OLGA)
        await letters.write(tx, LetterKind.NOTE, [ADMIN], NOW, thread=thread.id, notes=[1], about={"chats": [OLGA]})

    await seed.storage.apply(work)
    return made


async def test_of_staff_neither_id_nor_name_stays_in_any_column(seed: Seed) -> None:
    made = await work_in_the_department(seed)
    before = await everything(seed)
    assert tables_that_speak_of(before, OLGA, NAME) >= {
        "announcements", "audit", "dialogues", "letters", "notes", "people", "questions", "staff", "thread_messages",
    }  # fmt: skip
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW + HOUR))
    after = await everything(seed)
    assert tables_that_speak_of(after, OLGA, NAME) == set()
    # What others have got stays; nobody else can get a copy of what was in her chat.
    kept = {row["id"]: row for row in after["announcements"]}
    assert set(kept) == {made["sending"], made["done"]}
    assert kept[made["sending"]]["state"] == AnnouncementState.PAUSED
    assert kept[made["done"]]["state"] == AnnouncementState.DONE
    assert {row["lost_at"] is not None for row in kept.values()} == {True}
    assert [row["text"] for row in after["notes"]] == ["Помогите", "Поможем", "Поможем"]
    # A template is everybody's, a draft was hers.
    assert [row["template"] for row in after["questions"]] == [True]
    assert after["dialogues"] == []


async def test_an_administrator_goes_on_about_somebody_else(seed: Seed) -> None:
    await work_in_the_department(seed)
    other = Dialogue("staff", {"person": IVAN, "number": 5_111_222_333_0})
    await seed.storage.apply(lambda tx: dialogues.put(tx, ADMIN, other, NOW))
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW))
    assert await seed.see(lambda tx: dialogues.get(tx, ADMIN)) == other


@pytest.mark.parametrize("name", ['Ольга "Оля" Незабвенная', "О'Нил & Ко <юг>", "Ольга \\ Школа", "100%_Ольга"])
@pytest.mark.parametrize("draw", [str, html.escape])
async def test_a_name_of_odd_signs_goes_from_others_dialogues(
    seed: Seed, name: str, draw: Callable[[str], str]
) -> None:
    await seed.person(OLGA, name)
    await seed.person(IVAN, "Иван")
    talk = Dialogue("form", {"kept": [{"who": f"Куратор: {draw(name)}"}]})
    await seed.storage.apply(lambda tx: dialogues.put(tx, IVAN, talk, NOW))
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW))
    assert (await everything(seed))["dialogues"] == []


@pytest.mark.parametrize("name", ["а", "Я", ".", "шко", "Анна"])
async def test_whoever_goes_takes_nobody_else_s_conversation_along(seed: Seed, name: str) -> None:
    """Somebody calls themselves «а» and erases that: whoever was typing something with an «а» goes on."""
    await seed.person(OLGA, name)
    await seed.person(IVAN, "Иван")
    talk = Dialogue("form", {"typed": "Я и Жанна. а также школа", "number": 1})
    await seed.storage.apply(lambda tx: dialogues.put(tx, IVAN, talk, NOW))
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW))
    assert await seed.see(lambda tx: dialogues.get(tx, IVAN)) == talk


# --- When a backup comes back ---


@pytest.mark.slow_on_postgresql
async def test_a_backup_that_comes_back_gives_nobody_back(seed: Seed) -> None:
    await work_in_the_department(seed)
    gone = frozenset({f"{erasure.digest(OLGA)} {NOW.isoformat()}"})
    settled = await seed.storage.apply(lambda tx: restoring.settle(tx, gone, (), NOW + DAY))
    assert (settled.erased, settled.dropped) == (1, 1)
    assert tables_that_speak_of(await everything(seed), OLGA, NAME) == set()
    # Once: whoever comes back later is not taken for the one who went.
    await seed.person(OLGA, NAME)
    again = await seed.storage.apply(lambda tx: erasure.erase_again(tx, gone, NOW + DAY))
    assert again == 0
    assert await look_at(seed, OLGA) == Person(OLGA, NAME)
    # And may go again.
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW + 2 * DAY))
    assert len(await seed.see(erasure.erased)) == 3


async def test_a_backup_sends_nothing_that_may_have_gone(seed: Seed) -> None:
    made = await work_in_the_department(seed)

    async def plan(tx: Tx) -> None:
        made["planned"] = await announcements.create(tx, ADMIN, Source(ADMIN, 5, Wording.TEXT, "Завтра"), NOW)
        await announcements.change(tx, made["planned"], audience=Audience(everyone=True), send_at=NOW + 3 * DAY)
        await announcements.move(
            tx, made["planned"], [AnnouncementState.DRAFT], AnnouncementState.SCHEDULED, ADMIN, NOW
        )
        await letters.write(tx, LetterKind.STAFF, [IVAN], NOW, send_after=NOW + 2 * DAY)

    await seed.storage.apply(plan)
    settled = await seed.storage.apply(lambda tx: restoring.settle(tx, (), (), NOW + DAY))
    assert (settled.erased, settled.dropped) == (0, 3)
    rows = await everything(seed)
    states = {row["id"]: row["state"] for row in rows["announcements"]}
    assert states[made["sending"]] == AnnouncementState.PAUSED
    assert states[made["planned"]] == AnnouncementState.DRAFT
    waiting = [row for row in rows["letters"] if row["state"] == LetterState.WAITING]
    # What is due later goes; authors see how far the announcement got, and that the planned one is a draft, which may
    # have been taken back since.
    assert {row["kind"] for row in waiting} <= {LetterKind.STAFF, LetterKind.PROGRESS}
    assert await seed.see(lambda tx: meta.get_moment(tx, meta.RESTORED_AT)) == NOW + DAY
