#!/bin/sh
# asyncpg 0.32.0: of several hosts (failover: a primary and its standby) the `timeout` of connect() is for all of them
# together. A first host that takes connections and says nothing, or whose machine is off so that nothing refuses, takes
# all of it, and the second one, which would serve, is never tried. libpq's connect_timeout is for each host. Tried one by
# one with a timeout of its own, each has its turn.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet asyncpg==0.32.0
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

import asyncpg


async def tried(together: bool) -> list[str]:
    """Which of two silent hosts were connected to."""
    seen: list[str] = []
    kept = []

    def door(name: str):
        def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            kept.append(writer)
            if name not in seen:
                seen.append(name)

        return came

    doors = [await asyncio.start_server(door(name), "127.0.0.1", 0) for name in ("first", "second")]
    ports = [door.sockets[0].getsockname()[1] for door in doors]
    hosts = ["127.0.0.1", "127.0.0.1"]
    places = [(hosts, ports)] if together else list(zip(hosts, ports))
    for host, port in places:
        try:
            await asyncpg.connect(host=host, port=port, user="bot", database="bot", timeout=2)
        except TimeoutError:
            pass
    for writer in kept:
        writer.close()
    for door in doors:
        door.close()
    return seen


async def main() -> tuple[list[str], list[str]]:
    return await tried(True), await tried(False)


together, apart = asyncio.run(main())
print("asyncpg", version("asyncpg"))
print("  both in one connect(timeout=2), tried:", together)
print("  one by one, tried:", apart)
sys.exit("the behaviour has changed" if (together, apart) != (["first"], ["first", "second"]) else 0)
PYTHON
