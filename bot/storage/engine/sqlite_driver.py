"""SQLite's driver: a statement runs in the event loop's own thread, where it takes a fifth of the time.

aiosqlite hands each statement to a thread and waits for its turn of the event loop again, four times: a cursor, the
statement, its rows, the cursor's end. That is a quarter of a millisecond for what SQLite does in a hundredth of it,
and a press is some thirty statements. So here

- a statement is run at once, and brings its first rows along;
- what may last goes to the connection's thread: a commit, which waits for the disk; many rows to write, and changes
  whose number of rows is not known (those that are `prepared` are of a few); rows beyond the first few hundred; a query
  that turns out to be long, which is interrupted and run again there; and what another process makes wait;
- a transaction of many statements lets the event loop have its turn now and then.

SQLAlchemy is given a connection by `async_creator_fn`, its own way for that.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Generator, Sequence
from threading import Thread
from time import monotonic
from typing import Any, Self
from weakref import WeakSet

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util.concurrency import await_

# Rows that come with the statement itself: what most statements find is one row or a page of them.
_FIRST = 256
# Rows that are written at once: some milliseconds.
_MANY = 200
# Steps of SQLite's machine after which a query is interrupted: some milliseconds. Only a query can be: of a statement
# that changes something SQLite would roll back the whole transaction.
_STEPS = 50_000
# Seconds for which a transaction may keep the event loop to itself.
_KEEPS = 0.005
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

    def now(self, how: str, sql: str, parameters: Any) -> bool:
        """Runs the statement if it can be done here and now, all its rows included; False: it has to be awaited."""
        if self._open is not None or _lasts(how, sql, parameters):
            return False
        found = self._connection.now(self._start, how, sql, parameters)
        if found is None:
            return False
        cursor, batch = found
        self.description, self.lastrowid = cursor.description, cursor.lastrowid
        self._take(cursor, batch)
        return True

    @property
    def rest(self) -> list[Any] | None:
        """The rows that are left, which are here already; None: there are more of them."""
        if self._open is not None:
            return None
        found, self._rows = self._rows, []
        return found

    async def _run(self, how: str, sql: str, parameters: Any) -> Self:
        await self.close()
        run = self._connection.trip if _lasts(how, sql, parameters) else self._connection.at_once
        cursor, batch = await run(self._start, how, sql, parameters)
        self.description, self.lastrowid = cursor.description, cursor.lastrowid
        self._take(cursor, batch)
        return self

    async def _fetch(self, size: int | None) -> None:
        assert self._open is not None
        self._take(self._open, await self._connection.trip(self._more, self._open, size))

    def _take(self, cursor: sqlite3.Cursor, batch: _Batch) -> None:
        rows, more = batch
        # For INSERT ... RETURNING it grows with the rows that have been fetched.
        self.rowcount = cursor.rowcount
        self._rows = self._rows + rows if self._rows else rows
        self._open = cursor if more else None

    # in either thread

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
    """aiosqlite's, with these cursors. `timeout`: seconds to wait for another process that writes."""

    def __init__(self, database: str, timeout: float, **options: Any) -> None:
        super().__init__(self._open, iter_chunk_size=_FIRST)
        # A thread that waits for work keeps no process alive.
        self._thread.daemon = True
        self._database = database
        self._options = options
        self._timeout = timeout
        # What the thread has been asked to do and what it has done: each is counted by one thread alone.
        self._asked = self._done = 0
        # Whether a query of the event loop's thread is running.
        self._hurries = False
        self._writes = False
        self._begun = 0.0

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection itself."""
        return self._conn

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is under way, and no transaction is open."""
        return self._asked == self._done and not self.raw.in_transaction

    async def at_once(self, work: Any, how: str, sql: str, parameters: Any) -> Any:
        """Does it here and now; if it turns out to last, in the thread."""
        if monotonic() - self._begun > _KEEPS:
            await asyncio.sleep(0)
            self._begun = monotonic()
        found = self.now(work, how, sql, parameters)
        return found if found is not None else await self.trip(work, how, sql, parameters)

    def now(self, work: Any, how: str, sql: str, parameters: Any) -> Any:
        """What comes of it; None: not now, it lasts or others have to be let in."""
        if sql.startswith("BEGIN"):
            self._writes, self._begun = sql.startswith("BEGIN IMMEDIATE"), monotonic()
        # Somebody's trip may be under way still, whose task was cancelled.
        if self._asked != self._done or monotonic() - self._begun > _KEEPS:
            return None
        self._hurries = sql.startswith("SELECT")
        try:
            return work(how, sql, parameters)
        except sqlite3.OperationalError as error:
            if not (_is_busy(error) or error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT):
                raise
            return None
        finally:
            self._hurries = False

    async def whole(self, how: str, sql: str, parameters: Any) -> tuple[list[Any], int]:
        """All rows that the statement finds, and how many it has changed."""
        lasts = how == "executemany" and len(parameters) > _MANY
        run = self.trip if lasts else self.at_once
        found: tuple[list[Any], int] = await run(self._whole, how, sql, parameters)
        return found

    async def trip(self, work: Any, *arguments: Any) -> Any:
        """Has the connection's thread do it, and waits there for another process that writes."""
        self._asked += 1
        return await self._execute(self._patiently, work, *arguments)  # type: ignore[no-untyped-call]

    async def commit(self) -> None:
        """Keeps what was changed, which waits for the disk."""
        if self._writes or self._asked != self._done:
            await self.trip(self.raw.commit)
        else:
            self.raw.commit()

    async def rollback(self) -> None:
        """Undoes what is open. The pool asks for it at each return, when as a rule nothing is."""
        if self._asked != self._done:
            await self.trip(self.raw.rollback)
        elif self.in_transaction:
            self.raw.rollback()

    def cursor(self) -> Cursor:  # type: ignore[override]
        """A cursor, which is nothing but a note until it runs something."""
        return Cursor(self)

    # in the connection's thread

    def _open(self) -> sqlite3.Connection:
        # Nothing waits in the event loop's thread.
        options = self._options | {"timeout": 0, "check_same_thread": False}
        connection: sqlite3.Connection = sqlite3.connect(self._database, **options)
        connection.set_progress_handler(lambda: self._hurries, _STEPS)
        return connection

    def _whole(self, how: str, sql: str, parameters: Any) -> tuple[list[Any], int]:
        cursor = self.raw.cursor()
        try:
            getattr(cursor, how)(sql, parameters)
            # Before the number: of INSERT ... RETURNING it grows with the rows that have been fetched.
            rows = cursor.fetchall() if cursor.description else []
            return rows, cursor.rowcount
        finally:
            cursor.close()

    def _patiently(self, work: Any, *arguments: Any) -> Any:
        try:
            try:
                return work(*arguments)
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    raise
            self._waits_for(self._timeout)
            try:
                return work(*arguments)
            finally:
                self._waits_for(0)
        finally:
            self._done += 1

    def _waits_for(self, seconds: float) -> None:
        self.raw.execute(f"PRAGMA busy_timeout = {1000 * seconds:.0f}").close()


