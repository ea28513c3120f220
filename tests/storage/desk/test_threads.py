"""Threads: one to a matter, listed within a curator's limits, and who is to read what was written."""

from typing import Any

import sqlalchemy as sa

from bot.domain.desk.thread import Note, Thread
from bot.domain.letter import LetterKind
from bot.domain.people.member import Limits, StaffRole
from bot.storage import schema as tables
from bot.storage.desk import correspondence, erasure, group, notes, threads
from bot.storage.engine.database import Tx
from bot.storage.people import people, staff
from bot.storage.post import claims, meta
from tests.storage.seed import ADMIN, HOUR, IVAN, NOW, OLGA, SAFETY, SPORT, Seed

GROUP = -1001234567890


async def write(
    seed: Seed, thread: Thread, number: int, *, by: int = OLGA, from_staff: bool = False, text: str = "Вопрос"
) -> Note | None:
    """A message of the thread."""

    async def work(tx: Tx) -> Note | None:
        return await notes.add(tx, thread, by, by, number, text, None, NOW + number * HOUR, from_staff=from_staff)

    return await seed.storage.apply(work)


async def test_a_matter_has_one_thread_and_a_message_is_one_note(seed: Seed) -> None:
    school = await seed.organization("Школа")
    await seed.seat(OLGA, school)
    obligation = await seed.owed(await seed.open(SAFETY), school)

    async def begin(tx: Tx, organization_id: int | None, obligation_id: int | None) -> Thread:
        return await threads.begin(tx, OLGA, organization_id, obligation_id, NOW)

    async def work(tx: Tx) -> list[Thread]:
        matters = [(school, obligation.id), (school, None), (None, None)] * 2
        return [await begin(tx, *matter) for matter in matters]

    found = await seed.storage.apply(work)
    assert [thread.id for thread in found[:3]] == [thread.id for thread in found[3:]]
    assert len({thread.id for thread in found}) == 3
    about, general, nowhere = found[:3]
    assert (about.about, general.about) == ("Поручение safety · октябрь 2026", None)
    assert (general.organization_name, nowhere.organization_name) == ("Школа", None)

    assert await write(seed, about, 1) is not None
    assert await write(seed, about, 1) is None
    assert await seed.see(lambda tx: threads.of_message(tx, OLGA, 1)) == about.id
    assert await seed.see(lambda tx: notes.recent(tx, OLGA, NOW)) == 1
    assert await seed.see(lambda tx: notes.recent(tx, OLGA, NOW + 2 * HOUR)) == 0
    fresh = await seed.see(lambda tx: threads.get(tx, about.id))
    assert fresh is not None
    assert (fresh.waits, fresh.spoken_at) == (True, NOW + HOUR)
    # Of many who settle it at once, one does.
    await seed.person(ADMIN)
    closed = await seed.crowd(6, lambda tx, _: threads.close(tx, about, ADMIN, NOW))
    assert sorted(map(bool, closed)) == [False] * 5 + [True]
    # The person goes, and all of it with them.
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW))
    assert await seed.see(lambda tx: threads.get(tx, about.id)) is None
    await seed.storage.apply(lambda tx: threads.remember(tx, ADMIN, [5], about.id))


async def test_what_a_curator_sees(seed: Seed) -> None:
    school, garden = await seed.organization("Школа"), await seed.organization("Сад", "preschool")
    await seed.seat(OLGA, school)
    await seed.seat(IVAN, garden)
    safety = await seed.owed(await seed.open(SAFETY), school)
    sport = await seed.owed(await seed.open(SPORT), school)

    async def work(tx: Tx) -> dict[str, Thread]:
        return {
            "safety": await threads.begin(tx, OLGA, school, safety.id, NOW),
            "sport": await threads.begin(tx, OLGA, school, sport.id, NOW + HOUR),
            "school": await threads.begin(tx, OLGA, school, None, NOW + 2 * HOUR),
            "garden": await threads.begin(tx, IVAN, garden, None, NOW + 3 * HOUR),
        }

    made = await seed.storage.apply(work)
    await write(seed, made["safety"], 1)
    names = {thread.id: name for name, thread in made.items()}
    sport_only = Limits(topics=frozenset({"sport"}))
    preschool = Limits(types=frozenset({"preschool"}))
    for limits, expected, waiting in (
        (Limits(), ["safety", "garden", "school", "sport"], 1),
        (sport_only, ["garden", "school", "sport"], 0),
        (preschool, ["garden"], 0),
        (Limits(frozenset({"school"}), frozenset({"safety"})), ["safety", "school"], 1),
    ):
        async with seed.storage.read() as tx:
            found, total = await threads.listed(tx, limits, 10, 0)
            assert await threads.waiting(tx, limits) == waiting
        assert [names[thread.id] for thread in found] == expected
        assert total == len(expected)
    page, total = await seed.see(lambda tx: threads.listed(tx, Limits(), 2, 2))
    assert ([names[thread.id] for thread in page], total) == (["school", "sport"], 4)
    assert not await seed.see(lambda tx: threads.covered(tx, made["safety"].id, sport_only))

    # Whose matter it is hears of it; its own person does not.
    async def appoint(tx: Tx) -> None:
        for person_id, limits in ((1, sport_only), (2, preschool), (OLGA, Limits())):
            await people.ensure(tx, person_id, f"Куратор {person_id}", NOW)
            await staff.grant(tx, person_id, StaffRole.CURATOR, None, NOW, limits)
        await people.ensure(tx, ADMIN, "Начальник", NOW)
        await staff.make_admin(tx, ADMIN, None, NOW)

    await seed.storage.apply(appoint)
    for name, readers in (("sport", [ADMIN, 1]), ("safety", [ADMIN]), ("garden", [ADMIN, 1, 2, OLGA])):
        async with seed.storage.read() as tx:
            heard = await correspondence.readers(tx, made[name])
        assert sorted(heard) == sorted(readers)


