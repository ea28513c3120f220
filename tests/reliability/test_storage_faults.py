"""The database cannot be written or read for a while: people are told, nothing is lost, nothing is half written, and
work goes on by itself."""

import asyncio
import contextlib
import re
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.people.messenger import account_of
from bot.storage.engine import backup
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import obligations
from bot.storage.people import people
from bot.storage.schema import askings, replies
from bot.storage.schema import obligations as rows
from simulator import Person
from tests import messengers
from tests.forge import Forge
from tests.live import Live, live
from tests.postgres import connect, postgres
from tests.reliability import faults
from tests.reliability.vitals import stand_still
from tests.texts.heads import Anywhere, Form, Reminder

# Seconds. A wait ends with the event; only what is broken takes this long.
PATIENCE = 60.0
# Seconds of an outage in which the bot's clock has ticked several times.
TICKS_IN = 0.8

Fault = Callable[[Live], AbstractContextManager[None]]


class District:
    """Four heads: of two it is known what they do during an outage, of two what is to happen to them."""

    def __init__(self, bot: Live, heads: list[Person]) -> None:
        self.bot = bot
        self.answering, self.beginning, self.waiting, self.away = heads

    async def ready(self) -> None:
        """Three have been asked, and one of them has all but answered."""
        for head in (self.answering, self.beginning, self.waiting):
            await head.wait_for("Сколько учеников?", timeout=PATIENCE)
        await self.answering.send("500")
        await _button(self.answering, Form.SEND)
        await self.bot.telegram.wait_idle()

    async def becomes_due(self) -> None:
        """A vacation has ended, and a reminder is due. The bot stands still, so that an outage can begin before it
        notices: `goes_on` has it go on."""
        while not (await stand_still(self.bot.pid) and await _nothing_is_under_way(self.bot)):
            self.bot.signal(signal.SIGCONT)
            await asyncio.sleep(0.01)
        then, waiting = datetime.now(UTC), messengers.person(self.waiting.id)
        await tell(self.bot, lambda tx: people.pause(tx, messengers.person(self.away.id), then, datetime.now(UTC)))

        async def remind(tx: Tx) -> None:
            # As if the request had come some days ago, and the ladder had a rung then.
            await tx.execute(
                sa.update(askings).where(askings.c.person_id == waiting).values(at=then - timedelta(days=5))
            )
            found = await obligations.unanswered(tx, waiting, datetime.now(UTC))
            assert found
            await tx.execute(
                sa.update(rows)
                .where(rows.c.id.in_([obligation.id for obligation in found]))
                .values(next_reminder_at=then, next_reminder_days=0)
            )

        await tell(self.bot, remind)

    async def goes_on(self, seconds: float) -> None:
        """What people do meanwhile, and what they see."""
        self.bot.signal(signal.SIGCONT)
        async with asyncio.timeout(PATIENCE):
            await self.answering.press(Form.SEND)
            await self.beginning.send("700")
            for head in (self.answering, self.beginning):
                await head.wait_for(Anywhere.NOT_SAVED_YET, timeout=PATIENCE)
            # Who is impatient is not told again.
            await self.answering.press(Form.SEND)
            await asyncio.sleep(max(seconds, TICKS_IN))
            assert Reminder.HEADING not in await self.waiting.screen()
            assert await self.away.messages() == []

    async def recovers(self) -> None:
        """What they see when it is over, without having done anything more."""
        await self.answering.wait_for(Form.ACCEPTED, timeout=PATIENCE)
        await _button(self.beginning, Form.SEND)
        await self.beginning.press(Form.SEND)
        await self.beginning.wait_for(Form.ACCEPTED, timeout=PATIENCE)
        await self.waiting.wait_for(Reminder.HEADING, timeout=PATIENCE)
        await self.away.wait_for("Сколько учеников?", timeout=PATIENCE)
        await self.bot.telegram.wait_idle()
        for head, often in ((self.answering, 1), (self.beginning, 1), (self.waiting, 0), (self.away, 0)):
            said = [message["text"] for message in await head.messages()]
            assert sum(Anywhere.NOT_SAVED_YET in one for one in said) == often, said

    @property
    def ledger(self) -> dict[int, list[int]]:
        """What has to be in the ledger when it is over: each answer once."""
        return {self.answering.id: [500], self.beginning.id: [700]}


