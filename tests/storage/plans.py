"""How SQLite goes about a query: whether an idle tick reads an index or the whole ledger."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.sqlite_driver import Connection


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What SQLite is asked within the block, by whichever way it comes to the driver: SQL and parameters."""
    seen: list[tuple[str, Any]] = []
    do = Connection.now

    def noted(connection: Connection, work: Any, how: str, sql: str, parameters: Any) -> Any:
        seen.append((sql, parameters))
        return do(connection, work, how, sql, parameters)

    with patch.object(Connection, "now", noted):
        yield seen


async def plan(storage: Storage, work: Callable[[Tx], Awaitable[object]]) -> str:
    """The query plan of the last statement of the work, one step a line."""
    async with storage.write() as tx:
        with statements() as seen:
            await work(tx)
        statement, parameters = seen[-1]
        rows = await tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(row.detail for row in rows)
