"""Measures a press that records an answer: beside the least that it can be, and while an announcement goes out."""

import statistics
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.district import FIRST
from bench.harness import Build, Program, Server, in_turn, percentile, ratios, running, serving

_PRESSES = 1500
_ROUNDS = 5
_SIDE_BY_SIDE = 25
# Presses whose statements are counted; before them the bot gets to know what it will need.
_COUNTED, _WARM = 200, 50
# Presses made one after another; presses a second, and for how many seconds; the pace of the announcement.
_LONE, _A_SECOND, _SECONDS, _PACE = 200, 100, 10, 30


@dataclass(frozen=True, slots=True)
class _Rates:
    """Presses a second, and milliseconds of a processor for each, round by round."""

    a_second: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    async def add(self, server: Server, program: Program, presses: list[tuple[int, str]]) -> None:
        before = program.cpu
        answered = await server.order("presses", presses=presses, side_by_side=_SIDE_BY_SIDE)
        self.a_second.append(float(len(answered["took"]) / answered["seconds"]))
        self.cpu.append(1000 * (program.cpu - before) / len(presses))

    def shown(self, bare: "_Rates") -> str:
        """A line of the table."""
        rates = f"{statistics.median(self.a_second):>9,.0f} {ratios(self.a_second, bare.a_second):>17}"
        return f"{rates} {statistics.median(self.cpu):>7.2f} {ratios(self.cpu, bare.cpu):>17}"


async def measure(builds: list[Build]) -> None:
    """Prints the tables."""
    print(f"\nAnswers recorded, {_PRESSES:,} presses, {_SIDE_BY_SIDE} people at a time, {_ROUNDS} rounds in turn")
    bare, ours = _Rates(), {build: _Rates() for build in builds}
    async with serving() as server:
        for side in in_turn([None, *builds], _ROUNDS):
            with TemporaryDirectory(prefix="bench-") as folder:
                if side is None:
                    await _bare(server, Path(folder), bare)
                else:
                    await _ours(server, Path(folder), side, ours[side])
        print(f"{'':>28} {'answers/s':>9} {'to the bare':>17} {'CPU, ms':>7} {'to the bare':>17}")
        print(f"{'bare handler':>28} {bare.shown(bare)}")
        for build, rates in ours.items():
            print(f"{build.name:>28} {rates.shown(bare)}", flush=True)
        if len(builds) > 1:
            this, other = (rates.cpu for rates in ours.values())
            print(f"{'CPU, of the other build':>28} {ratios(this, other)}")
        print("\nWhat the database runs for a press: statements, and beginnings and ends of transactions")
        print(f"{'':>28} {'alone':>15} {f'{_SIDE_BY_SIDE} at a time':>15}")
        for build in builds:
            with TemporaryDirectory(prefix="bench-") as folder:
                print(f"{build.name:>28} {await _statements(server, Path(folder), build)}", flush=True)
    for build in builds:
        await _beside_an_announcement(build)


async def _statements(server: Server, folder: Path, build: Build) -> str:
    told = []
    environment, presses = await build.district(folder, ["filled", _WARM + 2 * _COUNTED], ["asked"])
    await server.order("reset")
    async with running(server, "bot", folder=folder, build=build, counted=True, environment=environment) as program:
        await server.polled()
        await server.order("presses", presses=presses[:_WARM], side_by_side=1)
        for side_by_side in (1, _SIDE_BY_SIDE):
            some = presses[_WARM : _WARM + _COUNTED] if side_by_side == 1 else presses[_WARM + _COUNTED :]
            before = program.statements
            await server.order("presses", presses=some, side_by_side=side_by_side)
            each = [(now - then) / _COUNTED for now, then in zip(program.statements, before, strict=True)]
            told.append(f"{each[0]:>7.1f} + {each[1]:>5.1f}")
    return " ".join(told)


async def _beside_an_announcement(build: Build) -> None:
    """Measures from handing over a press to the edit of its message."""
    print(
        f"\nFrom a press to its answer in ms, {_A_SECOND} presses/s, while an announcement goes out at {_PACE}/s: "
        f"{build.name}"
    )
    async with serving() as server:
        with TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            environment, presses = await build.district(folder, ["filled", _LONE + _A_SECOND * _SECONDS], ["asked"])
            await server.order("reset")
            paced = environment | {"MESSAGES_PER_SECOND": str(_PACE)}
            async with running(server, "bot", folder=folder, build=build, environment=paced):
                await server.polled()
                # One after another, with nobody else there. The first presses meet a bot that has just started.
                lone = (await server.order("presses", presses=presses[:_LONE], side_by_side=1))["took"]
                await server.order("reset")
                await build.district(folder, ["announced"])
                await server.sent(1)
                answered = await server.order("presses", presses=presses[_LONE:], per_second=_A_SECOND)
                stats = await server.order("stats")
    median, slow = statistics.median(lone), percentile(answered["took"], 0.99)
    sent = stats["calls"]["copyMessage"] / stats["seconds"]
    print(f"{'alone, median':>28} {1000 * median:>7.1f}")
    print(f"{'under load, median':>28} {1000 * statistics.median(answered['took']):>7.1f}")
    print(f"{'under load, 99th percentile':>28} {1000 * slow:>7.1f}  ratio {slow / median:.1f} of the median alone")
    print(f"{'copies/s meanwhile':>28} {sent:>7.1f}", flush=True)


async def _bare(server: Server, folder: Path, rates: _Rates) -> None:
    await server.order("reset")
    async with running(
        server, "bench.bare", "press", folder=folder, environment={"DATABASE": str(folder / "bare.db")}
    ) as program:
        await server.polled()
        await rates.add(server, program, [(FIRST + number, "fc:1:0:1") for number in range(_PRESSES)])


async def _ours(server: Server, folder: Path, build: Build, rates: _Rates) -> None:
    environment, presses = await build.district(folder, ["filled", _PRESSES], ["asked"])
    await server.order("reset")
    async with running(server, "bot", folder=folder, build=build, environment=environment) as program:
        await server.polled()
        await rates.add(server, program, presses)
    _, answers = await build.district(folder, ["answers"])
    assert answers == _PRESSES
