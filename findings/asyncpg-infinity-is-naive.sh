#!/bin/sh
# asyncpg 0.32.0: a timestamptz of 'infinity' (no end) comes back as 9999-12-31 23:59:59.999999 without a zone, in a column of
# which every other value has one: `until > now` raises TypeError for that row alone. The other way round the last moment and
# the last day that Python has are written as infinity, and a date of 9999-12-31 that was written in SQL, not by Python, and
# is read and written back becomes infinity: equal before, unequal after.
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
from datetime import UTC, date, datetime
from importlib.metadata import version

import asyncpg


async def main() -> list[object]:
    place = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone", "database": "postgres"}
    connection = await asyncpg.connect(**place)
    plain, endless = await connection.fetchrow("SELECT timestamptz '2026-10-15 18:00+08', timestamptz 'infinity'")
    try:
        compared: object = endless > plain
    except TypeError as error:
        compared = f"TypeError: {error}"
    last = datetime.max.replace(tzinfo=UTC)
    written = await connection.fetchrow("SELECT $1::timestamptz::text, $2::date::text", last, date.max)
    day = await connection.fetchval("SELECT date '9999-12-31'")
    is_same = await connection.fetchval("SELECT $1 = date '9999-12-31'", day)
    await connection.close()
    return [plain.tzinfo, endless, endless.tzinfo, compared, *written, day, is_same]


seen = asyncio.run(main())
print("asyncpg", version("asyncpg"))
print(f"  zone of an ordinary moment: {seen[0]}, 'infinity': {seen[1]}, its zone: {seen[2]}")
print(f"  compared: {seen[3]}")
print(f"  datetime.max in UTC is written as {seen[4]}, date.max as {seen[5]}")
print(f"  date '9999-12-31' is read as {seen[6]}, and sent back equals itself: {seen[7]}")
expected = [UTC, datetime.max, None, "TypeError: can't compare offset-naive and offset-aware datetimes"]
expected += ["infinity", "infinity", date.max, False]
sys.exit("the behaviour has changed" if seen != expected else 0)
PYTHON
