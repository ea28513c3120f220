#!/bin/sh
# pg8000 1.31.6 with PostgreSQL 15: after a value that it cannot read, such as '24:00' of the type time, which PostgreSQL has and
# Python has not, the connection goes on, but one step behind: the error leaves the rest of the answer unread, and what is asked
# next gets that, the question after it the answer of the one before, and so on for as long as the connection lives. «select 2» is
# 1, without an error. rollback() does not help, and SQLAlchemy 2.1.9 puts the connection back into its pool. psycopg 3.3.9
# refuses that value as well, and answers rightly from then on. Whoever catches the error has to close the connection.
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
"$folder/venv/bin/pip" install --quiet pg8000==1.31.6 sqlalchemy==2.1.9 'psycopg[binary]==3.3.9'
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

PORT = int(sys.argv[1])
ASKED = ["select '24:00'::time", "select 1", "select 2", "select 3"]


def answers(ask) -> list[object]:
    seen: list[object] = []
    for question in ASKED:
        try:
            seen.append(ask(question))
        except Exception as error:
            seen.append(type(error).__name__)
    return seen


bare = pg8000.native.Connection("someone", host="127.0.0.1", port=PORT, database="postgres")
engine = sa.create_engine(f"postgresql+pg8000://someone@127.0.0.1:{PORT}/postgres", pool_size=1, max_overflow=0)
other = psycopg.connect(f"host=127.0.0.1 port={PORT} user=someone dbname=postgres", autocommit=True)


def in_the_pool(question: str) -> object:
    with engine.begin() as connection:
        return connection.execute(sa.text(question)).scalar_one()


seen = {
    "pg8000": answers(lambda question: bare.run(question)),
    "pg8000 of SQLAlchemy's pool": answers(in_the_pool),
    "psycopg": answers(lambda question: other.execute(question).fetchone()[0]),
}
print("pg8000", version("pg8000"), "SQLAlchemy", version("sqlalchemy"), "psycopg", version("psycopg"), "asked", "; ".join(ASKED))
for what, said in seen.items():
    print(f"  {what}: {said}")
same = list(seen.values()) == [
    ["ValueError", None, [[1]], [[2]]],
    ["ValueError", "ResourceClosedError", "ResourceClosedError", "ResourceClosedError"],
    ["DataError", 1, 2, 3],
]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
