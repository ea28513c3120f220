#!/bin/sh
# SQLAlchemy 2.1.9, a column JSON, on SQLite and on PostgreSQL 15: `column["done"] == True` is false on SQLite for every row, also
# where a true stands there (it compares the text of the value with the number 1), and raises on PostgreSQL. as_string()
# gives "1" for a true on SQLite and "true" on PostgreSQL, so a comparison with either text finds rows in one of them only. The
# text "true" is a true for as_boolean() on PostgreSQL and a false on SQLite. column["done"] selected alone is 1, not True, on
# SQLite. as_boolean() of what is a true or a false is alike in both: tests on SQLite prove no more than that.
set -eu
server=/usr/lib/postgresql/15/bin
[ -x "$server/initdb" ] || { echo "the server PostgreSQL 15 is needed: apt-get install postgresql" >&2; exit 3; }
"$server/postgres" --version
folder=$(mktemp -d)
as() { (cd / && if [ "$(id -u)" = 0 ]; then setpriv --reuid nobody --regid nogroup --clear-groups "$@"; else "$@"; fi); }
trap 'as "$server/pg_ctl" -D "$folder/data" -m immediate -s stop || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/data"
[ "$(id -u)" != 0 ] || chown nobody "$folder/data"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet sqlalchemy==2.1.9 'psycopg[binary]==3.3.9'
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sqlite3
import sys
from importlib.metadata import version

import sqlalchemy as sa

STORED = (True, False, "true")
metadata = sa.MetaData()
rows = sa.Table("rows", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("body", sa.JSON))
done = rows.c.body["done"]
ASKED = {
    "== True": done == True,  # noqa: E712
    "as_boolean()": done.as_boolean(),
    "as_string()": done.as_string(),
    "alone": done,
}


def answers(url: str) -> dict[str, object]:
    seen: dict[str, object] = {}
    with sa.create_engine(url).connect() as connection:
        metadata.create_all(connection)
        connection.execute(rows.insert(), [{"id": number, "body": {"done": value}} for number, value in enumerate(STORED)])
        for what, expression in ASKED.items():
            savepoint = connection.begin_nested()
            try:
                seen[what] = list(connection.execute(sa.select(expression).order_by(rows.c.id)).scalars())
            except sa.exc.ProgrammingError:
                seen[what] = "refused"
            savepoint.rollback()
    return seen


on_sqlite = answers("sqlite://")
on_postgresql = answers(f"postgresql+psycopg://someone@127.0.0.1:{sys.argv[1]}/postgres")
print("SQLAlchemy", version("sqlalchemy"), "SQLite", sqlite3.sqlite_version, "of the values", STORED)
for what in ASKED:
    print(f"  {what}: {on_sqlite[what]} on SQLite, {on_postgresql[what]} on PostgreSQL")
same = repr([*on_sqlite.values(), *on_postgresql.values()]) == repr(
    [
        [False, False, False],
        [True, False, False],
        ["1", "0", "true"],
        [1, 0, "true"],
        "refused",
        [True, False, True],
        ["true", "false", "true"],
        [True, False, "true"],
    ]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
