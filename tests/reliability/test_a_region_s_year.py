"""A school year of a region: what is opened, asked, reminded and reported is what the calendar and the ledger say.

`ORGANIZATIONS=100000 make soak ARGS="-s tests/reliability/test_a_region_s_year.py"` prints what docs/scale.md has.
"""

import asyncio
import os
import resource
import time
from collections import Counter
from datetime import UTC, datetime
from datetime import time as dt_time
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bench.screens import Watched, show_screens
from bot.catalog.loader import load
from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.report import Order, ReportKind
from bot.reports import sections
from bot.reports.job import Job, Made
from bot.reports.orders import UPLOAD
from bot.reports.workbook.maker import make
from bot.storage.engine import dump
from bot.storage.engine.database import Storage
from tests.postgres import fresh_database
from tests.reliability.region_year import BEGIN, END, Year, region_of
from tests.reports import ledgers

# The bench's Telegram, which answers at once: this is about the ledger.
pytestmark = pytest.mark.telegram_alone
# Letters of a moment that really go; a statement settles the others.
_POSTED, _POSTED_SMALL = 300, 12
# The department's zone, one to the east, and two to the west, of which one changes its clock twice a year; nine o'clock
# of each of them by the department's, and the end of its day; days off of a territory's own on which something opens.
_ZONES = ("Asia/Irkutsk", "Asia/Yakutsk", "Europe/Moscow", "Europe/Berlin")
_NINES = (8, 9, 14, 15, 16, 18)
_RESTS = ("", "2026-10-01", "2027-03-10", "", "2026-11-16")


@pytest.mark.soak
def test_a_small_region_s_year(tmp_path: Path, postgres_server_url: str) -> None:
    _run(_small(tmp_path, postgres_server_url, watched := Watched()), watched)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_region_s_year(tmp_path: Path, postgres_server_url: str) -> None:
    count = int(os.environ.get("ORGANIZATIONS", "3000"))
    _run(_large(tmp_path, postgres_server_url, watched := Watched(), count), watched)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    ("count", "territories"), [(60, 0), (2000, 0), (2000, 23)], ids=["district", "one clock", "region"]
)
def test_a_year_of_territories(tmp_path: Path, postgres_server_url: str, count: int, territories: int) -> None:
    """`make soak ARGS="-s tests/reliability/test_a_region_s_year.py -k territories"` prints what grows."""
    _run(_by_territories(tmp_path, postgres_server_url, watched := Watched(), count, territories), watched)


def _run(work: object, watched: Watched) -> None:
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(watched)) as runner:
        runner.run(work)  # type: ignore[arg-type]


async def _small(folder: Path, server: str, watched: Watched) -> None:
    async with fresh_database(server) as url, region_of(url, folder, watched, 300, _POSTED_SMALL) as year:
        await year.pass_by(hours=(9,))
        await _agrees(year)
        # Telegram has seen what the courier took, but for what had nothing left to say: old letters are forgotten.
        seen = (await year.telegram.order("stats"))["sent"]
        assert _POSTED_SMALL < seen <= year.taken
        assert await year.number("SELECT count(*) FROM letters WHERE state NOT IN ('sent', 'dropped', 'waiting')") == 0
        async with year.storage.read() as tx:
            made = await make(tx, _job(year), folder)
        await _reports_the_ledger(year, folder, made)


async def _large(folder: Path, server: str, watched: Watched, count: int) -> None:
    async with fresh_database(server) as url, region_of(url, folder, watched, count, _POSTED) as year:
        began, cpu = time.monotonic(), time.process_time()
        await year.pass_by()
        _say(
            f"{count:,} organizations, load {os.getloadavg()[0]:.1f}: {time.monotonic() - began:.0f} s, "
            f"CPU of this process {time.process_time() - cpu:.0f} s, memory {_memory():.0f} MB"
        )
        _say(year.told())
        await _agrees(year)
        await year.clean()
        sizes = await year.sizes()
        _say(f"{sum(rows for _, rows, _ in sizes):,} rows, {sum(size for *_, size in sizes) / 1e6:,.0f} MB")
        for table, rows, size in sizes[:10]:
            _say(f"{table:>24} {rows:>12,} {size / 1e6:>9,.1f} MB")
        begun, target = time.monotonic(), folder / "year.backup"
        await dump.make(year.storage.url, target)
        _say(f"backup by pg_dump: {time.monotonic() - begun:.1f} s, {target.stat().st_size / 1e6:,.1f} MB")
        await _screens(year)
        await _workbook(year, url, folder)


