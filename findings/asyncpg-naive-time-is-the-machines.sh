#!/bin/sh
# asyncpg 0.32.0 takes a time without a zone, given for a timestamptz, for one of the machine's own zone, while psycopg 3.3.9,
# psycopg2 2.9.13 and pg8000 1.31.6 leave it to the session's zone, that of the server (PostgreSQL 15): on a machine in Irkutsk,
# with a server in UTC, the same 18:00 is written as 10:00 UTC by the one and as 18:00 UTC by the others. SET TIME ZONE moves
# those, and not asyncpg. A date is its midnight in the same way. The other way round, a time with a zone for a timestamp
# without one, asyncpg refuses, psycopg gives the clock of the session's zone, and pg8000 that of UTC. Where machine and server are in
# UTC, as containers are, nobody sees a difference. Times with a zone, for timestamptz, are one to all.
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
"$folder/venv/bin/pip" install --quiet asyncpg==0.32.0 'psycopg[binary]==3.3.9' psycopg2-binary==2.9.13 pg8000==1.31.6
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
TZ=Asia/Irkutsk "$folder/venv/bin/python" - "$port" <<'PYTHON'
import asyncio
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version

import asyncpg
import pg8000.dbapi
import psycopg
import psycopg2

PLACE = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone"}
NAIVE = datetime(2026, 10, 15, 18)
SHOWN = {
    "timestamptz": "SELECT (cast({} AS timestamptz) AT TIME ZONE 'UTC')::text",
    "timestamp": "SELECT cast({} AS timestamp)::text",
}


async def of_asyncpg(kind: str, value: date, zone: str) -> str:
    connection = await asyncpg.connect(database="postgres", **PLACE)
    try:
        await connection.execute(f"SET TIME ZONE '{zone}'")
        moment = await connection.fetchval(SHOWN[kind].format("$1"), value)
    except asyncpg.DataError:
        moment = "refused"
    await connection.close()
    return moment


def others(kind: str, value: date, zone: str) -> list[str]:
    moments = []
    for connection in (
        psycopg.connect(dbname="postgres", **PLACE),
        psycopg2.connect(dbname="postgres", **PLACE),
        pg8000.dbapi.connect(database="postgres", **PLACE),
    ):
        cursor = connection.cursor()
        cursor.execute(f"SET TIME ZONE '{zone}'")
        cursor.execute(SHOWN[kind].format("%s"), (value,))
        moments.append(cursor.fetchone()[0])
        connection.close()
    return moments


print(*(f"{name} {version(name)}" for name in ("asyncpg", "psycopg", "psycopg2-binary", "pg8000")))
print(f"  the machine is in {NAIVE.astimezone():%Z}, and 18:00 of it is {NAIVE.astimezone(UTC):%H:%M} UTC")
same = True
for kind, value, zone, expected in (
    ("timestamptz", NAIVE, "UTC", ("2026-10-15 10:00:00", "2026-10-15 18:00:00")),
    ("timestamptz", NAIVE, "Europe/Moscow", ("2026-10-15 10:00:00", "2026-10-15 15:00:00")),
    ("timestamptz", date(2026, 10, 15), "UTC", ("2026-10-14 16:00:00", "2026-10-15 00:00:00")),
    ("timestamptz", NAIVE.astimezone(), "UTC", ("2026-10-15 10:00:00", "2026-10-15 10:00:00")),
    ("timestamp", NAIVE.astimezone(), "Europe/Moscow", ("refused", "2026-10-15 13:00:00", "2026-10-15 13:00:00", "2026-10-15 10:00:00")),
):
    seen = asyncio.run(of_asyncpg(kind, value, zone)), *others(kind, value, zone)
    print(f"  {value} for a {kind}, in a session of {zone}: {seen[0]} by asyncpg, {', '.join(seen[1:])} by the others")
    same = same and seen == (*expected, *expected[-1:] * (4 - len(expected)))
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
