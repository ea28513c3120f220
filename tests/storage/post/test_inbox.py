"""The inbox: what Telegram handed over is there until its handler has finished, and once."""

from bot.storage.post import inbox
from bot.storage.post.inbox import Incoming
from tests.storage.seed import HOUR, IVAN, NOW, OLGA, Seed

FIRST = Incoming(9_000_000_001, OLGA, '{"text": "Ёлка ❤️"}')
SECOND = Incoming(9_000_000_002, IVAN, "{}")


async def add(seed: Seed, *batch: Incoming) -> None:
    await seed.storage.apply(lambda tx: inbox.add(tx, batch, NOW))


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
    assert await seed.crowd(6, lambda tx, _: inbox.add(tx, [FIRST, SECOND], NOW)) == [None] * 6
    assert await seed.see(inbox.waiting) == [FIRST, SECOND]


async def test_what_was_applied_with_nothing_to_say_is_told_from_what_was_not(seed: Seed) -> None:
    await add(seed, FIRST, SECOND)
    await seed.storage.apply(lambda tx: inbox.applied(tx, FIRST.update_id, [], NOW + HOUR))
    assert [incoming.sayings for incoming in await seed.see(inbox.waiting)] == [[], None]


async def test_what_is_finished_is_gone(seed: Seed) -> None:
    await add(seed, FIRST, SECOND)
    for _ in range(2):
        await seed.storage.apply(lambda tx: inbox.finished(tx, [FIRST.update_id]))
    assert await seed.see(inbox.waiting) == [SECOND]


async def test_an_update_is_news_once_however_often_and_in_whatever_order_it_comes(seed: Seed) -> None:
    async def news(*update_ids: int) -> set[int]:
        return await seed.storage.apply(lambda tx: inbox.news(tx, update_ids, NOW - HOUR, NOW))

    assert await news(5, 7) == {5, 7}
    assert await news(7, 6, 5) == {6}
    found = await seed.crowd(6, lambda tx, _: inbox.news(tx, [8, 9], NOW - HOUR, NOW))
    assert sorted(map(str, found)) == sorted(map(str, [set()] * 5 + [{8, 9}]))


async def test_what_was_received_long_ago_is_forgotten(seed: Seed) -> None:
    await seed.storage.apply(lambda tx: inbox.news(tx, [5], NOW - HOUR, NOW))
    # Telegram has begun to number anew, and nobody has tidied up yet.
    later = NOW + 3 * HOUR
    assert await seed.storage.apply(lambda tx: inbox.news(tx, [5, 6], NOW + HOUR, later)) == {5, 6}
    assert await seed.storage.apply(lambda tx: inbox.news(tx, [5, 6], NOW + HOUR, later)) == set()
    assert await seed.storage.apply(lambda tx: inbox.forget_received(tx, later)) == 0
    assert await seed.storage.apply(lambda tx: inbox.forget_received(tx, later + HOUR)) == 2
