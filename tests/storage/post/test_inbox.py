"""The inbox: what Telegram handed over is there until its handler has finished, and once."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Storage
from bot.storage.post import inbox, replicas
from bot.storage.post.inbox import Incoming
from tests.storage.seed import HOUR, IVAN, NOW, OLGA, Seed

FIRST = Incoming(9_000_000_001, OLGA, '{"text": "Ёлка ❤️"}')
SECOND = Incoming(9_000_000_002, IVAN, "{}")


async def add(seed: Seed, *batch: Incoming) -> list[Incoming]:
    return await seed.storage.apply(lambda tx: inbox.take(tx, batch, NOW - HOUR, NOW))


async def finish(seed: Seed, *update_ids: int) -> None:
    await seed.storage.apply(lambda tx: inbox.finished(tx, update_ids, NOW))


async def kept(seed: Seed) -> list[Any]:
    async with seed.storage.read() as tx:
        rows = await tx.execute(sa.select(t.inbox).order_by(t.inbox.c.update_id))
        return [tuple(value for value in row if value not in (None, "")) for row in rows]


async def test_updates_wait_in_the_order_in_which_they_came(seed: Seed) -> None:
    await add(seed, SECOND, FIRST)
    assert await seed.see(inbox.waiting) == [FIRST, SECOND]
    assert await seed.see(lambda tx: inbox.waiting(tx, [SECOND.update_id, 404])) == [SECOND]
    assert await seed.see(lambda tx: inbox.waiting(tx, [])) == []


async def test_an_empty_batch_is_harmless(seed: Seed) -> None:
    await add(seed)
    assert await seed.see(inbox.waiting) == []


async def test_a_redelivered_update_is_stored_once_and_stays_as_it_is(seed: Seed) -> None:
    await add(seed, FIRST)
    said = [{"send": "Принято ✅"}]
    await seed.storage.apply(lambda tx: inbox.applied(tx, FIRST.update_id, said, NOW))
    await add(seed, Incoming(FIRST.update_id, IVAN, "changed"), SECOND)
    await add(seed, SECOND, SECOND)
    incomings = await seed.see(inbox.waiting)
    assert incomings == [Incoming(FIRST.update_id, FIRST.person_id, FIRST.body, said), SECOND]


async def test_a_batch_that_comes_many_times_at_once_is_stored_once(seed: Seed) -> None:
    taken = await seed.crowd(6, lambda tx, _: inbox.take(tx, [SECOND, FIRST], NOW - HOUR, NOW))
    assert sorted(map(str, taken)) == sorted(map(str, [[]] * 5 + [[FIRST, SECOND]]))
    assert await seed.see(inbox.waiting) == [FIRST, SECOND]


async def test_what_was_applied_with_nothing_to_say_is_told_from_what_was_not(seed: Seed) -> None:
    await add(seed, FIRST, SECOND)
    await seed.storage.apply(lambda tx: inbox.applied(tx, FIRST.update_id, [], NOW + HOUR))
    assert [incoming.sayings for incoming in await seed.see(inbox.waiting)] == [[], None]


async def test_of_what_is_finished_the_number_stays(seed: Seed) -> None:
    await add(seed, FIRST, SECOND)
    await seed.storage.apply(lambda tx: inbox.applied(tx, FIRST.update_id, [{"send": "Принято"}], NOW, [["form", 1]]))
    for _ in range(2):
        await finish(seed, FIRST.update_id)
        assert await seed.see(inbox.waiting) == [SECOND]
        assert await seed.see(inbox.count) == 1
    assert await kept(seed) == [(FIRST.update_id, 0, NOW, NOW, 0), (SECOND.update_id, IVAN, "{}", NOW, 0)]


async def test_what_was_noted_of_people_is_theirs_when_it_is_finished(seed: Seed) -> None:
    async def notes() -> list[Any]:
        async with seed.storage.read() as tx:
            who = sa.select(t.people.c.handled_id, t.people.c.handled_at, t.people.c.waited).order_by(t.people.c.id)
            return [tuple(row) for row in await tx.execute(who.where(t.people.c.id.in_((OLGA, IVAN))))]

    nothing = (None, None, None)
    await seed.person(OLGA)
    await seed.person(IVAN)
    stranger = Incoming(9_000_000_003, 404, "{}")
    await add(seed, FIRST, SECOND, stranger)
    for update, note in ((FIRST, [[1, ["form", []]]]), (SECOND, None), (stranger, [[1, ["", []]]])):
        await seed.storage.apply(partial(inbox.applied, update_id=update.update_id, sayings=[], now=NOW, note=note))
    assert await notes() == [nothing, nothing]
    await finish(seed, FIRST.update_id, SECOND.update_id, stranger.update_id)
    expected = {OLGA: (FIRST.update_id, NOW, [[1, ["form", []]]]), IVAN: nothing}
    assert await notes() == [expected[who] for who in sorted(expected)]


async def test_an_update_is_new_once_however_often_and_in_whatever_order_it_comes(seed: Seed) -> None:
    async def new(*update_ids: int) -> list[int]:
        return [each.update_id for each in await add(seed, *(Incoming(number, OLGA, "{}") for number in update_ids))]

    assert await new(7, 5) == [5, 7]
    await finish(seed, 7)
    assert await new(7, 6, 5) == [6]
    await finish(seed, 5, 6)
    assert await new(7, 6, 5) == []


async def test_what_was_finished_long_ago_is_forgotten(seed: Seed) -> None:
    await add(seed, Incoming(5, OLGA, "{}"), Incoming(6, OLGA, "{}"))
    await finish(seed, 5)
    # Telegram has begun to number anew, and nobody has tidied up yet. What waits is not lost for that.
    later = NOW + 3 * HOUR
    new = [Incoming(5, IVAN, "new"), Incoming(6, IVAN, "new")]
    assert await seed.storage.apply(lambda tx: inbox.take(tx, new, NOW + HOUR, later)) == new[:1]
    assert await seed.storage.apply(lambda tx: inbox.take(tx, new, NOW + HOUR, later)) == []
    assert await seed.see(inbox.waiting) == [new[0], Incoming(6, OLGA, "{}")]
    await seed.storage.apply(lambda tx: inbox.finished(tx, [5], later))
    assert await seed.storage.apply(lambda tx: inbox.forget_finished(tx, later)) == 0
    assert await seed.storage.apply(lambda tx: inbox.forget_finished(tx, later + HOUR)) == 1
    assert [each.update_id for each in await seed.see(inbox.waiting)] == [6]


async def test_a_person_s_turn_comes_when_nobody_has_an_earlier_one(seed: Seed) -> None:
    press = Incoming(1, OLGA, f'{{"update_id": 1, {inbox.PRESS}"id": "1"}}}}')
    mine, theirs = Incoming(3, OLGA, "{}"), Incoming(2, IVAN, "{}")
    take = partial(inbox.take, since=NOW - HOUR, now=NOW)
    assert await seed.storage.apply(lambda tx: take(tx, [press], owner=7)) == [press]
    taken = await seed.storage.apply(lambda tx: take(tx, [mine, theirs], owner=8))
    assert taken == [theirs, replace(mine, is_behind=True, unshown=1)]
    assert await seed.see(lambda tx: inbox.behind(tx, [1, 2, 3])) == {3}
    await seed.storage.apply(lambda tx: inbox.finished(tx, [1], NOW, 8))
    assert await seed.see(lambda tx: inbox.behind(tx, [3])) == {3}, "it is not theirs to finish"
    await seed.storage.apply(lambda tx: inbox.finished(tx, [1], NOW, 7))
    assert await seed.see(lambda tx: inbox.behind(tx, [3])) == set()


async def test_who_has_lost_an_update_decides_nothing(seed: Seed) -> None:
    await seed.storage.apply(lambda tx: inbox.take(tx, [FIRST, SECOND], NOW - HOUR, NOW, 7))
    # Nobody has joined by that number, so both are anybody's.
    adopted = await seed.storage.apply(lambda tx: inbox.adopt(tx, 8), snapshot=False)
    assert adopted == [replace(one, is_behind=True) for one in (FIRST, SECOND)]
    for late in (
        lambda tx: inbox.applied(tx, FIRST.update_id, [], NOW, None, 7),
        lambda tx: inbox.decided(tx, FIRST.update_id, 7),
    ):
        with pytest.raises(inbox.Taken):
            await seed.storage.apply(late)
    await seed.storage.apply(lambda tx: inbox.applied(tx, FIRST.update_id, [{"say": "1"}], NOW, None, 8))
    with pytest.raises(inbox.Taken):
        await seed.storage.apply(lambda tx: inbox.applied(tx, FIRST.update_id, [{"say": "2"}], NOW, None, 8))
    assert await seed.storage.apply(lambda tx: inbox.decided(tx, FIRST.update_id, 8)) == [{"say": "1"}]
    assert await seed.storage.apply(lambda tx: inbox.decided(tx, SECOND.update_id, 8)) is None
    # Nor may it put off to the next start what another one is about to decide.
    await seed.storage.apply(lambda tx: inbox.set_aside(tx, SECOND.update_id, 7))
    assert await seed.storage.apply(lambda tx: inbox.decided(tx, SECOND.update_id, 8)) is None


async def test_what_was_set_aside_waits_for_a_start(seed: Seed) -> None:
    await add(seed, FIRST)
    await seed.storage.apply(lambda tx: inbox.set_aside(tx, FIRST.update_id, 0))
    assert await seed.storage.apply(lambda tx: inbox.adopt(tx, 8), snapshot=False) == []
    assert await seed.storage.apply(lambda tx: inbox.adopt(tx, 0, at_start=True)) == [FIRST]


async def test_of_two_that_take_up_what_the_dead_have_left_one_has_it(server: Storage) -> None:
    dead, one, other = [await server.apply(partial(replicas.join, version="")) for _ in range(3)]
    await server.apply(lambda tx: inbox.take(tx, [FIRST, SECOND], NOW - HOUR, NOW, dead))
    await server.apply(lambda tx: replicas.leave(tx, dead))
    async with server.write(snapshot=False) as tx, asyncio.timeout(20):
        assert len(await inbox.adopt(tx, one)) == 2
        # It is not waited for, and what it is about to have is not taken from it.
        assert await server.apply(lambda tx: inbox.adopt(tx, other), snapshot=False) == []
    assert await server.apply(lambda tx: inbox.adopt(tx, other), snapshot=False) == []
    for update in (FIRST, SECOND):
        assert await server.apply(partial(inbox.decided, update_id=update.update_id, owner=one)) is None


async def test_what_the_dead_are_just_deciding_is_theirs_and_then_said_by_others(server: Storage) -> None:
    frozen, other = [await server.apply(partial(replicas.join, version="")) for _ in range(2)]
    await server.apply(lambda tx: inbox.take(tx, [FIRST], NOW - HOUR, NOW, frozen))
    await server.apply(lambda tx: replicas.leave(tx, frozen))
    async with server.write(snapshot=False) as tx, asyncio.timeout(20):
        await inbox.applied(tx, FIRST.update_id, [{"say": "1"}], NOW, None, frozen)
        assert await server.apply(lambda tx: inbox.adopt(tx, other), snapshot=False) == []
    (adopted,) = await server.apply(lambda tx: inbox.adopt(tx, other), snapshot=False)
    assert adopted.sayings == [{"say": "1"}]