async def _by_territories(folder: Path, server: str, watched: Watched, count: int, territories: int) -> None:
    """A year with a tick at nine o'clock of each of the zones: each request comes at nine of the organization's own."""
    catalog = _region(folder, territories)
    async with (
        fresh_database(server) as url,
        region_of(url, folder, watched, count, _POSTED_SMALL, catalog=catalog) as year,
    ):
        began, cpu = time.monotonic(), time.process_time()
        await year.pass_by(_NINES)
        await _agrees(year)
        _say(
            f"{count:,} organizations in {territories} territories, load {os.getloadavg()[0]:.1f}: "
            f"{time.monotonic() - began:.0f} s, CPU {time.process_time() - cpu:.0f} s, memory {_memory():.0f} MB"
        )
        _say(year.told())
        sizes = await year.sizes()
        _say(f"{sum(rows for _, rows, _ in sizes):,} rows, {sum(size for *_, size in sizes) / 1e6:,.0f} MB")
        zones = {key: catalog.calendar.of(key).zone for key in ("", *catalog.territories)}
        asked = await year.rows(
            "SELECT a.at, r.opens_at, o.territory, o.due_at, coalesce(o.first_due_at, r.due_at), "
            "coalesce(o.closes_at, r.closes_at), g.opens_at FROM askings a "
            "JOIN obligations o ON o.id = a.obligation_id JOIN rounds r ON r.id = o.round_id "
            "LEFT JOIN openings g ON g.round_id = r.id AND g.territory = o.territory"
        )
        counted = Counter[str]()
        for at, own, territory, due_at, first_due_at, closes_at, there in asked:
            zone, calendar = zones[territory or ""], catalog.calendar.of(territory or "")
            assert at == (there or own), (territory, at, own, there)
            local = at.astimezone(zone)
            assert (local.hour, local.minute) == (9, 0)
            assert calendar.is_work_day(local.date())
            assert due_at == first_due_at
            assert [moment.astimezone(zone).hour for moment in (due_at, closes_at)] == [18, 18]
            counted[f"{zone} {local.utcoffset()}"] += 1
        _say(f"asked at nine: {dict(counted)}")
        # Those of Berlin were asked in winter and in summer.
        assert len(counted) == (1 if not territories else 5)
        assert await year.number("SELECT count(*) FROM openings WHERE opened_at IS NULL") == 0


def _region(folder: Path, territories: int) -> Catalog:
    """The program's directives in so many territories of four time zones, of which some have a day off of their own."""
    lines = ["territories:"] if territories else []
    for number in range(territories):
        zone, rest = _ZONES[number % len(_ZONES)], _RESTS[number % len(_RESTS)]
        days_off = f", days_off: [{{date: {rest}, title: Местный праздник}}]" if rest else ""
        lines.append(f"  t{number}: {{name: Район {number}, timezone: {zone}{days_off}}}")
    file = folder / "calendar.yaml"
    file.write_text("\n".join([(ledgers.DATA / "calendar.yaml").read_text(), *lines, ""]))
    return load(ledgers.DATA / "directives.yaml", file, None, ledgers.ZONE, datetime.combine(BEGIN, dt_time(), UTC))


async def _screens(year: Year) -> None:
    """What screens take with all of the year in the ledger, at a moment at which the last of its widest rounds ran."""
    ((at,),) = await year.rows(
        "SELECT r.due_at FROM rounds r JOIN obligations o ON o.round_id = r.id "
        "GROUP BY r.id, r.due_at ORDER BY count(*) DESC, r.due_at DESC LIMIT 1"
    )
    now, year.moment[0] = year.moment[0], at
    await show_screens(year.bot, at)
    year.moment[0] = now


