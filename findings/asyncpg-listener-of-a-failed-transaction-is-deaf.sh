#!/bin/sh
# asyncpg 0.32.0 with PostgreSQL 15: add_listener() within a transaction that is rolled back never hears anything, and that
# channel stays deaf on that connection: the server has taken LISTEN back with all else, asyncpg still counts the channel as
# listened to, so that a second add_listener(), outside of any transaction, does not say LISTEN again. Nothing is raised;
# pg_listening_channels() is empty. remove_listener() of all that was added, and then add_listener() anew, hears. Whoever listens
# does so before a transaction.
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


async def main() -> None:
    server = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone", "database": "postgres"}
    ours, others = await asyncpg.connect(**server), await asyncpg.connect(**server)
    heard: asyncio.Queue[str] = asyncio.Queue()

    def first(connection, pid, channel, payload) -> None:
        heard.put_nowait(f"first: {payload}")

    def second(connection, pid, channel, payload) -> None:
        heard.put_nowait(f"second: {payload}")

    async def told(word: str) -> list[str]:
        """What was heard of a word: all that the server had for us came before its answer to the question after it."""
        await others.execute("SELECT pg_notify('answers', $1)", word)
        await ours.fetchval("SELECT 1")
        return [heard.get_nowait() for _ in range(heard.qsize())]

    seen = {}
    try:
        async with ours.transaction():
            await ours.add_listener("answers", first)
            raise LookupError("something else failed")
    except LookupError:
        seen["added in a transaction that failed"] = await told("one")
    await ours.add_listener("answers", second)
    seen["added again, outside of it"] = await told("two")
    seen["channels to the server"] = [row[0] for row in await ours.fetch("SELECT pg_listening_channels()")]
    await ours.remove_listener("answers", first)
    await ours.remove_listener("answers", second)
    await ours.add_listener("answers", first)
    seen["all removed, and added anew"] = await told("three")
    print("asyncpg", version("asyncpg"))
    for what, said in seen.items():
        print(f"  {what}: {said}")
    await ours.close()
    await others.close()
    sys.exit("the behaviour has changed" if list(seen.values()) != [[], [], [], ["first: three"]] else 0)


asyncio.run(main())
PYTHON
