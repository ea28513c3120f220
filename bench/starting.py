"""Measures how long a start takes and what an idle bot holds, beside the smallest bot that aiogram makes."""

import asyncio
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.harness import THIS, Build, Server, in_turn, ratios, running, serving

_ROUNDS = 5
# Seconds after the first poll at which the bot is idle.
_SETTLES = 3.0


@dataclass(frozen=True, slots=True)
class _Started:
    """Seconds to the first poll, seconds of a processor until then, and MB held when idle, round by round."""

    took: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)

    def against(self, other: "_Started") -> str:
        """The ratios to the other's."""
        seconds, cpu, memory = ratios(self.took, other.took), ratios(self.cpu, other.cpu), ratios(self.held, other.held)
        return f"{seconds}, CPU {cpu}, memory {memory}"


async def measure(builds: list[Build]) -> None:
    """Prints the table."""
    print(f"\nFrom the start of the process to the first getUpdates, and memory when idle; {_ROUNDS} rounds in turn")
    bare, ours = _Started(), {build: _Started() for build in builds}
    async with serving() as server:
        with TemporaryDirectory(prefix="bench-") as name:
            folders, environments = {}, {}
            for number, build in enumerate(builds):
                folders[build] = Path(name) / str(number)
                environments[build], _ = await build.district(folders[build], ["filled", 50], ["asked"])
            for side in in_turn([None, *builds], _ROUNDS):
                if side is None:
                    await _start(server, Path(name), THIS, bare, "bench.bare", "echo")
                else:
                    await _start(server, folders[side], side, ours[side], "bot", environment=environments[side])
    print(f"{'':>28} {'seconds':>8} {'CPU, s':>7} {'MB':>6}")
    for title, started in (("bare echo bot", bare), *((build.name, started) for build, started in ours.items())):
        took, cpu, held = (statistics.median(values) for values in (started.took, started.cpu, started.held))
        print(f"{title:>28} {took:>8.2f} {cpu:>7.2f} {held:>6.0f}")
    for build, started in ours.items():
        print(f"{build.name:>28} to the bare: {started.against(bare)}", flush=True)
    if len(builds) > 1:
        this, other = ours.values()
        print(f"{'':>28} to the other build: {this.against(other)}", flush=True)


async def _start(server: Server, folder: Path, build: Build, started: _Started, *module: str, **how: Any) -> None:
    await server.order("reset")
    begun = time.time()
    async with running(server, *module, folder=folder, build=build, **how) as program:
        started.took.append(await server.polled() - begun)
        started.cpu.append(program.cpu)
        await asyncio.sleep(_SETTLES)
        started.held.append(program.memory)
