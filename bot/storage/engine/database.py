"""Opening the database, and transactions on it.

StorageError
  x SchemaTooNew          the database was written by a newer version of the program
  x DatabaseUnavailable   it cannot be reached, read or written now
      x DatabaseBusy      it could not be written in spite of several tries
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.storage.engine import sqlite_driver
from bot.storage.engine.private import keep_private
from bot.storage.engine.sqlite_transactions import OURS, Transactions

T = TypeVar("T")

# Seconds that SQLite waits for a writer of another process (a command line). Then people are told, and the work is
# tried again: while one work waits, all others wait for it.
BUSY_SECONDS = 5
# The journal grows during a long read (a report, a backup). After that it is cut back to this, twice its usual size;
# without a limit it would keep its largest size.
JOURNAL_BYTES = 8 * 1024 * 1024
# PostgreSQL's codes of a transaction that lost a race and can be run again: serialization_failure, deadlock_detected.
_LOST_RACE = {"40001", "40P01"}
# Classes of PostgreSQL's codes that blame the server, not the statement: connection, authorization, no such database,
# resources, operator intervention (a shutdown), system error, internal error; and the code of a read-only server.
_SERVER_FAULTS = {"08", "28", "3D", "53", "57", "58", "XX"}
_READ_ONLY = "25006"
TRIES = 8


class StorageError(Exception):
    """Something about the database that its operator has to know."""


class SchemaTooNew(StorageError):
    """The database was written by a newer version of the program. Start that version, or restore a backup."""


class DatabaseUnavailable(StorageError):
    """The database cannot be reached, read or written now."""


class DatabaseBusy(DatabaseUnavailable):
    """The database could not be written in spite of several tries."""


class Tx:
    """One open transaction, for the modules of queries, and what its opener has to know of it afterwards.

    Its methods are the connection's own: nothing stands between a statement and SQLAlchemy.
    """

    __slots__ = ("changed_catalog", "connection", "dialect", "execute", "filled_outbox", "run_sync", "stream")

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.dialect = connection.dialect
        self.execute = connection.execute
        self.stream = connection.stream
        self.run_sync = connection.run_sync
        # Whether it may have written letters.
        self.filled_outbox = False
        # Whether it has adopted another edition of the catalog.
        self.changed_catalog = False


class Storage:
    """A database with one way to read and one to write.

    `apply` runs its work again when it lost a race, so the work must change nothing but the database. All methods raise
    DatabaseUnavailable when the database, not the work, is at fault.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database not in (None, "", ":memory:"):
            try:
                keep_private(Path(str(self.url.database)))
            except OSError as error:
                raise DatabaseUnavailable(str(error)) from error
        options: dict[str, Any] = {
            # Values are names, notes and answers, and errors are written into the log.
            "hide_parameters": True,
            "json_serializer": lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
        }
        self._driver = sqlite_driver.Driver() if self.is_sqlite else None
        if self._driver is not None:
            options["module"] = sqlite_driver.Module()
            options["connect_args"] = {"timeout": BUSY_SECONDS, "async_creator_fn": self._driver.connect}
        else:
            # Each transaction has a snapshot: what it read still holds when it writes, or it is run again.
            options["isolation_level"] = "REPEATABLE READ"
        self.engine: AsyncEngine = create_async_engine(self.url, **options)
        # SQLite has one writer. Waiting for this lock is fair and costs nothing; SQLite itself polls with sleeps.
        self._writer: asyncio.Lock | None = asyncio.Lock() if self.is_sqlite else None
        self.transactions = Transactions(self.engine, self._driver) if self._driver is not None else None
        if self.is_sqlite:
            sa.event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine.sync_engine, "begin", _begin_sqlite)

    async def close(self) -> None:
        """Closes all connections, also those whose task was cancelled."""
        if self.transactions is not None:
            await self.transactions.close()
            # A lock belongs to the event loop in which somebody first waited for it.
            self._writer = asyncio.Lock()
        else:
            await self.engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A transaction that sees one state of the database and changes nothing."""
        async with self._begin(writing=False) as tx:
            yield tx

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """A transaction that is committed at the end of the block, or leaves nothing behind on an exception."""
        async with self._writer or nullcontext(), self._begin(writing=True) as tx:
            yield tx

    async def apply(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Commits the changes of `work` and returns its result. Raises DatabaseBusy after several lost races."""
        for attempt in range(1, TRIES + 1):
            try:
                async with self.write() as tx:
                    return await work(tx)
            except DBAPIError as error:
                if not _lost_race(error):
                    raise
                if attempt == TRIES:
                    raise DatabaseBusy(DatabaseBusy.__doc__) from error
            # Two losers wait for different times, or they would lose to each other again.
            await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _begin(self, *, writing: bool) -> AsyncIterator[Tx]:
        try:
            if self.transactions is not None:
                async with self.transactions.begin(writing=writing) as connection:
                    yield Tx(connection)
                return
            async with AsyncExitStack() as stack:
                try:
                    connection = await stack.enter_async_context(self.engine.begin())
                # Within the block an OSError would come from the work's own files or network.
                except OSError as error:
                    raise DatabaseUnavailable(str(error)) from error
                yield Tx(connection)
        except NoConnectionFree as error:
            raise DatabaseUnavailable(str(error)) from error
        except DBAPIError as error:
            if is_unavailable(error):
                raise DatabaseUnavailable(str(error.orig)) from error
            raise


def is_there(url: str) -> bool:
    """Whether the SQLite file exists; True for a server, which shows only in use whether it can be reached."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(str(parsed.database)).exists()


def is_unavailable(error: DBAPIError) -> bool:
    """Whether the database, not the statement, is at fault."""
    code = _code(error)
    if code is not None:
        return code[:2] in _SERVER_FAULTS or code == _READ_ONLY
    # A value that asyncpg cannot send (a whole number beyond 64 bits) is an InterfaceError too.
    if error.orig is not None and isinstance(error.orig.__cause__, ValueError | TypeError):
        return False
    # SQLite raises OperationalError when it is locked or read-only, the disk is full or the file missing, and a bare
    # DatabaseError for a damaged file. asyncpg raises InternalError if a connection broke between two statements.
    return isinstance(error, OperationalError | InterfaceError | InternalError) or type(error) is DatabaseError


def _code(error: DBAPIError) -> str | None:
    """PostgreSQL's code of the error; None on SQLite, and for the driver's own errors."""
    code: str | None = getattr(error.orig, "sqlstate", None)
    return code


def _lost_race(error: DBAPIError) -> bool:
    code = _code(error)
    # Two transactions may each see no row and add the same one; run again, the second sees it.
    return code in _LOST_RACE or (isinstance(error, IntegrityError) and code == "23505")


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions itself: a read that becomes a write loses updates.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA journal_size_limit={JOURNAL_BYTES}")
    cursor.execute("PRAGMA foreign_keys=ON")
    # With FULL an answer that was confirmed to a head survives a power cut, not only kill -9.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    if not connection.get_execution_options().get(OURS):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
