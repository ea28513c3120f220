"""A process that has imported the bot and forks it on demand: a start takes milliseconds instead of seconds.

Run as a script by `tests.live.Forge`. Over the socket on file descriptor argv[1]: an order comes as JSON with the
bot's stderr; back go, four bytes each, 0 when warm, then for each order the child's pid and, when it has ended, its
exit code (negative: the signal).
"""

import json
import os
import socket
import struct
import sys
from typing import Any, NoReturn

import bot.app  # noqa: F401 - the slow part, which the children share
from bot.__main__ import main


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
    code = 70
    try:
        code = main(order["arguments"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
