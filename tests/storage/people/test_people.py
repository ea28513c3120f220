"""People: what they agreed to, whether they may be written to, and their right to be forgotten."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.obligation import Draft, DraftStep
from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.member import Person, Role, SeatState, StaffRole
from bot.storage.desk import notices
from bot.storage.engine.database import Tx
from bot.storage.ledger import drafts, obligations, replies
from bot.storage.people import invitations, people, seats, staff
from bot.storage.post import dialogues, letters
from bot.storage.post.dialogues import Dialogue
from bot.storage.schema import audit as audit_rows
from bot.storage.schema import metadata
from tests.storage.seed import ADMIN, CALENDAR, DAY, HOUR, IVAN, NOW, OLGA, SAFETY, Seed


async def look_at(seed: Seed, person_id: int) -> Person:
    person = await seed.see(lambda tx: people.get(tx, person_id))
    assert person is not None
    return person


async def actions(seed: Seed) -> list[str]:
    rows = await seed.see(lambda tx: tx.execute(sa.select(audit_rows.c.action).order_by(audit_rows.c.id)))
    return list(rows.scalars())


async def test_a_stranger_is_nobody(seed: Seed) -> None:
    assert await seed.see(lambda tx: people.get(tx, OLGA)) is None


async def test_a_name_is_brought_up_to_date_and_never_emptied(seed: Seed) -> None:
    await seed.person(OLGA, "Оля")
    await seed.person(OLGA, "Ольга Сергеевна")
    await seed.person(OLGA, "")
    assert await look_at(seed, OLGA) == Person(OLGA, "Ольга Сергеевна")


async def test_a_person_who_comes_twice_at_once_is_one_person(seed: Seed) -> None:
    assert await seed.crowd(6, lambda tx, _: people.ensure(tx, OLGA, "Ольга", NOW)) == [None] * 6
    assert await look_at(seed, OLGA) == Person(OLGA, "Ольга")


async def test_consent_counts_once(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.storage.apply(lambda tx: people.consent(tx, OLGA, NOW))
    await seed.storage.apply(lambda tx: people.consent(tx, OLGA, NOW + DAY))
    assert (await look_at(seed, OLGA)).consent_at == NOW
    assert await actions(seed) == ["person.consented"]


async def test_stop_lasts_until_resume(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.storage.apply(lambda tx: people.stop(tx, OLGA, NOW))
    stopped = await look_at(seed, OLGA)
    assert stopped.stopped_at == NOW
    assert stopped.is_quiet(NOW + 1000 * DAY)
    await seed.storage.apply(lambda tx: people.resume(tx, OLGA, NOW + HOUR))
    assert not (await look_at(seed, OLGA)).is_quiet(NOW + HOUR)
    assert await actions(seed) == ["person.stopped", "person.resumed"]


async def test_resume_ends_a_vacation_too(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.storage.apply(lambda tx: people.pause(tx, OLGA, NOW + 14 * DAY, NOW))
    assert (await look_at(seed, OLGA)).is_quiet(NOW + 13 * DAY)
    await seed.storage.apply(lambda tx: people.resume(tx, OLGA, NOW + HOUR))
    assert (await look_at(seed, OLGA)).paused_until is None


async def test_those_whose_vacation_is_over_come_back_once(seed: Seed) -> None:
    for person, days in ((OLGA, 14), (IVAN, 15)):
        await seed.person(person)
        end = NOW + days * DAY
        await seed.storage.apply(lambda tx, person=person, end=end: people.pause(tx, person, end, NOW))  # type: ignore[misc]
    early, late = NOW + 14 * DAY - timedelta(seconds=1), NOW + 14 * DAY
    assert await seed.storage.apply(lambda tx: people.back_from_pause(tx, early)) == []
    assert await seed.storage.apply(lambda tx: people.back_from_pause(tx, late)) == [OLGA]
    assert await seed.storage.apply(lambda tx: people.back_from_pause(tx, late)) == []
    assert (await look_at(seed, OLGA)).paused_until is None
    assert (await look_at(seed, IVAN)).paused_until == NOW + 15 * DAY


async def test_being_unreachable_is_news_once(seed: Seed) -> None:
    await seed.person(OLGA)
    assert not await seed.storage.apply(lambda tx: people.reachable(tx, OLGA, NOW))
    news = await seed.crowd(4, lambda tx, _: people.unreachable(tx, OLGA, NOW))
    assert sorted(news, key=str) == [False, False, False, True]
    assert (await look_at(seed, OLGA)).unreachable_at == NOW
    news = await seed.crowd(4, lambda tx, _: people.reachable(tx, OLGA, NOW + HOUR))
    assert sorted(news, key=str) == [False, False, False, True]
    assert (await look_at(seed, OLGA)).unreachable_at is None
    assert await actions(seed) == ["person.unreachable", "person.reachable"]


async def test_a_role_is_given_once_and_only_raised_to_administrator(seed: Seed) -> None:
    await seed.person(OLGA)
    assert await seed.storage.apply(lambda tx: staff.grant(tx, OLGA, StaffRole.VIEWER, None, NOW))
    assert not await seed.storage.apply(lambda tx: staff.grant(tx, OLGA, StaffRole.CURATOR, None, NOW))
    assert (await look_at(seed, OLGA)).staff_role is StaffRole.VIEWER
    assert await seed.see(staff.admins) == []
    for _ in range(2):
        await seed.storage.apply(lambda tx: staff.make_admin(tx, OLGA, None, NOW))
    assert (await look_at(seed, OLGA)).is_admin
    assert await seed.see(staff.admins) == [OLGA]
    assert await actions(seed) == ["staff.granted", "staff.granted"]


async def test_the_reminder_in_the_chat_is_remembered(seed: Seed) -> None:
    await seed.person(OLGA)
    assert await seed.see(lambda tx: people.reminder_message(tx, OLGA)) is None
    await seed.storage.apply(lambda tx: people.set_reminder_message(tx, OLGA, 77))
    assert await seed.see(lambda tx: people.reminder_message(tx, OLGA)) == 77
    await seed.storage.apply(lambda tx: people.set_reminder_message(tx, OLGA, None))
    assert await seed.see(lambda tx: people.reminder_message(tx, OLGA)) is None


# --- Erasing ---

NAME = "Ольга Сергеевна Незабвенная"


async def everything(seed: Seed) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""

    async def look(tx: Tx) -> dict[str, list[dict[str, Any]]]:
        return {
            name: [dict(row._mapping) for row in await tx.execute(sa.select(table))]
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
        await invitations.use(tx, token, OLGA, NOW)
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
        await obligations.asked(tx, [(OLGA, owed.id)], NOW)
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


async def test_erasing_leaves_neither_id_nor_name_anywhere(seed: Seed) -> None:
    await live_a_full_life(seed)
    before = await everything(seed)
    # Whatever table may speak of a person does: a new one must be thought of here.
    assert tables_that_speak_of(before, OLGA) == {
        "askings", "audit", "dialogues", "drafts", "invitations", "letters", "messages", "mutes",
        "obligations", "people", "remarks", "replies", "seats", "staff",
    }  # fmt: skip
    await seed.storage.apply(lambda tx: people.erase(tx, OLGA, NOW))
    after = await everything(seed)
    assert tables_that_speak_of(after, OLGA, NAME) == set()
    assert tables_that_speak_of(after, IVAN) >= {"people", "seats", "audit"}
    assert len(after["audit"]) == len(before["audit"]) + 1
    assert after["audit"][-1]["action"] == "person.erased"


async def test_what_the_person_did_stays_without_a_name(seed: Seed) -> None:
    _, obligation_id = await live_a_full_life(seed)
    before = await everything(seed)
    await seed.storage.apply(lambda tx: people.erase(tx, OLGA, NOW))
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


async def test_who_was_erased_may_come_again_as_a_stranger(seed: Seed) -> None:
    school, obligation_id = await live_a_full_life(seed)
    await seed.storage.apply(lambda tx: people.erase(tx, OLGA, NOW))
    assert await seed.see(lambda tx: people.get(tx, OLGA)) is None
    await seed.person(OLGA, "Ольга")
    assert await look_at(seed, OLGA) == Person(OLGA, "Ольга")
    assert await seed.see(lambda tx: seats.of_person(tx, OLGA)) == []
    assert await seed.see(lambda tx: obligations.of_person(tx, OLGA, obligation_id)) is None
    await seed.seat(OLGA, school)
    assert await seed.see(lambda tx: obligations.of_person(tx, OLGA, obligation_id)) is not None


async def test_erasing_a_stranger_is_harmless(seed: Seed) -> None:
    await seed.storage.apply(lambda tx: people.erase(tx, OLGA, NOW))
    assert await actions(seed) == ["person.erased"]


# --- Notices ---


async def waiting_letters(seed: Seed) -> list[tuple[str, int]]:
    rows = (await everything(seed))["letters"]
    return sorted((row["kind"], row["person_id"]) for row in rows if row["state"] == LetterState.WAITING)


async def test_of_somebody_unreachable_administrators_and_deputies_hear_once(seed: Seed) -> None:
    school = await seed.organization("Лицей")
    await seed.seat(OLGA, school)
    await seed.seat(IVAN, school, Role.DEPUTY)
    await seed.person(ADMIN)
    await seed.storage.apply(lambda tx: staff.make_admin(tx, ADMIN, None, NOW))
    await seed.open(SAFETY)
    for _ in range(2):
        await seed.storage.apply(lambda tx: notices.unreachable(tx, OLGA, CALENDAR, NOW))
    assert await waiting_letters(seed) == [
        (LetterKind.REQUESTS, OLGA),
        (LetterKind.REQUESTS, IVAN),
        (LetterKind.UNREACHABLE, ADMIN),
    ]


async def test_of_a_stranger_unreachable_nobody_hears(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.person(ADMIN)
    await seed.storage.apply(lambda tx: staff.make_admin(tx, ADMIN, None, NOW))
    await seed.storage.apply(lambda tx: notices.unreachable(tx, OLGA, CALENDAR, NOW))
    assert await waiting_letters(seed) == []
