#!/bin/sh
# SQLAlchemy 2.1.9 on SQLite: after an upsert that updated a row, or that did nothing, `result.inserted_primary_key` is the
# number that the connection gave to the last row which it inserted, of whatever table: an entry of a journal, say. Whoever
# goes on with that number writes of another school, or of none. rowcount tells 1 for the update, as for an insert. For a
# plain INSERT OR IGNORE it is the same. `.returning(table.c.id)` gives the right number, and no row where nothing was done.
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
from sqlalchemy.dialects.sqlite import insert

metadata = sa.MetaData()
schools = sa.Table(
    "schools",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.Text, unique=True),
    sa.Column("name", sa.Text),
)
journal = sa.Table("journal", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("what", sa.Text))
new = insert(schools).values(code="A1", name="Lyceum")
upsert = new.on_conflict_do_update(index_elements=["code"], set_={"name": new.excluded.name})
nothing = new.on_conflict_do_nothing()

engine = sa.create_engine("sqlite://")
metadata.create_all(engine)
with engine.begin() as connection:
    first = connection.execute(upsert)
    connection.execute(sa.insert(journal), [{"what": "seen"}] * 41)
    connection.execute(sa.insert(journal).values(what="renamed"))
    again = connection.execute(upsert)
    skipped = connection.execute(nothing)
    ignored = connection.execute(sa.insert(schools).prefix_with("OR IGNORE").values(code="A1", name="Lyceum"))
    seen = {
        "inserted": (first.inserted_primary_key[0], first.rowcount),
        "updated": (again.inserted_primary_key[0], again.rowcount),
        "nothing done": (skipped.inserted_primary_key[0], skipped.rowcount),
        "OR IGNORE": (ignored.inserted_primary_key[0], ignored.rowcount),
    }
    returned = connection.execute(upsert.returning(schools.c.id)).scalar_one_or_none()
    none = connection.execute(nothing.returning(schools.c.id)).scalar_one_or_none()
    stored = [tuple(row) for row in connection.execute(sa.select(schools.c.id, schools.c.code))]
print("SQLAlchemy", version("sqlalchemy"), "SQLite", sqlite3.sqlite_version, "schools", stored)
for what, (number, count) in seen.items():
    print(f"  {what}: inserted_primary_key {number}, rowcount {count}")
print("  returning of the update:", returned, "and where nothing is done:", none)
same = (
    seen == {"inserted": (1, 1), "updated": (42, 1), "nothing done": (42, 0), "OR IGNORE": (42, 0)}
    and (returned, none) == (1, None)
    and stored == [(1, "A1")]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