async def test_answers_and_last_words(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.person(ADMIN, "Начальник")
    thread = await seed.storage.apply(lambda tx: threads.begin(tx, OLGA, None, None, NOW))
    kept = []
    for number, from_staff in enumerate([False, False, True, True, False, True], 1):
        by = ADMIN if from_staff else OLGA
        note = await write(seed, thread, number, by=by, from_staff=from_staff)
        assert note is not None
        kept.append(note)
    first, second, third, fourth, fifth, last = kept
    assert await seed.see(lambda tx: notes.answers_to(tx, first)) == [third, fourth]
    assert await seed.see(lambda tx: notes.answers_to(tx, second)) == [third, fourth]
    assert await seed.see(lambda tx: notes.answers_to(tx, fifth)) == [last]
    assert await seed.see(lambda tx: notes.asked(tx, thread.id)) == {fifth.id}
    assert await seed.see(lambda tx: notes.page(tx, thread.id, 2, 1)) == ([fourth, fifth], 6)


async def test_an_album_is_one_letter_and_the_group_keeps_its_post(seed: Seed) -> None:
    for person_id in (OLGA, ADMIN):
        await seed.person(person_id)
    await seed.storage.apply(lambda tx: staff.make_admin(tx, ADMIN, None, NOW))
    thread = await seed.storage.apply(lambda tx: threads.begin(tx, OLGA, None, None, NOW))

    async def outbox() -> list[Any]:
        rows = await seed.see(lambda tx: tx.execute(sa.select(tables.letters).order_by(tables.letters.c.id)))
        return list(rows)

    async def send(number: int, album: str | None, to: int | None) -> None:
        note = await write(seed, thread, number)
        assert note is not None
        await seed.storage.apply(lambda tx: correspondence.to_department(tx, thread, note, album, to, NOW))

    for number in (1, 2, 3):
        await send(number, "a", None)
    (letter,) = await outbox()
    assert (letter.person_id, letter.chat_id, len(letter.data["notes"])) == (ADMIN, None, 3)
    assert letter.send_after > NOW
    # What comes when the letter is under way has a letter of its own.
    await seed.storage.apply(lambda tx: claims.claim(tx, NOW + HOUR, 5))
    await send(4, "a", None)
    assert [len(one.data["notes"]) for one in await outbox()] == [3, 1]

    await send(5, None, GROUP)
    assert [(one.person_id, one.chat_id) for one in await outbox()][2:] == [(OLGA, GROUP)]
    assert await seed.see(lambda tx: group.serving(tx, GROUP, NOW)) == GROUP
    new = GROUP - 1
    for _ in range(2):
        await seed.storage.apply(lambda tx: group.moved(tx, GROUP, new, NOW))
        await seed.storage.apply(lambda tx: group.lost(tx, new, NOW))
    assert await seed.see(lambda tx: group.current(tx, GROUP)) == new
    assert await seed.see(lambda tx: group.serving(tx, GROUP, NOW)) is None
    assert [one.chat_id for one in await outbox()][2] == new
    assert [one.data["what"] for one in await outbox() if one.kind == LetterKind.GROUP] == ["moved", "lost"]
    await seed.storage.apply(lambda tx: group.found(tx, new))
    assert await seed.see(lambda tx: group.serving(tx, GROUP, NOW)) == new
    assert await seed.see(lambda tx: group.serving(tx, None, NOW)) is None
    assert await seed.see(lambda tx: meta.get(tx, f"group_moved {GROUP}")) == str(new)

    # A topic is the thread's in its own group only.
    await seed.storage.apply(lambda tx: threads.set_topic(tx, thread.id, new, 77))
    fresh = await seed.see(lambda tx: threads.get(tx, thread.id))
    assert fresh is not None
    assert await seed.see(lambda tx: threads.topic(tx, fresh, new)) == 77
    assert await seed.see(lambda tx: threads.topic(tx, fresh, GROUP)) is None


async def test_two_who_begin_a_matter_at_once_go_on_with_one(seed: Seed) -> None:
    school = await seed.organization("Школа")
    await seed.seat(OLGA, school)

    async def begin(tx: Tx) -> int:
        return (await threads.begin(tx, OLGA, school, None, NOW)).id

    assert len(set(await seed.at_once(begin, begin))) == 1
