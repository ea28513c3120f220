"""Measures the courier: how fast stored letters go out beside a loop that stores nothing, and if it keeps a pace."""

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.district import District
from bench.harness import Server, ratios, running, serving

_MESSAGES = 3000
_ROUNDS = 5
# Messages a second, and the number of messages sent at that pace.
_PACES = {30: 240, 1000: 6000}


async def measure() -> None:
    """Prints the tables."""
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        async with serving() as server:
            await _unlimited(server, folder)
            print("\nAt a pace, to a server that refuses more than that in any sliding second")
            print(f"{'pace':>28} {'messages/s':>10} {'ratio':>6} {'refused':>8}")
            for pace, messages in _PACES.items():
                await _paced(server, folder / str(pace), pace, messages)


async def _unlimited(server: Server, folder: Path) -> None:
    print(f"\nMessages/s without a limit, {_MESSAGES:,} messages, {_ROUNDS} rounds in turn: median (least–greatest)")
    bare: list[float] = []
    ours: dict[str, list[float]] = {"an announcement": [], "requests": []}
    districts = {kind: await _filled(folder / kind, kind, _MESSAGES) for kind in ours}
    for _ in range(_ROUNDS):
        bare.append(await _rate(server, _MESSAGES, "bench.bare", "loop", str(_MESSAGES), folder=folder))
        for kind, district in districts.items():
            ours[kind].append(await _rate(server, _MESSAGES, "bot", folder=folder, **district.environment()))
            await district.unsent()
    print(f"{'bare loop, 25 in flight':>28} {_shown(bare)}")
    for kind, rates in ours.items():
        print(f"{kind:>28} {_shown(rates)}  ratio {ratios(rates, bare)}", flush=True)


async def _paced(server: Server, folder: Path, pace: int, messages: int) -> None:
    district = await _filled(folder, "an announcement", messages)
    await server.order("reset", limit=pace)
    settings = district.environment(MESSAGES_PER_SECOND=str(pace))
    async with running(server, "bot", folder=folder, **settings):
        stats = await server.sent(messages)
    rate = (messages - 1) / stats["seconds"]
    print(f"{pace:>28,} {rate:>10,.1f} {rate / pace:>6.3f} {stats['refused']:>8}", flush=True)


async def _filled(folder: Path, kind: str, count: int) -> District:
    district = District(folder)
    if kind == "requests":
        await district.filled(count)
        await district.due()
    else:
        await district.filled(count, "quiet")
        await district.announced()
    return district


async def _rate(server: Server, messages: int, *module: str, folder: Path, **environment: str) -> float:
    """Messages a second, from the first to the last that arrived."""
    await server.order("reset")
    async with running(server, *module, folder=folder, **environment):
        stats = await server.sent(messages)
    return float((messages - 1) / stats["seconds"])


def _shown(rates: list[float]) -> str:
    return f"{statistics.median(rates):>7,.0f} ({min(rates):,.0f}–{max(rates):,.0f})"
