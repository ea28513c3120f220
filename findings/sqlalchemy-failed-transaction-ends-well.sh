#!/bin/sh
# PostgreSQL 15 with asyncpg 0.32.0 and SQLAlchemy 2.1.9: a transaction in which a statement has failed and whose error was
# caught (a duplicate, say) ends without an error, and nothing of it is there: the server answers COMMIT with ROLLBACK and
# success, and neither `async with connection.transaction()` nor `async with engine.begin()` looks at the answer. What was
# written before the failure is lost as well. A savepoint around the statement (begin_nested) keeps the rest.
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
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

PORT = int(sys.argv[1])


async def main() -> dict[str, int | str]:
    seen: dict[str, int | str] = {}
    connection = await asyncpg.connect(host="127.0.0.1", port=PORT, user="someone", database="postgres")
    await connection.execute("CREATE TABLE t (x integer PRIMARY KEY)")

    async def kept() -> int:
        return await connection.fetchval("SELECT count(*) FROM t")

    await connection.execute("BEGIN")
    await connection.execute("INSERT INTO t VALUES (1)")
    try:
        await connection.execute("INSERT INTO t VALUES (1)")
    except asyncpg.UniqueViolationError:
        pass
    seen["COMMIT answers"] = await connection.execute("COMMIT")
    async with connection.transaction():
        await connection.execute("INSERT INTO t VALUES (1)")
        try:
            await connection.execute("INSERT INTO t VALUES (1)")
        except asyncpg.UniqueViolationError:
            pass
    seen["rows after asyncpg's transaction()"] = await kept()

    insert = sa.text("INSERT INTO t VALUES (1)")
    engine = create_async_engine(f"postgresql+asyncpg://someone@127.0.0.1:{PORT}/postgres")
    async with engine.begin() as session:
        await session.execute(insert)
        try:
            await session.execute(insert)
        except IntegrityError:
            pass
    seen["rows after SQLAlchemy's begin()"] = await kept()
    async with engine.begin() as session:
        await session.execute(insert)
        try:
            async with session.begin_nested():
                await session.execute(insert)
        except IntegrityError:
            pass
    seen["rows with begin_nested()"] = await kept()
    await engine.dispose()
    await connection.close()
    return seen


seen = asyncio.run(main())
print("asyncpg", version("asyncpg"), "SQLAlchemy", version("sqlalchemy"))
for what, said in seen.items():
    print(f"  {what}: {said}")
sys.exit("the behaviour has changed" if list(seen.values()) != ["ROLLBACK", 0, 0, 1] else 0)
PYTHON
