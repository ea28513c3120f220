"""Measures a press that records an answer: beside the least that it can be, and while an announcement goes out."""

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.district import FIRST, District
from bench.harness import Server, percentile, ratios, running, serving

_PRESSES = 1500
_ROUNDS = 5
_SIDE_BY_SIDE = 25
# Presses made one after another; presses a second, and for how many seconds; the pace of the announcement.
_LONE, _A_SECOND, _SECONDS, _PACE = 200, 100, 10, 30


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
    print(f"{'answers to a request':>28} {statistics.median(ours):>7,.0f}  ratio {ratios(ours, bare)}", flush=True)
    await _beside_an_announcement()


async def _beside_an_announcement() -> None:
    """Measures from handing over a press to the edit of its message."""
    print(f"\nFrom a press to its answer in ms, {_A_SECOND} presses/s, while an announcement goes out at {_PACE}/s")
    async with serving() as server:
        with TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            district = District(folder)
            await district.filled(_LONE + _A_SECOND * _SECONDS)
            presses = await district.asked()
            await server.order("reset")
            async with running(server, "bot", folder=folder, **district.environment(MESSAGES_PER_SECOND=str(_PACE))):
                await server.polled()
                # One after another, with nobody else there. The first presses meet a bot that has just started.
                lone = (await server.order("presses", presses=presses[:_LONE], side_by_side=1))["took"]
                await server.order("reset")
                await district.announced()
                await server.sent(1)
                answered = await server.order("presses", presses=presses[_LONE:], per_second=_A_SECOND)
                stats = await server.order("stats")
    median, slow = statistics.median(lone), percentile(answered["took"], 0.99)
    sent = stats["calls"]["copyMessage"] / stats["seconds"]
    print(f"{'alone, median':>28} {1000 * median:>7.1f}")
    print(f"{'under load, median':>28} {1000 * statistics.median(answered['took']):>7.1f}")
    print(f"{'under load, 99th percentile':>28} {1000 * slow:>7.1f}  ratio {slow / median:.1f} of the median alone")
    print(f"{'copies/s meanwhile':>28} {sent:>7.1f}", flush=True)


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
    answered = await server.order("presses", presses=presses, side_by_side=_SIDE_BY_SIDE)
    return float(len(answered["took"]) / answered["seconds"])