def _lasts(how: str, sql: str, parameters: Any) -> bool:
    """Whether it may change so many rows that the event loop would notice: nobody can interrupt that."""
    if how == "executemany":
        return len(parameters) > _MANY
    return sql.startswith(("UPDATE", "DELETE", "WITH")) or (sql.startswith("INSERT") and "SELECT" in sql)


def _is_busy(error: sqlite3.Error) -> bool:
    # The upper bits say more of why.
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


class _Nothing:
    """What an await is over with at once."""

    def __await__(self) -> Generator[Any, None, None]:
        yield from ()


_NOTHING = _Nothing()


class _Adapted(AsyncAdapt_aiosqlite_cursor):
    """SQLAlchemy's cursor, which changes to the event loop and back for each step, and here only if there is a need."""

    __slots__ = ()

    _cursor: Any
    _connection: Any

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        """Runs the statement."""
        if self._now("execute", operation, () if parameters is None else parameters):
            rows = self._cursor.rest if self._cursor.description else []
            self._rows = deque(await_(self._cursor.fetchall()) if rows is None else rows)
            return self._cursor
        return super().execute(operation, parameters)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        """Runs the statement for each."""
        if self._now("executemany", operation, seq_of_parameters):
            return self._cursor
        return super().executemany(operation, seq_of_parameters)

    def _now(self, how: str, operation: Any, parameters: Any) -> bool:
        if self._adapt_connection._execute_mutex.locked():
            return False
        # SQLAlchemy insists that something is awaited.
        await_(_NOTHING)
        try:
            return bool(self._cursor.now(how, operation, parameters))
        except Exception as error:
            self._adapt_connection._handle_exception(error)


class _AdaptedConnection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()

    _cursor_cls = _Adapted


class Module(AsyncAdapt_aiosqlite_dbapi):
    """What SQLAlchemy takes for the driver's module."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arguments: Any, async_creator_fn: Any, **options: Any) -> AsyncAdapt_aiosqlite_connection:
        """A connection of `async_creator_fn`, adapted."""
        return _AdaptedConnection(self, await_(async_creator_fn(*arguments, **options)))


class Driver:
    """Makes the connections of one database, and knows when their threads have ended."""

    def __init__(self) -> None:
        self._threads: WeakSet[Thread] = WeakSet()

    def connect(self, database: str, *, timeout: float, **options: Any) -> Connection:
        """A connection, to be awaited. `timeout` and `options` are those of `sqlite3.connect`."""
        connection = Connection(database, timeout, **options)
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
