"""Bots that start in milliseconds: Telegram's library takes seconds to import, and a forge has done it.

The forge is a process of `tests/warm.py`, one for the whole run however many workers it has. What an interpreter does
at its own start is tested with `python -m bot` itself.
"""

import asyncio
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parent.parent
# Seconds. Importing takes seven of them on a busy machine with two cores.
WARM_WITHIN = 60.0
_STOPS_WITHIN = 10.0


class Forge:
    """Starts bots, or other commands of theirs, any number at a time.

    `maker`, `bot`: of reports, and a bot, as command lines for those who start them by themselves.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        hand = (sys.executable, "-I", "-S", str(_ROOT / "tests/hand.py"), address)
        self.maker, self.bot = (*hand, "bot.reports"), (*hand, "bot")

    async def start(
        self,
        folder: Path,
        environment: Mapping[str, str],
        stderr: int,
        *arguments: str,
        turns: Path | None = None,
    ) -> "Forged":
        """`python -m bot` in that folder; its event loop counts its turns in the file `turns`."""
        with Path(os.devnull).open("r+b", buffering=0) as null:
            channel = self._order(folder, environment, (null.fileno(), null.fileno(), stderr), arguments, turns)
        channel.setblocking(False)
        return Forged(channel, await _number(channel))

    async def command(self, folder: Path, environment: Mapping[str, str], *arguments: str) -> tuple[int, bytes, bytes]:
        """What it has come to when nobody is at the keyboard: exit code, stdout and stderr."""
        return await asyncio.to_thread(self.command_now, folder, environment, *arguments)

    def command_now(self, folder: Path, environment: Mapping[str, str], *arguments: str) -> tuple[int, bytes, bytes]:
        """The same, for who has no event loop."""
        with Path(os.devnull).open("rb") as null, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            code = self.at(folder, environment, (null.fileno(), out.fileno(), err.fileno()), *arguments).wait_now()
            for buffered_random in (out, err):
                buffered_random.seek(0)
            return code, out.read(), err.read()

    def at(
        self, folder: Path, environment: Mapping[str, str], descriptors: tuple[int, int, int], *arguments: str
    ) -> "Forged":
        """With that stdin, stdout and stderr."""
        channel = self._order(folder, environment, descriptors, arguments, None)
        channel.settimeout(WARM_WITHIN)
        return Forged(channel, _unpacked(channel.recv(4, socket.MSG_WAITALL)))

    def _order(
        self,
        folder: Path,
        environment: Mapping[str, str],
        descriptors: tuple[int, int, int],
        arguments: tuple[str, ...],
        turns: Path | None,
    ) -> socket.socket:
        channel = socket.socket(socket.AF_UNIX)
        try:
            channel.connect(self.address)
            order = {
                "folder": str(folder),
                "environment": dict(environment),
                "module": "bot",
                "arguments": arguments,
                "turns": None if turns is None else str(turns),
                "led": False,
            }
            socket.send_fds(channel, [json.dumps(order).encode()], descriptors)
        except BaseException:
            channel.close()
            raise
        return channel


class Forged:
    """A process of a forge."""

    def __init__(self, channel: socket.socket, pid: int) -> None:
        self.pid = pid
        self._channel = channel

    async def wait(self) -> int:
        """Its exit code; negative: the signal that ended it."""
        code = await _number(self._channel)
        self._channel.close()
        return code

    def wait_now(self) -> int:
        """The same, for who has no event loop."""
        with self._channel:
            return _unpacked(self._channel.recv(4, socket.MSG_WAITALL))


async def _number(channel: socket.socket) -> int:
    loop = asyncio.get_running_loop()
    received = b""
    while len(received) < 4:
        part = await loop.sock_recv(channel, 4 - len(received))
        assert part, "the forge has gone"
        received += part
    return _unpacked(received)


def _unpacked(received: bytes) -> int:
    assert len(received) == 4, "the forge has gone"
    number: int = struct.unpack("!i", received)[0]
    return number


@contextmanager
def forging() -> Iterator[str]:
    """The address of a forge."""
    with tempfile.TemporaryDirectory(prefix="forge-") as folder:
        address = f"{folder}/socket"
        process = subprocess.Popen(
            [sys.executable, str(_ROOT / "tests/warm.py"), address],
            cwd=_ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert process.stdout.readline(), "the forge did not start"
            yield address
        finally:
            process.stdin.close()
            process.stdout.close()
            try:
                process.wait(_STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
