#!/bin/sh
# Python's sqlite3 (3.11), aiosqlite 0.22.1 and SQLAlchemy 2.1.9 on SQLite: a statement that begins with WITH and then inserts,
# updates or deletes begins no transaction: Python looks at the first word for INSERT, UPDATE, DELETE or REPLACE, and leaves all
# others to themselves. It is written for good at once, and rollback() of what failed after it takes nothing back. SQLAlchemy
# writes so by itself where a cte() is used: «with engine.begin()» that ends with an error has written. Its rowcount is -1 as
# well. It is taken back if an ordinary statement that writes came before it in the same transaction. A subquery in place of the
# WITH is safe, and so is a BEGIN that the program says itself (isolation_level=None).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aiosqlite==0.22.1 sqlalchemy==2.1.9
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import platform
import sqlite3
import sys
from importlib.metadata import version

import aiosqlite
import sqlalchemy as sa

WITH = "WITH due AS (SELECT 5 AS school) INSERT INTO told SELECT school FROM due"
PLAIN = "INSERT INTO told SELECT school FROM (SELECT 5 AS school)"


def of_python(*statements: str) -> tuple[int, int]:
    """The rows that are there after a rollback, and the count of rows of the last statement."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE told (school)")
    for statement in statements:
        cursor = connection.execute(statement)
    connection.rollback()
    return connection.execute("SELECT count(*) FROM told").fetchone()[0], cursor.rowcount


async def of_aiosqlite(statement: str) -> int:
    async with aiosqlite.connect(":memory:") as connection:
        await connection.execute("CREATE TABLE told (school)")
        await connection.execute(statement)
        await connection.rollback()
        return (await connection.execute_fetchall("SELECT count(*) FROM told"))[0][0]


def of_sqlalchemy(as_cte: bool) -> int:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    told = sa.Table("told", metadata := sa.MetaData(), sa.Column("school", sa.Integer))
    metadata.create_all(engine)
    due = sa.select(sa.literal(5).label("school"))
    chosen = due.cte("due") if as_cte else due.subquery("due")
    try:
        with engine.begin() as connection:
            connection.execute(told.insert().from_select(["school"], sa.select(chosen.c.school)))
            raise LookupError("what comes after it fails")
    except LookupError:
        pass
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(told)).scalar_one()


seen = {
    "sqlite3, WITH": of_python(WITH),
    "sqlite3, a subquery": of_python(PLAIN),
    "sqlite3, WITH after a subquery": of_python(PLAIN, WITH),
    "aiosqlite, WITH": asyncio.run(of_aiosqlite(WITH)),
    "aiosqlite, a subquery": asyncio.run(of_aiosqlite(PLAIN)),
    "SQLAlchemy, cte()": of_sqlalchemy(True),
    "SQLAlchemy, subquery()": of_sqlalchemy(False),
}
print("Python", platform.python_version(), "aiosqlite", version("aiosqlite"), "SQLAlchemy", version("sqlalchemy"), "after a rollback:")
for what, there in seen.items():
    print(f"  {what}: {there}")
same = list(seen.values()) == [(1, -1), (0, 1), (0, -1), 1, 0, 1, 0]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
