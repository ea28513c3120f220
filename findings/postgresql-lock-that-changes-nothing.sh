#!/bin/sh
# PostgreSQL 15: under REPEATABLE READ `SELECT ... FOR UPDATE` of the row that stands for a whole (a school, of which at
# most one request may be open) is no mutex: the second transaction waits, gets the row, and then still sees what its snapshot
# had before the first one wrote. Both insert. An UPDATE that sets a column to itself waits in the same way, and ends with a
# serialization failure (40001) instead: it makes a new version of the row, a lock does not.
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
from importlib.metadata import version

import asyncpg

LOCK = "SELECT 1 FROM school WHERE id = 1 FOR UPDATE"
UPDATE = "UPDATE school SET id = id WHERE id = 1"
OPEN = "SELECT count(*) FROM request"
ASK = "INSERT INTO request VALUES (1)"


async def tried(statement: str, isolation: str) -> tuple[int, str]:
    """How many requests there are after two at once that each wanted to be the only one, and how the second ended."""
    place = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone", "database": "postgres"}
    one, two = await asyncpg.connect(**place), await asyncpg.connect(**place)
    await one.execute("CREATE TABLE school (id integer PRIMARY KEY); INSERT INTO school VALUES (1)")
    await one.execute("CREATE TABLE request (school integer)")
    await two.execute("SET default_transaction_isolation = '" + isolation + "'")
    end = "done"
    try:
        async with two.transaction():
            await two.fetchval("SELECT 1 FROM school")
            async with one.transaction():
                await one.execute(statement)
                waits = asyncio.create_task(two.execute(statement))
                while not await one.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                    await asyncio.sleep(0.05)
                if not await one.fetchval(OPEN):
                    await one.execute(ASK)
            await waits
            if not await two.fetchval(OPEN):
                await two.execute(ASK)
    except asyncpg.SerializationError as error:
        end = error.sqlstate
    count = await one.fetchval(OPEN)
    await one.execute("DROP TABLE school, request")
    await one.close()
    await two.close()
    return count, end


print("asyncpg", version("asyncpg"))
same = True
for statement, isolation, expected in (
    (LOCK, "read committed", (1, "done")),
    (LOCK, "repeatable read", (2, "done")),
    (UPDATE, "repeatable read", (1, "40001")),
):
    found = asyncio.run(tried(statement, isolation))
    print(f"  {isolation}, {statement}: requests {found[0]}, the second: {found[1]}")
    same = same and found == expected
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
