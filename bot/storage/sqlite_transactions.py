"""SQLite's transactions: BEGIN and COMMIT straight to the driver, on connections that stay open.

SQLAlchemy takes three tenths of a millisecond to check a connection out, begin, end and check it in; SQLite takes a
hundredth. So a connection is checked out once, stays in one transaction as SQLAlchemy sees it, and is begun and ended
here for each of ours.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.sqlite_driver import Connection

# Transactions at a time, and seconds that others wait for one of them to end.
_MOST, _PATIENCE = 15, 30.0
# The option of a connection whose transactions are begun and ended here.
OURS = "transactions_are_ours"


class Transactions:
    """Of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(**{OURS: True})
        self._idle: list[AsyncConnection] = []
        self._free = asyncio.Semaphore(_MOST)
        self._dropping: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def begin(self, *, writing: bool) -> AsyncIterator[AsyncConnection]:
        """One that is committed at the end of the block, or leaves nothing behind on an exception.

        Raises SQLAlchemy's errors, and NoConnectionFree when too many last too long.
        """
        await self._turn()
        try:
            idle = self._idle
            held = idle.pop() if idle else await self._connect()
            raw = connection_of(held)
            # What is kept about a transaction by its name, and whoever holds on to it, must not meet the next one.
            tx = AsyncConnection(self._engine, held.sync_connection)
            try:
                try:
                    await raw.whole("execute", "BEGIN IMMEDIATE" if writing else "BEGIN", ())
                    yield tx
                    await raw.commit()
                except BaseException:
                    # Of one that was cancelled in the midst of a statement SQLAlchemy has closed the connection.
                    if not held.invalidated:
                        with suppress(sqlite3.Error):
                            await raw.rollback()
                    raise
            except sqlite3.Error as error:
                raise wrapped(error, self._engine) from error
            finally:
                tx.sync_connection = None
                self._give_back(held, idle)
        finally:
            self._free.release()

    async def close(self) -> None:
        """Closes all connections."""
        idle, self._idle = self._idle, []
        for held in idle:
            await held.close()
        await asyncio.gather(*self._dropping)
        # A semaphore belongs to the event loop in which somebody first waited for it.
        self._free = asyncio.Semaphore(_MOST)

    async def _turn(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            await asyncio.wait_for(self._free.acquire(), _PATIENCE)
        except TimeoutError as error:
            raise NoConnectionFree("no connection became free") from error

    async def _connect(self) -> AsyncConnection:
        held = await self._engine.connect()
        try:
            await held.begin()
        except BaseException:
            await held.close()
            raise
        return held

    def _give_back(self, held: AsyncConnection, idle: list[AsyncConnection]) -> None:
        if idle is self._idle and not held.invalidated and connection_of(held).is_at_rest:
            idle.append(held)
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
