#!/bin/sh
# pg8000 1.31.6: of a span below zero the minus is the hours' alone: '-01:30:00', an answer that came an hour and a half late, is
# read as minus one hour plus thirty minutes, half an hour; '-00:30:00', for there is no minus zero, as half an hour above zero.
# It is so as well in what a difference of two moments of PostgreSQL 15 gives, «09:00 - 18:30» is minus 8:30, and in '1 day
# -00:30:00', which a subtraction leaves. Whole hours and days are right, and so is all that pg8000 itself writes: a timedelta
# comes back as it was. psycopg 3.3.9 and asyncpg 0.32.0 read all of them. extract(epoch FROM ...) is a plain number.
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
"$folder/venv/bin/pip" install --quiet pg8000==1.31.6 'psycopg[binary]==3.3.9' asyncpg==0.32.0
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import asyncio
import sys
from datetime import timedelta
from importlib.metadata import version

import asyncpg
import pg8000.dbapi
import psycopg

PLACE = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone"}
MORNING, EVENING = "timestamp '2026-10-15 09:00'", "timestamp '2026-10-15 18:30'"
# What is asked, the minutes that it is, and the minutes that pg8000 reads.
SPANS = {
    "interval '-01:30'": (-90, -30),
    "interval '-00:30'": (-30, 30),
    f"{MORNING} - {EVENING}": (-570, -510),
    "interval '1 day' - interval '30 minutes'": (1410, 1470),
    f"{EVENING} - {MORNING}": (570, 570),
    "interval '-02:00'": (-120, -120),
}


async def of_asyncpg(asked: str) -> timedelta:
    connection = await asyncpg.connect(database="postgres", **PLACE)
    try:
        return await connection.fetchval(f"SELECT {asked}")
    finally:
        await connection.close()


def of_pg8000(asked: str, *values: object) -> timedelta:
    connection = pg8000.dbapi.connect(database="postgres", **PLACE)
    cursor = connection.cursor()
    cursor.execute(f"SELECT {asked}", values)
    found = cursor.fetchone()[0]
    connection.close()
    return found


print("pg8000", version("pg8000"), "psycopg", version("psycopg"), "asyncpg", version("asyncpg"))
same = True
with psycopg.connect(dbname="postgres", **PLACE) as connection:
    for asked, (true, read) in SPANS.items():
        text, of_psycopg = connection.execute(f"SELECT ({asked})::text, {asked}").fetchone()
        seen = [span / timedelta(minutes=1) for span in (of_pg8000(asked), of_psycopg, asyncio.run(of_asyncpg(asked)))]
        print(f"  {asked} is {text}: {seen[0]:g} minutes to pg8000, {seen[1]:g} to psycopg, {seen[2]:g} to asyncpg")
        same = same and seen == [read, true, true]
came_back = of_pg8000("cast(%s AS interval)", timedelta(minutes=-90))
print(f"  timedelta(minutes=-90), written by pg8000: {came_back / timedelta(minutes=1):g} minutes")
sys.exit("the behaviour has changed" if not same or came_back != timedelta(minutes=-90) else 0)
PYTHON
