#!/bin/sh
# PostgreSQL 15 has a time '24:00', the end of a day, which sorts after 23:59; a deadline of 15 October, 24:00, is midnight after
# it (date + time). psycopg2 2.9.13 reads that time as 00:00, without an error: put together with the day in Python it is a whole
# day early, and what was last comes first. psycopg 3.3.9 and asyncpg 0.32.0 refuse to read it. A CHECK (at < '24:00') keeps it
# out of the table.
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
"$folder/venv/bin/pip" install --quiet psycopg2-binary==2.9.13 'psycopg[binary]==3.3.9' asyncpg==0.32.0
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import asyncio
import sys
from datetime import datetime
from importlib.metadata import version

import asyncpg
import psycopg
import psycopg2

DUE = """
    SELECT day, at, (day + at)::text AS due
    FROM (VALUES (date '2026-10-15', time '24:00'), ('2026-10-15', '18:00')) AS given(day, at)
    ORDER BY at
"""
server = f"host=127.0.0.1 port={sys.argv[1]} user=someone dbname=postgres"


def of(connection) -> list[tuple[str, str]] | str:
    """When it is due to the server, and put together from what was read, in the order of the server."""
    cursor = connection.cursor()
    try:
        cursor.execute(DUE)
        return [(due, str(datetime.combine(day, at))) for day, at, due in cursor.fetchall()]
    except psycopg.DataError:
        return "refused"


async def of_asyncpg() -> list[tuple[str, str]] | str:
    connection = await asyncpg.connect(host="127.0.0.1", port=int(sys.argv[1]), user="someone", database="postgres")
    try:
        return [(due, str(datetime.combine(day, at))) for day, at, due in await connection.fetch(DUE)]
    except ValueError:
        return "refused"
    finally:
        await connection.close()


seen = {"psycopg2": of(psycopg2.connect(server)), "psycopg": of(psycopg.connect(server)), "asyncpg": asyncio.run(of_asyncpg())}
print("psycopg2", version("psycopg2-binary"), "psycopg", version("psycopg"), "asyncpg", version("asyncpg"), "(to the server, to Python)")
for what, said in seen.items():
    print(f"  {what}: {said}")
evening, midnight = "2026-10-15 18:00:00", "2026-10-16 00:00:00"
same = list(seen.values()) == [[(evening, evening), (midnight, "2026-10-15 00:00:00")], "refused", "refused"]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
