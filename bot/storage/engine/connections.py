"""Connections that stay open, and what each database's own driver does on them.

SQLAlchemy has each for as long as the database is open, in one transaction as it sees it, and the driver begins and
ends each of ours. Its own pool would cost a twentieth of a millisecond more for each, but nobody could reach those that
wait in it: when a server is lost they are cut, and when files could only be read for a while all are closed before one
is opened.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# Transactions at a time, and seconds that others wait for one of them to end.
MOST = 20
WAITS = 30.0
# Seconds. A connection that somebody still holds must not keep the program from ending.
ENDS_WITHIN = 5.0
# The driver keeps so many statements prepared on a connection: all that presses, letters and ticks go by.
KEPT = 400


class Driver(Protocol):
    """A connection, `held` by SQLAlchemy, as the database's own driver has it.

    All raise SQLAlchemy's errors, but `rollback` none: what cannot be undone it closes; nor `cut`, which closes without
    a word, as nobody is there to hear it. `run` tells how many rows it has changed. `is_new`: there was no transaction
    on it before.
    """

    held: AsyncConnection
    is_new: bool

    @property
    def is_open(self) -> bool: ...
    def cut(self) -> None: ...
    async def close(self) -> None: ...
    async def begin(self, *, writing: bool, snapshot: bool) -> None: ...
    async def commit(self) -> None: ...
    async def rollback(self) -> None: ...
    async def all(self, sql: str, values: Sequence[Any]) -> Iterable[Any]: ...
    async def run(self, sql: str, values: Sequence[Any]) -> int: ...
    async def run_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> None: ...


class Connections:
    """The connections to one database; `driver`: the driver's of one that SQLAlchemy has opened."""

    def __init__(self, engine: AsyncEngine, driver: Callable[[AsyncConnection, Any], Driver]) -> None:
        self.engine, self._driver = engine, driver
        self._only_reads = False
        self._open()

    def _open(self) -> None:
        # A semaphore belongs to the event loop in which somebody first waited for it.
        self._turns = asyncio.Semaphore(MOST)
        # Those that are open and in no transaction.
        self.idle: list[Driver] = []

    @asynccontextmanager
    async def one(self, *, writing: bool) -> AsyncIterator[Driver]:
        """One of them, for the block. Raises SQLAlchemy's errors, and NoConnectionFree when others keep theirs long."""
        if self._only_reads and writing:
            await self._renew()
        idle, turns = self.idle, self._turns
        await _turn(turns)
        try:
            driver = await self._taken()
            try:
                yield driver
            finally:
                # The database may have been closed meanwhile.
                if idle is self.idle and driver.is_open:
                    driver.is_new = False
                    idle.append(driver)
                else:
                    await driver.held.close()
                    # Those that have waited meanwhile have lost the server too, and each would find out for itself.
                    for other in idle:
                        other.cut()
        except DBAPIError as error:
            self._only_reads |= is_read_only(error)
            raise
        finally:
            turns.release()

    async def close(self) -> None:
        """Closes all; one that is in use is closed by its user."""
        idle = self.idle
        self._open()
        await self.end(idle)

    async def end(self, idle: list[Driver]) -> None:
        """Closes these, and waits until they are closed."""
        ending = [driver.close() for driver in idle]
        idle.clear()
        await asyncio.gather(*ending, return_exceptions=True)

    async def _taken(self) -> Driver:
        while self.idle:
            if (driver := self.idle.pop()).is_open:
                return driver
            # Its server has ended it meanwhile.
            await driver.held.close()
        try:
            held = await self.engine.connect()
            # For Alembic, which would begin and commit one of its own.
            await held.begin()
        except OSError as error:
            raise OperationalError("", None, error) from error
        return self._driver(held, (await held.get_raw_connection()).driver_connection)

    async def _renew(self) -> None:
        """Closes all connections, and lets none be opened before the last one is closed.

        A server that has become a standby is left for the one in its place. And what was opened while SQLite's files
        could only be read stays read-only when they can be written again, as do those that are opened while it is open:
        within a process they share what SQLite knows of the journal.
        """
        turns = self._turns
        async with AsyncExitStack() as stack:
            for _ in range(MOST):
                await _turn(turns)
                stack.callback(turns.release)
            await self.end(self.idle)
            self._only_reads = False


async def _turn(turns: asyncio.Semaphore) -> None:
    try:
        async with asyncio.timeout(WAITS):
            await turns.acquire()
    except TimeoutError as error:
        raise NoConnectionFree("no connection became free") from error


def code_of(error: DBAPIError) -> str | None:
    """PostgreSQL's code of the error; None on SQLite, and for the driver's own errors."""
    code: str | None = getattr(error.orig, "sqlstate", None)
    return code


def is_read_only(error: DBAPIError) -> bool:
    """Whether the database could only be read."""
    # The upper bits of SQLite's code say more of why.
    return code_of(error) == "25006" or getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY
