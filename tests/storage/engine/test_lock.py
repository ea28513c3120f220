"""One process to one SQLite file; as many as like to a server."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.storage.engine.database import Storage
from bot.storage.engine.exclusively import exclusively
from bot.storage.engine.lock import InUse, Lock


async def test_the_second_is_told_and_the_next_may(tmp_path: Path) -> None:
    storage = Storage(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    first, second = Lock(storage), Lock(storage)
    first.take()
    with pytest.raises(InUse, match="Stop that one first"):
        second.take()
    # Who could not have it holds nothing.
    second.release()
    first.release()
    second.take()
    with pytest.raises(InUse):
        first.take()
    second.release()


async def test_who_comes_by_a_link_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "bot.db").symlink_to(tmp_path / "disk" / "bot.db")
    ours, theirs = (Storage(f"sqlite+aiosqlite:///{tmp_path}/{name}") for name in ("bot.db", "disk/bot.db"))
    first, second = Lock(ours), Lock(theirs)
    first.take()
    with pytest.raises(InUse, match="Stop that one first"):
        second.take()
    first.release()
    async with exclusively(ours):
        waiting = asyncio.create_task(_entered(theirs))
        assert not (await asyncio.wait({waiting}, timeout=0.3))[0]
    await waiting


async def _entered(storage: Storage) -> None:
    async with exclusively(storage):
        pass


async def test_many_serve_a_server() -> None:
    storage = Storage(make_url("postgresql+asyncpg://bot@127.0.0.1:1/nobody").render_as_string())
    try:
        for lock in (Lock(storage), Lock(storage)):
            lock.take()
    finally:
        await storage.close()


@pytest.mark.slow
def test_it_goes_with_the_process(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    script = (
        "import sys\n"
        "from bot.storage.engine.database import Storage\n"
        "from bot.storage.engine.lock import Lock\n"
        f"lock = Lock(Storage({database!r}))\n"
        "lock.take()\n"
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
        held.take()
    finally:
        held.release()
        await storage.close()
