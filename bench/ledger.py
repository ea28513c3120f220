"""A region's ledger: opening a round, and a tick that has nothing to do."""

import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from pydantic import SecretStr

from bench.district import District
from bench.harness import TOKEN
from bot.app import App
from bot.config import Settings
from bot.domain.catalog.catalog import Catalog
from bot.domain.timing.recurrence import occurrences
from bot.storage import schema as tables
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.migrate import migrate
from bot.storage.ledger import rounds
from scheduler.rounds import open_due
from tests.reports import ledgers
from tests.rosters import sync

_TICKS = 20


async def measure(*, large: bool) -> None:
    """Prints the tables."""
    sizes = (500, 5000, 50_000) if large else (500, 5000)
    print("\nOpening a round: obligations and letters to the head of each organization, in one transaction")
    print(f"{'organizations':>14} {'seconds':>8} {'rows/s':>9}")
    for count in sizes:
        with TemporaryDirectory(prefix="bench-") as folder:
            await _open(Path(folder), count)
    print(f"\nAn idle tick, 19 directives and three years of ledger, median of {_TICKS}")
    print(f"{'organizations':>14} {'obligations':>12} {'tick, ms':>9}")
    for count in sizes:
        with TemporaryDirectory(prefix="bench-") as folder:
            await _tick(Path(folder), count)


async def _open(folder: Path, count: int) -> None:
    district = District(folder)
    await district.filled(count)
    storage = Storage(district.url)
    begun = time.perf_counter()
    await open_due(storage, district.catalog, datetime.now(UTC))
    seconds = time.perf_counter() - begun
    async with storage.read() as tx:
        made = [await _count(tx, table) for table in (tables.obligations, tables.letters)]
    await storage.close()
    assert made == [count, count], made
    print(f"{count:>14,} {seconds:>8.2f} {sum(made) / seconds:>9,.0f}", flush=True)


async def _count(tx: Tx, table: sa.Table) -> int:
    return int((await tx.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


async def _tick(folder: Path, count: int) -> None:
    """Measures ticks. The storage itself adds the rounds; who answers what does not matter to a tick."""
    catalog, now = ledgers.catalog(), ledgers.NOW
    storage = Storage(f"sqlite+aiosqlite:///{folder}/bot.db")
    await migrate(storage)
    rows = await _three_years(storage, catalog, count, now)
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        database_url=str(storage.url),
        backups_keep=0,
        directives_file=ledgers.DATA / "directives.yaml",
        calendar_file=ledgers.DATA / "calendar.yaml",
        organizations_file=folder / "none.yaml",
    )
    app = App(settings, catalog, lambda: now)
    # The first tick catches up with the time before it; the others have nothing to do.
    await app.tick()
    took = []
    for _ in range(_TICKS):
        now += timedelta(seconds=30)
        begun = time.perf_counter()
        await app.tick()
        took.append(time.perf_counter() - begun)
    await app.close()
    await storage.close()
    print(f"{count:>14,} {rows:>12,} {1000 * statistics.median(took):>9.1f}", flush=True)


async def _three_years(storage: Storage, catalog: Catalog, count: int, now: datetime) -> int:
    """Adds the rounds of three years, all answered; returns the number of rows of the ledger."""
    begin, end = now - timedelta(days=3 * 365), now - timedelta(days=60)
    await storage.apply(lambda tx: sync(tx, ledgers.roster(count), begin))
    for directive in catalog.directives.values():
        for period in occurrences(directive.schedule, catalog.calendar, begin, end):
            async with storage.write() as tx:
                await rounds.open_round(tx, directive, period, catalog.calendar, period.opens_at)
    async with storage.write() as tx:
        await tx.execute(sa.update(tables.obligations).values(state="answered", version=1, next_reminder_at=None))
        return await _count(tx, tables.obligations)
