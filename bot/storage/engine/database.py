"""Opening the database, and transactions on it.

StorageError
  x SchemaTooNew          the database was written by a newer version of the program
  x NotOurs               it is another program's
  x SqliteTooOld          the SQLite of this Python does not know what is asked of it
  x DatabaseUnavailable   it cannot be reached, read or written now
      x DatabaseBusy      it could not be written in spite of several tries
      x DatabaseRefused   its server is there, and does not know the role, the password or the database, or lets the
                          role write nothing; or its certificates are not here
"""

import asyncio
import json
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import library, sqlite
from bot.storage.engine.connections import Connections, Driver, code_of, is_read_only
from bot.storage.engine.private import keep_private, others_table

T = TypeVar("T")

# Seconds that SQLite waits for a writer of another process (a command line). Then people are told, and the work is
# tried again: while one work waits, all others wait for it.
BUSY_SECONDS = 5
# PostgreSQL's codes of a transaction that lost a race and can be run again: serialization_failure, deadlock_detected.
_LOST_RACE = {"40001", "40P01"}
# A migration has changed what a prepared statement finds. asyncpg and SQLAlchemy each have an error of this name.
_PLAN_IS_OLD = "InvalidCachedStatementError"
# foreign_key_violation.
_REFERS_TO_NOTHING = "23503"
# Classes of PostgreSQL's codes that blame the server, not the statement: connection, authorization, no such database,
# no such schema, resources, operator intervention (a shutdown), system error, internal error.
_SERVER_FAULTS = {"08", "28", "3D", "3F", "53", "57", "58", "XX"}
# Of these, those that blame the address.
_ADDRESS_FAULTS = {"28", "3D", "3F"}
# protocol_violation: it is no server that answers, but a PgBouncer that takes no settings.
_NO_SERVER = "08P01"
# asyncpg's error of what the address or the environment says of TLS and cannot be done.
_CANNOT_BE_DONE = "ClientConfigurationError"
# A transaction that stood still (`postgresql.IDLE_SECONDS`); a role that may not do what it needs.
_STOOD_STILL, _MAY_NOT = "25P03", "42501"
TRIES = 8
# Seconds between two words to the server while a transaction waits for work in a thread.
SPEAKS_EVERY = 2.0


class StorageError(Exception):
    """Something about the database that its operator has to know."""


class SchemaTooNew(StorageError):
    """The database was written by a newer version of the program. Start that version, or restore a backup."""


class NotOurs(StorageError):
    """The database has tables, and they are another program's."""

    def __init__(self, table: str) -> None:
        super().__init__(f"it is another program's, and has its table {table}. Name one that nobody else uses")


class SqliteTooOld(StorageError):
    """The SQLite of this Python does not know what is asked of it."""

    def __init__(self) -> None:
        needed = ".".join(map(str, library.NEEDED))
        super().__init__(
            f"this Python has SQLite {sqlite3.sqlite_version}, and {needed} is needed. "
            "Take a Python that brings a newer one along, or PostgreSQL (DATABASE_URL)"
        )


class DatabaseUnavailable(StorageError):
    """The database cannot be reached, read or written now."""


class DatabaseBusy(DatabaseUnavailable):
    """The database could not be written in spite of several tries."""


class DatabaseRefused(DatabaseUnavailable):
    """The server is there, and does not know the role, the password or the database of the address, or lets the role
    write nothing; or the certificates by which it is to be known are not here."""


class Tx:
    """One open transaction, for the modules of queries, and what its opener has to know of it afterwards."""

    def __init__(self, held: AsyncConnection, driver: Driver) -> None:
        # Whoever holds on to a transaction that has ended must not meet the next one.
        self.connection = AsyncConnection(held.engine, held.sync_connection)
        self._driver: Driver | None = driver
        self.dialect = held.dialect
        self.execute, self.run_sync = self.connection.execute, self.connection.run_sync
        # Whether it may have written letters.
        self.filled_outbox = False

    @property
    def driver(self) -> Driver:
        """The way of what is prepared. Raises RuntimeError when the transaction has ended."""
        if self._driver is None:
            raise RuntimeError("the transaction is not open")
        return self._driver

    async def aside(self, work: Callable[..., T], *arguments: Any) -> T:
        """What long work returns, done in a thread: others are served meanwhile, and a server hears that we are there.

        It ends a transaction that stands still (`postgresql.IDLE_SECONDS`).
        """
        working = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
        try:
            while not (await asyncio.wait({working}, timeout=SPEAKS_EVERY))[0]:
                await self.execute(sa.select(1))
        finally:
            working.cancel()
        return working.result()

    def end(self) -> None:
        """Nothing goes by it any more."""
        self.connection.sync_connection = self._driver = None


