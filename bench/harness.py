"""Runs programs against the lean Telegram and asks it what it saw."""

import asyncio
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

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
async def serving() -> AsyncIterator[Server]:
    """Runs a server in a process of its own for the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.telegram", cwd=ROOT, stdout=asyncio.subprocess.PIPE
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


@asynccontextmanager
async def running(server: Server, *module: str, folder: Path, **environment: str) -> AsyncIterator[int]:
    """Runs a program against the server for the block; yields its process id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *module,
        cwd=folder,
        env={
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": server.url,
            **environment,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if "BENCH_LOUD" not in os.environ else None,
    )
    try:
        yield process.pid
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
                await process.wait()


def memory(pid: int) -> float:
    """The memory that the process holds now, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """The median of the pairs' ratios, with the least and the greatest."""
    ratios = [our / their for our, their in zip(ours, theirs, strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
