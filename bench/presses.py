"""A press that records an answer: against the least that it can be, and while an announcement goes out."""

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.district import FIRST, District
from bench.harness import Server, ratios, running, serving

_PRESSES = 1500
_ROUNDS = 5
_SIDE_BY_SIDE = 25


async def measure() -> None:
    """Prints the tables."""
    print(f"\nAnswers recorded/s, {_PRESSES:,} presses, {_SIDE_BY_SIDE} people at a time, {_ROUNDS} rounds in turn")
    async with serving() as server:
        bare, ours = [], []
        for _ in range(_ROUNDS):
            with TemporaryDirectory(prefix="bench-") as folder:
                bare.append(await _bare(server, Path(folder)))
            with TemporaryDirectory(prefix="bench-") as folder:
                ours.append(await _ours(server, Path(folder)))
    print(f"{'bare handler':>28} {statistics.median(bare):>7,.0f}")
    print(f"{'answers to a request':>28} {statistics.median(ours):>7,.0f}  ratio {ratios(ours, bare)}")


async def _bare(server: Server, folder: Path) -> float:
    await server.order("reset")
    async with running(server, "bench.bare", "press", folder=folder, DATABASE=str(folder / "bare.db")):
        await server.polled()
        presses = [(FIRST + number, "fc:1:0:1") for number in range(_PRESSES)]
        return await _rate(server, presses)


async def _ours(server: Server, folder: Path) -> float:
    district = District(folder)
    await district.filled(_PRESSES)
    presses = await district.asked()
    await server.order("reset")
    async with running(server, "bot", folder=folder, **district.environment()):
        await server.polled()
        rate = await _rate(server, presses)
    assert await district.answers() == _PRESSES
    return rate


async def _rate(server: Server, presses: list[tuple[int, str]]) -> float:
    found = await server.order("presses", presses=presses, side_by_side=_SIDE_BY_SIDE)
    return float(len(found["took"]) / found["seconds"])
