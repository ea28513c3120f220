"""SQLite's driver: one trip to the thread for a statement, and nothing of a long result is lost or held."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bot.storage import sqlite_driver
from bot.storage.engine import Storage

MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n"
# Some tenths of a second.
LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT count(*) FROM n"


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    """An empty table."""
    found = Storage(f"sqlite+aiosqlite:///{tmp_path}/some.db")
    await found.apply(lambda tx: tx.exec_driver_sql("CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER UNIQUE)"))
    yield found
    await found.close()


async def test_a_statement_is_one_trip(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    trips = 0
    trip = sqlite_driver.Connection.trip

    async def counted(connection: sqlite_driver.Connection, *work: Any) -> Any:
        nonlocal trips
        trips += 1
        return await trip(connection, *work)

    async with storage.read() as tx:
        monkeypatch.setattr(sqlite_driver.Connection, "trip", counted)
        assert (await tx.exec_driver_sql("SELECT 7")).scalar_one() == 7
        assert trips == 1
        assert len((await tx.exec_driver_sql(MANY)).all()) == 1000
        assert trips == 3


async def test_a_long_result_is_whole_and_a_stream_may_be_left(storage: Storage) -> None:
    async with storage.read() as tx:
        assert (await tx.exec_driver_sql(MANY)).scalars().all() == list(range(1, 1001))
        streamed = [row.i async for row in await tx.stream(sa.text(MANY).columns(sa.column("i")))]
        assert streamed == list(range(1, 1001))
        result = await tx.stream(sa.text(MANY))
        assert (await result.fetchone()) == (1,)
        assert [row[0] for row in await result.fetchmany(600)] == list(range(2, 602))
        await result.close()
        assert (await tx.exec_driver_sql("SELECT 7")).scalar_one() == 7


async def test_counts_and_ids(storage: Storage) -> None:
    async with storage.write() as tx:
        many = await tx.exec_driver_sql("INSERT INTO t (x) VALUES (?)", [(number,) for number in range(700)])
        assert many.rowcount == 700
        returned = await tx.exec_driver_sql("UPDATE t SET x = x + 10000 RETURNING id")
        assert len(returned.all()) == 700
        one = await tx.exec_driver_sql("INSERT INTO t (x) VALUES (-1)")
        assert (one.rowcount, one.lastrowid) == (1, 701)
        assert (await tx.exec_driver_sql("DELETE FROM t WHERE x = 5")).rowcount == 0


async def test_a_fault_leaves_the_connection_usable(storage: Storage) -> None:
    async with storage.write() as tx:
        with pytest.raises(OperationalError):
            await tx.exec_driver_sql("SELECT * FROM nowhere")
        await tx.exec_driver_sql("INSERT INTO t (x) VALUES (1)")
    async with storage.read() as tx:
        assert (await tx.exec_driver_sql("SELECT count(*) FROM t")).scalar_one() == 1


async def test_tasks_cancelled_in_the_midst_leave_no_thread_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    storage = Storage(f"sqlite+aiosqlite:///{tmp_path}/some.db")
    begun = asyncio.Semaphore(0)

    async def long() -> None:
        async with storage.read() as tx:
            begun.release()
            await tx.exec_driver_sql(LONG)

    tasks = [asyncio.create_task(long()) for _ in range(4)]
    for _ in tasks:
        await begun.acquire()
    # And one that has only begun to connect.
    tasks.append(asyncio.create_task(long()))
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await storage.close()
    left = set(threading.enumerate()) - before
    assert [thread for thread in left if "connection_worker" in thread.name] == []
