#!/bin/sh
# PostgreSQL 15 with asyncpg 0.32.0 and SQLAlchemy 2.1.9: a COMMIT that waits for a synchronous standby outlives
# statement_timeout. Ended from the client, by `asyncio.timeout` around `async with engine.begin()`, it raises TimeoutError, as
# if nothing had been written, and the row is there at once for all: asyncpg cancels the wait, and to the server that ends the
# COMMIT well, with a warning. Whoever tries again writes twice. Cancelled by pg_cancel_backend it is plain success.
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
"$folder/venv/bin/pip" install --quiet asyncpg==0.32.0 'sqlalchemy[asyncio]==2.1.9' greenlet==3.5.6
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

PORT = int(sys.argv[1])
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
CANCEL = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


async def main() -> dict[str, object]:
    seen: dict[str, object] = {}
    other = await asyncpg.connect(host="127.0.0.1", port=PORT, user="someone", database="postgres")
    await other.execute("CREATE TABLE t (x integer)")
    await other.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
    await other.execute("SELECT pg_reload_conf()")
    while await other.fetchval("SHOW synchronous_standby_names") != "standby":
        await asyncio.sleep(0.05)
    settings = {"server_settings": {"statement_timeout": "500"}}
    engine = create_async_engine(f"postgresql+asyncpg://someone@127.0.0.1:{PORT}/postgres", connect_args=settings)

    async def write(x: int) -> None:
        async with engine.begin() as session:
            await session.execute(sa.text("INSERT INTO t VALUES (:x)"), {"x": x})

    async def rows() -> list[int]:
        return await other.fetchval("SELECT coalesce(array_agg(x ORDER BY x), '{}') FROM t")

    task = asyncio.create_task(write(1))
    await asyncio.sleep(2)
    seen["waits after four times statement_timeout"] = await other.fetchval(WAITS)
    seen["rows while it waits"] = await rows()
    await other.execute(CANCEL)
    await task
    seen["rows after pg_cancel_backend, no error"] = await rows()
    try:
        async with asyncio.timeout(2):
            await write(2)
    except TimeoutError:
        seen["rows after TimeoutError"] = await rows()
    await engine.dispose()
    await other.close()
    return seen


seen = asyncio.run(main())
print("asyncpg", version("asyncpg"), "SQLAlchemy", version("sqlalchemy"))
for what, said in seen.items():
    print(f"  {what}: {said}")
sys.exit("the behaviour has changed" if list(seen.values()) != [1, [], [1], [1, 2]] else 0)
PYTHON
