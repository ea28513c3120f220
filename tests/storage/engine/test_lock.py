"""One process to one database."""

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.engine import lock
from bot.storage.engine.database import DatabaseUnavailable, Storage
from bot.storage.engine.lock import InUse, Lock
from tests.waiting import until


async def test_the_second_is_told_and_the_next_may(storage: Storage) -> None:
    first, other = Lock(storage), Storage(storage.url.render_as_string(hide_password=False))
    second = Lock(other)
    try:
        await first.take()
        with pytest.raises(InUse, match="Stop that one first"):
            await second.take()
        # Who could not have it holds nothing.
        await second.release()
        await first.release()
        await second.take()
        with pytest.raises(InUse):
            await first.take()
    finally:
        await second.release()
        await other.close()


async def test_a_pool_without_a_free_connection_is_waited_for(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lock, "LOOK_EVERY", 0.01)
    storage = Storage(postgres_url)
    held = Lock(storage)
    # As long as its server was away, everybody else has been faster to ask for a connection.
    storage.engine = create_async_engine(storage.url, pool_timeout=0.05)
    async with AsyncExitStack() as others:
        for _ in range(15):
            await others.enter_async_context(storage.engine.connect())
        with pytest.raises(DatabaseUnavailable):
            await held.take()
        holding = asyncio.create_task(held.hold())
        await asyncio.sleep(0.3)
        assert not holding.done()
    other = Storage(postgres_url)
    try:
        await until(lambda: "is taken again" in caplog.text)
        with pytest.raises(InUse):
            await Lock(other).take()
    finally:
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        await held.release()
        await storage.close()
        await other.close()


async def test_a_holder_that_is_stopped_in_mid_statement_releases(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "LOOK_EVERY", 0)
    storage, other = Storage(postgres_url), Storage(postgres_url)
    try:
        for _ in range(20):
            held, next_one = Lock(storage), Lock(other)
            await held.take()
            holding = asyncio.create_task(held.hold())
            await asyncio.sleep(0.005)
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)
            await held.release()
            # The server needs a moment to notice that a session was cut off.
            async with asyncio.timeout(10):
                while True:
                    try:
                        await next_one.take()
                        break
                    except InUse:
                        await asyncio.sleep(0.01)
            await next_one.release()
    finally:
        await storage.close()
        await other.close()


def test_it_goes_with_the_process(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    script = (
        "import asyncio, sys\n"
        "from bot.storage.engine.database import Storage\n"
        "from bot.storage.engine.lock import Lock\n"
        f"lock = Lock(Storage({database!r}))\n"
        "asyncio.run(lock.take())\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(InUse, match=f"process {process.pid}"):
            asyncio.run(taken(database))
        process.kill()
        process.wait()
        asyncio.run(taken(database))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stdin.close()


async def taken(database: str) -> None:
    """Takes the lock for a moment."""
    storage = Storage(database)
    held = Lock(storage)
    try:
        await held.take()
    finally:
        await held.release()
        await storage.close()
