"""python -I -S tests/hand.py ADDRESS: the maker of a report, which a forge at that address starts and stands behind.

Whoever starts this has a process of their own to wait for and to kill, as of `python -m bot.reports`, which takes
a second to import what reports need. What stands behind it ends with its standard input.
"""

import json
import os
import socket
import struct
import sys


def main(address: str) -> int:
    """The exit code of what stands behind; 1 if a signal has ended it."""
    order: dict[str, object] = {
        "folder": os.getcwd(),  # noqa: PTH109 - importing pathlib takes longer than all of this
        "environment": dict(os.environ),
        "module": "bot.reports",
        "arguments": [],
        "turns": None,
    }
    with socket.socket(socket.AF_UNIX) as channel:
        channel.connect(address)
        socket.send_fds(channel, [json.dumps(order).encode()], (0, 1, 2))
        # They are the other's now: who writes there is to learn that nobody reads any more.
        for descriptor in (0, 1, 2):
            os.close(descriptor)
        _pid, code = struct.unpack("!ii", channel.recv(8, socket.MSG_WAITALL))
    return code if code >= 0 else 1


if __name__ == "__main__":
    os._exit(main(sys.argv[1]))
