#!/bin/sh
# PostgreSQL 15 with asyncpg 0.32.0 and SQLAlchemy 2.1.9: a session's advisory lock (pg_try_advisory_lock) outlives `async with
# engine.connect()`: the pool rolls back and keeps the session, and the lock with it. Other processes are refused by a lock that
# nobody uses, while whoever is given the same connection gets the lock once more, since a session may take it any number of
# times: two tasks of one process take turns that were to exclude each other. asyncpg's own pool unlocks at
# release. pg_try_advisory_xact_lock ends with its transaction in both.
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
"$folder/venv/bin/pip" install --quiet asyncpg==0.32.0 sqlalchemy==2.1.9 greenlet==3.5.6
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
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

place = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone", "database": "postgres"}
FOR_SESSION, FOR_TRANSACTION = "SELECT pg_try_advisory_lock(7)", "SELECT pg_try_advisory_xact_lock(7)"


async def by_sqlalchemy(engine: AsyncEngine, question: str) -> bool:
    async with engine.connect() as connection:
        return (await connection.execute(sa.text(question))).scalar_one()


async def by_asyncpg(pool: asyncpg.Pool, question: str) -> bool:
    async with pool.acquire() as connection:
        return await connection.fetchval(question)


async def another() -> bool:
    """Whether another process would get the lock; it gives it back."""
    connection = await asyncpg.connect(**place)
    got = await connection.fetchval(FOR_SESSION)
    await connection.close()
    return got


async def main() -> dict[str, tuple[bool, bool, bool]]:
    seen = {}
    for what, question in (("of a session", FOR_SESSION), ("of a transaction", FOR_TRANSACTION)):
        engine = create_async_engine(f"postgresql+asyncpg://someone@127.0.0.1:{sys.argv[1]}/postgres")
        first = await by_sqlalchemy(engine, question)
        other = await another()
        seen[f"SQLAlchemy, {what}"] = first, other, await by_sqlalchemy(engine, question)
        await engine.dispose()
    async with asyncpg.create_pool(**place, min_size=1) as pool:
        first = await by_asyncpg(pool, FOR_SESSION)
        other = await another()
        seen["asyncpg's pool, of a session"] = first, other, await by_asyncpg(pool, FOR_SESSION)
    return seen


seen = asyncio.run(main())
print("asyncpg", version("asyncpg"), "SQLAlchemy", version("sqlalchemy"))
for what, (first, other, again) in seen.items():
    print(f"  {what}: taken {first}; after the connection is given back another process gets it: {other}, a task: {again}")
same = list(seen.values()) == [(True, False, True), (True, True, True), (True, True, True)]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
