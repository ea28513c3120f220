"""SQLite by aiosqlite: each connection has a thread of its own."""

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Thread, current_thread
from typing import Any
from weakref import WeakSet

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from bot.storage.engine import connections

# The journal grows during a long read (a report, a backup). After that it is cut back to this, twice its usual size;
# without a limit it would keep its largest size.
JOURNAL_BYTES = 8 * 1024 * 1024


class Connections(connections.Connections):
    """`busy`: seconds that SQLite waits for a writer of another process."""

    def __init__(self, url: sa.URL, busy: float, options: dict[str, Any]) -> None:
        # The driver must not begin transactions itself: a read that becomes a write loses updates.
        arguments = {
            "timeout": busy,
            "isolation_level": None,
            "factory": self._made,
            "cached_statements": connections.KEPT,
        }
        super().__init__(create_async_engine(url, poolclass=NullPool, connect_args=arguments, **options), _Driver)
        sa.event.listen(self.engine.sync_engine, "connect", _prepare)
        sa.event.listen(self.engine.sync_engine, "handle_error", _stay)
        self._threads: WeakSet[Thread] = WeakSet()

    def _made(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        """In the connection's own thread: makes it."""
        self._threads.add(current_thread())
        return sqlite3.Connection(*arguments, **options)

    async def end(self, idle: list[connections.Driver]) -> None:
        await super().end(idle)
        # A connection whose task was cancelled in the midst of a statement is only told to end, and its thread would
        # report to an event loop that may be closed by then.
        for thread in filter(Thread.is_alive, list(self._threads)):
            await asyncio.to_thread(thread.join, connections.ENDS_WITHIN)


class _Driver:
    is_new = True

    def __init__(self, held: AsyncConnection, connection: aiosqlite.Connection) -> None:
        self.held, self._connection = held, connection

    @property
    def is_open(self) -> bool:
        return not self.held.invalidated

    async def begin(self, *, writing: bool, snapshot: bool) -> None:
        await self.all("BEGIN IMMEDIATE" if writing else "BEGIN")

    async def commit(self) -> None:
        await self.all("COMMIT")

    async def rollback(self) -> None:
        # It is done in order: whoever begins next on this one begins after that, even if nobody waits here.
        with suppress(sqlite3.Error):
            await self._connection.rollback()

    def cut(self) -> None:
        """A file is always there."""

    async def close(self) -> None:
        await asyncio.wait_for(self.held.close(), connections.ENDS_WITHIN)

    async def all(self, sql: str, values: Sequence[Any] = ()) -> Iterable[Any]:
        with _told(sql):
            return await self._connection.execute_fetchall(sql, values)

    async def run(self, sql: str, values: Sequence[Any]) -> int:
        with _told(sql):
            return (await self._connection.execute(sql, values)).rowcount

    async def run_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with _told(sql):
            await self._connection.executemany(sql, rows)


@contextmanager
def _told(sql: str) -> Iterator[None]:
    """Raises an error as SQLAlchemy does. What people have written is nobody's business in a log."""
    try:
        yield
    except sqlite3.Error as error:
        raise DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True) from error


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
    # What somebody has had erased is overwritten: Debian's SQLite does so by itself, others leave it in the file.
    cursor.execute("PRAGMA secure_delete=ON")
    # With FULL an answer that was confirmed to a head survives a power cut, not only kill -9.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
