"""SQLite's connections, which stay open, and the transactions on them.

SQLAlchemy takes three tenths of a millisecond to check a connection out, begin, end and check it in. So it has each for
as long as the database is open, in one transaction as it sees it, and the driver begins and ends each of ours.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from threading import Thread, current_thread
from typing import Any
from weakref import WeakSet

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

# Transactions at a time, and seconds that others wait for one of them to end.
_MOST = 15
WAITS = 30.0
# Seconds. A connection that somebody still holds must not keep the program from ending.
_ENDS_WITHIN = 5.0
# The journal grows during a long read (a report, a backup). After that it is cut back to this, twice its usual size;
# without a limit it would keep its largest size.
JOURNAL_BYTES = 8 * 1024 * 1024
# A connection as SQLAlchemy has it, and the driver's own within.
_Held = tuple[AsyncConnection, aiosqlite.Connection]


class Connections:
    """The connections to one database. `busy`: seconds that SQLite waits for a writer of another process."""

    def __init__(self, url: sa.URL, busy: float, **options: Any) -> None:
        # The driver must not begin transactions itself: a read that becomes a write loses updates.
        arguments = {"timeout": busy, "isolation_level": None, "factory": self._made}
        self.engine = create_async_engine(url, poolclass=NullPool, connect_args=arguments, **options)
        sa.event.listen(self.engine.sync_engine, "connect", _prepare)
        sa.event.listen(self.engine.sync_engine, "handle_error", _stay)
        self._threads: WeakSet[Thread] = WeakSet()
        self._is_read_only = False
        self._open()

    @property
    def idle(self) -> int:
        """How many connections are open and in no transaction."""
        return len(self._idle)

    @asynccontextmanager
    async def begin(self, *, writing: bool) -> AsyncIterator[_Held]:
        """A transaction that is committed at the end of the block, or leaves nothing behind on an exception.

        Raises SQLAlchemy's errors, and NoConnectionFree when too many last too long.
        """
        if self._is_read_only and writing:
            await self._renew()
        idle, turns = self._idle, self._turns
        await _turn(turns)
        try:
            held, driver = idle.pop() if idle else await self._connect()
            # Whoever holds on to a transaction that has ended must not meet the next one.
            connection = AsyncConnection(self.engine, held.sync_connection)
            try:
                await driver.execute_fetchall("BEGIN IMMEDIATE" if writing else "BEGIN")
                yield connection, driver
                await driver.commit()
            except BaseException:
                # It is done in order: whoever begins next on this one begins after that, even if nobody waits here.
                with suppress(sqlite3.Error):
                    await driver.rollback()
                raise
            finally:
                connection.sync_connection = None
                if idle is not self._idle:
                    # The database was closed meanwhile.
                    await held.close()
                elif not held.invalidated:
                    idle.append((held, driver))
        except sqlite3.Error as error:
            self._notice(error)
            raise wrapped(error) from error
        except DBAPIError as error:
            self._notice(error.orig)
            raise
        finally:
            turns.release()

    async def close(self) -> None:
        """Closes all connections, and waits for their threads.

        One whose task was cancelled in the midst of a statement is only told to end, and its thread would report to an
        event loop that may be closed by then.
        """
        idle = self._idle
        self._open()
        await self._end(idle)

    async def _end(self, idle: list[_Held]) -> None:
        while idle:
            await idle.pop()[0].close()
        for thread in list(self._threads):
            if thread.is_alive():
                await asyncio.to_thread(thread.join, _ENDS_WITHIN)

    def _open(self) -> None:
        # A semaphore belongs to the event loop in which somebody first waited for it.
        self._turns = asyncio.Semaphore(_MOST)
        self._idle: list[_Held] = []

    async def _connect(self) -> _Held:
        held = await self.engine.connect()
        try:
            driver = (await held.get_raw_connection()).driver_connection
            assert isinstance(driver, aiosqlite.Connection)
            await held.begin()
        except BaseException:
            await held.close()
            raise
        return held, driver

    def _made(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        """In the connection's own thread: makes it."""
        self._threads.add(current_thread())
        return sqlite3.Connection(*arguments, **options)

    def _notice(self, error: BaseException | None) -> None:
        # The upper bits say more of why.
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
            self._is_read_only = True

    async def _renew(self) -> None:
        """Closes all connections, and lets none be opened before the last one is closed.

        One that was opened while the files could only be read stays read-only when they can be written again, and so
        do those that are opened while it is open: within a process they share what SQLite knows of the journal.
        """
        turns = self._turns
        async with AsyncExitStack() as stack:
            for _ in range(_MOST):
                await _turn(turns)
                stack.callback(turns.release)
            await self._end(self._idle)
            self._is_read_only = False


async def _turn(turns: asyncio.Semaphore) -> None:
    try:
        async with asyncio.timeout(WAITS):
            await turns.acquire()
    except TimeoutError as error:
        raise NoConnectionFree("no connection became free") from error


def wrapped(error: sqlite3.Error, sql: str = "") -> DBAPIError:
    """The error as SQLAlchemy has it. What people have written is nobody's business in a log."""
    found = DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True)
    assert isinstance(found, DBAPIError)
    return found


def _stay(context: sa.ExceptionContext) -> None:
    """Keeps a connection whose task was cancelled: what it was about ends in its thread, and is undone there.

    SQLAlchemy would close it, and SQLite keep it open, with its locks, until somebody frees the statement.
    """
    if isinstance(context.original_exception, asyncio.CancelledError):
        context.is_disconnect = False


def _prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA journal_size_limit={JOURNAL_BYTES}")
    cursor.execute("PRAGMA foreign_keys=ON")
    # With FULL an answer that was confirmed to a head survives a power cut, not only kill -9.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
