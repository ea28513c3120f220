#!/bin/sh
# A queue of letters has an index of those that wait: CREATE INDEX ... WHERE state = 'waiting'. «WHERE state = ? AND chat = ?» finds it:
# SQLite looks at what is bound. It has a price that nothing tells of: as that value decides whether the index serves, SQLite throws the
# plan of a prepared statement away whenever the value is bound, also if it is the same one. 100 runs make 100 plans by APSW 3.54.1.0
# (SQLite 3.54.1), by Python's sqlite3, by SQLAlchemy 2.0.51 and by peewee 4.5.3, which bind each constant and think that the statement is
# kept; «WHERE owner = ? AND chat = ?», of a column in no such condition, is planned once. With the state written into the SQL (by
# SQLAlchemy: literal_execute) it is 1 plan. SQLITE_DBCONFIG_ENABLE_QPSG makes it 1 too, but then all letters are read through. A look-up
# that joins ten tables takes longer to plan than to run, so constants of statements that run often belong into their text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet apsw==3.54.1.0 SQLAlchemy==2.0.51 peewee==4.5.3
"$folder/venv/bin/python" - <<'PYTHON'
import sqlite3
import sys
from importlib.metadata import version

import apsw
import peewee
import sqlalchemy as sa

RUNS = 100
SCHEMA = (
    "CREATE TABLE letters (id INTEGER PRIMARY KEY, chat INTEGER, owner INTEGER, state TEXT)",
    "CREATE INDEX waiting ON letters (chat) WHERE state = 'waiting'",
    "CREATE INDEX owned ON letters (owner)",
)
BOUND = "SELECT count(*) FROM letters WHERE state = ? AND chat = ?"
WRITTEN = "SELECT count(*) FROM letters WHERE state = 'waiting' AND chat = ?"
OTHER = "SELECT count(*) FROM letters WHERE owner = ? AND chat = ?"


class Plans:
    """SQLite asks this for permission when it makes a plan, and not when it runs one."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, *what: object) -> int:
        self.asked += 1
        return 0

    def of(self, run) -> int:
        made = 0
        for number in range(RUNS):
            before = self.asked
            run(number)
            made += self.asked > before
        return made


def by_apsw(qpsg: bool) -> tuple[int, int, int, str]:
    connection = apsw.Connection(":memory:")
    for statement in SCHEMA:
        connection.execute(statement)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, int(qpsg))
    plans = Plans()
    connection.authorizer = plans
    counts = (
        plans.of(lambda chat: connection.execute(BOUND, ("waiting", chat)).fetchall()),
        plans.of(lambda chat: connection.execute(WRITTEN, (chat,)).fetchall()),
        plans.of(lambda chat: connection.execute(OTHER, (7, chat)).fetchall()),
    )
    plan = connection.execute(f"EXPLAIN QUERY PLAN {BOUND}", ("waiting", 1)).fetchall()[0][3]
    return (*counts, plan)


def by_sqlite3() -> tuple[int, int, int]:
    connection = sqlite3.connect(":memory:")
    for statement in SCHEMA:
        connection.execute(statement)
    plans = Plans()
    connection.set_authorizer(plans)
    return (
        plans.of(lambda chat: connection.execute(BOUND, ("waiting", chat)).fetchall()),
        plans.of(lambda chat: connection.execute(WRITTEN, (chat,)).fetchall()),
        plans.of(lambda chat: connection.execute(OTHER, (7, chat)).fetchall()),
    )


def by_sqlalchemy() -> tuple[int, int, int]:
    letters = sa.table("letters", sa.column("chat", sa.Integer), sa.column("owner", sa.Integer), sa.column("state", sa.Text))
    waiting = sa.bindparam("waiting", "waiting", literal_execute=True)
    count, plans = sa.select(sa.func.count()).select_from(letters), Plans()
    with sa.create_engine("sqlite://").connect() as connection:
        for statement in SCHEMA:
            connection.execute(sa.text(statement))
        connection.connection.driver_connection.set_authorizer(plans)
        return (
            plans.of(lambda chat: connection.scalar(count.where(letters.c.state == "waiting", letters.c.chat == chat))),
            plans.of(lambda chat: connection.scalar(count.where(letters.c.state == waiting, letters.c.chat == chat))),
            plans.of(lambda chat: connection.scalar(count.where(letters.c.owner == 7, letters.c.chat == chat))),
        )


def by_peewee() -> tuple[int, int]:
    database = peewee.SqliteDatabase(":memory:")

    class Letters(peewee.Model):
        chat, owner, state = peewee.IntegerField(), peewee.IntegerField(), peewee.TextField()

        class Meta:
            table_name = "letters"

    database.bind([Letters])
    for statement in SCHEMA:
        database.execute_sql(statement)
    plans = Plans()
    database.connection().set_authorizer(plans)
    return (
        plans.of(lambda chat: Letters.select().where(Letters.state == "waiting", Letters.chat == chat).count()),
        plans.of(lambda chat: Letters.select().where(Letters.owner == 7, Letters.chat == chat).count()),
    )


seen = {
    "APSW": by_apsw(False),
    "APSW with QPSG": by_apsw(True),
    "sqlite3": by_sqlite3(),
    "SQLAlchemy": by_sqlalchemy(),
    "peewee": by_peewee(),
}
print("APSW", apsw.apsw_version(), "SQLite", apsw.sqlite_lib_version(), "sqlite3's SQLite", sqlite3.sqlite_version)
print(*(f"{name} {version(name)}" for name in ("SQLAlchemy", "peewee")))
print(f"  plans of {RUNS} runs: state bound, state written (not by peewee), another column bound")
for who, counts in seen.items():
    print(f"  {who}: {counts}")
same = (
    seen["APSW"] == (100, 1, 1, "SEARCH letters USING COVERING INDEX waiting (chat=?)")
    and seen["APSW with QPSG"] == (1, 1, 1, "SCAN letters")
    and seen["sqlite3"] == (100, 1, 1)
    and seen["SQLAlchemy"] == (100, 1, 1)
    and seen["peewee"] == (100, 1)
)
if not same:
    print("the behaviour has changed", file=sys.stderr)
sys.exit(0 if same else 1)
PYTHON
