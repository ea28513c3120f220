#!/bin/sh
# aiosqlite 0.22.1 on SQLite: a loop over what is due, «async for … in cursor», that puts off each row which it has dealt with,
# meets rows again: SQLite reads on while it is written to, and a row that an UPDATE has moved ahead in the index by which the
# loop goes comes once more. Up to 64 rows nothing is seen of it, for aiosqlite fetches as many at a time; of 65 each is reminded
# ten times and put off for ten days. Python's sqlite3 without aiosqlite does so from the first row on. Without the index, in the
# order of rowid, it does not happen. fetchall() before the loop helps.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aiosqlite==0.22.1
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import sqlite3
import sys
from importlib.metadata import version

import aiosqlite

DUE = "SELECT id, day FROM requests WHERE day < 110"
TABLE = "CREATE TABLE requests (id INTEGER PRIMARY KEY, day INTEGER NOT NULL)"
INDEX = "CREATE INDEX by_day ON requests (day)"
LATER = "UPDATE requests SET day = ? WHERE id = ?"


async def reminded(number: int, *, index: bool = True, all_first: bool = False) -> tuple[int, int]:
    """How many reminders went out to so many schools that are due from day 100 on, each put off for a day, and the last day."""
    said = 0
    async with aiosqlite.connect(":memory:") as connection:
        await connection.execute(TABLE)
        if index:
            await connection.execute(INDEX)
        await connection.executemany("INSERT INTO requests (day) VALUES (?)", [(100,)] * number)
        async with connection.execute(DUE) as cursor:
            if all_first:
                for row, day in await cursor.fetchall():
                    said += 1
                    await connection.execute(LATER, (day + 1, row))
            else:
                async for row, day in cursor:
                    said += 1
                    await connection.execute(LATER, (day + 1, row))
        ((last,),) = await connection.execute_fetchall("SELECT max(day) FROM requests")
    return said, last


def reminded_by_python(number: int) -> tuple[int, int]:
    said = 0
    connection = sqlite3.connect(":memory:")
    connection.execute(TABLE)
    connection.execute(INDEX)
    connection.executemany("INSERT INTO requests (day) VALUES (?)", [(100,)] * number)
    for row, day in connection.execute(DUE):
        said += 1
        connection.execute(LATER, (day + 1, row))
    return said, connection.execute("SELECT max(day) FROM requests").fetchone()[0]


async def main() -> None:
    seen = {
        "64 schools": await reminded(64),
        "65 schools": await reminded(65),
        "65 schools, fetchall()": await reminded(65, all_first=True),
        "65 schools, no index": await reminded(65, index=False),
        "5 schools, sqlite3 alone": reminded_by_python(5),
    }
    print("aiosqlite", version("aiosqlite"), "SQLite", sqlite3.sqlite_version, "(reminders, the last day, of those due on day 100)")
    for what, said in seen.items():
        print(f"  {what}: {said}")
    same = list(seen.values()) == [(64, 101), (650, 110), (65, 101), (65, 101), (50, 110)]
    sys.exit("the behaviour has changed" if not same else 0)


asyncio.run(main())
PYTHON
