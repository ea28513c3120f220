"""python -I -S tests/hand.py ADDRESS MODULE ARGUMENTS: a module's program, which a forge at that address starts.

Whoever starts this has a process of their own to wait for and to end, as of `python -m MODULE`, which takes seconds
to import what it needs. A signal to end goes on to what stands behind it, and that is killed when this is.
"""

import json
import os
import signal
import socket
import struct
import sys


def main(address: str, module: str, *arguments: str) -> int:
    """The exit code of what stands behind; 1 if a signal has ended it."""
    order: dict[str, object] = {
        "folder": os.getcwd(),  # noqa: PTH109 - importing pathlib takes longer than all of this
        "environment": dict(os.environ),
        "module": module,
        "arguments": arguments,
        "turns": None,
        "led": True,
    }
    with socket.socket(socket.AF_UNIX) as channel:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _: channel.sendall(bytes([number])))
        channel.connect(address)
        socket.send_fds(channel, [json.dumps(order).encode()], (0, 1, 2))
        # They are the other's now: who writes there is to learn that nobody reads any more.
        for descriptor in (0, 1, 2):
            os.close(descriptor)
        _pid, code = struct.unpack("!ii", channel.recv(8, socket.MSG_WAITALL))
    return code if code >= 0 else 1


if __name__ == "__main__":
    os._exit(main(*sys.argv[1:]))
