#!/bin/sh
# PostgreSQL 15, asyncpg 0.32: a statement is parsed with a Flush and run with the next message. A client that is away between
# the two leaves a session that is "active", not "idle in transaction": `idle_in_transaction_session_timeout` does not end it,
# and `statement_timeout` is not heard while the server waits for the rest of the question. Its locks stay for as long as TCP
# takes the client for alive: two hours. `tcp_keepalives_*` and `tcp_user_timeout` end it where the network is cut.
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

PLACE = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone", "database": "postgres"}
TIMEOUTS = {"idle_in_transaction_session_timeout": "500", "statement_timeout": "500"}
HELD = "SELECT count(*) FROM pg_locks WHERE pid = $1 AND mode = 'RowExclusiveLock'"
STATE = "SELECT coalesce((SELECT state || ' ' || wait_event FROM pg_stat_activity WHERE pid = $1), 'gone')"


async def after(*, amid: bool) -> tuple[str, int]:
    """How the session stands three seconds after its client's last word, and its locks of rows."""
    client = await asyncpg.connect(**PLACE, server_settings=TIMEOUTS)
    other = await asyncpg.connect(**PLACE)
    await client.execute("BEGIN")
    await client.execute("UPDATE job SET id = 2")
    if amid:
        await client.prepare("SELECT id FROM job")
    pid = client.get_server_pid()
    await asyncio.sleep(3)
    found = await other.fetchval(STATE, pid), await other.fetchval(HELD, pid)
    client.terminate()
    await other.close()
    return found


async def main() -> bool:
    first = await asyncpg.connect(**PLACE)
    await first.execute("CREATE TABLE job (id integer); INSERT INTO job VALUES (1)")
    await first.close()
    same = True
    for amid, expected in ((False, ("gone", 0)), (True, ("active ClientRead", 1))):
        found = await after(amid=amid)
        print(f"  {'amid a question' if amid else 'between two questions'}: {found[0]}, {found[1]} locks of rows")
        same = same and found == expected
    return same


print("asyncpg", version("asyncpg"))
sys.exit("the behaviour has changed" if not asyncio.run(main()) else 0)
PYTHON
