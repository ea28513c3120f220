#!/bin/sh
# SQLAlchemy 2.1.9 with aiosqlite 0.22.1: a task that is cancelled in the midst of a statement, within `engine.begin()`,
# leaves the writer's lock behind. SQLAlchemy closes the connection under the statement, nothing is checked out any more, and
# even `engine.dispose()` does not help: SQLite keeps the connection open until Python frees the cursor, which the
# traceback of the cancelled task holds. Whoever writes meanwhile is told "database is locked".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet sqlalchemy==2.1.9 aiosqlite==0.22.1 greenlet==3.5.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import gc
import sys
from importlib.metadata import version

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT count(*) FROM n"


async def write(engine: AsyncEngine) -> str:
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("INSERT INTO t VALUES (2)")
        return "written"
    except OperationalError as error:
        return str(error.orig)


async def main() -> list[str]:
    engine = create_async_engine("sqlite+aiosqlite:///some.db", connect_args={"timeout": 1})
    async with engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE t (x INTEGER)")

    async def work() -> None:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("INSERT INTO t VALUES (1)")
            await connection.exec_driver_sql(LONG)

    task = asyncio.create_task(work())
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait([task])
    seen = [f"cancelled: {task.cancelled()}, {engine.pool.status()}", await write(engine)]
    await engine.dispose()
    seen.append(await write(engine))
    del task
    gc.collect()
    seen.append(await write(engine))
    await engine.dispose()
    return seen


seen = asyncio.run(main())
print("SQLAlchemy", version("sqlalchemy"), "aiosqlite", version("aiosqlite"))
for what, said in zip(("after", "write", "write after dispose", "write after the task is freed"), seen, strict=True):
    print(f"  {what}: {said}")
same = seen[1:] == ["database is locked", "database is locked", "written"]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
