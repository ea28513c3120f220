"""One process to one database."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.storage.engine import Storage
from bot.storage.lock import InUse, Lock


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


def test_it_goes_with_the_process(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    script = (
        "import asyncio, sys\n"
        "from bot.storage.engine import Storage\n"
        "from bot.storage.lock import Lock\n"
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
    lock = Lock(storage)
    try:
        await lock.take()
    finally:
        await lock.release()
        await storage.close()
