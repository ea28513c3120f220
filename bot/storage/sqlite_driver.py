"""SQLite's driver with one trip to the connection's thread for a statement.

aiosqlite makes four: a cursor, the statement, its rows, the cursor's end; each waits for its turn of the event loop,
and a press is some thirty statements. Rows beyond the first few hundred are fetched by further trips, so that a result
which is streamed is never held whole. SQLAlchemy is given a connection by `async_creator_fn`, its own way for that.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from functools import partial
from threading import Thread
from typing import Any, Self
from weakref import WeakSet

import aiosqlite

# Rows that come with the statement itself: what most statements find is one row or a page of them.
_FIRST = 256
# Seconds. A connection that somebody still holds must not keep the program from ending.
_ENDS_WITHIN = 5.0

# How many rows, and whether there may be more.
_Batch = tuple[list[Any], bool]


class Cursor:
    """One statement after another; what SQLAlchemy asks of an asynchronous cursor."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        # Open between two trips only while there are rows that have not been fetched.
        self._open: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Runs the statement."""
        return await self._run("execute", sql, parameters)

    async def executemany(self, sql: str, parameters: Any) -> Self:
        """Runs the statement for each."""
        return await self._run("executemany", sql, parameters)

    async def fetchone(self) -> Any:
        """The next row, None at the end."""
        found = await self.fetchmany(1)
        return found[0] if found else None

    async def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        """So many rows, fewer at the end."""
        size = size or self.arraysize
        if len(self._rows) < size and self._open is not None:
            await self._fetch(max(size - len(self._rows), _FIRST))
        found, self._rows = self._rows[:size], self._rows[size:]
        return found

    async def fetchall(self) -> Sequence[Any]:
        """The rows that are left."""
        if self._open is not None:
            await self._fetch(None)
        found, self._rows = self._rows, []
        return found

    async def close(self) -> None:
        """Lets go of what has not been fetched."""
        self._rows = []
        if self._open is not None:
            cursor, self._open = self._open, None
            await self._connection.trip(cursor.close)

    async def __aiter__(self) -> AsyncIterator[Any]:
        while found := await self.fetchmany(_FIRST):
            for row in found:
                yield row

    async def _run(self, how: str, sql: str, parameters: Any) -> Self:
        await self.close()
        cursor, batch = await self._connection.trip(self._start, how, sql, parameters)
        self.description, self.lastrowid = cursor.description, cursor.lastrowid
        self._take(cursor, batch)
        return self

    async def _fetch(self, size: int | None) -> None:
        assert self._open is not None
        self._take(self._open, await self._connection.trip(self._more, self._open, size))

    def _take(self, cursor: sqlite3.Cursor, batch: _Batch) -> None:
        rows, more = batch
        # Of INSERT ... RETURNING it grows with the rows that have been fetched.
        self.rowcount = cursor.rowcount
        self._rows = self._rows + rows if self._rows else rows
        self._open = cursor if more else None

    # in the connection's thread

    def _start(self, how: str, sql: str, parameters: Any) -> tuple[sqlite3.Cursor, _Batch]:
        cursor = self._connection.raw.cursor()
        try:
            getattr(cursor, how)(sql, parameters)
            return cursor, self._more(cursor, _FIRST) if cursor.description else self._ended(cursor, [])
        except BaseException:
            cursor.close()
            raise

    def _more(self, cursor: sqlite3.Cursor, size: int | None) -> _Batch:
        rows = cursor.fetchall() if size is None else cursor.fetchmany(size)
        return (rows, True) if len(rows) == size else self._ended(cursor, rows)

    @staticmethod
    def _ended(cursor: sqlite3.Cursor, rows: list[Any]) -> _Batch:
        cursor.close()
        return rows, False


class Connection(aiosqlite.Connection):
    """aiosqlite's, with these cursors."""

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection itself, for its own thread."""
        return self._conn

    async def trip(self, work: Any, *arguments: Any) -> Any:
        """Has the connection's thread do it."""
        return await self._execute(work, *arguments)  # type: ignore[no-untyped-call]

    async def rollback(self) -> None:
        """Undoes what is open. The pool asks for it at each return, when as a rule nothing is."""
        if self.in_transaction:
            await super().rollback()

    def cursor(self) -> Cursor:  # type: ignore[override]
        """A cursor, which is nothing but a note until it runs something."""
        return Cursor(self)


class Driver:
    """Makes the connections of one database, and knows when their threads have ended."""

    def __init__(self) -> None:
        self._threads: WeakSet[Thread] = WeakSet()

    def connect(self, database: str, **options: Any) -> Connection:
        """A connection, to be awaited. `options` are those of `sqlite3.connect`."""
        connection = Connection(partial(sqlite3.connect, database, **options), iter_chunk_size=_FIRST)
        # A thread that waits for work keeps no process alive.
        connection._thread.daemon = True
        self._threads.add(connection._thread)
        return connection

    async def ended(self) -> None:
        """Waits until every connection that was told to end has ended.

        The pool does not: it only tells a connection to end whose task was cancelled in the midst of a statement. The
        thread would report to an event loop that may be closed by then.
        """
        for thread in list(self._threads):
            if thread.is_alive():
                await asyncio.to_thread(thread.join, _ENDS_WITHIN)
