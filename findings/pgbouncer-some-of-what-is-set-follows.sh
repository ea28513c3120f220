#!/bin/sh
# PgBouncer 1.18 (Debian 12) with pool_mode = transaction, before PostgreSQL 15: SET TIME ZONE, like DateStyle, of which the server
# tells its clients, goes with the client from one session of the server to the next, and no other client sees it. SET
# statement_timeout and search_path, said in the same way, stay behind for whoever gets that session next, and outlive the
# client that said them. Who tries it out with the zone believes that SET works. pg_try_advisory_lock() gives one lock to two clients,
# for both may be one session to the server, and it stays when they are gone; LISTEN hears nothing. None of it is an error.
# SET LOCAL and pg_try_advisory_xact_lock(), within a transaction, keep their word. The client is asyncpg 0.32.0.
set -eu
server=/usr/lib/postgresql/15/bin
[ -x "$server/initdb" ] || { echo "the server PostgreSQL 15 is needed: apt-get install postgresql" >&2; exit 3; }
bouncer=$(command -v pgbouncer || echo /usr/sbin/pgbouncer)
case "$("$bouncer" --version 2>/dev/null)" in
"PgBouncer 1.18."*) ;;
*) echo "PgBouncer 1.18 is needed: apt-get install pgbouncer" >&2; exit 3 ;;
esac
"$server/postgres" --version
"$bouncer" --version | head -1
folder=$(mktemp -d)
as() { (cd / && if [ "$(id -u)" = 0 ]; then setpriv --reuid nobody --regid nogroup --clear-groups "$@"; else "$@"; fi); }
trap 'kill "$(cat "$folder/pool/pid")" || true; as "$server/pg_ctl" -D "$folder/data" -m immediate -s stop || true
    rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/data" "$folder/pool"
[ "$(id -u)" != 0 ] || chown nobody "$folder/data" "$folder/pool"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet asyncpg==0.32.0
free_port() {
    "$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
port=$(free_port)
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
pool_port=$(free_port)
cat >"$folder/pool.ini" <<INI
[databases]
postgres = host=127.0.0.1 port=$port dbname=postgres user=someone
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pool_port
unix_socket_dir =
auth_type = any
pool_mode = transaction
logfile = $folder/pool/log
pidfile = $folder/pool/pid
INI
as "$bouncer" -q -d "$folder/pool.ini"
"$folder/venv/bin/python" - "$port" "$pool_port" <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

import asyncpg

SETTINGS = {"timezone": "Asia/Irkutsk", "DateStyle": "ISO, DMY", "statement_timeout": "12345ms", "search_path": "pg_catalog"}


async def connected(port: int) -> asyncpg.Connection:
    return await asyncpg.connect(
        host="127.0.0.1", port=port, user="someone", database="postgres", statement_cache_size=0
    )


async def settings(connection: asyncpg.Connection) -> list[str]:
    return [await connection.fetchval(f"SELECT current_setting('{name}')") for name in SETTINGS]


async def main(server: int, bouncer: int) -> dict[str, object]:
    seen: dict[str, object] = {}
    one, two = await connected(bouncer), await connected(bouncer)
    before = await settings(two)
    for name, value in SETTINGS.items():
        await one.execute(f"SET {name} = '{value}'")
    one_has, two_has = await settings(one), await settings(two)
    seen["has itself what it set"] = [name for name, is_so in zip(SETTINGS, one_has) if is_so == SETTINGS[name]]
    seen["the other has it too"] = [name for name, now, was in zip(SETTINGS, two_has, before) if now != was]
    heard: list[str] = []
    await one.add_listener("news", lambda *said: heard.append(said[-1]))
    await two.execute("NOTIFY news, 'something'")
    seen["both get the lock"] = [await each.fetchval("SELECT pg_try_advisory_lock(7)") for each in (one, two)]
    async with one.transaction(), two.transaction():
        seen["both get the lock of a transaction"] = [
            await each.fetchval("SELECT pg_try_advisory_xact_lock(8)") for each in (one, two)
        ]
    await asyncio.sleep(0.5)
    seen["heard"] = list(heard)
    one.terminate()
    two.terminate()
    three, plain = await connected(bouncer), await connected(server)
    three_has = await settings(three)
    seen["a third one, after they are gone, has"] = [name for name, now, was in zip(SETTINGS, three_has, before) if now != was]
    seen["locks that are still held"] = await plain.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    await three.close()
    await plain.close()
    return seen


seen = asyncio.run(main(*(int(port) for port in sys.argv[1:])))
print("asyncpg", version("asyncpg"))
for what, said in seen.items():
    print(f"  {what}: {said}")
expected = {
    "has itself what it set": list(SETTINGS),
    "the other has it too": ["statement_timeout", "search_path"],
    "both get the lock": [True, True],
    "both get the lock of a transaction": [True, False],
    "heard": [],
    "a third one, after they are gone, has": ["statement_timeout", "search_path"],
    "locks that are still held": 1,
}
sys.exit("the behaviour has changed" if seen != expected else 0)
PYTHON
