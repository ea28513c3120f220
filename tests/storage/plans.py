"""How a database goes about a query: whether a tick or a screen reads an index or the whole ledger."""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import aiosqlite
import sqlalchemy as sa

from bot.storage.engine.database import Storage, Tx
from tests import threadless
from tests.postgres import execute

_DRIVERS: Any = (aiosqlite, threadless)
# All ways into the driver: what is prepared takes the connection's, SQLAlchemy the cursor's.
_WAYS = (
    *((kind.Connection, name) for kind in _DRIVERS for name in ("execute", "execute_fetchall", "executemany")),
    *((kind.Cursor, name) for kind in _DRIVERS for name in ("execute", "executemany")),
)


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What SQLite is asked within the block, by whichever way it comes to the driver: SQL and parameters."""
    seen: list[tuple[str, Any]] = []

    def noting(do: Any) -> Any:
        def noted(driver: Any, sql: str, *parameters: Any) -> Any:
            seen.append((sql, *parameters) if parameters else (sql, ()))
            return do(driver, sql, *parameters)

        return noted

    with ExitStack() as stack:
        for kind, name in _WAYS:
            stack.enter_context(patch.object(kind, name, noting(getattr(kind, name))))
        yield seen


async def plan(storage: Storage, work: Callable[[Tx], Awaitable[object]]) -> str:
    """The query plan of the last statement of the work, one step a line."""
    return (await _plans(storage, work))[-1]


async def plans(storage: Storage, work: Callable[[Tx], Awaitable[object]]) -> str:
    """The same of all its statements."""
    return "\n".join(await _plans(storage, work))


async def _plans(storage: Storage, work: Callable[[Tx], Awaitable[object]]) -> list[str]:
    async with storage.write() as tx:
        with statements() as seen:
            await work(tx)
        found = []
        for statement, parameters in seen:
            rows = await tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found.append("\n".join(row.detail for row in rows))
        return found


async def indexes_of(storage: Storage, work: Callable[[Tx], Awaitable[object]]) -> set[str]:
    """The indexes by which the work's statements are answered, on either engine.

    A server reads a small table through, however it is indexed, unless that is forbidden.
    """
    async with storage.write() as tx:
        if not storage.is_sqlite:
            # As autovacuum leaves a table: what earlier tests have left in it would count.
            await execute(storage.url.render_as_string(hide_password=False), "VACUUM ANALYZE")
            for way in ("seqscan", "sort"):
                await tx.connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        with statements() as seen, _of_server(storage, seen):
            await work(tx)
        how = "EXPLAIN QUERY PLAN" if storage.is_sqlite else "EXPLAIN"
        plans = [
            str(row)
            for statement, parameters in seen
            if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "WITH"))
            for row in await tx.connection.exec_driver_sql(f"{how} {statement}", parameters)
        ]
    return set(re.findall(r"\b(?:ix|uq|pk)_\w+", " ".join(plans)))


@contextmanager
def _of_server(storage: Storage, seen: list[tuple[str, Any]]) -> Iterator[None]:
    """Adds what a server is asked within the block."""

    def note(*arguments: Any) -> None:
        seen.append((arguments[2], arguments[3]))

    if storage.is_sqlite:
        yield
        return
    sa.event.listen(storage.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        sa.event.remove(storage.engine.sync_engine, "before_cursor_execute", note)
