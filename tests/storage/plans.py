"""How SQLite goes about a query: whether an idle tick reads an index or the whole ledger."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import aiosqlite

from bot.storage.engine.database import Storage, Tx

# All ways into the driver: what is prepared takes the connection's, SQLAlchemy the cursor's.
_WAYS = (
    *((aiosqlite.Connection, name) for name in ("execute", "execute_fetchall", "executemany")),
    *((aiosqlite.Cursor, name) for name in ("execute", "executemany")),
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
    async with storage.write() as tx:
        with statements() as seen:
            await work(tx)
        statement, parameters = seen[-1]
        rows = await tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(row.detail for row in rows)
