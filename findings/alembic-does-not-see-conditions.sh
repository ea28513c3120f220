#!/bin/sh
# Alembic 1.20.1 with SQLAlchemy 2.1.9: what autogenerate (and `alembic check`) compares of an index leaves out its condition. A
# unique index of the open rows alone, where the model says of all rows, or of other rows, is "no difference", on PostgreSQL 15
# and on SQLite: the constraint on which the code relies is not in the database, and no migration is proposed. The columns
# that a PostgreSQL index includes and how it is built (USING) are left out as well, while NULLS NOT DISTINCT and DESC
# are seen there. A test that compares pg_indexes (or sqlite_master) sees all of it.
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
"$folder/venv/bin/pip" install --quiet alembic==1.20.1 sqlalchemy==2.1.9 'psycopg[binary]==3.3.9'
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sys
from importlib.metadata import version

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

SERVER = f"postgresql+psycopg://someone@127.0.0.1:{sys.argv[1]}/postgres"


def model(*columns: str, **traits: object) -> sa.MetaData:
    metadata = sa.MetaData()
    table = sa.Table(
        "requests",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("school", sa.Integer),
        sa.Column("state", sa.Text),
    )
    sa.Index("one", *(sa.text(name) if " " in name else table.c[name] for name in columns), **traits)
    return metadata


def only(condition: str) -> dict[str, object]:
    return {"unique": True, "postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


def differences(url: str, stored: sa.MetaData, wanted: sa.MetaData) -> list[str]:
    with sa.create_engine(url).connect() as connection:
        stored.create_all(connection)
        found = compare_metadata(MigrationContext.configure(connection), wanted)
        connection.rollback()
    return [one[0] for one in found]


whole = model("school", unique=True)
cases = {
    "unique of the open rows; wanted: of all rows": (model("school", **only("state = 'open'")), whole),
    "unique of the open rows; wanted: of the late rows": (
        model("school", **only("state = 'open'")),
        model("school", **only("state = 'late'")),
    ),
    "includes state; wanted: includes nothing": (model("school", unique=True, postgresql_include=["state"]), whole),
    "a hash; wanted: a tree": (model("school", postgresql_using="hash"), model("school")),
    "school; wanted: state": (model("school", unique=True), model("state", unique=True)),
    "distinct nulls; wanted: not distinct": (whole, model("school", unique=True, postgresql_nulls_not_distinct=True)),
    "school; wanted: school DESC": (model("school"), model("school DESC")),
}
print("Alembic", version("alembic"), "SQLAlchemy", version("sqlalchemy"))
seen = []
for what, (stored, wanted) in cases.items():
    seen.append(bool(differences(SERVER, stored, wanted)))
    print(f"  {what}: {'seen' if seen[-1] else 'no difference'} on PostgreSQL")
on_sqlite = [bool(differences("sqlite://", *pair)) for pair in list(cases.values())[:2]]
print("  the first two on SQLite:", on_sqlite)
same = seen == [False, False, False, False, True, True, True] and on_sqlite == [False, False]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
