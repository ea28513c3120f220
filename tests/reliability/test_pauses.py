"""Heads press, an announcement goes out and a region's report is made, all at once: for how long the loop is held."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from bot.domain.ledger.report import Order, ReportKind
from bot.domain.letter import LetterKind
from bot.domain.people.member import Role, SeatState, StaffRole
from bot.storage.engine.database import Storage, Tx
from bot.storage.people import people, seats, staff
from bot.storage.post import letters
from bot.storage.schema import organization_types
from simulator import Person
from tests import messengers
from tests.live import ROOT, Live, live
from tests.ports import free_port
from tests.reliability.announcing import arrived, come, copies, send_off
from tests.reports import ledgers

AUTHOR, FIRST, HEADS = 900, 10_001, 300
# Of them answer back all the time.
BUSY = 10
YEAR = (date(2026, 9, 1), date(2027, 5, 31))
# Seconds. Of the loop's own it is some hundredths; other programs may hold the whole machine for longer.
HANGS = 1.0
REPORTS_WAIT = "SELECT count(*) FROM letters WHERE kind = 'report' AND state = 'waiting'"


@pytest.fixture
async def district(tmp_path: Path) -> AsyncIterator[tuple[Live, list[Person]]]:
    """The bot of 1,000 organizations and a school year, of which so many have a head."""
    storage = await ledgers.filled(tmp_path, 1000, *YEAR)

    async def work(tx: Tx) -> None:
        now = datetime.now(UTC)
        of_schools = (
            sa.select(organization_types.c.organization_id).where(organization_types.c.type == "general").limit(HEADS)
        )
        author = messengers.person(AUTHOR)
        for account, school in enumerate((await tx.execute(of_schools)).scalars().all(), FIRST):
            head = messengers.person(account)
            await people.ensure(tx, head, f"Директор {account}", now)
            await people.consent(tx, head, now)
            await seats.take(tx, head, school, Role.HEAD, SeatState.SEATED, now)
        await people.ensure(tx, author, "Методист", now)
        await staff.grant(tx, author, StaffRole.ADMIN, None, now)

    await storage.apply(work)
    await storage.close()
    settings = {
        "DIRECTIVES_FILE": str(ROOT / "data/directives.yaml"),
        "CALENDAR_FILE": str(ROOT / "data/calendar.yaml"),
        # Without a roster the organizations that are there stay.
        "ORGANIZATIONS_FILE": str(tmp_path / "none.yaml"),
        # The loop is watched where somebody can read it.
        "LISTEN": f"127.0.0.1:{free_port()}",
        "MESSAGES_PER_SECOND": "30",
    }
    async with live(tmp_path, None, **settings) as bot:
        heads = [await bot.telegram.person(f"Директор {head}", id=head) for head in range(FIRST, FIRST + HEADS)]
        for head in heads:
            bot.telegram.world.people[head.id].started = True
        yield bot, heads


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_presses_an_announcement_and_a_report_at_once(district: tuple[Live, list[Person]]) -> None:
    bot, heads = district
    author = await bot.telegram.person("Методист", id=AUTHOR)
    await bot.start()
    await come(author)
    done = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        busy = [group.create_task(_asks(head, done)) for head in heads[:BUSY]]
        await send_off(author)
        await _order(bot)
        await arrived(author)
        while (await asyncio.to_thread(bot.rows, REPORTS_WAIT))[0][0]:  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.1)
        done.set()
    longest, pauses = await _held(bot)
    print(
        f"\n{sum(task.result() for task in busy)} questions of {BUSY} heads answered, {HEADS} copies, a report: "
        f"the loop was held for {1000 * longest:.0f} ms at most, {pauses} times for more than 20 ms"
    )
    await bot.stop()
    assert bot.telegram.record.count("sendDocument", 200) == 1
    assert len(copies(bot)) == HEADS
    assert all(task.result() for task in busy)
    assert longest < HANGS


async def _asks(head: Person, done: asyncio.Event) -> int:
    """Asks what is open until it is enough; how often there was an answer."""
    answers = 0
    while not done.is_set():
        await head.send("/tasks")
        await head.wait_for("запрос", fresh=True, timeout=60)
        answers += 1
        await asyncio.sleep(0.1)
    return answers


async def _order(bot: Live) -> None:
    order = Order(ReportKind.WORKBOOK, first=YEAR[0], last=YEAR[1])
    storage = Storage(bot.environment["DATABASE_URL"])
    await storage.apply(
        lambda tx: letters.write(tx, LetterKind.REPORT, [messengers.person(AUTHOR)], datetime.now(UTC), **order.data)
    )
    await storage.close()


async def _held(bot: Live) -> tuple[float, int]:
    """The longest pause of the event loop in seconds, and how many were too long, as the bot tells them."""
    async with aiohttp.ClientSession() as session, session.get(f"http://{bot.environment['LISTEN']}/metrics") as answer:
        metrics = await answer.text()
    longest, pauses = (
        float(re.findall(rf"^porucheniya_event_loop_{name} (\S+)", metrics, re.MULTILINE)[0])
        for name in ("longest_pause_seconds", "pauses")
    )
    return longest, int(pauses)
