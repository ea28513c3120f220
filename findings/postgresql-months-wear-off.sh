#!/bin/sh
# PostgreSQL 15: generate_series by months from the 31st wears the day off: each step goes from the one before, so after
# February every month has the 28th. The first day plus n months gives the last day of each. asyncpg 0.32.0 makes a
# month of an interval 30 days, a year 365: age() of 1 March and 1 February 2027, 28 days apart, is read as 30 days, and added
# again in Python misses the day from which it came.
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
"$folder/venv/bin/pip" install --quiet asyncpg==0.32.0
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import asyncio
import sys
from datetime import date, timedelta
from importlib.metadata import version

import asyncpg

SERIES = """
SELECT array_agg(to_char(day, 'DD.MM')) FROM
generate_series(timestamp '2027-01-31', timestamp '2027-05-31', interval '1 month') day
"""
STEPS = "SELECT array_agg(to_char(date '2027-01-31' + n * interval '1 month', 'DD.MM')) FROM generate_series(0, 4) n"
FIRST, SECOND = date(2027, 2, 1), date(2027, 3, 1)


async def main() -> list[object]:
    place = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone", "database": "postgres"}
    connection = await asyncpg.connect(**place)
    month, year = await connection.fetchrow("SELECT interval '1 month', interval '1 year'")
    age = await connection.fetchval("SELECT age($1::date, $2::date)", SECOND, FIRST)
    seen = [await connection.fetchval(SERIES), await connection.fetchval(STEPS), month, year, FIRST + age]
    await connection.close()
    return seen


seen = asyncio.run(main())
print("asyncpg", version("asyncpg"))
for what, said in zip(("generate_series", "steps from the first day", "a month", "a year", "1 February + age"), seen):
    print(f"  {what}: {said}")
expected = [
    ["31.01", "28.02", "28.03", "28.04", "28.05"],
    ["31.01", "28.02", "31.03", "30.04", "31.05"],
    timedelta(days=30),
    timedelta(days=365),
    date(2027, 3, 3),
]
sys.exit("the behaviour has changed" if seen != expected else 0)
PYTHON
