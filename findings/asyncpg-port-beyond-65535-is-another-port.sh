#!/bin/sh
# asyncpg 0.32.0 on Linux: a port beyond 65535, as in an address with a slip of the finger, is taken with a host that is a
# name, and is another port: getaddrinfo leaves out what is over 16 bits, so 65536 + N is N, and whoever listens there is
# connected to. With an address in digits it is an OverflowError, which is none of the driver's errors nor an OSError. libpq
# says "invalid port number" to both. Whoever takes ports from people has to look at them before.
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


async def reached(host: str) -> tuple[bool, str]:
    """Whether a connection to 65536 above its port comes to a listener, and by what error it ends."""
    said = ""
    came = asyncio.Event()

    def door(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        writer.close()

    server = await asyncio.start_server(door, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        await asyncpg.connect(host=host, port=65536 + port, user="bot", database="bot", ssl=False, timeout=5)
    except Exception as error:
        said = type(error).__name__
    server.close()
    return came.is_set(), said


print("asyncpg", version("asyncpg"), "Python", sys.version.split()[0])
name, digits = asyncio.run(reached("localhost")), asyncio.run(reached("127.0.0.1"))
print("  localhost: the listener at the port without the upper bits was reached:", *name)
print("  127.0.0.1:", *digits)
sys.exit(0 if name[0] and digits == (False, "OverflowError") else "the behaviour has changed")
PYTHON
