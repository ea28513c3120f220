"""SQLite without the thread that its driver has for each connection.

Handing a statement to a thread and its rows back takes longer than most statements of a world. Here they run where the
event loop runs; others have their turn before each. What a thread brings about is tested in `tests/storage`, and by
every bot that is a process.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.storage.engine.database import Storage

_Found = TypeVar("_Found")
# Seconds between two looks whether the writer of another connection has ended.
_AGAIN = 0.001


def threadless(storage: Storage) -> Storage:
    """The same, whose connections to SQLite have no threads from now on."""
    if storage.is_sqlite:
        sa.event.listen(storage.engine.sync_engine, "do_connect", _connects_here)
    return storage


def _connects_here(_dialect: object, _entry: object, _arguments: object, options: dict[str, Any]) -> None:
    # The product's own waits for the end of the thread in which it is called.
    del options["factory"]
    options["async_creator_fn"] = _connect


async def _connect(*arguments: Any, **options: Any) -> "Connection":
    # SQLite would have everybody wait, also the one that it waits for.
    return Connection(sqlite3.connect(*arguments, **(options | {"timeout": 0})), options["timeout"])


class Connection:
    """What aiosqlite shows, so far as SQLAlchemy and the bot use it. `patience`: seconds that it waits for a writer."""

    def __init__(self, connection: sqlite3.Connection, patience: float) -> None:
        # SQLAlchemy looks here whether it is open.
        self._connection: sqlite3.Connection | None = connection
        self._patience = patience

    @property
    def raw(self) -> sqlite3.Connection:
        """Raises ValueError when it is closed."""
        if self._connection is None:
            raise ValueError("Connection closed")
        return self._connection

    async def turn(self, run: Callable[[], _Found]) -> _Found:
        """Runs it, in its turn. Raises what it raises."""
        await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while True:
            try:
                return run()
            except sqlite3.OperationalError as error:
                # Within a transaction waiting would not help.
                busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY and not self.raw.in_transaction
                if not busy or loop.time() > until:
                    raise
            await asyncio.sleep(_AGAIN)

    def cursor(self) -> "Cursor":
        return Cursor(self)

    async def execute(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return await self.turn(lambda: self.raw.execute(sql, values))

    async def execute_fetchall(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        return await self.turn(lambda: self.raw.execute(sql, values).fetchall())

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> sqlite3.Cursor:
        return await self.turn(lambda: self.raw.executemany(sql, rows))

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        self.raw.create_function(*arguments, **options)

    async def commit(self) -> None:
        await self.turn(self.raw.commit)

    async def rollback(self) -> None:
        self.raw.rollback()

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Cursor:
    """The same of a cursor."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor = connection.raw.cursor()

    async def __aenter__(self) -> "Cursor":
        return self

    def __getattr__(self, name: str) -> Any:
        """description, rowcount, lastrowid."""
        return getattr(self._cursor, name)

    async def execute(self, sql: str, values: Sequence[Any] = ()) -> "Cursor":
        await self._connection.turn(lambda: self._cursor.execute(sql, values))
        return self

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> "Cursor":
        await self._connection.turn(lambda: self._cursor.executemany(sql, rows))
        return self

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._cursor.fetchmany() if size is None else self._cursor.fetchmany(size)

    async def close(self) -> None:
        self._cursor.close()
