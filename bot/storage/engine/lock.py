"""A lock, so that one bot serves one SQLite file: a second bot refuses to start instead of sending everything twice.

The operating system keeps the lock, so it ends with the process, however that ends. On Windows nothing is locked: only
Telegram notices a second bot there. A server's database is served by as many as like to (`bot.replica`).
"""

import os
import sys
from pathlib import Path
from typing import IO

from bot.storage.engine.database import DatabaseUnavailable, Storage, StorageError

if sys.platform != "win32":
    import fcntl


class InUse(StorageError):
    """Another process of the bot serves this database. Stop that one first, or give this one a database of its own."""


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
            path = Path(f"{self._storage.url.database}.lock")
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
