#!/bin/sh
# pg8000 1.31.6: when a value of an answer cannot be read, as the time '24:00' of PostgreSQL 15, the end of a day, or an array
# whose first number is not 1, ValueError is raised, and the connection is one answer behind from then on: the next question has
# no rows, and the one after it those of the one before. Nothing more is raised, and rollback() does not help, for it is a
# question as well. By SQLAlchemy 2.1.9 such a connection goes back to its pool, and whoever has it next is told that there
# are no rows. psycopg 3.3.9 raises too, and answers the next question. After an error that is not pg8000's own the connection is
# to be thrown away: close(), invalidate().
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
"$folder/venv/bin/pip" install --quiet pg8000==1.31.6 SQLAlchemy==2.1.9 'psycopg[binary]==3.3.9'
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sys
from importlib.metadata import version

import pg8000.native
import psycopg
import sqlalchemy as sa

HOST, PORT = "127.0.0.1", int(sys.argv[1])
UNREADABLE = ("SELECT '24:00'::time", "SELECT '[2:3]={5,6}'::integer[]")


def of_pg8000(unreadable: str) -> list[object]:
    """What a connection says to three questions after the one which it could not read."""
    connection = pg8000.native.Connection("someone", host=HOST, port=PORT, database="postgres")
    said = []
    for question in (unreadable, "SELECT 1", "SELECT 2", "ROLLBACK", "SELECT 3"):
        try:
            said.append(connection.run(question))
        except ValueError:
            said.append("ValueError")
    connection.close()
    return said


def of_psycopg(unreadable: str) -> list[object]:
    said = []
    with psycopg.connect(host=HOST, port=PORT, user="someone", dbname="postgres", autocommit=True) as connection:
        for question in (unreadable, "SELECT 1"):
            try:
                said.append(connection.execute(question).fetchall())
            except psycopg.DataError:
                said.append("DataError")
    return said


def of_pool() -> list[object]:
    """What SQLAlchemy's pool says, each question within a `begin` of its own."""
    engine = sa.create_engine(f"postgresql+pg8000://someone@{HOST}:{PORT}/postgres", pool_size=1, max_overflow=0)
    said = []
    for question in (UNREADABLE[0], "SELECT 1", "SELECT 2"):
        try:
            with engine.begin() as connection:
                answer = connection.execute(sa.text(question))
                said.append(answer.all() if answer.returns_rows else f"no rows, {answer.rowcount}")
        except ValueError:
            said.append("ValueError")
    engine.dispose()
    return said


print(*(f"{name} {version(name)}" for name in ("pg8000", "SQLAlchemy", "psycopg")))
behind = [of_pg8000(question) for question in UNREADABLE]
for question, said in zip(UNREADABLE, behind, strict=True):
    print(f"  {question}, then SELECT 1, SELECT 2, ROLLBACK, SELECT 3: {said}")
pooled, elsewhere = of_pool(), of_psycopg(UNREADABLE[0])
print(f"  by SQLAlchemy, {UNREADABLE[0]}, then SELECT 1, SELECT 2: {pooled}")
print(f"  by psycopg, {UNREADABLE[0]}, then SELECT 1: {elsewhere}")
same = behind == [["ValueError", None, [[1]], [[2]], None]] * 2 and pooled == ["ValueError", "no rows, -1", "no rows, -1"]
sys.exit("the behaviour has changed" if not same or elsewhere != ["DataError", [(1,)]] else 0)
PYTHON