@asynccontextmanager
async def district(
    folder: Path, forge: Forge, database: Path | None = None, **settings: str
) -> AsyncIterator[tuple[Live, District]]:
    """A bot at work among them."""
    async with live(folder, forge, database, **settings) as bot:
        found = District(bot, await bot.seat(4))
        # Away from the first day on, until `becomes_due` says when that ends.
        far = datetime.now(UTC) + timedelta(days=9)
        await tell(bot, lambda tx: people.pause(tx, messengers.person(found.away.id), far, datetime.now(UTC)))
        await bot.start()
        await found.ready()
        yield bot, found


async def _nothing_is_under_way(bot: Live) -> bool:
    """Whether the bot, which stands still, has no transaction open that others would have to wait for."""
    url = bot.environment["DATABASE_URL"]
    if url.startswith("postgresql"):
        connection = await connect(url)
        try:
            return not await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            )
        finally:
            await connection.close()
    try:
        with contextlib.closing(sqlite3.connect(bot.database, isolation_level=None, timeout=0)) as beside:
            # Something has to be in the journal, or whoever reads is in nobody's way.
            beside.execute("PRAGMA user_version = 0")
            (busy, _, _) = beside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
    except sqlite3.OperationalError:
        return False


async def tell(bot: Live, work: Callable[[Tx], Any]) -> None:
    """Has the database know something, beside the bot."""
    storage = Storage(bot.environment["DATABASE_URL"])
    try:
        await storage.apply(work)
    finally:
        await storage.close()


async def _button(head: Person, label: str) -> None:
    def there(chat: dict[str, Any]) -> bool:
        return any(label in each for one in chat["messages"] if not one["deleted"] for each in one["buttons"])

    await head.wait_until(there, what=label, timeout=PATIENCE)


async def _lives_through(folder: Path, forge: Forge, fault: Fault, words: str, seconds: float = 0.0) -> None:
    """An outage that comes and goes while the bot runs; `words`: what its log says of it."""
    async with district(folder, forge, folder / "disk" / "bot.db") as (bot, found):
        pid = bot.pid
        await found.becomes_due()
        before = bot.rows("SELECT state, version FROM obligations ORDER BY id")
        with fault(bot):
            await found.goes_on(seconds)
            assert bot.rows("SELECT state, version FROM obligations ORDER BY id") == before
            assert bot.ledger() == {}
        await found.recovers()
        assert bot.ledger() == found.ledger
        await _all_done(bot)
        assert bot.pid == pid
        await bot.stop()
    assert re.search(words, bot.said())
    assert "Traceback" not in bot.said()


