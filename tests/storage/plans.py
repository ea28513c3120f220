"""How SQLite goes about a query: whether an idle tick reads an index or the whole ledger."""

from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa

from bot.storage.engine import Storage, Tx


async def plan(storage: Storage, work: Callable[[Tx], Awaitable[object]]) -> str:
    """The query plan of the last statement of the work, one step a line."""
    seen: list[tuple[str, Any]] = []

    def remember(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    sa.event.listen(storage.engine.sync_engine, "before_cursor_execute", remember)
    try:
        async with storage.write() as tx:
            await work(tx)
            statement, parameters = seen[-1]
            rows = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return "\n".join(row.detail for row in rows)
    finally:
        sa.event.remove(storage.engine.sync_engine, "before_cursor_execute", remember)
