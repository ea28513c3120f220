"""Connections that stay open, and the transactions on them: the same way for each database.

SQLAlchemy takes three tenths of a millisecond to check a connection out, begin, end and check it in. So it has each for
as long as the database is open, in one transaction as it sees it, and the driver begins and ends each of ours.
"""

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Sequence
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


class Driver(Protocol):
    """A connection as the database's own driver has it. All raise SQLAlchemy's errors, `rollback` none: what cannot be
    undone it closes; nor `close`."""

    @property
    def is_open(self) -> bool: ...
    async def begin(self, how: str) -> None: ...
    async def commit(self) -> None: ...
    async def rollback(self) -> None: ...
    async def close(self) -> None: ...

    def cut(self) -> None:
        """Closes it without a word, as nobody is there to hear it."""

    async def all(self, sql: str, values: Sequence[Any]) -> Iterable[Any]:
        """All rows."""

    async def run(self, sql: str, values: Sequence[Any]) -> int:
        """How many rows it has changed."""

    async def run_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> None: ...


_Held = tuple[AsyncConnection, Driver]


class Connections(ABC):
    """The connections to one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._only_reads = False
        self._open()

    def _open(self) -> None:
        # A semaphore belongs to the event loop in which somebody first waited for it.
        self._turns = asyncio.Semaphore(MOST)
        self._idle: list[_Held] = []

    @property
    def idle(self) -> int:
        """How many connections are open and in no transaction."""
        return len(self._idle)

    @abstractmethod
    def _driver(self, connection: Any) -> Driver:
        """The driver's own connection, as it is used here."""

    @abstractmethod
    def _how(self, *, writing: bool, snapshot: bool) -> str:
        """How a transaction begins."""

    @asynccontextmanager
    async def begin(self, *, writing: bool, snapshot: bool = True) -> AsyncIterator[_Held]:
        """A transaction that is committed at the end of the block, or leaves nothing behind on an exception.

        Raises SQLAlchemy's errors, and NoConnectionFree when too many last too long.
        """
        if self._only_reads and writing:
            await self._renew()
        idle, turns = self._idle, self._turns
        await _turn(turns)
        try:
            held, driver = await self._taken()
            # Whoever holds on to a transaction that has ended must not meet the next one.
            connection = AsyncConnection(self.engine, held.sync_connection)
            try:
                await driver.begin(self._how(writing=writing, snapshot=snapshot))
                yield connection, driver
                await driver.commit()
            except BaseException as error:
                await driver.rollback()
                if isinstance(error, OSError) and not driver.is_open:
                    raise OperationalError("", None, error) from error
                raise
            finally:
                connection.sync_connection = None
                # The database may have been closed meanwhile.
                if idle is self._idle and driver.is_open and not held.invalidated:
                    idle.append((held, driver))
                else:
                    await held.close()
                    # Those that have waited meanwhile have lost the server too, and each would find out for itself.
                    for _, other in idle:
                        other.cut()
        except DBAPIError as error:
            self._only_reads |= is_read_only(error)
            raise
        finally:
            turns.release()

    async def close(self) -> None:
        """Closes all connections; one that is in use is closed by its user."""
        idle = self._idle
        self._open()
        await self.end(idle)

    async def end(self, idle: list[_Held]) -> None:
        """Closes these, and waits until they are closed."""
        ending = [_closed(*held) for held in idle]
        idle.clear()
        await asyncio.gather(*ending, return_exceptions=True)

    async def _taken(self) -> _Held:
        while self._idle:
            held, driver = self._idle.pop()
            if driver.is_open:
                return held, driver
            # Its server has ended it meanwhile.
            await held.close()
        held = self.engine.connect()
        try:
            await held.start()
            await held.begin()
            return held, self._driver((await held.get_raw_connection()).driver_connection)
        except OSError as error:
            raise OperationalError("", None, error) from error
        except BaseException:
            if held.sync_connection is not None:
                await held.close()
            raise

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
            await self.end(self._idle)
            self._only_reads = False


async def _closed(held: AsyncConnection, driver: Driver) -> None:
    # SQLAlchemy tells of a server that does not hear it as of a fault.
    await driver.close()
    await asyncio.wait_for(held.close(), ENDS_WITHIN)


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
