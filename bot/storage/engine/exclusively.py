"""What only one process may do to a database at a time, while others wait: to migrate it, to take in files at a start.

The operating system or the server keeps the lock, so it ends with the process, however that ends.
"""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.storage.engine.database import DatabaseUnavailable, Storage

if sys.platform != "win32":
    import fcntl

_log = logging.getLogger(__name__)

# Any number will do, as long as it stays the same and is no other lock's: "PORV" in ASCII.
_KEY = 0x504F5256
# Seconds between two tries. Who waited within one statement of the server would be waited for by CREATE INDEX
# CONCURRENTLY, which waits for all statements.
_AGAIN = 0.1
# Tries after which the log says that somebody waits.
PATIENT = 10
# A server may be told to end whoever idles, and with it the lock in the midst of a copy. PostgreSQL 13 cannot be told
# that, nor the contrary.
_STAYS = sa.text("SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'")


@asynccontextmanager
async def exclusively(storage: Storage) -> AsyncIterator[None]:
    """Waits until no other process is in such a block on this database. Raises DatabaseUnavailable."""
    async with _folder_locked(storage) if storage.is_sqlite else _server_locked(storage):
        yield


@asynccontextmanager
async def _folder_locked(storage: Storage) -> AsyncIterator[None]:
    # The folder: a file would be left over, and to close the database's own would end SQLite's locks on it.
    try:
        folder = _opened_folder(Path(str(storage.url.database)))
    except OSError:
        # There is no such folder, or it is nobody's to read: whoever uses the database next says so.
        yield
        return
    try:
        tries = 0
        while not _is_locked(folder):
            tries = await _again(tries)
        yield
    finally:
        os.close(folder)


def _opened_folder(database: Path) -> int:
    """That in which the file is, also for whoever comes to it by a link. Raises OSError."""
    return os.open(database.resolve().parent, os.O_RDONLY)


def _is_locked(folder: int) -> bool:
    """Whether the folder is ours now, or cannot be anybody's: Windows and some network drives lock none."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@asynccontextmanager
async def _server_locked(storage: Storage) -> AsyncIterator[None]:
    async with contextlib.AsyncExitStack() as stack:
        # Only these errors are the lock's; what the block itself meets is told by whoever is in it.
        try:
            # The lock belongs to a session, which idles in no transaction, and ends with it.
            connection = await stack.enter_async_context(storage.engine.connect())
            await connection.execute(_STAYS)
            tries = 0
            while not (await connection.execute(sa.select(sa.func.pg_try_advisory_lock(_KEY)))).scalar_one():
                tries = await _again(tries)
        except DBAPIError as error:
            raise DatabaseUnavailable(str(error.orig) or type(error.orig).__name__) from error
        except (OSError, NoConnectionFree) as error:
            raise DatabaseUnavailable(str(error) or type(error).__name__) from error
        try:
            yield
        finally:
            # A session that is gone has released it; that one ends, the server notices somewhat later.
            with contextlib.suppress(OSError, DBAPIError):
                await connection.execute(sa.select(sa.func.pg_advisory_unlock(_KEY)))


async def _again(tries: int) -> int:
    if tries == PATIENT:
        _log.warning("another process migrates the database or takes in files: waiting for it")
    await asyncio.sleep(_AGAIN)
    return tries + 1