async def _workbook(year: Year, url: str, folder: Path) -> None:
    # As the process that makes reports has it: the server lets it stand still.
    storage, job = Storage(url, is_slow=True), _job(year)
    begun, cpu, before = time.monotonic(), time.process_time(), _memory()
    async with storage.read() as tx:
        _, counted = await sections.asked(tx, job)
        made = await make(tx, job, folder)
    await storage.close()
    files = [(folder / name).stat().st_size / 1e6 for name in made.files]
    _say(
        f"workbook of {sum(each.asked for each in counted.values()):,} rows asked: {time.monotonic() - begun:.0f} s, "
        f"CPU {time.process_time() - cpu:.0f} s, memory from {before:.0f} to {_memory():.0f} MB, "
        f"{len(files)} files of at most {max(files, default=0):.1f} MB"
    )


def _job(year: Year) -> Job:
    order = Order(ReportKind.WORKBOOK, first=BEGIN, last=END)
    return Job(order, ledgers.head(), year.moment[0], UPLOAD)


async def _agrees(year: Year) -> None:
    """Every round opened once and asked each organization once; nobody was reminded who had answered."""
    opened = await year.rows(
        "SELECT r.directive_id, r.period, (SELECT count(*) FROM obligations o WHERE o.round_id = r.id), "
        "(SELECT count(DISTINCT o.organization_id) FROM obligations o WHERE o.round_id = r.id) "
        "FROM rounds r WHERE r.opened_at IS NOT NULL"
    )
    assert len(opened) == len({(directive, period) for directive, period, *_ in opened})
    assert {(directive, period): asked for directive, period, asked, _ in opened} == year.expected()
    assert all(asked == distinct for _, _, asked, distinct in opened)
    assert await year.number("SELECT count(*) FROM rounds WHERE skipped_at IS NOT NULL OR opened_at IS NULL") == 0
    # Each head has been told of each request once: the key of the table keeps a second time out, a gap it does not.
    seated = "FROM obligations o JOIN seats s ON s.organization_id = o.organization_id AND s.role = 'head'"
    assert await year.number(f"SELECT count(*) {seated}") == await year.number("SELECT count(*) FROM askings")
    reminded = "SELECT count(*) FROM obligations o JOIN replies a ON a.obligation_id = o.id WHERE o.reminded_at > a.at"
    assert await year.number(reminded) == 0
    # Those were reminded who have not answered in time.
    assert await year.number("SELECT count(*) FROM obligations WHERE reminded_at IS NOT NULL") > 0
    assert (
        await year.number("SELECT count(*) FROM obligations WHERE state <> 'open' AND next_reminder_at IS NOT NULL")
        == 0
    )
    # The report of each month and of each round that has closed was ordered.
    closed = await year.number("SELECT count(*) FROM rounds WHERE closes_at <= :now", now=year.moment[0])
    assert await year.number("SELECT count(*) FROM rounds WHERE reported_at IS NOT NULL") == closed
    async with year.storage.read() as tx:
        _, counted = await sections.asked(tx, _job(year))
    ledger = await year.rows(
        "SELECT o.round_id, count(*), count(a.id) FILTER (WHERE a.at <= o.due_at), "
        "count(a.id) FILTER (WHERE a.at > o.due_at) "
        "FROM obligations o LEFT JOIN replies a ON a.obligation_id = o.id GROUP BY 1"
    )
    assert {id: (each.asked, each.on_time, each.late) for id, each in counted.items()} == {
        id: (asked, in_time, late) for id, asked, in_time, late in ledger
    }


async def _reports_the_ledger(year: Year, folder: Path, made: Made) -> None:
    """The flat sheet of the workbook, read by another library, has the ledger's answers."""
    told = set()
    for name in made.files:
        workbook = CalamineWorkbook.from_path(folder / name)
        for sheet in workbook.sheet_names:
            if sheet.startswith("Данные"):
                # Organization, directive, period, whether in time; several rows where several values were given.
                told |= {(row[0], row[3], row[5], row[10]) for row in workbook.get_sheet_by_name(sheet).to_python()[1:]}
    ledger = await year.rows(
        "SELECT count(*), count(a.id) FILTER (WHERE a.at <= o.due_at), count(a.id) FILTER (WHERE a.at > o.due_at) "
        "FROM obligations o LEFT JOIN replies a ON a.obligation_id = o.id"
    )
    answered = Counter(in_time for *_, in_time in told)
    assert [(len(told), answered["да"], answered["нет"])] == ledger


def _memory() -> float:
    """MB of this process at its most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(line: str) -> None:
    print(line, flush=True)
