"""Measures how long a workbook takes, how much memory its process needs, and whether the bot answers meanwhile."""

import asyncio
import logging
import resource
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from bench import cells
from bot.domain.ledger.report import Order, ReportKind
from bot.domain.letter import LetterKind
from bot.domain.people.member import Role, SeatState, StaffRole
from bot.reports.job import Job
from bot.reports.orders import UPLOAD
from bot.reports.workshop import Workshop
from bot.storage.engine.database import Storage, Tx
from bot.storage.people import people, seats, staff
from bot.storage.post import letters
from bot.storage.schema import letters as letter_rows
from bot.storage.schema import obligations, organizations
from simulator import Person
from tests.live import ROOT, Live, live
from tests.reports import ledgers

_YEAR = (date(2026, 9, 1), date(2027, 5, 31))
# Organizations of several districts, whose workbook is held against XlsxWriter alone.
_DISTRICTS = 1000
_AFTERWARDS = datetime(2027, 6, 1, 2, tzinfo=UTC)
_HEAD, _ADMIN = 5_200_000_001, 5_200_000_002
_PRESSES = 60


@dataclass(frozen=True, slots=True)
class Measured:
    """The costs of a workbook: seconds, rows of the ledger, MB of memory and of file."""

    organizations: int
    rows: int
    seconds: float
    memory: float
    size: float


async def measure(*, large: bool) -> None:
    """Prints the tables."""
    logging.disable(logging.WARNING)
    print("Workbooks of 19 directives, each made by a process of its own")
    headings = ("rows", 9), ("fill, s", 8), ("make, s", 8), ("rows/s", 8), ("MB", 6), ("file", 6)
    print(f"{'organizations':>14} {'period':>23}", *(f"{text:>{width}}" for text, width in headings))
    sizes = [(12, _YEAR), (_DISTRICTS, _YEAR)] + ([(50_000, _YEAR)] if large else [])
    reference = None
    for count, period in sizes:
        with TemporaryDirectory(prefix="bench-") as folder:
            begun = time.perf_counter()
            storage = await ledgers.filled(Path(folder), count, *period)
            filled = time.perf_counter() - begun
            measured = await _workbook(storage, count, period)
            print(
                f"{count:>14,} {period[0]} — {period[1]} {measured.rows:>9,} {filled:>8.1f} {measured.seconds:>8.1f} "
                f"{measured.rows / measured.seconds:>8,.0f} {measured.memory:>6.0f} {measured.size:>6.1f}",
                flush=True,
            )
            if count == _DISTRICTS:
                await cells.measure(storage, _job(period))
            await storage.close()
        if reference:
            ratio = measured.memory / reference.memory
            print(f"{'':>14} memory {ratio:.2f} of the workbook of {reference.organizations} organizations")
        reference = reference or measured
    await _presses()


def _job(period: tuple[date, date]) -> Job:
    return Job(Order(ReportKind.WORKBOOK, first=period[0], last=period[1]), ledgers.head(), _AFTERWARDS, UPLOAD)


async def _workbook(storage: Storage, count: int, period: tuple[date, date]) -> Measured:
    job = _job(period)
    async with storage.read() as tx:
        rows = int((await tx.execute(sa.select(sa.func.count()).select_from(obligations))).scalar_one())
    begun = time.perf_counter()
    async with Workshop(str(storage.url)).made(job) as (made, folder):
        seconds = time.perf_counter() - begun
        size = sum((folder / name).stat().st_size for name in made.files) / 1e6
    # The maximum of all children so far: the measurements go from small to large. Linux counts in KiB.
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Measured(count, rows, seconds, memory, size)


async def _presses() -> None:
    """Measures answers to a head while a workbook for 1,000 organizations is made, and without."""
    print(f"\nFrom a head's /tasks to the bot's answer, {_PRESSES} times one after another, in ms")
    with TemporaryDirectory(prefix="bench-") as folder:
        async with _district(Path(folder)) as (bot, head):
            await _answers(head, 10)
            quiet = await _answers(head, _PRESSES)
            before = await _reports_left(bot)
            await _order(bot)
            busy: list[float] = []
            while await _reports_left(bot) > before and len(busy) < 100 * _PRESSES:
                busy += await _answers(head, 5)
            await bot.stop()
    print(f"{'':>24} {'median':>8} {'slowest':>8}")
    for name, took in (("without a report", quiet), (f"during one ({len(busy)})", busy)):
        print(f"{name:>24} {1000 * statistics.median(took):>8.0f} {1000 * max(took):>8.0f}")
    print(f"{'ratio':>24} {_ratio(statistics.median, busy, quiet):>8.2f} {_ratio(max, busy, quiet):>8.2f}")


def _ratio(of: Callable[[list[float]], float], ours: list[float], theirs: list[float]) -> float:
    return of(ours) / of(theirs)


@asynccontextmanager
async def _district(folder: Path) -> AsyncIterator[tuple[Live, Person]]:
    """Runs the bot as a process on a ledger of 1,000 organizations and a year, with a head and an administrator."""
    settings = {
        "DIRECTIVES_FILE": str(ROOT / "data/directives.yaml"),
        "CALENDAR_FILE": str(ROOT / "data/calendar.yaml"),
        # Without a roster the organizations that are there stay.
        "ORGANIZATIONS_FILE": str(folder / "none.yaml"),
    }
    storage = await ledgers.filled(folder, 1000, *_YEAR)

    async def work(tx: Tx) -> None:
        now = datetime.now(UTC)
        await people.ensure(tx, _HEAD, "Директор", now)
        await people.consent(tx, _HEAD, now)
        school = sa.select(sa.func.min(organizations.c.id))
        school_id = int((await tx.execute(school)).scalar_one())
        await seats.take(tx, _HEAD, school_id, Role.HEAD, SeatState.SEATED, now)
        await people.ensure(tx, _ADMIN, "Методист", now)
        await staff.grant(tx, _ADMIN, StaffRole.ADMIN, None, now)

    await storage.apply(work)
    await storage.close()
    async with live(folder, None, **settings) as bot:
        head = await bot.telegram.person("Директор", id=_HEAD)
        admin = await bot.telegram.person("Методист", id=_ADMIN)
        await head.start()
        await admin.start()
        await bot.start()
        yield bot, head


async def _answers(head: Person, times: int) -> list[float]:
    """Seconds from a command to its answer."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        await head.send("/tasks")
        await head.wait_for("запрос", fresh=True)
        took.append(time.perf_counter() - begun)
    return took


async def _order(bot: Live) -> None:
    order = Order(ReportKind.WORKBOOK, first=_YEAR[0], last=_YEAR[1])
    storage = Storage(bot.environment["DATABASE_URL"])
    await storage.apply(lambda tx: letters.write(tx, LetterKind.REPORT, [_ADMIN], datetime.now(UTC), **order.data))
    await storage.close()


async def _reports_left(bot: Live) -> int:
    """The number of reports that have not gone."""
    query = f"SELECT count(*) FROM {letter_rows.name} WHERE kind = 'report' AND state = 'waiting'"
    return int((await asyncio.to_thread(bot.rows, query))[0][0])
