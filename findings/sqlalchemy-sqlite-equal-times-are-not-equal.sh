#!/bin/sh
# SQLAlchemy 2.1.9 with SQLite: a DateTime that Python writes has six digits of fractions, one that the database writes
# (func.now(), server_default=func.now()) has none, and SQLite compares them as texts. The same second of both is read as one
# datetime, yet is not found by ==, counts as two for DISTINCT, and the database's is earlier: "due <= now()" misses what is
# due this very second. Arithmetic with columns, which PostgreSQL does, raises TypeError when the answer is read: SQLite takes
# the year for the number. Times that are all written by Python agree with each other.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet sqlalchemy==2.1.9
"$folder/venv/bin/python" - <<'PYTHON'
import sqlite3
import sys
from datetime import timedelta
from importlib.metadata import version

import sqlalchemy as sa

metadata = sa.MetaData()
rounds = sa.Table(
    "rounds",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("due", sa.DateTime, server_default=sa.func.now()),
)
due = rounds.c.due

engine = sa.create_engine("sqlite://")
metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(sa.insert(rounds).values(id=1))  # The database's time.
    moment = connection.execute(sa.select(due)).scalar_one()
    connection.execute(sa.insert(rounds).values(id=2, due=moment))  # The same, by Python.
    read = connection.execute(sa.select(due).order_by(rounds.c.id)).scalars().all()
    stored = connection.execute(sa.text("SELECT due FROM rounds ORDER BY id")).scalars().all()

    def ids(condition: sa.ColumnElement[bool]) -> list[int]:
        return list(connection.execute(sa.select(rounds.c.id).where(condition).order_by(rounds.c.id)).scalars())

    stamp = sa.literal(stored[0])  # As func.now() gives it in that second.
    seen = {
        "due == the moment": ids(due == moment),
        "due < the moment": ids(due < moment),
        "due <= now(), in that second": ids(due <= stamp),
        "different": connection.execute(sa.select(sa.func.count(sa.distinct(due)))).scalar_one(),
    }
    try:
        seen["due + a day"] = connection.execute(sa.select(due + timedelta(days=1))).scalars().all()
    except TypeError as error:
        seen["due + a day"] = f"TypeError: {error}"
print("SQLAlchemy", version("sqlalchemy"), "SQLite", sqlite3.sqlite_version)
print("  read as equal:", read[0] == read[1], "stored in", *(len(text) for text in stored), "characters")
for what, found in seen.items():
    print(f"  {what}: {found}")
same = (
    read[0] == read[1]
    and [len(text) for text in stored] == [19, 26]
    and list(seen.values())[:4] == [[2], [1], [1], 2]
    and str(seen["due + a day"]).startswith("TypeError")
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
