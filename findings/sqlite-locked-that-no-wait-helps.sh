#!/bin/sh
# aiosqlite 0.22.1 and Python's sqlite3, SQLite in WAL mode: a connection that still reads (a cursor of which not all rows are
# fetched) and meanwhile writes, while another one has written in between, is told "database is locked" at once, however long
# its timeout is and though nobody holds a lock: its view of the data is old (SQLITE_BUSY_SNAPSHOT). To try again does not help
# either, not even with the cursor closed: the BEGIN that Python put before the INSERT keeps the old view. Only rollback()
# does. Whoever waits and tries again looks for that name of the error, and starts the transaction anew.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aiosqlite==0.22.1
"$folder/venv/bin/python" - "$folder/schools.db" <<'PYTHON'
import asyncio
import sqlite3
import sys
from importlib.metadata import version

import aiosqlite


async def write(connection: aiosqlite.Connection) -> str:
    try:
        await connection.execute("INSERT INTO schools (name) VALUES ('late')")
    except sqlite3.OperationalError as error:
        return f"{error} ({error.sqlite_errorname})"
    await connection.commit()
    return "written"


async def main() -> dict[str, str]:
    ours = await aiosqlite.connect(sys.argv[1], timeout=600)
    theirs = await aiosqlite.connect(sys.argv[1], timeout=600)
    await ours.execute("PRAGMA journal_mode = wal")
    await ours.execute("CREATE TABLE schools (name TEXT)")
    await ours.executemany("INSERT INTO schools VALUES (?)", [("one",), ("two",)])
    await ours.commit()
    cursor = await ours.execute("SELECT name FROM schools")
    await cursor.fetchone()
    seen = {"another writes": await write(theirs), "we write while we read": await write(ours)}
    await cursor.close()
    seen["we try again, the cursor closed"] = await write(ours)
    seen["another writes again"] = await write(theirs)
    await ours.rollback()
    seen["we try again after a rollback"] = await write(ours)
    await ours.close()
    await theirs.close()
    return seen


print("aiosqlite", version("aiosqlite"), "SQLite", sqlite3.sqlite_version)
seen = asyncio.run(main())
for what, how in seen.items():
    print(f"  {what}: {how}")
locked = "database is locked (SQLITE_BUSY_SNAPSHOT)"
sys.exit("the behaviour has changed" if list(seen.values()) != ["written", locked, locked, "written", "written"] else 0)
PYTHON
