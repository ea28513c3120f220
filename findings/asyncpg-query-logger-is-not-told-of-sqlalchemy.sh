#!/bin/sh
# asyncpg 0.32.0: `add_query_logger` is told of what goes by the connection's own execute, fetch, fetchval and executemany,
# and of nothing that was prepared by hand, nor of a copy. SQLAlchemy 2.1.9 prepares each of its statements by hand: a
# logger on its connection hears of BEGIN and COMMIT, and of none of the statements between them. Who counts a
# program's statements that way, or looks for slow ones, finds transactions without anything in them.
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
"$folder/venv/bin/pip" install --quiet asyncpg==0.32.0 'sqlalchemy[asyncio]==2.1.9'
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

port = sys.argv[1]
heard = []


def note(record):
    heard.append(record.query.rstrip(";"))


async def since():
    # It is told a turn of the event loop later.
    await asyncio.sleep(0.05)
    told, heard[:] = list(heard), []
    return told


async def main():
    connection = await asyncpg.connect(host="127.0.0.1", port=int(port), user="someone", database="postgres")
    await connection.execute("CREATE TABLE t (x integer)")
    connection.add_query_logger(note)
    seen = {}
    await connection.execute("SELECT 1")
    await connection.fetch("SELECT 2")
    await connection.fetchval("SELECT 3")
    seen["execute, fetch, fetchval"] = await since()
    prepared = await connection.prepare("SELECT 4")
    await prepared.fetch()
    await prepared.fetchval()
    seen["prepared by hand"] = await since()
    await connection.executemany("INSERT INTO t VALUES ($1)", [(1,), (2,)])
    seen["executemany"] = await since()
    await connection.copy_records_to_table("t", records=[(3,)])
    seen["a copy"] = await since()
    await connection.close()

    engine = create_async_engine(f"postgresql+asyncpg://someone@127.0.0.1:{port}/postgres")
    async with engine.connect() as connection:
        (await connection.get_raw_connection()).driver_connection.add_query_logger(note)
        await connection.execute(sa.text("SELECT 5"))
        await connection.execute(sa.text("INSERT INTO t VALUES (:x)"), {"x": 4})
        await connection.commit()
        seen["SQLAlchemy: a SELECT, an INSERT, a commit"] = await since()
    await engine.dispose()
    return seen


seen = asyncio.run(main())
print("asyncpg", version("asyncpg"), "SQLAlchemy", version("sqlalchemy"))
for what, told in seen.items():
    print(f"  {what}: {told}")
expected = [["SELECT 1", "SELECT 2", "SELECT 3"], [], ["INSERT INTO t VALUES ($1)"], [], ["BEGIN", "COMMIT"]]
sys.exit("the behaviour has changed" if list(seen.values()) != expected else 0)
PYTHON