async def _all_done(bot: Live) -> None:
    assert bot.rows("PRAGMA integrity_check") == [("ok",)]
    assert bot.rows("PRAGMA foreign_key_check") == []
    async with asyncio.timeout(PATIENCE):
        while bot.rows("SELECT count(*) FROM inbox WHERE finished_at IS NULL") != [(0,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_the_disk_is_full(tmp_path: Path, forge: Forge) -> None:
    with faults.small_disk(tmp_path / "disk", 8) as mounted:
        words = "database or disk is full" if mounted else "disk I/O error"
        await _lives_through(tmp_path, forge, lambda bot: faults.full(bot, mounted=mounted), words)


@pytest.mark.slow
async def test_the_files_become_read_only(tmp_path: Path, forge: Forge) -> None:
    (tmp_path / "disk").mkdir()
    # By a connection that was open before, and by one that is opened afterwards.
    await _lives_through(tmp_path, forge, faults.read_only, "disk I/O error|readonly database")


@pytest.mark.slow
async def test_another_program_holds_the_lock_for_longer_than_sqlite_waits(tmp_path: Path, forge: Forge) -> None:
    (tmp_path / "disk").mkdir()
    await _lives_through(tmp_path, forge, lambda bot: faults.locked(bot.database), "database is locked", 0.5)


@pytest.mark.soak
async def test_another_program_holds_the_lock_for_twenty_seconds(tmp_path: Path, forge: Forge) -> None:
    (tmp_path / "disk").mkdir()
    await _lives_through(tmp_path, forge, lambda bot: faults.locked(bot.database), "database is locked", 20.0)


@pytest.mark.soak
@pytest.mark.parametrize("fault", [lambda bot: faults.full(bot, mounted=False), faults.read_only])
async def test_writing_is_refused_where_nothing_may_be_mounted_or_marked(
    tmp_path: Path, forge: Forge, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr(faults, "may", lambda *_: False)
    await _lives_through(tmp_path, forge, fault, "disk I/O error|readonly database", 10.0)


@pytest.mark.slow
async def test_a_file_that_is_damaged_while_it_is_used_is_restored(tmp_path: Path, forge: Forge) -> None:
    async with district(tmp_path, forge) as (bot, found):
        good = tmp_path / "good.db"
        await asyncio.to_thread(backup.copy, bot.database, good)
        faults.checkpointed(bot.database)
        faults.scratch(bot.database)
        await found.answering.press(Form.SEND)
        await found.answering.wait_for(Anywhere.NOT_SAVED_YET, timeout=PATIENCE)
        await bot.stop()
        assert "malformed" in bot.said()

        # It does not go on with it, and says what to do.
        assert await bot.refuses_to_start() == 3
        assert "It is damaged. `python -m bot restore FILE`" in bot.said()
        code, out, err = await bot.command("restore", str(good))
        assert (code, err) == (0, "")
        assert "The one before is" in out
        await bot.start()
        # What could not be stored was still with Telegram.
        await found.answering.wait_for(Form.ACCEPTED, timeout=PATIENCE)
        assert bot.ledger() == {found.answering.id: [500]}
        await _all_done(bot)
        await bot.stop()
        assert "Traceback" not in bot.said()


@pytest.mark.slow
async def test_what_cannot_be_used_at_start_is_said_and_left_as_it_is(tmp_path: Path, forge: Forge) -> None:
    (tmp_path / "disk").mkdir()
    async with live(tmp_path, forge, tmp_path / "disk" / "bot.db") as bot:
        await bot.seat(1)
        whole = bot.database.read_bytes()

        async def refused(words: str, content: bytes) -> None:
            bot.database.write_bytes(content)
            bot.log.clear()
            assert await bot.refuses_to_start() == 3
            assert words in bot.said()
            assert "Traceback" not in bot.said()
            assert bot.database.read_bytes() == content

        await refused("file is not a database", b"what a disk says when it dies" * 1000)
        # One page of many, which no query of the start would have read.
        half = len(whole) // 2 // 4096 * 4096
        await refused("It is damaged", whole[:half] + b"\xa5" * 4096 + whole[half + 4096 :])

        bot.database.write_bytes(whole)
        with contextlib.closing(sqlite3.connect(bot.database)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.execute("UPDATE meta SET value = '9999' WHERE key = 'compatible_from'")
            connection.commit()
        await refused("The database was written by a newer version", bot.database.read_bytes())

        bot.database.write_bytes(whole)
        with faults.mounted_read_only(bot.database.parent) as mounted:
            if mounted:
                assert await bot.refuses_to_start() == 3
                assert "Read-only file system" in bot.said()
        # And when nothing is wrong any more, nothing is.
        await bot.start()
        await bot.stop()


@pytest.mark.slow
async def test_a_server_that_is_stopped_for_some_seconds(
    tmp_path: Path, forge: Forge, postgres_server_url: str
) -> None:
    assert postgres_server_url
    with postgres() as server:
        async with district(tmp_path, forge, DATABASE_URL=server.url) as (bot, found):
            await found.becomes_due()
            await asyncio.to_thread(server.stop)
            await found.goes_on(1.5)
            await asyncio.to_thread(server.start)
            await found.recovers()
            assert await ledger_of(server.url) == found.ledger
            # The server has forgotten that the database is in use; the bot has not.
            await _seen_again(server.url)
            await bot.stop()
        assert "could not be stored" in bot.said()
        assert "Traceback" not in bot.said()


async def ledger_of(url: str) -> dict[int, list[int]]:
    """The numbers that each person has answered, by version."""
    storage = Storage(url)
    found: dict[int, list[int]] = {}
    try:
        async with storage.read() as tx:
            for row in await tx.execute(sa.select(replies).order_by(replies.c.obligation_id, replies.c.version)):
                numbers = found.setdefault(account_of(row.by_id), [])
                numbers.append(row.values["count"])
                assert row.version == len(numbers)
    finally:
        await storage.close()
    return found


async def _seen_again(url: str) -> None:
    """Returns when the server has heard of the bot since it was started again."""
    connection = await connect(url)
    seen = "SELECT 1 FROM replicas WHERE seen_at > pg_postmaster_start_time()"
    try:
        async with asyncio.timeout(PATIENCE):
            while not await connection.fetch(seen):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    finally:
        await connection.close()
