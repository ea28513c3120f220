"""Measures the courier: how fast stored letters go out beside a loop that stores nothing, and if it keeps a pace."""

import statistics
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.harness import Build, Server, in_turn, ratios, running, serving

_MESSAGES = 3000
_ROUNDS = 5
# Messages a second, and the number of messages sent at that pace.
_PACES = {30: 240, 1000: 6000}
# How a district gets letters that wait.
_FILLED: dict[str, list[list[Any]]] = {
    "an announcement": [["filled", _MESSAGES, "quiet"], ["announced"]],
    "requests": [["filled", _MESSAGES], ["due"]],
}


@dataclass(frozen=True, slots=True)
class _Rates:
    """Messages a second, and milliseconds of a processor for each, round by round."""

    a_second: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def shown(self) -> str:
        """The first part of a line of the table."""
        rates = self.a_second
        return (
            f"{statistics.median(rates):>7,.0f} ({min(rates):,.0f}–{max(rates):,.0f}) "
            f"CPU {statistics.median(self.cpu):.2f} ms"
        )

    def against(self, other: "_Rates") -> str:
        """The ratios to the other's."""
        return f"{ratios(self.a_second, other.a_second)}, CPU {ratios(self.cpu, other.cpu)}"


async def measure(builds: list[Build]) -> None:
    """Prints the tables."""
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        async with serving() as server:
            for kind in _FILLED:
                await _unlimited(server, folder, kind, builds)
            print("\nAt a pace, to a server that refuses more than that in any sliding second")
            print(f"{'pace':>28} {'messages/s':>10} {'ratio':>6} {'refused':>8}")
            for pace, messages in _PACES.items():
                await _paced(server, folder / f"pace{pace}", pace, messages, builds[0])


async def _unlimited(server: Server, folder: Path, kind: str, builds: list[Build]) -> None:
    print(f"\n{kind}, no limit, {_MESSAGES:,} messages, {_ROUNDS} rounds in turn: messages/s (least–greatest)")
    bare, ours, statements = _Rates(), {build: _Rates() for build in builds}, {}
    districts = {}
    for number, build in enumerate(builds):
        districts[build] = folder / f"{kind.rsplit(maxsplit=1)[-1]}{number}"
        environment, _ = await build.district(districts[build], *_FILLED[kind])
        statements[build] = await _statements(server, districts[build], build, environment)
    for side in in_turn([None, *builds], _ROUNDS):
        if side is None:
            await _rate(server, bare, "bench.bare", "loop", str(_MESSAGES), folder=folder)
        else:
            environment, _ = await side.district(districts[side], ["unsent"])
            await _rate(server, ours[side], "bot", folder=districts[side], build=side, environment=environment)
    print(f"{'bare loop, 25 in flight':>28} {bare.shown()}")
    for build, rates in ours.items():
        each, transactions = statements[build]
        print(f"{build.name:>28} {rates.shown()} statements {each:.1f} + {transactions:.2f}")
        print(f"{'to the bare':>28} {rates.against(bare)}", flush=True)
    if len(builds) > 1:
        this, other = ours.values()
        print(f"{'to the other build':>28} {this.against(other)}", flush=True)


async def _paced(server: Server, folder: Path, pace: int, messages: int, build: Build) -> None:
    environment, _ = await build.district(folder, ["filled", messages, "quiet"], ["announced"])
    await server.order("reset", limit=pace)
    async with running(server, "bot", folder=folder, environment=environment | {"MESSAGES_PER_SECOND": str(pace)}):
        stats = await server.sent(messages)
    rate = (messages - 1) / stats["seconds"]
    print(f"{pace:>28,} {rate:>10,.1f} {rate / pace:>6.3f} {stats['refused']:>8}", flush=True)


async def _statements(server: Server, folder: Path, build: Build, environment: dict[str, str]) -> tuple[float, float]:
    """Statements for a message, and beginnings and ends of transactions; those of the start are among them."""
    await server.order("reset")
    async with running(server, "bot", folder=folder, build=build, counted=True, environment=environment) as program:
        await server.sent(_MESSAGES)
        statements, transactions = program.statements
    return statements / _MESSAGES, transactions / _MESSAGES


async def _rate(server: Server, rates: _Rates, *module: str, **how: Any) -> None:
    """Adds messages a second, from the first to the last that arrived, and what each after the first cost."""
    await server.order("reset")
    async with running(server, *module, **how) as program:
        before = (await server.sent(1))["sent"]
        begun = program.cpu
        stats = await server.sent(_MESSAGES)
        rates.cpu.append(1000 * (program.cpu - begun) / (_MESSAGES - before))
        rates.a_second.append(float((_MESSAGES - 1) / stats["seconds"]))
