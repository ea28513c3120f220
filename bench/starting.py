"""Measures how long a start takes and what an idle bot holds, beside the smallest bot that aiogram makes."""

import asyncio
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.district import District
from bench.harness import Server, memory, ratios, running, serving

_ROUNDS = 5
# Seconds after the first poll at which the bot is idle.
_SETTLES = 3.0


async def measure() -> None:
    """Prints the table."""
    print(f"\nFrom the start of the process to the first getUpdates, and memory when idle; {_ROUNDS} rounds in turn")
    took: dict[str, list[float]] = {"bare": [], "ours": []}
    held: dict[str, list[float]] = {"bare": [], "ours": []}
    async with serving() as server:
        with TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            district = District(folder)
            await district.filled(50)
            await district.asked()
            for _ in range(_ROUNDS):
                await _start(server, folder, took["bare"], held["bare"], "bench.bare", "echo")
                await _start(server, folder, took["ours"], held["ours"], "bot", **district.environment())
    print(f"{'':>28} {'seconds':>8} {'MB':>6}")
    for whose, name in (("bare", "bare echo bot"), ("ours", "the bot, 50 schools")):
        print(f"{name:>28} {statistics.median(took[whose]):>8.2f} {statistics.median(held[whose]):>6.0f}")
    print(
        f"{'ratio':>28} {ratios(took['ours'], took['bare'])}, memory {ratios(held['ours'], held['bare'])}", flush=True
    )


async def _start(
    server: Server, folder: Path, took: list[float], held: list[float], *module: str, **environment: str
) -> None:
    await server.order("reset")
    begun = time.time()
    async with running(server, *module, folder=folder, **environment) as pid:
        took.append(await server.polled() - begun)
        await asyncio.sleep(_SETTLES)
        held.append(memory(pid))
