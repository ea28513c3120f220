"""SQLite's transactions on connections that stay open: each ends as it should, whatever happens in it."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.storage.engine import connections
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.engine.prepared import Prepared
from tests.reliability.faults import marked

# Longer than anybody here waits before giving up.
LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT count(*) FROM n"
_LONG, _COUNT = Prepared(sa.text(LONG)), Prepared(sa.text("SELECT count(*) FROM t"))

# Another process, which has the database open until its input ends.
OPENED = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM t").fetchall()
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def storage(table: Storage) -> Storage:
    return table


async def count(storage: Storage) -> int:
    async with storage.read() as tx:
        found: int = (await tx.connection.exec_driver_sql("SELECT count(*) FROM t")).scalar_one()
    return found


async def add(tx: Tx, x: int) -> None:
    await tx.connection.exec_driver_sql("INSERT INTO t (x) VALUES (?)", (x,))


async def test_nobody_can_go_on_with_one_that_has_ended(storage: Storage) -> None:
    async with storage.write() as tx:
        await add(tx, 1)
    with pytest.raises(Exception, match="not"):
        await add(tx, 2)
    with pytest.raises(Exception, match="not"):
        await _COUNT.scalar(tx)
    assert await count(storage) == 1


async def test_a_fault_undoes_all_of_it_and_the_next_one_begins_anew(storage: Storage) -> None:
    async def twice(tx: Tx) -> None:
        await add(tx, 1)
        await add(tx, 1)

    for _ in range(3):
        with pytest.raises(IntegrityError):
            await storage.apply(twice)
        assert await count(storage) == 0
    async with storage.write() as tx:
        await add(tx, 1)
    assert await count(storage) == 1


async def long(tx: Tx, *, prepared: bool) -> None:
    """By the driver alone, or SQLAlchemy's way."""
    await (_LONG.all(tx) if prepared else tx.connection.exec_driver_sql(LONG))


@pytest.mark.slow
@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize("turns", [0, 1, 2, 3, 5, 8])
async def test_one_that_is_cancelled_anywhere_leaves_nothing_and_no_lock(
    storage: Storage, turns: int, *, prepared: bool
) -> None:
    async def work() -> None:
        async with storage.write() as tx:
            await add(tx, 1)
            await long(tx, prepared=prepared)
            await add(tx, 2)
            await asyncio.sleep(3600)

    task = asyncio.create_task(work())
    for _ in range(turns):
        await asyncio.sleep(0)
    # From within SQLAlchemy's statement, from the driver's thread, and from the work itself.
    await asyncio.sleep(turns * 0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10):
        assert await count(storage) == 0
        for number in range(20):
            async with storage.write() as tx:
                await add(tx, number)
    assert await count(storage) == 20


@pytest.mark.slow
@pytest.mark.parametrize("prepared", [False, True])
async def test_cancelled_twice(storage: Storage, *, prepared: bool) -> None:
    async def work() -> None:
        async with storage.write() as tx:
            await add(tx, 1)
            await long(tx, prepared=prepared)

    for _ in range(5):
        task = asyncio.create_task(work())
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(10), storage.write() as tx:
        await add(tx, 7)
    assert await count(storage) == 1


async def test_a_few_connections_serve_many(storage: Storage) -> None:
    await asyncio.gather(*(storage.apply(partial(add, x=number)) for number in range(200)))
    assert await count(storage) == 200
    assert len(storage.connections.idle) <= 2


async def test_too_many_at_once_are_told(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "WAITS", 0.05)
    held, holding = asyncio.Event(), asyncio.Semaphore(0)

    async def hold() -> None:
        async with storage.read():
            holding.release()
            await held.wait()

    holders = [asyncio.create_task(hold()) for _ in range(connections.MOST)]
    for _ in holders:
        await holding.acquire()
    with pytest.raises(DatabaseUnavailable, match="no connection"):
        await count(storage)
    held.set()
    await asyncio.gather(*holders)
    assert await count(storage) == 0


async def test_it_can_be_closed_and_used_again(storage: Storage) -> None:
    await storage.apply(lambda tx: add(tx, 1))
    await storage.close()
    assert await count(storage) == 1


@pytest.mark.slow
async def test_whoever_is_in_the_midst_when_it_is_closed_keeps_nothing_open(storage: Storage) -> None:
    begun, closed = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        async with storage.read() as tx:
            await tx.connection.exec_driver_sql("SELECT 1")
            begun.set()
            await closed.wait()

    task = asyncio.create_task(work())
    await begun.wait()
    await storage.connections.close()
    closed.set()
    await task
    assert not storage.connections.idle
    await storage.close()


@pytest.fixture
async def beside(storage: Storage) -> AsyncIterator[None]:
    """Another process has the database open: as long as somebody has, the journal stays."""
    database = str(storage.url.database)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", OPENED, database, stdin=PIPE, stdout=PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdout.readline()
    yield
    process.stdin.close()
    await process.wait()


@pytest.mark.usefixtures("beside")
async def test_files_that_could_only_be_read_for_a_while(storage: Storage) -> None:
    await storage.apply(lambda tx: add(tx, 1))
    await storage.close()
    with marked(*(Path(f"{storage.url.database}{suffix}") for suffix in ("", "-wal", "-shm"))) as are_marked:
        if not are_marked:
            pytest.skip("files cannot be marked here (chattr, as root): what a read-only file leaves was not tested")
        # Whoever only reads notices nothing, and keeps open what cannot be written to.
        await asyncio.gather(*(count(storage) for _ in range(5)))
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable, match="readonly"):
                await storage.apply(lambda tx: add(tx, 2))
        assert await count(storage) == 1
    async with asyncio.timeout(10), storage.read():
        writing = asyncio.create_task(storage.apply(lambda tx: add(tx, 3)))
        await asyncio.sleep(0.05)
    await writing
    assert await count(storage) == 2
