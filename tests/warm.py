"""A process that has imported the bot and forks it on demand: a start takes milliseconds instead of seconds.

Run as a script by `tests.forge`, with the path of the socket to listen at. It serves any number of tests at a time; who
connects first has it import the bot. An order comes as JSON with three file descriptors, the bot's stdin, stdout and
stderr; back go, four bytes each, the bot's pid and, when it has ended, its exit code (negative: the signal). It ends
when its own stdin does. `tests/hand.py` orders makers of reports, which are modules too.
"""

import gc
import json
import mmap
import os
import runpy
import select
import selectors
import signal
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn


def serve(address: str) -> None:
    """One connection after the other, each kept by a child."""
    # Nobody here asks how they end.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("at work", flush=True)
        while sys.stdin.fileno() not in select.select([listener, sys.stdin.fileno()], [], [])[0]:
            channel, _ = listener.accept()
            _import()

            if os.fork() == 0:
                listener.close()
                _keep(channel)
            channel.close()


def _import() -> None:
    """The slow part, which the children share: the bot, and what makes reports."""
    # Nothing of it is garbage.
    gc.disable()
    import bot.app  # noqa: F401, PLC0415
    from bot.domain.ledger.report import ReportKind  # noqa: PLC0415
    from bot.reports.making import maker  # noqa: PLC0415

    for kind in ReportKind:
        maker(kind)
    gc.freeze()
    gc.enable()


def _keep(channel: socket.socket) -> NoReturn:
    """Tells of a bot whoever has ordered it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    body, descriptors, _, _ = socket.recv_fds(channel, 65536, 3)
    if body:
        order = json.loads(body)
        pid = os.fork()
        if pid == 0:
            channel.close()
            _become(order, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        # A test that has ended does not listen any more.
        with suppress(OSError):
            channel.sendall(struct.pack("!i", pid))
        if order["led"]:
            _lead(channel, pid)
        _, status = os.waitpid(pid, 0)
        with suppress(OSError):
            channel.sendall(struct.pack("!i", os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _lead(channel: socket.socket, pid: int) -> None:
    """Until it has ended."""
    ended = os.pidfd_open(pid)
    while ended not in select.select([channel.fileno(), ended], [], [])[0]:
        said = channel.recv(1)
        os.kill(pid, said[0] if said else signal.SIGKILL)
        if not said:
            break
    os.close(ended)


def _become(order: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """The bot, as it would have been started by `python -m bot`."""
    # Nobody's terminal but the one that it is given.
    os.setsid()
    for number, one in enumerate(descriptors):
        os.dup2(one, number)
        os.close(one)
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", buffering=1 if os.isatty(1) else -1)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, errors="backslashreplace")  # noqa: SIM115
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    if order["turns"] is not None:
        selectors.DefaultSelector = _counting(Path(order["turns"]))  # type: ignore[misc]
    code = 1
    try:
        _set_apart(order["environment"])
        if order["module"] == "bot":
            from bot.__main__ import main  # noqa: PLC0415

            code = main(order["arguments"])
        else:
            runpy.run_module(order["module"], run_name="__main__")
            code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _set_apart(environment: dict[str, str]) -> None:
    """What a test has another than the product: seconds that an answer of the server is waited for, and migrations."""
    from bot.storage.engine import migrate, postgresql  # noqa: PLC0415

    if seconds := environment.get("TEST_ANSWERS_WITHIN"):
        postgresql.ANSWERS_WITHIN = float(seconds)
    if folder := environment.get("TEST_MIGRATIONS"):
        migrate.MIGRATIONS = Path(folder)


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
    serve(sys.argv[1])
