#!/bin/sh
# PostgreSQL 15: to_date(text, 'DD.MM.YYYY'), by which a column of texts from a table becomes days, has a day for what is none. An empty
# text is 1 January of the year 1 before Christ, '15.10', without a year, the 15 October of it, and '15.10.26' is the year 26. Such a
# deadline is overdue by two thousand years and comes first in every list; psycopg 3.3.9 and asyncpg 0.32.0 cannot read it, so it is
# the SELECT that fails one day, with DataError or ValueError ("ordinal must be >= 1"), and takes the other rows with it. What
# stands behind the day is not looked at: '15.10.2026 или 20.10.2026'. Yet ' ', a space, and '31.02.2026' are errors, as ''::date is. Even
# to_number() with a row of nines goes over what is no digit: '12 из 30' is 1230, '12-15' 1215. NULLIF(text, '') and a pattern,
# text ~ '^\d{2}\.\d{2}\.\d{4}$', have to stand before.
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
"$folder/venv/bin/pip" install --quiet 'psycopg[binary]==3.3.9' asyncpg==0.32.0
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

import asyncpg
import psycopg

HOST, PORT = "127.0.0.1", int(sys.argv[1])
ASKED = {
    "to_date('15.10.2026', 'DD.MM.YYYY')": "2026-10-15",
    "to_date('', 'DD.MM.YYYY')": "0001-01-01 BC",
    "to_date('15.10', 'DD.MM.YYYY')": "0001-10-15 BC",
    "to_date('15.10.26', 'DD.MM.YYYY')": "0026-10-15",
    "to_date('15.10.2026 или 20.10.2026', 'DD.MM.YYYY')": "2026-10-15",
    "to_date(' ', 'DD.MM.YYYY')": "InvalidDatetimeFormat",
    "to_date('31.02.2026', 'DD.MM.YYYY')": "DatetimeFieldOverflow",
    "''::date": "InvalidDatetimeFormat",
    "to_number('12 из 30', '99999999')": "1230",
    "to_number('12-15', '99999999')": "1215",
}
DUE = "SELECT to_date(said, 'DD.MM.YYYY') FROM (VALUES ('15.10.2026'), ('')) AS answers(said)"


def said(connection: psycopg.Connection, asked: str) -> str:
    try:
        return connection.execute(f"SELECT ({asked})::text").fetchone()[0]
    except psycopg.Error as error:
        return type(error).__name__


async def by_asyncpg() -> str:
    connection = await asyncpg.connect(host=HOST, port=PORT, user="someone", database="postgres")
    try:
        return str(await connection.fetch(DUE))
    except ValueError as error:
        return f"ValueError: {error}"
    finally:
        await connection.close()


with psycopg.connect(host=HOST, port=PORT, user="someone", dbname="postgres", autocommit=True) as connection:
    seen = {asked: said(connection, asked) for asked in ASKED}
    try:
        read = str(connection.execute(DUE).fetchall())
    except psycopg.DataError as error:
        read = f"DataError: {error}"
print(*(f"{name} {version(name)}" for name in ("psycopg", "asyncpg")))
for asked, answer in seen.items():
    print(f"  {asked}: {answer}")
other = asyncio.run(by_asyncpg())
print(f"  two days of which one is empty, by psycopg: {read}; by asyncpg: {other}")
same = seen == ASKED and read.startswith("DataError: date too small") and other == "ValueError: ordinal must be >= 1"
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
