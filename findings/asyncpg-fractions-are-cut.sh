#!/bin/sh
# asyncpg 0.32.0: a float or a Decimal for an integer parameter is cut without a word, 2.9 to 2, also within an array and by
# copy_records_to_table; the server itself rounds to 3. Of other types it is strict: '2' is refused for an integer, 5 for a
# text. psycopg 3.3.9 leaves it to the server: 3. A share that was to be a whole number is off by one, and an
# integer column compared with 2.9 finds the rows with 2.
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
"$folder/venv/bin/pip" install --quiet asyncpg==0.32.0 'psycopg[binary]==3.3.9'
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import asyncio
import sys
from decimal import Decimal
from importlib.metadata import version

import asyncpg
import psycopg

place = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone"}


async def main() -> dict[str, object]:
    connection = await asyncpg.connect(database="postgres", **place)
    await connection.execute("CREATE TABLE t (x integer)")
    await connection.copy_records_to_table("t", records=[(2.9,)])
    seen = {
        "float": await connection.fetchval("SELECT $1::integer", 2.9),
        "Decimal": await connection.fetchval("SELECT $1::integer", Decimal("2.9")),
        "array": await connection.fetchval("SELECT $1::integer[]", [2.9]),
        "copied": await connection.fetchval("SELECT x FROM t"),
        "rows where x = 2.9": await connection.fetchval("SELECT count(*) FROM t WHERE x = $1", 2.9),
        "the server's own": await connection.fetchval("SELECT 2.9::integer"),
    }
    try:
        seen["text"] = await connection.fetchval("SELECT $1::integer", "2")
    except asyncpg.DataError:
        seen["text"] = "refused"
    await connection.close()
    return seen


seen = asyncio.run(main())
with psycopg.connect(dbname="postgres", **place) as connection:
    seen["psycopg"] = connection.execute("SELECT %s::integer", [2.9]).fetchone()[0]
    found = connection.execute("SELECT count(*) FROM t WHERE x = %s", [2.9]).fetchone()[0]
    seen["psycopg, rows where x = 2.9"] = found
print("asyncpg", version("asyncpg"), "psycopg", version("psycopg"))
for what, said in seen.items():
    print(f"  {what}: {said}")
sys.exit("the behaviour has changed" if list(seen.values()) != [2, 2, [2], 2, 1, 3, "refused", 3, 0] else 0)
PYTHON
