"""python -P bench/counted.py FILE MODULE: runs a module of whatever checkout PYTHONPATH names, and counts in FILE what
the database runs for it: statements, and those that begin and end transactions, as two numbers of eight bytes.

SQLite itself tells, or asyncpg, so it is the same for each build, whatever stands between. It takes time: no other
figure comes from such a run.
"""

import mmap
import os
import runpy
import sqlite3
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

COUNTS = struct.Struct("=qq")
_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def main(file: Path, module: str) -> None:
    """Counts until the module ends."""
    file.write_bytes(COUNTS.pack(0, 0))
    with file.open("r+b") as opened:
        shared = mmap.mmap(opened.fileno(), COUNTS.size)
    statements = transactions = 0

    def count(sql: str) -> None:
        nonlocal statements, transactions
        # What a trigger runs is told as a comment.
        if sql.startswith(_TRANSACTIONS):
            transactions += 1
        elif not sql.startswith("--"):
            statements += 1
        COUNTS.pack_into(shared, 0, statements, transactions)

    connect = sqlite3.connect

    def counted(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = counted  # type: ignore[assignment]
    if os.environ.get("DATABASE_URL", "").startswith("postgresql"):
        _count_of_asyncpg(count)
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _count_of_asyncpg(count: Callable[[str], None]) -> None:
    import asyncpg  # noqa: PLC0415 - whoever has SQLite does not load it
    from asyncpg.prepared_stmt import PreparedStatement  # noqa: PLC0415

    connect = asyncpg.connect

    async def counted(*arguments: Any, **options: Any) -> Any:
        connection = await connect(*arguments, **options)
        connection.add_query_logger(lambda query: count(query.query))
        return connection

    asyncpg.connect = counted

    # Of what was prepared by hand, as SQLAlchemy does with each of its statements, asyncpg tells nobody.
    def also(method: Callable[..., Any]) -> Callable[..., Any]:
        def run(statement: Any, *arguments: Any, **options: Any) -> Any:
            count(statement.get_query())
            return method(statement, *arguments, **options)

        return run

    for name in ("fetch", "cursor"):
        setattr(PreparedStatement, name, also(getattr(PreparedStatement, name)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
