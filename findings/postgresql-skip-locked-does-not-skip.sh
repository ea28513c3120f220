#!/bin/sh
# PostgreSQL 15: under REPEATABLE READ `FOR UPDATE SKIP LOCKED` skips a row that another worker holds, but of a row that the
# worker has settled since the snapshot it makes a serialization failure (40001), although other rows are free. A queue that
# works while its neighbour is slow fails as soon as the neighbour is done. Under READ COMMITTED both are passed over.
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

CLAIM = "SELECT id FROM job WHERE NOT done ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"


async def claimed(isolation: str, is_settled: bool) -> int | str:
    """Which of the jobs 1 and 2 is claimed after a worker took 1, or the error."""
    place = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone", "database": "postgres"}
    one, two = await asyncpg.connect(**place), await asyncpg.connect(**place)
    await one.execute("CREATE TABLE job (id integer PRIMARY KEY, done boolean DEFAULT false)")
    await one.execute("INSERT INTO job VALUES (1), (2)")
    work, claim = one.transaction(), two.transaction(isolation=isolation)
    await work.start()
    await one.execute("UPDATE job SET done = true WHERE id = 1")
    await claim.start()
    await two.fetchval("SELECT count(*) FROM job")
    if is_settled:
        await work.commit()
    try:
        found = await two.fetchval(CLAIM)
    except asyncpg.SerializationError as error:
        found = f"{error.sqlstate} {error}"
    await claim.rollback()
    if not is_settled:
        await work.commit()
    await one.execute("DROP TABLE job")
    await one.close()
    await two.close()
    return found


print("asyncpg", version("asyncpg"))
same = True
for isolation, is_settled, expected in (
    ("read_committed", False, 2),
    ("read_committed", True, 2),
    ("repeatable_read", False, 2),
    ("repeatable_read", True, "40001 could not serialize access due to concurrent update"),
):
    found = asyncio.run(claimed(isolation, is_settled))
    print(f"  {isolation}, job 1 {'settled' if is_settled else 'held'}: claimed {found}")
    same = same and found == expected
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
