"""Measures the board of the district: how long it takes to make, and how fast it is in a browser."""

import asyncio
import logging
import resource
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, CDPSession, async_playwright

from bot.domain.ledger.report import Order, ReportKind
from bot.reports.job import Job
from bot.reports.workshop import Workshop
from tests.demo.conftest import ARGUMENTS, chromium
from tests.reports import ledgers

_YEAR = (date(2026, 9, 1), date(2027, 5, 31))
_YEARS = (date(2026, 9, 1), date(2029, 5, 31))
_ROUNDS = 11
# Asked for its height, the browser lays out what the press shows.
_FILTER = 'document.getElementById("debtors").click(); document.body.offsetHeight'


@dataclass(frozen=True, slots=True)
class _Made:
    """What making it took: seconds, MB of memory and of file."""

    seconds: float
    memory: float
    size: float


async def measure(*, large: bool) -> None:
    """Prints the table."""
    logging.disable(logging.WARNING)
    print(f"\nThe board, made by a process of its own, in Chromium at 1400 x 860; filters: {_ROUNDS} presses")
    print("Milliseconds of the browser are those of its processor: other programs do not count")
    print(f"{'organizations':>14} {'period':>23}   make, s     MB   file  open, ms  first, ms  median, ms")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for count, period in [(60, _YEAR), (1000, _YEAR)] + ([(1000, _YEARS)] if large else []):
            with TemporaryDirectory(prefix="bench-") as folder:
                path = Path(folder) / "board.html"
                made = await _make(Path(folder), count, period, path)
                opened, pressed = await _in_browser(browser, path)
            print(
                f"{count:>14,} {period[0]} — {period[1]} {made.seconds:>9.1f} {made.memory:>6.0f} {made.size:>6.1f} "
                f"{opened:>9.0f} {pressed[0]:>10.0f} {statistics.median(pressed):>11.0f}",
                flush=True,
            )
        await browser.close()


async def _make(folder: Path, count: int, period: tuple[date, date], path: Path) -> _Made:
    storage = await ledgers.filled(folder, count, *period)
    now = datetime(period[1].year, 6, 1, 2, tzinfo=UTC)
    job = Job(Order(ReportKind.BOARD, first=period[0], last=period[1]), ledgers.head(), now)
    begun = time.perf_counter()
    async with Workshop(str(storage.url)).made(job) as (made, made_in):
        seconds = time.perf_counter() - begun
        await asyncio.to_thread((made_in / made.files[0]).replace, path)
    await storage.close()
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return _Made(seconds, memory, _size(path))


def _size(path: Path) -> float:
    return path.stat().st_size / 1e6


async def _in_browser(browser: Browser, path: Path) -> tuple[float, list[float]]:
    """What the page's thread works until the page is ready, and at each press."""
    page = await browser.new_page(viewport={"width": 1400, "height": 860})
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.goto(path.as_uri(), wait_until="commit")
    await page.wait_for_selector("html[data-ready]")
    worked = [await _worked(devtools)]
    for _ in range(_ROUNDS):
        await page.evaluate(_FILTER)
        worked.append(await _worked(devtools))
    await page.close()
    return worked[0], [after - before for before, after in pairwise(worked)]


async def _worked(devtools: CDPSession) -> float:
    """Milliseconds that the page's thread has worked so far."""
    told = await devtools.send("Performance.getMetrics")
    return 1000 * next(float(metric["value"]) for metric in told["metrics"] if metric["name"] == "TaskDuration")
