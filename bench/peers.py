"""Measures the bot beside another library that keeps what is to be sent: how fast, and what is lost or comes twice.

A peer has an environment of its own in the run's temporary folder, and is no requirement of this project.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.harness import ROOT, THIS, TOKEN, Server, in_turn, ratios, serving

_ROUNDS = 3
_MESSAGES, _FEW = 3000, 600
# Messages a second beyond which the server answers 429.
_REFUSING = 100
# Seconds. Who sends nothing for so long has ended, or waits for longer than anybody would.
_QUIET = 40.0
# What pip installs, and the program that uses it as its documentation says. Libraries that keep in memory what is to be
# sent (aiogram-broadcast, aiogram_broadcaster) have no answer to kill -9.
_PEERS = {"tgcast==0.1.1": "bench/peer_tgcast.py"}
_OURS = {"announcement": [["announced"]], "requests": [["due"]]}


@dataclass(frozen=True, slots=True)
class _Sender:
    """A program that sends so many messages, kept in a folder: of the bot, or of a peer."""

    name: str
    python: str
    program: str = ""

    async def prepare(self, folder: Path, kind: str, messages: int) -> dict[str, str]:
        """Has a folder of its own keep the messages; returns the program's settings. A peer does so by itself."""
        await asyncio.to_thread(folder.mkdir)
        if self.program:
            return {}
        quiet = ["quiet"] if kind == "announcement" else []
        environment, _ = await THIS.district(folder, ["filled", messages, *quiet], *_OURS[kind])
        return environment

    @asynccontextmanager
    async def sending(
        self, server: Server, folder: Path, messages: int, environment: dict[str, str]
    ) -> AsyncIterator[None]:
        """Sends for the block, and is killed at its end."""
        its = [self.program, str(folder / "peer.db"), server.url, str(messages)] if self.program else ["-m", "bot"]
        process = await asyncio.create_subprocess_exec(
            self.python,
            *its,
            cwd=folder,
            env={
                "PATH": os.environ.get("PATH", ""),
                "BOT_TOKEN": TOKEN,
                "TELEGRAM_API_URL": server.url,
                **({} if self.program else {"PYTHONPATH": str(ROOT)}),
                **environment,
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.kill()
            await process.wait()


async def measure() -> None:
    """Prints the tables."""
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        peers = [
            _Sender(requirement, await _installed(folder / f"environment {number}", requirement), str(ROOT / program))
            for number, (requirement, program) in enumerate(_PEERS.items())
        ]
        ours = _Sender(THIS.name, sys.executable)
        async with serving() as server:
            for kind in _OURS:
                await _fast(server, folder, kind, ours, peers)
            print(f"\n{_FEW} requests; refused: a server that takes {_REFUSING} in any sliding second; killed: halfway")
            print(f"{'':>28} {'':>8} {'seconds':>8} {'lost':>6} {'twice':>6} {'429':>6}")
            for sender in (ours, *peers):
                await _refused(server, folder / f"refused {sender.name}", sender)
                await _killed(server, folder / f"killed {sender.name}", sender)


async def _installed(folder: Path, requirement: str) -> str:
    """The interpreter of a new environment with that."""
    python = str(folder / "bin" / "python")
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install", requirement],
    ):
        process = await asyncio.create_subprocess_exec(*command)
        if await process.wait():
            raise SystemExit(f"{requirement} cannot be installed")
    return python


async def _fast(server: Server, folder: Path, kind: str, ours: _Sender, peers: list[_Sender]) -> None:
    print(f"\n{kind}, no limit, {_MESSAGES:,} messages, {_ROUNDS} rounds in turn: messages/s")
    rates: dict[str, list[float]] = {sender.name: [] for sender in (ours, *peers)}
    for number, sender in enumerate(in_turn((ours, *peers), _ROUNDS)):
        its = folder / f"{kind} {sender.name} {number}"
        environment = await sender.prepare(its, kind, _MESSAGES)
        await server.order("reset")
        async with sender.sending(server, its, _MESSAGES, environment):
            stats = await server.sent(_MESSAGES)
        rates[sender.name].append((_MESSAGES - 1) / stats["seconds"])
    for name, its_rates in rates.items():
        ratio = ratios(rates[ours.name], its_rates)
        print(f"{name:>28} {statistics.median(its_rates):>8,.0f}  this build to it: {ratio}", flush=True)


async def _refused(server: Server, folder: Path, sender: _Sender) -> None:
    environment = await sender.prepare(folder, "requests", _FEW)
    await server.order("reset", limit=_REFUSING)
    async with sender.sending(server, folder, _FEW, environment):
        _tell(sender.name, "refused", await _ended(server))


async def _killed(server: Server, folder: Path, sender: _Sender) -> None:
    environment = await sender.prepare(folder, "requests", _FEW)
    await server.order("reset")
    async with sender.sending(server, folder, _FEW, environment):
        await server.sent(_FEW // 2)
    async with sender.sending(server, folder, _FEW, environment):
        _tell(sender.name, "killed", await _ended(server))


async def _ended(server: Server) -> dict[str, Any]:
    """What the server saw when every chat has got its message, or nothing has come for long."""
    stats, since = await server.order("stats"), time.monotonic()
    while stats["chats"] < _FEW and time.monotonic() - since < _QUIET:
        await asyncio.sleep(0.05)
        newer = await server.order("stats")
        since = time.monotonic() if newer["sent"] != stats["sent"] else since
        stats = newer
    return stats


def _tell(name: str, what: str, stats: dict[str, Any]) -> None:
    lost, twice = _FEW - stats["chats"], stats["sent"] - stats["chats"]
    print(f"{name:>28} {what:>8} {stats['seconds']:>8.1f} {lost:>6} {twice:>6} {stats['refused']:>6}", flush=True)
