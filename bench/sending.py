"""The courier: how fast letters that are kept go out, against a loop that keeps nothing."""

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.district import District
from bench.harness import Server, ratios, running, serving

_MESSAGES = 5000
_ROUNDS = 5


async def measure() -> None:
    """Prints the table."""
    print(f"\nMessages/s, unlimited pace, {_MESSAGES:,} messages, {_ROUNDS} rounds in turn; median (least–greatest)")
    async with serving() as server:
        with TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            await _unlimited(server, folder)


async def _unlimited(server: Server, folder: Path) -> None:
    bare: list[float] = []
    ours: dict[str, list[float]] = {"an announcement": [], "requests": []}
    districts = {}
    for kind in ours:
        (folder / kind).mkdir()
        districts[kind] = district = District(folder / kind)
        await district.filled(_MESSAGES, "quiet" if kind == "an announcement" else "school")
        await (district.announced() if kind == "an announcement" else district.due())
    for _ in range(_ROUNDS):
        bare.append(await _rate(server, "bench.bare", "loop", str(_MESSAGES), folder=folder))
        for kind, district in districts.items():
            ours[kind].append(await _rate(server, "bot", folder=folder, **district.environment()))
            await district.unsent()
    print(f"{'bare loop, 25 in flight':>28} {_shown(bare)}")
    for kind, rates in ours.items():
        print(f"{kind:>28} {_shown(rates)}  ratio {ratios(rates, bare)}")


async def _rate(server: Server, *module: str, folder: Path, **environment: str) -> float:
    """Messages a second, from the first to the last that arrived."""
    await server.order("reset")
    async with running(server, *module, folder=folder, **environment):
        stats = await server.sent(_MESSAGES)
    return float((_MESSAGES - 1) / stats["seconds"])


def _shown(rates: list[float]) -> str:
    return f"{statistics.median(rates):>7,.0f} ({min(rates):,.0f}–{max(rates):,.0f})"
