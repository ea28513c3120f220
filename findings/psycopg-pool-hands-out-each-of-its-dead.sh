#!/bin/sh
# PostgreSQL 15 is started anew, as for an update, and a pool of ten connections has ten dead ones. asyncpg 0.32.0 knows that it has lost them, and
# nobody sees anything. SQLAlchemy 2.1.9, with asyncpg or psycopg, raises once and throws all the others away. psycopg_pool 3.3.3 with
# psycopg 3.3.9 hands out each of the ten once: ten requests fail, one after another, AdminShutdown, although the server has long been there
# again; where there is little to do the last of them fails hours later, and a loop that tries a request three times gives up. The remedy of
# its docs, check=AsyncConnectionPool.check_connection, makes fewer of it, and slower: a request that meets a dead one waits a second, two,
# four and eight before it takes the next, and PoolTimeout, «couldn't get a connection after 30.00 sec», is said beside an idle server: of
# twenty dead ones three requests fail so. «await pool.check()», once after the start, clears all of them.
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
"$folder/venv/bin/pip" install --quiet 'psycopg[binary]==3.3.9' psycopg-pool==3.3.3 asyncpg==0.32.0 SQLAlchemy==2.1.9 greenlet
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
start() {
    as "$server/pg_ctl" -D "$folder/data" -m fast -w -s -l "$folder/data/log" \
        -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" "$1"
}
start start
cat >"$folder/pool.py" <<'PYTHON'
"""Opens ten connections, waits until the server was started anew, and counts which of twenty requests fail."""
import asyncio
import logging
import sys
import time
from contextlib import asynccontextmanager

import asyncpg
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

KIND, PORT = sys.argv[1:]
COUNT = 10
ADDRESS = f"host=127.0.0.1 port={PORT} user=someone dbname=postgres"
logging.disable(logging.WARNING)


@asynccontextmanager
async def pool():
    if KIND == "asyncpg":
        address = f"postgresql://someone@127.0.0.1:{PORT}/postgres"
        async with asyncpg.create_pool(address, min_size=COUNT, max_size=COUNT) as made:
            yield made.acquire, lambda connection: connection.fetchval("SELECT 1"), None
    elif KIND.startswith("psycopg_pool"):
        check = AsyncConnectionPool.check_connection if KIND.endswith("check=") else None
        async with AsyncConnectionPool(ADDRESS, min_size=COUNT, max_size=COUNT, check=check) as made:
            await made.wait()
            cleared = made.check if KIND.endswith("check()") else None
            yield made.connection, lambda connection: connection.execute("SELECT 1"), cleared
    else:
        driver = KIND.split()[1]
        made = create_async_engine(f"postgresql+{driver}://someone@127.0.0.1:{PORT}/postgres", pool_size=COUNT, max_overflow=0)
        yield made.connect, lambda connection: connection.execute(text("SELECT 1")), None
        await made.dispose()


async def main() -> None:
    async with pool() as (take, ask, clear):

        async def request(pause: float = 0) -> bool:
            try:
                async with take() as connection:
                    await ask(connection)
                    await asyncio.sleep(pause)
            except Exception:
                return False
            return True

        opened = await asyncio.gather(*(request(0.5) for _ in range(COUNT)))
        print("open" if all(opened) else "not open", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        if clear:
            await clear()
        await asyncio.sleep(0.5)
        answers, waits = [], []
        for _ in range(2 * COUNT):
            begun = time.monotonic()
            answers.append(await request())
            waits.append(time.monotonic() - begun)
        print(answers.count(False), "failed", "after a long wait" if max(waits) > 10 else "at once")


asyncio.run(main())
PYTHON
same=yes
# check KIND EXPECTED
check() {
    rm -f "$folder/go"
    : >"$folder/out"
    mkfifo "$folder/go"
    "$folder/venv/bin/python" "$folder/pool.py" "$1" "$port" <"$folder/go" >"$folder/out" &
    exec 3>"$folder/go"
    tries=0
    until grep -q open "$folder/out" || [ "$tries" -ge 60 ]; do
        sleep 0.5
        tries=$((tries + 1))
    done
    start restart
    echo go >&3
    exec 3>&-
    wait "$!"
    seen=$(tail -n 1 "$folder/out")
    echo "  $1: $seen"
    case "$seen" in
    $2) ;;
    *) same=no ;;
    esac
}
check "asyncpg" "0 failed at once"
check "sqlalchemy asyncpg" "1 failed at once"
check "sqlalchemy psycopg" "1 failed at once"
check "psycopg_pool" "10 failed at once"
check "psycopg_pool check()" "0 failed at once"
check "psycopg_pool check=" "[1-9] failed after a long wait"
[ "$same" = yes ] || { echo "the behaviour has changed" >&2; exit 1; }
