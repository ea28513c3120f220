"""A process that has imported the bot and forks it on demand: a start takes milliseconds instead of seconds.

Run as a script by `tests.live.Forge`. Over the socket on file descriptor argv[1]: an order comes as JSON with the
bot's stderr; back go, four bytes each, 0 when warm, then for each order the child's pid and, when it has ended, its
exit code (negative: the signal). Each child counts in its folder how often its event loop has turned.
"""

import json
import mmap
import os
import selectors
import socket
import struct
import sys
from pathlib import Path
from typing import Any, NoReturn

import bot.app  # noqa: F401 - the slow part, which the children share
from bot.__main__ import main

# The name of the file in the bot's folder that holds the number of turns.
TURNS = "turns"


def serve(channel: socket.socket) -> None:
    """One child after the other, until the other end is closed."""
    channel.sendall(struct.pack("!i", 0))
    while True:
        body, descriptors, _, _ = socket.recv_fds(channel, 65536, 1)
        if not body:
            return
        pid = os.fork()
        if pid == 0:
            channel.close()
            _become(json.loads(body), descriptors[0])
        os.close(descriptors[0])
        channel.sendall(struct.pack("!i", pid))
        _, status = os.waitpid(pid, 0)
        channel.sendall(struct.pack("!i", os.waitstatus_to_exitcode(status)))


def _become(order: dict[str, Any], stderr: int) -> NoReturn:
    os.dup2(stderr, 2)
    os.close(stderr)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    selectors.DefaultSelector = _counting(Path(order["folder"]) / TURNS)  # type: ignore[misc]
    code = 70
    try:
        code = main(order["arguments"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _counting(place: Path) -> type[selectors.DefaultSelector]:
    """What an event loop waits with; it is asked once in each turn. In memory that whoever reads the file shares."""
    place.write_bytes(bytes(8))
    with place.open("r+b") as file:
        shared = memoryview(mmap.mmap(file.fileno(), 8)).cast("Q")

    class Counting(selectors.DefaultSelector):
        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            shared[0] += 1
            return super().select(timeout)

    return Counting


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
