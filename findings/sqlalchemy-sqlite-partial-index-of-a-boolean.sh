#!/bin/sh
# SQLAlchemy 2.1.9 with SQLite: an index made with sqlite_where=table.c.active says «WHERE active», while every query for
# table.c.active says «active = 1». To SQLite these are two conditions, so no query uses the index; only an upsert
# does, whose index_where says «active» again. Of not_(table.c.active) both say «active = 0», and it is used. On PostgreSQL
# both sides say «active».
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet sqlalchemy==2.1.9
"$folder/venv/bin/python" - <<'PYTHON'
import sqlite3
import sys
from importlib.metadata import version

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex

metadata = sa.MetaData()
table = sa.Table(
    "t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Integer),
    sa.Column("y", sa.Integer), sa.Column("active", sa.Boolean, nullable=False),
)
yes = sa.Index("of_active", table.c.x, unique=True, sqlite_where=table.c.active, postgresql_where=table.c.active)
no = sa.Index("of_others", table.c.y, sqlite_where=sa.not_(table.c.active))
engine = sa.create_engine("sqlite://")
metadata.create_all(engine)


def where(statement, dialect):
    """What stands behind WHERE."""
    text = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return text.rpartition("WHERE ")[2]


def plan(*conditions):
    """How SQLite looks that up."""
    query = sa.select(table.c.id).where(*conditions)
    text = str(query.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True}))
    with engine.connect() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]


insert = sqlite.insert(table).values(x=1, y=1, active=True)
upsert = insert.on_conflict_do_update(
    index_elements=[table.c.x], index_where=table.c.active, set_={"y": insert.excluded.y}
)
try:
    with engine.begin() as connection:
        connection.execute(upsert)
    upserted = "done"
except sa.exc.SQLAlchemyError as error:
    upserted = str(error.orig)

asks = sa.select(table.c.id).where(table.c.active)
seen = [
    ("index, SQLite", where(CreateIndex(yes), sqlite.dialect()), "active"),
    ("query, SQLite", where(asks, sqlite.dialect()), "t.active = 1"),
    ("index, PostgreSQL", where(CreateIndex(yes), postgresql.dialect()), "active"),
    ("query, PostgreSQL", where(asks, postgresql.dialect()), "t.active"),
    ("plan, active", plan(table.c.active, table.c.x == 1), ["SCAN t"]),
    ("plan, not active", plan(sa.not_(table.c.active), table.c.y == 1), ["SEARCH t USING INDEX of_others (y=?)"]),
    ("upsert", upserted, "done"),
]
print("SQLAlchemy", version("sqlalchemy"), "SQLite", sqlite3.sqlite_version)
for what, found, expected in seen:
    print(f"{what}: {found!r}")
same = all(found == expected for _, found, expected in seen)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
