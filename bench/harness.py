"""Runs programs against the lean Telegram and asks it what it saw."""

import asyncio
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import aiohttp

from bench.counted import COUNTS
from bot.domain.people.messenger import Messenger

Side = TypeVar("Side")

TOKEN = "42:TEST"
ROOT = Path(__file__).parent.parent
# Seconds. Only something broken takes so long.
_TIMEOUT = 300.0


class Server:
    """The lean Telegram, from outside."""

    def __init__(self, port: int, session: aiohttp.ClientSession) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._session = session

    async def order(self, what: str, **body: Any) -> dict[str, Any]:
        """Orders something of the server; see bench/telegram.py."""
        async with self._session.post(f"{self.url}/bench/{what}", data=json.dumps(body)) as answer:
            told: dict[str, Any] = await answer.json()
        return told

    async def polled(self) -> float:
        """Waits until a bot polls; returns the moment as time.time() has it."""
        async with asyncio.timeout(_TIMEOUT):
            while not (at := (await self.order("stats"))["first_poll"]):  # noqa: ASYNC110 - another process's
                await asyncio.sleep(0.02)
        return float(at)

    async def sent(self, messages: int) -> dict[str, Any]:
        """Waits until the server has taken that many messages; returns what it saw."""
        async with asyncio.timeout(_TIMEOUT):
            while (stats := await self.order("stats"))["sent"] < messages:  # noqa: ASYNC110 - another process's
                await asyncio.sleep(0.05)
        return stats


@asynccontextmanager
async def serving(messenger: Messenger = Messenger.TELEGRAM) -> AsyncIterator[Server]:
    """Runs a server in a process of its own for the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"bench.{messenger}", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            yield Server(port, session)
    finally:
        process.kill()
        await process.wait()


@dataclass(frozen=True, slots=True)
class Build:
    """A checkout of the bot, which makes its own districts and runs in this program's environment."""

    name: str
    root: Path
    # The PostgreSQL that its districts are on; none: each is a file.
    server: str = ""
    # Where its people are.
    messenger: Messenger = Messenger.TELEGRAM

    async def district(self, folder: Path, *orders: list[Any]) -> tuple[dict[str, str], Any]:
        """Does that with the district in `folder`; returns its bot's settings and what the last order brought."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            str(ROOT / "bench/ordered.py"),
            str(folder),
            json.dumps(orders),
            cwd=self.root,
            env={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": str(self.root),
                "BENCH_SERVER": self.server,
                "BENCH_MESSENGER": self.messenger,
            },
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await process.communicate()
        if process.returncode:
            raise SystemExit(f"{self.name}: a district could not be made")
        environment, result = json.loads(told)
        return environment, result


THIS = Build("this build", ROOT)


def in_turn(sides: Iterable[Side], rounds: int) -> Iterator[Side]:
    """The sides once a round, every second time the other way round: nobody always goes first."""
    order = list(sides)
    for _ in range(rounds):
        yield from order
        order.reverse()


def builds(against: Path | None, server: str = "") -> list[Build]:
    """This build, and the one that it is held against."""
    these = [THIS] if against is None else [THIS, Build(against.name, against.resolve())]
    return [replace(build, server=server) for build in these]


@dataclass(frozen=True, slots=True)
class Program:
    """A program that runs."""

    pid: int
    counts: Path

    @property
    def memory(self) -> float:
        """What it holds now, in MB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() / 1e6

    @property
    def cpu(self) -> float:
        """Seconds for which its threads have had a processor: other programs on the machine change little of it."""
        # The name of the program, in brackets, may have spaces.
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def statements(self) -> tuple[int, int]:
        """How many statements SQLite has run for it, and how many that begin or end a transaction; if `counted`."""
        statements, transactions = COUNTS.unpack(self.counts.read_bytes())
        return statements, transactions


@asynccontextmanager
async def running(
    server: Server,
    *module: str,
    folder: Path,
    build: Build = THIS,
    counted: bool = False,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Program]:
    """Runs a program against the server for the block. `counted`: slower, with its statements counted."""
    counts = folder / "counts"
    how = ["-P", str(ROOT / "bench/counted.py"), str(counts)] if counted else ["-m"]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *how,
        *module,
        cwd=folder,
        env={
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(build.root),
            **_found_at(server, build.messenger),
            **environment,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if "BENCH_LOUD" not in os.environ else None,
    )
    try:
        yield Program(process.pid, counts)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
                await process.wait()


def _found_at(server: Server, messenger: Messenger) -> dict[str, str]:
    match messenger:
        case Messenger.TELEGRAM:
            return {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url}
        case Messenger.MAX:
            return {"MESSENGER": messenger, "MAX_TOKEN": "bench-token", "MAX_API_URL": server.url}


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """The median of the pairs' ratios, with the least and the greatest."""
    ratios = [our / their for our, their in zip(ours, theirs, strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
