"""A lock, so that one bot serves one database: a second bot refuses to start instead of sending everything twice.

The operating system or the server keeps the lock, so it ends with the process, however that ends. On Windows nothing is
locked: only Telegram notices a second bot there.
"""

import asyncio
import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine.database import DatabaseUnavailable, Storage, StorageError

_log = logging.getLogger(__name__)

if sys.platform != "win32":
    import fcntl

# Any number will do, as long as it stays the same: "PORU" in ASCII.
_KEY = 0x504F5255


# Seconds between two checks that the server still has the lock.
LOOK_EVERY = 3.0


class InUse(StorageError):
    """Another process of the bot serves this database. Stop that one first, or give this one a database of its own."""


class Lock:
    """The lock of a database, held from `take` to `release`, or until the process ends."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._file: IO[str] | None = None
        self._connection: AsyncConnection | None = None

    async def take(self) -> None:
        """Takes the lock. Raises InUse, or DatabaseUnavailable."""
        if self._storage.is_sqlite:
            self._take_file(Path(f"{self._storage.url.database}.lock"))
        else:
            await self._take_on_server()

    async def hold(self) -> None:
        """Takes it again from a server that has restarted and lost it; runs until cancelled.

        Raises InUse if another process was faster. A file's lock cannot be lost.
        """
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self._storage.is_sqlite or await self._is_known():
                continue
            # A server that is still down is asked again.
            with contextlib.suppress(DatabaseUnavailable):
                await self._take_on_server()
                _log.warning("the lock on the database was lost with its server, and is taken again")

    async def release(self) -> None:
        """Releases the lock if it is held."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._connection is not None:
            connection, self._connection = self._connection, None
            # A server that is gone has released it as well, and so has a session that was cut off in mid-statement.
            with contextlib.suppress(OSError, SQLAlchemyError):
                # Closing only tells the server to end the session, which keeps the lock until then.
                await connection.execute(sa.select(sa.func.pg_advisory_unlock(_KEY)))
            with contextlib.suppress(OSError, SQLAlchemyError):
                await connection.close()

    async def _is_known(self) -> bool:
        if self._connection is None:
            return False
        try:
            await self._connection.execute(sa.select(1))
        except (OSError, DBAPIError):
            lost, self._connection = self._connection, None
            with contextlib.suppress(OSError, DBAPIError):
                await lost.close()
            return False
        return True

    def _take_file(self, path: Path) -> None:
        if sys.platform == "win32":
            return
        try:
            file = path.open("a+")
        except OSError as error:
            raise DatabaseUnavailable(str(error)) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            process_id = file.read(20).strip()
            file.close()
            raise InUse(f"{InUse.__doc__}" + (f" (process {process_id})" if process_id.isdecimal() else "")) from None
        # The number tells people who holds the lock; the lock itself is not in the file.
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    async def _take_on_server(self) -> None:
        # The lock belongs to a session, so a connection does nothing else; with AUTOCOMMIT it idles in no transaction.
        connection, taken = None, False
        try:
            connection = await self._storage.engine.connect()
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            taken = (await connection.execute(sa.select(sa.func.pg_try_advisory_lock(_KEY)))).scalar_one()
        except (OSError, DBAPIError, NoConnectionFree) as error:
            raise DatabaseUnavailable(str(error)) from error
        finally:
            if connection is not None and not taken:
                # The connection may be broken already.
                with contextlib.suppress(OSError, DBAPIError):
                    await connection.close()
        if not taken:
            raise InUse(InUse.__doc__)
        self._connection = connection
