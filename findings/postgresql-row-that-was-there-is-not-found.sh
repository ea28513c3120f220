#!/bin/sh
# PostgreSQL 15, READ COMMITTED: an UPDATE that waited for a transaction which deleted the row and inserted it anew (as a
# form does that is saved whole) changes nothing, "UPDATE 0", although a row with that key was there before, and is there
# after. Had the other one updated the row, or written INSERT ... ON CONFLICT DO UPDATE, it would be "UPDATE 1". In the same way
# "insert or get" in one statement gives neither: DO NOTHING sees the other's new row, the SELECT beside it does not.
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

UPDATE = "UPDATE t SET x = 5 WHERE id = 1"
INSERT_OR_GET = """
WITH new AS (INSERT INTO t VALUES (2, 8) ON CONFLICT DO NOTHING RETURNING id)
SELECT id FROM new UNION ALL SELECT id FROM t WHERE id = 2
"""


async def waited(first: str, second: str) -> str:
    """What the second statement answers, which waited for the end of the first."""
    place = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone", "database": "postgres"}
    one, two = await asyncpg.connect(**place), await asyncpg.connect(**place)
    await one.execute("CREATE TABLE t (id integer PRIMARY KEY, x integer); INSERT INTO t VALUES (1, 1)")
    async with one.transaction():
        await one.execute(first)
        statement = await two.prepare(second)
        task = asyncio.create_task(statement.fetch())
        while not await one.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.05)
    await task
    answer = statement.get_statusmsg()
    await one.execute("DROP TABLE t")
    await one.close()
    await two.close()
    return answer


print("asyncpg", version("asyncpg"))
same = True
for first, second, expected in (
    ("DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (1, 2)", UPDATE, "UPDATE 0"),
    ("UPDATE t SET x = 2 WHERE id = 1", UPDATE, "UPDATE 1"),
    ("INSERT INTO t VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET x = excluded.x", UPDATE, "UPDATE 1"),
    ("INSERT INTO t VALUES (2, 2)", INSERT_OR_GET, "SELECT 0"),
):
    found = asyncio.run(waited(first, second))
    print(f"  after {first}: {found}")
    same = same and found == expected
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
