"""SQLite's transactions: BEGIN and COMMIT straight to the driver, on connections that stay open.

SQLAlchemy takes three tenths of a millisecond to check a connection out, begin, end and check it in; SQLite takes a
hundredth. So a connection is checked out once, stays in one transaction as SQLAlchemy sees it, and is begun and ended
here for each of ours.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.engine.sqlite_driver import Connection, Driver

# Transactions at a time, and seconds that others wait for one of them to end.
_MOST = 15
WAITS = 30.0
# The option of a connection whose transactions are begun and ended here.
OURS = "transactions_are_ours"


class _Open:
    """The connections that are open, until the database is closed."""

    def __init__(self) -> None:
        # A semaphore belongs to the event loop in which somebody first waited for it.
        self.free = asyncio.Semaphore(_MOST)
        self.idle: list[AsyncConnection] = []

    async def turn(self) -> None:
        """Waits until one more may begin. Raises NoConnectionFree."""
        if not self.free.locked():
            await self.free.acquire()
            return
        try:
            await asyncio.wait_for(self.free.acquire(), WAITS)
        except TimeoutError as error:
            raise NoConnectionFree("no connection became free") from error


class Transactions:
    """The connections to one database, and the transactions on them."""

    def __init__(self, engine: AsyncEngine, driver: Driver) -> None:
        self._engine = engine
        self._driver = driver
        self._open = _Open()
        self._dropping: set[asyncio.Task[None]] = set()
        # Whether a connection has turned out to be read-only.
        self._is_read_only = False

    @property
    def idle(self) -> int:
        """How many connections are open and in no transaction."""
        return len(self._open.idle)

    @asynccontextmanager
    async def begin(self, *, writing: bool) -> AsyncIterator[AsyncConnection]:
        """One that is committed at the end of the block, or leaves nothing behind on an exception.

        Raises SQLAlchemy's errors, and NoConnectionFree when too many last too long.
        """
        if self._is_read_only and writing:
            await self._renew()
        among = self._open
        await among.turn()
        try:
            held = among.idle.pop() if among.idle else await self._connect()
            raw = connection_of(held)
            # Whoever holds on to a transaction that has ended must not meet the next one.
            tx = AsyncConnection(self._engine, held.sync_connection)
            try:
                try:
                    await raw.whole("execute", "BEGIN IMMEDIATE" if writing else "BEGIN", ())
                    yield tx
                    await raw.commit()
                except BaseException:
                    # SQLAlchemy has closed the connection if the transaction was cancelled in the midst of a statement.
                    if not held.invalidated:
                        with suppress(sqlite3.Error):
                            await raw.rollback()
                    raise
            finally:
                tx.sync_connection = None
                self._give_back(held, among)
        except sqlite3.Error as error:
            self._notice(error)
            raise wrapped(error, self._engine) from error
        except DBAPIError as error:
            self._notice(error.orig)
            raise
        finally:
            among.free.release()

    async def close(self) -> None:
        """Closes all connections."""
        among, self._open = self._open, _Open()
        await self._close(among)

    async def _close(self, among: _Open) -> None:
        while among.idle:
            await among.idle.pop().close()
        await asyncio.gather(*self._dropping)
        await self._engine.dispose()
        await self._driver.ended()

    def _notice(self, error: BaseException | None) -> None:
        # The upper bits say more of why.
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
            self._is_read_only = True

    async def _renew(self) -> None:
        """Closes all connections, and lets none be opened before the last one is closed.

        One that was opened while the files could only be read stays read-only when they can be written again, and so
        do those that are opened while it is open: within a process they share what SQLite knows of the journal.
        """
        among = self._open
        async with AsyncExitStack() as stack:
            for _ in range(_MOST):
                await among.turn()
                stack.callback(among.free.release)
            await self._close(among)
            self._is_read_only = False

    async def _connect(self) -> AsyncConnection:
        held = await self._engine.connect()
        try:
            await held.execution_options(**{OURS: True})
            await held.begin()
        except BaseException:
            await held.close()
            raise
        return held

    def _give_back(self, held: AsyncConnection, among: _Open) -> None:
        if among is self._open and not held.invalidated and connection_of(held).is_at_rest:
            among.idle.append(held)
            return
        # The database was closed meanwhile; or it was cancelled twice, or is broken, and nobody knows its state.
        task = asyncio.create_task(_drop(held))
        self._dropping.add(task)
        task.add_done_callback(self._dropping.discard)


def connection_of(tx: AsyncConnection) -> Connection:
    """SQLite's connection of the transaction."""
    assert tx.sync_connection is not None, "the transaction has ended"
    connection = tx.sync_connection.connection.driver_connection
    assert isinstance(connection, Connection)
    return connection


def wrapped(error: sqlite3.Error, engine: AsyncEngine | AsyncConnection, sql: str = "", parameters: Any = ()) -> Any:
    """The error as SQLAlchemy has it. What people have written is nobody's business in a log."""
    return DBAPIError.instance(sql, parameters, error, sqlite3.Error, hide_parameters=True, dialect=engine.dialect)


async def _drop(held: AsyncConnection) -> None:
    await held.invalidate()
    await held.close()
