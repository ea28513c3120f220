"""SQLite's driver: others go on whatever SQLite does; nothing of a long result is lost or held."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.prepared import Prepared

MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n"
# Some tenths of a second.
LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT count(*) FROM n"


@pytest.fixture
def storage(table: Storage) -> Storage:
    return table


@asynccontextmanager
async def others_go_on() -> AsyncIterator[None]:
    """Within the block others have their turns, many more than statements begin and end there."""
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    living = asyncio.create_task(others())
    yield
    living.cancel()
    assert turns > 100


NUMBERS = [(number,) for number in range(100_000)]
_LONG = Prepared(sa.text(LONG))
_DOUBLED = Prepared(sa.text(f"INSERT INTO t (x) SELECT i FROM ({MANY.replace('1000', ':most')})"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "doing",
    [
        lambda tx: tx.connection.exec_driver_sql(LONG),
        lambda tx: tx.execute(sa.text(LONG)),
        _LONG.all,
        lambda tx: tx.connection.exec_driver_sql("INSERT INTO t (x) VALUES (?)", NUMBERS),
        lambda tx: tx.connection.exec_driver_sql(f"INSERT INTO t (x) SELECT i FROM ({MANY.replace('1000', '100000')})"),
        lambda tx: _DOUBLED.run(tx, most=100_000),
    ],
    ids=["driver", "text", "prepared", "many", "changes", "prepared changes"],
)
async def test_others_go_on_while_it_lasts(storage: Storage, doing: Callable[[Tx], Awaitable[object]]) -> None:
    async with storage.write() as tx, others_go_on():
        await doing(tx)


@pytest.mark.slow
async def test_a_long_query_undoes_nothing(storage: Storage) -> None:
    async with storage.write() as tx:
        await tx.connection.exec_driver_sql("INSERT INTO t (x) VALUES (1)")
        result = await tx.connection.exec_driver_sql(f"SELECT (SELECT count(*) FROM t), * FROM ({LONG})")
        assert result.one() == (1, 1_000_000)
        await tx.connection.exec_driver_sql("INSERT INTO t (x) VALUES (2)")
    async with storage.read() as tx:
        assert (await tx.connection.exec_driver_sql("SELECT count(*) FROM t")).scalar_one() == 2


async def test_many_rows_are_written(storage: Storage) -> None:
    async with storage.write() as tx:
        await tx.connection.exec_driver_sql("INSERT INTO t (x) VALUES (?)", [(number,) for number in range(100)])
        await tx.connection.exec_driver_sql("INSERT INTO t (x) VALUES (?)", [(number,) for number in range(100, 5000)])
    async with storage.read() as tx:
        assert (await tx.connection.exec_driver_sql("SELECT count(*), max(x) FROM t")).one() == (5000, 4999)


async def test_a_change_of_who_knows_how_many_rows(storage: Storage) -> None:
    async with storage.write() as tx:
        await tx.connection.exec_driver_sql("INSERT INTO t (x) VALUES (0)")
        for statement, left in (
            (f"INSERT INTO t (x) SELECT i FROM ({MANY})", 1001),
            ("UPDATE t SET x = x + 10000", 1001),
            ("WITH old AS (SELECT id FROM t WHERE x > 10500) DELETE FROM t WHERE id IN old", 501),
            ("DELETE FROM t", 0),
        ):
            await tx.connection.exec_driver_sql(statement)
            assert (await tx.connection.exec_driver_sql("SELECT count(*) FROM t")).scalar_one() == left


async def test_the_event_loop_lives_while_another_process_writes(storage: Storage, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def wait_and_write() -> None:
        async with storage.write() as tx:
            await tx.connection.exec_driver_sql("INSERT INTO t (x) VALUES (1)")

    writing = asyncio.create_task(wait_and_write())
    # The other one lets go because this goes on; otherwise the writer's patience would end.
    for _ in range(50):
        await asyncio.sleep(0.01)
    assert not writing.done()
    other.execute("COMMIT")
    other.close()
    await writing
    async with storage.read() as tx:
        assert (await tx.connection.exec_driver_sql("SELECT count(*) FROM t")).scalar_one() == 1


@pytest.mark.slow
async def test_a_transaction_of_many_statements_leaves_the_event_loop_its_turns(storage: Storage) -> None:
    async with storage.read() as tx, others_go_on():
        for _ in range(1000):
            await tx.connection.exec_driver_sql("SELECT 1")


async def test_a_long_result_is_whole_and_a_stream_may_be_left(storage: Storage) -> None:
    async with storage.read() as tx:
        assert (await tx.connection.exec_driver_sql(MANY)).scalars().all() == list(range(1, 1001))
        streamed = [row.i async for row in await tx.connection.stream(sa.text(MANY).columns(sa.column("i")))]
        assert streamed == list(range(1, 1001))
        result = await tx.connection.stream(sa.text(MANY))
        assert (await result.fetchone()) == (1,)
        assert [row[0] for row in await result.fetchmany(600)] == list(range(2, 602))
        await result.close()
        assert (await tx.connection.exec_driver_sql("SELECT 7")).scalar_one() == 7


async def test_counts_and_ids(storage: Storage) -> None:
    async with storage.write() as tx:
        many = await tx.connection.exec_driver_sql("INSERT INTO t (x) VALUES (?)", [(number,) for number in range(700)])
        assert many.rowcount == 700
        returned = await tx.connection.exec_driver_sql("UPDATE t SET x = x + 10000 RETURNING id")
        assert len(returned.all()) == 700
        result = await tx.connection.exec_driver_sql("INSERT INTO t (x) VALUES (-1)")
        assert (result.rowcount, result.lastrowid) == (1, 701)
        assert (await tx.connection.exec_driver_sql("DELETE FROM t WHERE x = 5")).rowcount == 0


async def test_a_fault_leaves_the_connection_usable(storage: Storage) -> None:
    async with storage.write() as tx:
        with pytest.raises(OperationalError):
            await tx.connection.exec_driver_sql("SELECT * FROM nowhere")
        await tx.connection.exec_driver_sql("INSERT INTO t (x) VALUES (1)")
    async with storage.read() as tx:
        assert (await tx.connection.exec_driver_sql("SELECT count(*) FROM t")).scalar_one() == 1


@pytest.mark.slow
async def test_tasks_cancelled_in_the_midst_leave_no_thread_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    storage = Storage(f"sqlite+aiosqlite:///{tmp_path}/some.db")
    begun = asyncio.Semaphore(0)

    async def long() -> None:
        async with storage.read() as tx:
            begun.release()
            await tx.connection.exec_driver_sql(LONG)

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
