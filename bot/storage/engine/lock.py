"""A lock, so that one bot serves one SQLite file: a second bot refuses to start instead of sending everything twice.

The operating system keeps the lock, so it ends with the process, however that ends. On Windows nothing is locked: only
Telegram notices a second bot there. A server's database is served by as many as like to (`bot.replica`).
"""

import os
import sys
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from bot.storage.engine.database import DatabaseUnavailable, Storage, StorageError, Tx

if sys.platform != "win32":
    import fcntl


# What a bot of before schema 0019 holds on a server, whose database it serves alone: "PORU" in ASCII.
_SERVES_ALONE = 0x504F5255


class InUse(StorageError):
    """Another process of the bot serves this database. Stop that one first, or give this one a database of its own."""


async def check_unserved(tx: Tx) -> None:
    """Raises InUse if a bot serves a server's database that is too old to do so beside others."""
    if tx.dialect.name == "sqlite":
        return
    if not (await tx.execute(sa.select(sa.func.pg_try_advisory_xact_lock(_SERVES_ALONE)))).scalar_one():
        raise InUse("A bot of an older version serves this database, and knows of no others. Stop it first.")


class Lock:
    """The lock of a database, held from `take` to `release`, or until the process ends."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Takes the lock. Raises InUse, or DatabaseUnavailable."""
        if not self._storage.is_sqlite or sys.platform == "win32":
            return
        try:
            # Whoever comes by a link has the same file open.
            path = Path(f"{Path(str(self._storage.url.database)).resolve()}.lock")
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

    def release(self) -> None:
        """Releases the lock if it is held."""
        if self._file is not None:
            self._file.close()
            self._file = None