class Storage:
    """A database with one way to read and one to write.

    `apply` runs its work again when it lost a race, so the work must change nothing but the database. All methods raise
    DatabaseUnavailable when the database, not the work, is at fault; after a commit that nobody confirmed, too.
    """

    def __init__(self, url: str, *, is_slow: bool = False) -> None:
        """`is_slow`: there may be long pauses between what it reads in a transaction. Raises NotOurs for a file of
        another program, SqliteTooOld, and DatabaseUnavailable."""
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {
            # Values are names, notes and answers, and errors are written into the log.
            "hide_parameters": True,
            "json_serializer": json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode,
        }
        # SQLite has one writer. Waiting for this lock is fair and costs nothing; SQLite itself polls with sleeps.
        self._writer = asyncio.Lock() if self.is_sqlite else None
        if self.is_sqlite:
            if self.url.database not in (None, "", ":memory:"):
                self._look_at_file(Path(str(self.url.database)))
            self.connections: Connections = sqlite.Connections(self.url, BUSY_SECONDS, options)
        else:
            # Who has SQLite does not need its driver.
            from bot.storage.engine import postgresql  # noqa: PLC0415

            self.connections = postgresql.opened(self.url, options, is_slow=is_slow)
        self.engine = self.connections.engine

    @staticmethod
    def _look_at_file(path: Path) -> None:
        if library.is_too_old():
            raise SqliteTooOld
        if (table := others_table(path)) is not None:
            raise NotOurs(table)
        try:
            keep_private(path)
        except OSError as error:
            raise DatabaseUnavailable(str(error)) from error

    async def close(self) -> None:
        """Closes all connections, also those whose task was cancelled."""
        await self.connections.close()
        # A lock belongs to the event loop in which somebody first waited for it.
        self._writer = asyncio.Lock() if self.is_sqlite else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A transaction that sees one state of the database and changes nothing."""
        async with self._begin(writing=False) as tx:
            yield tx

    @asynccontextmanager
    async def write(self, *, snapshot: bool = True) -> AsyncIterator[Tx]:
        """A transaction that is committed at the end of the block, or leaves nothing behind on an exception.

        Without a `snapshot` each statement on a server sees what is committed by then: for work of one statement, or
        whose statements need not agree. It waits for others' rows where one with a snapshot would lose a race.
        """
        async with self._writer or nullcontext(), self._begin(writing=True, snapshot=snapshot) as tx:
            yield tx

    async def apply(self, work: Callable[[Tx], Awaitable[T]], *, snapshot: bool = True) -> T:
        """Commits the changes of `work` and returns its result; `snapshot`: see `write`.

        Raises DatabaseBusy after several lost races.
        """
        for attempt in range(1, TRIES + 1):
            try:
                async with self.write(snapshot=snapshot) as tx:
                    return await work(tx)
            except DBAPIError as error:
                # Without a snapshot what was read may be gone when something else is to refer to it.
                if not (_lost_race(error) or (not snapshot and code_of(error) == _REFERS_TO_NOTHING)):
                    raise
                if attempt == TRIES:
                    raise DatabaseBusy(DatabaseBusy.__doc__) from error
            # Two losers wait for different times, or they would lose to each other again.
            await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _begin(self, *, writing: bool, snapshot: bool = True) -> AsyncIterator[Tx]:
        try:
            while True:
                async with self.connections.one(writing=writing) as driver:
                    tx, has_begun = Tx(driver.held, driver), False
                    try:
                        await driver.begin(writing=writing, snapshot=snapshot)
                        has_begun = True
                        yield tx
                        await driver.commit()
                        return
                    except BaseException as error:
                        await driver.rollback()
                        if not has_begun and _had_ended(driver, error):
                            continue
                        if isinstance(error, OSError) and not driver.is_open:
                            raise OperationalError("", None, error) from error
                        raise
                    finally:
                        tx.end()
        except NoConnectionFree as error:
            raise DatabaseUnavailable(str(error)) from error
        except DBAPIError as error:
            # What has been read cannot be read again here: whoever asked comes again.
            if is_unavailable(error) or (not writing and _lost_race(error)):
                # A wait that came to its end has no words.
                said = str(error.orig) or type(error.orig).__name__
                raise (DatabaseRefused if _is_refused(error) else DatabaseUnavailable)(said) from error
            raise


def _had_ended(driver: Driver, error: BaseException) -> bool:
    """Whether the server had ended the connection while nobody used it: one may hear of that only by using it, and
    nothing is lost by it."""
    # Whoever was not answered has waited long enough.
    is_told = isinstance(error, DBAPIError) and not isinstance(error.orig, TimeoutError)
    return is_told and not driver.is_new and not driver.is_open


def is_there(url: str) -> bool:
    """Whether the SQLite file exists; True for a server, which shows only in use whether it can be reached."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(str(parsed.database)).exists()


def is_unavailable(error: DBAPIError) -> bool:
    """Whether the database, not the statement, is at fault."""
    if error.statement is None:
        # It was told before anything was asked.
        return True
    code = code_of(error)
    if code is not None:
        return code[:2] in _SERVER_FAULTS or code in (_STOOD_STILL, _MAY_NOT) or is_read_only(error)
    if _cannot_be_done(error):
        return True
    # A value that asyncpg cannot send (a whole number beyond 64 bits) is an InterfaceError too.
    if any(isinstance(cause, ValueError | TypeError) for cause in (error.orig, getattr(error.orig, "__cause__", None))):
        return False
    # SQLite raises OperationalError when it is locked or read-only, the disk is full or the file missing, and a bare
    # DatabaseError for a damaged file. asyncpg raises InternalError if a connection broke between two statements.
    return isinstance(error, OperationalError | InterfaceError | InternalError) or type(error) is DatabaseError


def _is_refused(error: DBAPIError) -> bool:
    code = code_of(error) or ""
    is_blamed = code[:2] in _ADDRESS_FAULTS or code in (_NO_SERVER, _MAY_NOT)
    return is_blamed or is_read_only(error) or _cannot_be_done(error)


def _cannot_be_done(error: DBAPIError) -> bool:
    return type(getattr(error.orig, "__cause__", None)).__name__ == _CANNOT_BE_DONE


def _lost_race(error: DBAPIError) -> bool:
    if type(error.orig).__name__ == _PLAN_IS_OLD:
        return True
    code = code_of(error)
    # Two transactions may each see no row and add the same one; run again, the second sees it.
    return code in _LOST_RACE or (isinstance(error, IntegrityError) and code == "23505")
