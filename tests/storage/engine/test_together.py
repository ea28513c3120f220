"""Several works in one transaction: each whole or not at all, and none of them another one's trouble."""

import asyncio
from contextvars import ContextVar

import pytest

from bot.storage.engine.database import DatabaseUnavailable, Tx
from bot.storage.engine.together import Together
from bot.storage.ledger import sent_directives
from bot.storage.post import meta
from tests.storage.seed import Seed


class Wrong(Exception):
    """A fault of one work."""


async def _kept(seed: Seed) -> set[str]:
    async with seed.storage.read() as tx:
        return {name for name in ("a", "b", "c", "d") if await meta.get(tx, name) is not None}


async def test_one_that_fails_leaves_nothing_and_the_others_stay(seed: Seed) -> None:
    together = Together(seed.storage)

    def putting(name: str, *, fails: bool = False):  # type: ignore[no-untyped-def]
        async def work(tx: Tx) -> str:
            await meta.put(tx, name, "1")
            if fails:
                raise Wrong(name)
            return name

        return work

    works = [putting("a"), putting("b", fails=True), putting("c"), putting("d", fails=True)]
    ends = await asyncio.gather(*(together.apply(work) for work in works), return_exceptions=True)
    assert [str(end) for end in ends] == ["a", "b", "c", "d"]
    assert [isinstance(end, Wrong) for end in ends] == [False, True, False, True]
    assert await _kept(seed) == {"a", "c"}
    # One alone fails alone.
    with pytest.raises(Wrong):
        await together.apply(putting("b", fails=True))
    assert await _kept(seed) == {"a", "c"}


async def test_each_has_its_caller_s_context(seed: Seed) -> None:
    together, whose = Together(seed.storage), ContextVar[int]("whose")

    async def call(number: int) -> int:
        whose.set(number)

        async def work(_tx: Tx) -> int:
            return whose.get()

        return await together.apply(work)

    assert await asyncio.gather(*(call(number) for number in range(20))) == list(range(20))


async def test_after_a_catalog_is_adopted_others_wait_for_its_commit(seed: Seed) -> None:
    together = Together(seed.storage)
    open_now: list[Tx] = []
    transactions = []

    async def adopt(tx: Tx) -> None:
        open_now.append(tx)
        transactions.append(id(tx))
        await sent_directives.adopt(tx)

    async def other(tx: Tx) -> None:
        # Kept alive, so that the number is nobody else's.
        open_now.append(tx)
        transactions.append(id(tx))

    await asyncio.gather(together.apply(other), together.apply(adopt), together.apply(other), together.apply(other))
    if seed.storage.is_sqlite:
        assert len(set(transactions[:2])) <= 2
        assert transactions[1] not in transactions[2:]


async def test_a_database_at_fault_is_everybody_s_trouble(seed: Seed) -> None:
    together = Together(seed.storage)

    async def work(tx: Tx) -> None:
        await meta.put(tx, "a", "1")

    async def down(tx: Tx) -> None:
        await meta.put(tx, "b", "1")
        raise DatabaseUnavailable("the disk")

    ends = await asyncio.gather(
        together.apply(work), together.apply(down), together.apply(work), return_exceptions=True
    )
    assert isinstance(ends[1], DatabaseUnavailable)
    assert "b" not in await _kept(seed)
    # What was not committed was told to its caller, who tries again.
    assert (await _kept(seed) == {"a"}) == (ends[0] is None or ends[2] is None)


async def test_a_stop_leaves_nobody_waiting(seed: Seed) -> None:
    together, began = Together(seed.storage), asyncio.Event()

    async def endless(_tx: Tx) -> None:
        began.set()
        await asyncio.Event().wait()

    waiting = asyncio.create_task(together.apply(endless))
    await began.wait()
    if seed.storage.is_sqlite:
        await together.stop()
    else:
        waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert waiting.cancelled()
    await seed.storage.apply(lambda tx: meta.put(tx, "c", "1"))
    assert await _kept(seed) == {"c"}
