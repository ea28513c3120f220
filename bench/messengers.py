"""Measures one messenger beside the other: presses that record an answer, and the copies of an announcement."""

import statistics
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness import Build, Program, Server, in_turn, ratios, running, serving
from bot.domain.people.messenger import Messenger

_COUNT, _ROUNDS = 1000, 3
_SIDE_BY_SIDE = 25


@dataclass(slots=True)
class _Rates:
    """Of each round: how many a second, and milliseconds of a processor for each; statements for each."""

    a_second: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    statements: float = 0.0

    def shown(self) -> str:
        return f"{statistics.median(self.a_second):>9,.0f} {statistics.median(self.cpu):>7.2f} {self.statements:>10.1f}"


async def measure(builds: list[Build]) -> None:
    """Prints the table; the messengers take turns."""
    async with AsyncExitStack() as stack:
        servers = {messenger: await stack.enter_async_context(serving(messenger)) for messenger in Messenger}
        for what, one in {"presses": _presses, "copies of an announcement": _copies}.items():
            print(f"\n{_COUNT:,} {what}, {_ROUNDS} rounds in turn")
            print(
                f"{'':>28} {'a second':>9} {'CPU, ms':>7} {'statements':>10} {'to Telegram, CPU':>17} {'a second':>17}"
            )
            rates = {messenger: _Rates() for messenger in Messenger}
            for number, messenger in enumerate(in_turn(servers, _ROUNDS + 1)):
                with TemporaryDirectory(prefix="bench-") as folder:
                    build = replace(builds[0], messenger=messenger)
                    # The first round is slower, for its statements are counted.
                    counted = number < len(servers)
                    await one(servers[messenger], build, Path(folder), rates[messenger], counted=counted)
            telegram = rates[Messenger.TELEGRAM]
            for messenger, its in rates.items():
                cpu, a_second = ratios(telegram.cpu, its.cpu), ratios(its.a_second, telegram.a_second)
                print(f"{messenger.called:>28} {its.shown()} {cpu:>17} {a_second:>17}", flush=True)


async def _presses(server: Server, build: Build, folder: Path, rates: _Rates, *, counted: bool) -> None:
    environment, presses = await build.district(folder, ["filled", _COUNT], ["asked"])
    await server.order("reset")
    async with running(server, "bot", folder=folder, build=build, counted=counted, environment=environment) as program:
        await server.polled()
        before, statements = program.cpu, _statements(program, counted)
        answered = await server.order("presses", presses=presses, side_by_side=_SIDE_BY_SIDE)
        _add(rates, program, before, statements, len(presses), answered["seconds"], counted=counted)
    _, answers = await build.district(folder, ["answers"])
    assert answers == _COUNT


async def _copies(server: Server, build: Build, folder: Path, rates: _Rates, *, counted: bool) -> None:
    environment, _ = await build.district(folder, ["filled", _COUNT, "quiet"], ["announced"])
    await server.order("reset")
    async with running(server, "bot", folder=folder, build=build, counted=counted, environment=environment) as program:
        first = (await server.sent(1))["sent"]
        before, statements = program.cpu, _statements(program, counted)
        stats = await server.sent(_COUNT)
        _add(rates, program, before, statements, _COUNT - first, stats["seconds"], counted=counted)


def _statements(program: Program, counted: bool) -> int:
    return program.statements[0] if counted else 0


def _add(
    rates: _Rates, program: Program, before: float, statements: int, count: int, seconds: float, *, counted: bool
) -> None:
    if counted:
        rates.statements = (program.statements[0] - statements) / count
    else:
        rates.cpu.append(1000 * (program.cpu - before) / count)
        rates.a_second.append(_COUNT / seconds)
