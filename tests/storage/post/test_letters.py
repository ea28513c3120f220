"""The outbox: nothing is said twice, nothing is forgotten, the urgent goes first."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from bot.domain.letter import Letter, LetterKind, LetterState, Urgency
from bot.domain.people.member import Role, SeatState
from bot.storage import schema as t
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import rounds
from bot.storage.post import claims, letters
from bot.storage.post.claims import Settlement
from bot.storage.schema import letters as rows
from tests.storage.plans import plan
from tests.storage.seed import CALENDAR, DAY, HOUR, IVAN, NOW, OLGA, Seed

SECOND = timedelta(seconds=1)
# The number of a replica that nobody has heard of.
DEAD = 7


@pytest.fixture
async def school(seed: Seed) -> int:
    """A lyceum with Olga at its head and Ivan as her deputy."""
    school = await seed.organization("Лицей")
    await seed.seat(OLGA, school)
    await seed.seat(IVAN, school, Role.DEPUTY)
    return school


async def write(seed: Seed, kind: LetterKind, *people: int, at: datetime = NOW, dedup: bool = False) -> None:
    await seed.storage.apply(lambda tx: letters.write(tx, kind, people, at, dedup=dedup))


async def ask(seed: Seed, *organizations: int, at: datetime = NOW) -> None:
    await seed.storage.apply(lambda tx: letters.ask_at_once(tx, organizations, at))


async def claim(seed: Seed, at: datetime = NOW, limit: int = 100) -> list[Letter]:
    return await seed.storage.apply(lambda tx: claims.claim(tx, at, limit))


async def claim_of_the_dead(seed: Seed) -> list[Letter]:
    """What a replica has claimed that is not among the living."""
    return await seed.storage.apply(lambda tx: claims.claim(tx, NOW, 100, DEAD), snapshot=False)


async def settle(
    seed: Seed, letter: Letter, state: LetterState, at: datetime = NOW, again: datetime | None = None
) -> None:
    settlement = Settlement(letter.id, state, send_after=again)
    await seed.storage.apply(lambda tx: claims.settle(tx, [settlement], at))


async def waiting(seed: Seed) -> list[tuple[str, int, datetime]]:
    query = sa.select(rows.c.kind, rows.c.person_id, rows.c.send_after).where(rows.c.state == LetterState.WAITING)
    result = await seed.see(lambda tx: tx.execute(query.order_by(rows.c.id)))
    return [(row.kind, row.person_id, row.send_after) for row in result]


# --- Writing ---


async def test_a_letter_is_claimed_as_it_was_written(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.storage.apply(lambda tx: letters.write(tx, LetterKind.SEATED, [OLGA], NOW, seat=7, имя="Ёлка"))
    (letter,) = await claim(seed)
    data = {"seat": 7, "имя": "Ёлка"}
    assert letter == Letter(
        letter.id, LetterKind.SEATED, OLGA, data, Urgency.SERVICE, attempts=1, created_at=NOW, send_after=NOW
    )


async def test_a_letter_waits_for_its_time(seed: Seed) -> None:
    await seed.person(OLGA)
    later = NOW + HOUR
    await seed.storage.apply(lambda tx: letters.write(tx, LetterKind.SEATED, [OLGA], NOW, send_after=later))
    assert await seed.see(claims.next_due) == later
    assert await claim(seed, later - SECOND) == []
    assert len(await claim(seed, later)) == 1


async def test_a_letter_to_nobody_is_none(seed: Seed) -> None:
    await write(seed, LetterKind.SEATED)
    assert await seed.see(claims.next_due) is None
    assert await seed.see(lambda tx: letters.count(tx, LetterState.WAITING)) == 0


async def test_one_of_a_kind_waits_for_each_person(seed: Seed) -> None:
    for person in (OLGA, IVAN):
        await seed.person(person)
    await write(seed, LetterKind.REMINDER, OLGA, dedup=True)
    await write(seed, LetterKind.REMINDER, OLGA, IVAN, dedup=True)
    await write(seed, LetterKind.REQUESTS, OLGA, dedup=True)
    await write(seed, LetterKind.SEATED, OLGA, OLGA)
    found = sorted((kind, person) for kind, person, _ in await waiting(seed))
    assert found == sorted(
        [
            (LetterKind.REMINDER, OLGA),
            (LetterKind.REMINDER, IVAN),
            (LetterKind.REQUESTS, OLGA),
            (LetterKind.SEATED, OLGA),
            (LetterKind.SEATED, OLGA),
        ]
    )


async def test_many_who_write_the_same_at_once_write_it_once(seed: Seed, school: int) -> None:
    async def both(tx: Tx, _: int) -> None:
        await letters.write(tx, LetterKind.REMINDER, [OLGA], NOW, dedup=True)
        await letters.ask(tx, [school], CALENDAR, NOW)

    assert await seed.crowd(8, both) == [None] * 8
    assert len(await waiting(seed)) == 3


async def test_one_connection_may_write_all_day(seed: Seed, school: int) -> None:
    # PostgreSQL plans a statement anew after five runs, and then has to find the partial index all the same.
    async def work(tx: Tx) -> None:
        for _ in range(12):
            await letters.write(tx, LetterKind.REMINDER, [OLGA], NOW, dedup=True)
            await letters.ask(tx, [school], CALENDAR, NOW)
            await letters.remind(tx, [school], CALENDAR, NOW)

    await seed.storage.apply(work)
    assert len(await waiting(seed)) == 4


async def test_asking_writes_one_letter_to_each_who_is_seated(seed: Seed, school: int) -> None:
    second = await seed.organization("Гимназия")
    await seed.seat(OLGA, second)
    await seed.seat(3, second, state=SeatState.WAITING)
    await seed.organization("Пустая")
    await ask(seed, school, second)
    expected = {(LetterKind.REQUESTS, OLGA, NOW), (LetterKind.REQUESTS, IVAN, NOW)}
    assert set(await waiting(seed)) == expected
    assert len(await waiting(seed)) == 2


async def test_asking_whoever_owes_a_round(seed: Seed, school: int) -> None:
    second = await seed.organization("Гимназия")
    await seed.seat(3, second)
    found = await seed.open()
    await seed.answer(await seed.owed(found, school), OLGA)
    await seed.storage.apply(lambda tx: letters.ask(tx, rounds.owing(found.id), CALENDAR, NOW))
    assert await waiting(seed) == [(LetterKind.REQUESTS, 3, NOW)]


@pytest.mark.parametrize(("at", "opens"), [("2026-10-05T03", "2026-10-05T09"), ("2026-10-10T12", "2026-10-12T09")])
async def test_who_is_asked_or_reminded_hears_of_it_when_people_work(
    seed: Seed, school: int, at: str, opens: str
) -> None:
    zone = CALENDAR.zone
    now, morning = (datetime.fromisoformat(moment).replace(tzinfo=zone).astimezone(UTC) for moment in (at, opens))

    async def work(tx: Tx) -> None:
        await letters.ask(tx, [school], CALENDAR, now)
        await letters.remind(tx, [school], CALENDAR, now)
        await letters.write(tx, LetterKind.RETURNED, [OLGA], now, hours=CALENDAR)

    await seed.storage.apply(work)
    assert {time for _, _, time in await waiting(seed)} == {morning}
    # Who has just come back need not wait for the morning.
    await ask(seed, school, at=now)
    assert {time for kind, _, time in await waiting(seed) if kind == LetterKind.REQUESTS} == {now}


async def test_of_two_times_the_earlier_wins(seed: Seed, school: int) -> None:
    async def times() -> set[datetime]:
        return {time for _, _, time in await waiting(seed)}

    await ask(seed, school, at=NOW + 2 * DAY)
    await ask(seed, school, at=NOW + 3 * DAY)
    assert await times() == {NOW + 2 * DAY}
    await ask(seed, school, at=NOW + DAY)
    assert await times() == {NOW + DAY}
    assert len(await waiting(seed)) == 2


async def test_reminding_is_a_letter_of_its_own(seed: Seed, school: int) -> None:
    await ask(seed, school)
    await seed.storage.apply(lambda tx: letters.remind(tx, [school], CALENDAR, NOW))
    kinds = [kind for kind, person, _ in await waiting(seed) if person == OLGA]
    assert sorted(kinds) == [LetterKind.REMINDER, LetterKind.REQUESTS]


# --- Claiming ---


async def test_the_urgent_goes_first_then_what_waits_longest(seed: Seed) -> None:
    await seed.person(OLGA)
    await write(seed, LetterKind.EXTENDED, OLGA, at=NOW - DAY)
    await write(seed, LetterKind.RETURNED, OLGA, at=NOW)
    await write(seed, LetterKind.RETURNED, OLGA, at=NOW - HOUR)
    await write(seed, LetterKind.SEATED, OLGA, at=NOW)
    claimed = [await claim(seed, limit=1) for _ in range(5)]
    found = [(letter.kind, letter.created_at) for portion in claimed for letter in portion]
    expected = [
        (LetterKind.SEATED, NOW),
        (LetterKind.RETURNED, NOW - HOUR),
        (LetterKind.RETURNED, NOW),
        (LetterKind.EXTENDED, NOW - DAY),
    ]
    assert found == expected
    await seed.storage.apply(claims.release)
    # In one portion they are in the same order.
    assert [(letter.kind, letter.created_at) for letter in await claim(seed)] == expected


async def test_a_portion_is_no_larger_than_wanted(seed: Seed) -> None:
    await seed.person(OLGA)
    await write(seed, LetterKind.SEATED, *[OLGA] * 7)
    assert [len(await claim(seed, limit=3)) for _ in range(4)] == [3, 3, 1, 0]


async def test_no_two_couriers_have_the_same_letter(seed: Seed) -> None:
    await seed.person(OLGA)
    await write(seed, LetterKind.SEATED, *[OLGA] * 15)
    portions = await seed.crowd(5, lambda tx, _: claims.claim(tx, NOW, 4))
    claimed = [letter.id for portion in portions if isinstance(portion, list) for letter in portion]
    assert all(isinstance(portion, list) and len(portion) <= 4 for portion in portions)
    claimed += [letter.id for letter in await claim(seed)]
    assert len(claimed) == len(set(claimed)) == 15


async def test_what_the_dead_held_can_be_claimed_again_and_is_no_more_theirs(seed: Seed) -> None:
    await seed.person(OLGA)
    await write(seed, LetterKind.SEATED, OLGA)
    (first,) = await claim_of_the_dead(seed)
    (second,) = await claim(seed)
    assert (second.id, second.attempts) == (first.id, 2)
    assert await claim(seed, NOW + 100 * DAY) == []
    # Whoever was only frozen wakes, and has sent it, or was refused: whoever has it now records what becomes of it.
    for late in (
        Settlement(first.id, LetterState.SENT, message_id=70),
        Settlement(first.id, LetterState.FAILED, error="Forbidden"),
        Settlement(first.id, LetterState.WAITING, send_after=NOW),
    ):
        assert await seed.storage.apply(partial(claims.settle, settlements=[late], now=NOW, replica_id=DEAD)) == set()
    await seed.storage.apply(lambda tx: claims.give_back(tx, [first.id], DEAD))
    await seed.storage.apply(lambda tx: claims.begun(tx, first, [70], DEAD))
    assert await claim(seed) == []
    row = (await seed.see(lambda tx: tx.execute(sa.select(rows)))).one()
    assert (row.state, row.attempts, row.data) == (LetterState.WAITING, 2, {})


async def test_who_gives_back_all_that_nobody_carries_leaves_what_others_have(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.person(IVAN)
    await write(seed, LetterKind.SEATED, OLGA)
    (mine,) = await claim(seed)
    await write(seed, LetterKind.SEATED, IVAN)
    (theirs,) = await claim_of_the_dead(seed)
    await seed.storage.apply(lambda tx: claims.give_back_all(tx, 0, slow=False), snapshot=False)
    found = await seed.see(lambda tx: tx.execute(sa.select(rows).order_by(rows.c.id)))
    assert [(row.id, row.claimed_by, row.attempts) for row in found] == [(mine.id, None, 0), (theirs.id, DEAD, 1)]


async def test_claiming_reads_an_index_and_not_the_outbox(sqlite_url: str) -> None:
    storage = Storage(sqlite_url)
    found = await plan(storage, lambda tx: claims.claim(tx, NOW, 25))
    await storage.close()
    assert "letters USING INDEX ix_letters_waiting" in found
    assert "SEARCH letters USING INTEGER PRIMARY KEY" in found
    assert "USE TEMP B-TREE FOR ORDER BY" not in found


async def test_settling_goes_by_the_letters_that_are_settled(sqlite_url: str) -> None:
    storage = Storage(sqlite_url)
    found = await plan(storage, lambda tx: claims.settle(tx, [Settlement(1, LetterState.SENT)], NOW))
    await storage.close()
    assert "SEARCH letters USING INTEGER PRIMARY KEY" in found


# --- Settling ---


@pytest.mark.parametrize("state", [LetterState.SENT, LetterState.DROPPED, LetterState.FAILED])
async def test_what_is_settled_is_not_sent_again(seed: Seed, state: LetterState) -> None:
    await seed.person(OLGA)
    await write(seed, LetterKind.SEATED, OLGA)
    (letter,) = await claim(seed)
    settlement = Settlement(letter.id, state, message_id=5_000_000_001, error="Telegram: ошибка")
    await seed.storage.apply(lambda tx: claims.settle(tx, [settlement], NOW + SECOND))
    assert await claim(seed, NOW + 100 * DAY) == []
    assert await seed.see(lambda tx: letters.count(tx, state)) == 1
    assert await seed.see(lambda tx: letters.count(tx, LetterState.WAITING)) == 0
    row = (await seed.see(lambda tx: tx.execute(sa.select(rows)))).one()
    assert (row.message_id, row.error, row.settled_at) == (5_000_000_001, "Telegram: ошибка", NOW + SECOND)


async def test_a_settled_letter_makes_room_for_the_next_of_its_kind(seed: Seed, school: int) -> None:
    await ask(seed, school)
    for letter in await claim(seed):
        await settle(seed, letter, LetterState.SENT)
    await ask(seed, school)
    assert len(await claim(seed)) == 2


async def test_a_retry_waits_for_its_time(seed: Seed) -> None:
    await seed.person(OLGA)
    await write(seed, LetterKind.SEATED, OLGA)
    (letter,) = await claim(seed)
    await settle(seed, letter, LetterState.WAITING, NOW + SECOND, again=NOW + HOUR)
    assert await claim(seed, NOW + HOUR - SECOND) == []
    (again,) = await claim(seed, NOW + HOUR)
    assert (again.id, again.attempts) == (letter.id, 2)


async def test_what_is_given_back_was_not_tried(seed: Seed) -> None:
    await seed.person(OLGA)
    await write(seed, LetterKind.SEATED, OLGA, OLGA)
    first, second = await claim(seed)
    await settle(seed, second, LetterState.SENT)
    await seed.storage.apply(lambda tx: claims.give_back(tx, [first.id, second.id]))
    (again,) = await claim(seed, NOW)
    assert (again.id, again.attempts) == (first.id, 1)
    await seed.storage.apply(lambda tx: claims.give_back(tx, []))


async def test_a_start_releases_what_the_last_run_held(seed: Seed) -> None:
    await seed.person(OLGA)
    await write(seed, LetterKind.SEATED, OLGA, OLGA, OLGA)
    held, sent = await claim(seed, limit=2)
    await settle(seed, sent, LetterState.SENT)
    assert await seed.storage.apply(claims.release) == 1
    assert await seed.storage.apply(claims.release) == 0
    assert held.id in {letter.id for letter in await claim(seed, NOW + SECOND)}


@pytest.mark.parametrize("way", ["retry", "give back", "release", "death"])
async def test_a_letter_that_comes_back_stands_beside_a_newer_one(seed: Seed, school: int, way: str) -> None:
    await ask(seed, school)
    old = await claim_of_the_dead(seed) if way == "death" else await claim(seed)
    # The courier has it in hand, and may have rendered it already: what opens now needs a letter of its own.
    await ask(seed, school)
    now = NOW + SECOND
    if way == "retry":
        for letter in old:
            await settle(seed, letter, LetterState.WAITING, now, again=now)
    elif way == "give back":
        await seed.storage.apply(lambda tx: claims.give_back(tx, [letter.id for letter in old]))
    elif way == "release":
        assert await seed.storage.apply(claims.release) == 2
    await ask(seed, school, at=now)
    # The newer one is worded when it is known what the older one has said.
    again = await claim(seed, now)
    assert {letter.id for letter in again} == {letter.id for letter in old}
    for letter in again:
        await settle(seed, letter, LetterState.SENT, now)
    newer = await claim(seed, now)
    assert {letter.person_id for letter in newer} == {OLGA, IVAN}
    assert len({letter.id for letter in old + newer}) == 4
    for letter in newer:
        await settle(seed, letter, LetterState.WAITING, now, again=now)
    await ask(seed, school, at=now)
    assert len(await waiting(seed)) == 4


# --- One after the other ---


async def remind(seed: Seed, *organizations: int, at: datetime = NOW) -> None:
    await seed.storage.apply(lambda tx: letters.remind(tx, organizations, CALENDAR, at))


async def kinds_for_olga(seed: Seed, at: datetime = NOW) -> list[str]:
    """What somebody may send to her at once."""
    return [letter.kind for letter in await claim(seed, at) if letter.person_id == OLGA]


async def test_a_reminder_waits_until_the_one_before_is_recorded(seed: Seed, school: int) -> None:
    await remind(seed, school)
    first = await claim(seed)
    await remind(seed, school)
    assert len(await waiting(seed)) == 4
    assert await kinds_for_olga(seed) == []
    for letter in first:
        await settle(seed, letter, LetterState.SENT)
    assert await kinds_for_olga(seed) == [LetterKind.REMINDER]


async def test_a_request_goes_before_a_reminder_whoever_was_written_first(seed: Seed, school: int) -> None:
    await remind(seed, school)
    await ask(seed, school)
    requests = await claim(seed)
    assert {letter.kind for letter in requests} == {LetterKind.REQUESTS}
    assert await kinds_for_olga(seed) == []
    for letter in requests:
        await settle(seed, letter, LetterState.SENT)
    assert await kinds_for_olga(seed) == [LetterKind.REMINDER]
    # And does not wait for one that is under way, which may take its time.
    await ask(seed, school)
    assert await kinds_for_olga(seed) == [LetterKind.REQUESTS]


async def test_what_goes_later_holds_nothing_back(seed: Seed, school: int) -> None:
    await ask(seed, school, at=NOW + HOUR)
    await remind(seed, school)
    assert await kinds_for_olga(seed) == [LetterKind.REMINDER]
    # Telegram was away: what is tried again in an hour is overtaken meanwhile.
    (olgas,) = [letter for letter in await claim(seed, NOW + HOUR) if letter.person_id == OLGA]
    await settle(seed, olgas, LetterState.WAITING, NOW + HOUR, again=NOW + 2 * HOUR)
    await ask(seed, school, at=NOW + HOUR)
    assert await kinds_for_olga(seed, NOW + HOUR) == [LetterKind.REQUESTS]


async def test_several_couriers_that_look_at_once_have_one_reminder_each_person(seed: Seed, school: int) -> None:
    await remind(seed, school)
    old = await claim(seed)
    await remind(seed, school)
    await seed.storage.apply(lambda tx: claims.give_back(tx, [letter.id for letter in old]))
    portions = await seed.crowd(6, lambda tx, _: claims.claim(tx, NOW, 100))
    claimed = [letter for portion in portions if isinstance(portion, list) for letter in portion]
    assert {letter.id for letter in claimed} <= {letter.id for letter in old}
    assert len({letter.person_id for letter in claimed}) == len(claimed)


async def test_only_what_was_settled_long_ago_is_forgotten(seed: Seed) -> None:
    await seed.person(OLGA)
    await write(seed, LetterKind.SEATED, OLGA, OLGA, OLGA)
    old, new, _waiting = await claim(seed)
    await settle(seed, old, LetterState.SENT, NOW)
    await settle(seed, new, LetterState.FAILED, NOW + DAY)
    assert await seed.storage.apply(lambda tx: letters.prune(tx, NOW)) == 0
    assert await seed.storage.apply(lambda tx: letters.prune(tx, NOW + DAY)) == 1
    assert await seed.see(lambda tx: letters.count(tx, LetterState.FAILED)) == 1
    assert await seed.see(lambda tx: letters.count(tx, LetterState.WAITING)) == 1


# --- reports: one after the other, and whose turn it is ---


async def test_one_who_orders_many_does_not_keep_others_waiting(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.person(IVAN)
    for number in range(50):
        assert await seed.storage.apply(
            lambda tx, key=str(number): letters.order_report(tx, OLGA, key, 100, NOW, which=key)  # type: ignore[misc]
        )
    assert await seed.storage.apply(lambda tx: letters.order_report(tx, IVAN, "own", 100, NOW + HOUR, which="own"))
    made = []
    for minute in range(4):
        at = NOW + HOUR + timedelta(minutes=minute)
        (letter,) = await seed.storage.apply(lambda tx, at=at: claims.claim(tx, at, 1, slow=True))  # type: ignore[misc]
        made.append((letter.person_id, letter.data["which"]))
        end = Settlement(letter.id, LetterState.SENT, message_id=5)
        await seed.storage.apply(lambda tx, at=at, end=end: claims.settle(tx, [end], at))  # type: ignore[misc]
    assert made == [(OLGA, "0"), (IVAN, "own"), (OLGA, "1"), (OLGA, "2")]


async def test_of_equal_reports_one_is_made_and_of_many_only_so_many(seed: Seed) -> None:
    await seed.person(OLGA)

    async def order(key: str) -> bool:
        return await seed.storage.apply(lambda tx: letters.order_report(tx, OLGA, key, 3, NOW))

    assert await order("a")
    (under_way,) = await seed.storage.apply(lambda tx: claims.claim(tx, NOW, 1, slow=True))
    # It is just being made.
    assert await order("a")
    assert await order("b")
    assert await order("c")
    assert not await order("d")
    assert await order("b")
    assert await seed.see(lambda tx: letters.count(tx, LetterState.WAITING)) == 3
    await seed.storage.apply(
        lambda tx: claims.settle(tx, [Settlement(under_way.id, LetterState.SENT, message_id=5)], NOW)
    )
    assert await order("d")
    assert await order("a") is False


async def test_a_server_without_figures_reads_each_persons_letters_alone(server: Storage) -> None:
    """As after a restore, or in the first minute of a round: it takes the table for a small one."""
    many = range(1, 1001)
    to_each = sa.func.generate_series(many[0], many[-1]).table_valued("id").render_derived()

    async def ask_all(tx: Tx) -> None:
        moment = t.people.c.created_at.type
        everybody = sa.select(to_each.c.id, sa.literal("Ольга"), sa.literal(NOW, moment))
        await tx.execute(t.people.insert().from_select(["id", "name", "created_at"], everybody))
        await letters.write(tx, LetterKind.REQUESTS, many, NOW)

    read = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'letters'"

    async def look(tx: Tx) -> int:
        assert len(await claims.claim(tx, NOW, 25, DEAD)) == 25
        return int((await tx.connection.exec_driver_sql(read)).scalar_one())

    await server.apply(ask_all)
    # What waits once, and of each who is written to their own.
    assert await server.apply(look, snapshot=False) < 2 * len(many)
