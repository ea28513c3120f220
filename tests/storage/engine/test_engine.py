"""Transactions: all or nothing, lost races are run again, and a database at fault is named as such."""

import asyncio
import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.storage.engine import database, sqlite
from bot.storage.engine.database import DatabaseBusy, DatabaseUnavailable, Storage, Tx
from bot.storage.engine.migrate import migrate
from bot.storage.people import people, staff
from bot.storage.post import dialogues, inbox, meta
from bot.storage.post.dialogues import Dialogue
from bot.storage.post.inbox import Incoming
from bot.storage.schema import people as people_rows
from tests.postgres import postgres_server
from tests.storage.seed import NOW, OLGA, Seed

# --- Values ---


async def test_times_come_back_aware_and_in_utc(seed: Seed) -> None:
    moscow = datetime(2026, 10, 5, 12, 30, 15, 123456, timezone(timedelta(hours=3)))
    await seed.storage.apply(lambda tx: people.ensure(tx, OLGA, "Ольга", moscow))
    await seed.storage.apply(lambda tx: people.consent(tx, OLGA, moscow))
    person = await seed.see(lambda tx: people.get(tx, OLGA))
    assert person is not None
    assert person.consent_at == moscow
    assert str(person.consent_at) == "2026-10-05 09:30:15.123456+00:00"


async def test_times_of_different_zones_compare_as_moments(seed: Seed) -> None:
    await seed.person(OLGA)
    until = datetime(2026, 10, 5, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    await seed.storage.apply(lambda tx: people.pause(tx, OLGA, until, NOW - timedelta(days=1)))
    early, late = (
        datetime(2026, 10, 5, 0, 59, tzinfo=UTC),
        datetime(2026, 10, 5, 4, 0, tzinfo=timezone(timedelta(hours=3))),
    )
    assert await seed.storage.apply(lambda tx: people.back_from_pause(tx, early)) == []
    assert await seed.storage.apply(lambda tx: people.back_from_pause(tx, late)) == [OLGA]


async def test_a_naive_time_is_refused(storage: Storage) -> None:
    naive = datetime(2026, 10, 5)  # noqa: DTZ001
    with pytest.raises(StatementError, match="naive"):
        await storage.apply(lambda tx: people.ensure(tx, OLGA, "Ольга", naive))


async def test_json_keeps_cyrillic_and_stays_legible(seed: Seed) -> None:
    said = Dialogue("join", {"школа": "Гимназия № 1 «Ёлка»", "числа": [1, None, True], "сердце": "❤️"})
    await seed.storage.apply(lambda tx: dialogues.put(tx, OLGA, said, NOW))
    assert await seed.see(lambda tx: dialogues.get(tx, OLGA)) == said
    stored = await seed.see(lambda tx: tx.execute(sa.text("SELECT CAST(data AS TEXT) FROM dialogues")))
    assert "Гимназия № 1 «Ёлка»" in stored.scalar_one()


async def test_ids_beyond_32_bits_fit_everywhere(seed: Seed) -> None:
    big = 2**52 - 1
    await seed.person(big)
    await seed.storage.apply(lambda tx: people.set_reminder_message(tx, big, big))
    await seed.storage.apply(lambda tx: inbox.take(tx, [Incoming(big, big, "{}")], NOW, NOW))
    assert await seed.see(lambda tx: people.reminder_message(tx, big)) == big
    assert await seed.see(inbox.waiting) == [Incoming(big, big, "{}")]


# --- Transactions ---


async def test_an_exception_leaves_nothing(seed: Seed) -> None:
    async def work(tx: Tx) -> None:
        await people.ensure(tx, OLGA, "Ольга", NOW)
        await meta.put(tx, "answered", "1")
        raise KeyError("школа")

    with pytest.raises(KeyError, match="школа"):
        await seed.storage.apply(work)
    assert await seed.see(lambda tx: people.get(tx, OLGA)) is None
    assert await seed.see(lambda tx: meta.get(tx, "answered")) is None


async def test_a_cancelled_work_leaves_nothing_and_blocks_nobody(seed: Seed) -> None:
    begun = asyncio.Event()

    async def work(tx: Tx) -> None:
        await meta.put(tx, "answered", "1")
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(seed.storage.apply(work))
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    await seed.storage.apply(lambda tx: meta.put(tx, "after", "1"))
    assert await seed.see(lambda tx: meta.get(tx, "answered")) is None
    assert await seed.see(lambda tx: meta.get(tx, "after")) == "1"


async def test_no_update_is_lost_between_ten(seed: Seed) -> None:
    async def count(tx: Tx, _: int) -> None:
        value = int(await meta.get(tx, "counter") or 0)
        await asyncio.sleep(0)
        await meta.put(tx, "counter", str(value + 1))

    assert await seed.crowd(10, count) == [None] * 10
    assert await seed.see(lambda tx: meta.get(tx, "counter")) == "10"


async def test_who_loses_every_race_gives_up(migrated_postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # SQLite has one writer: there is no race to lose.
    monkeypatch.setattr(database, "TRIES", 3)
    storage = Storage(migrated_postgres_url)
    await storage.apply(lambda tx: meta.put(tx, "counter", "0"))
    tries = 0

    async def unlucky(tx: Tx) -> None:
        nonlocal tries
        tries += 1
        await meta.get(tx, "counter")
        await storage.apply(lambda other: meta.put(other, "counter", f"theirs {tries}"))
        await meta.put(tx, "counter", "mine")

    with pytest.raises(DatabaseBusy):
        await storage.apply(unlucky)
    assert tries == 3
    async with storage.read() as tx:
        assert await meta.get(tx, "counter") == "theirs 3"
    await storage.close()


async def test_a_reader_sees_one_state_whatever_is_written_meanwhile(storage: Storage, another: Storage) -> None:
    await storage.apply(lambda tx: meta.put(tx, "state", "before"))
    async with storage.read() as tx:
        assert await meta.get(tx, "state") == "before"
        await another.apply(lambda other: meta.put(other, "state", "after"))
        assert await meta.get(tx, "state") == "before"
    async with storage.read() as tx:
        assert await meta.get(tx, "state") == "after"


async def test_a_reader_does_not_wait_for_a_writer(storage: Storage) -> None:
    async with storage.write() as writing:
        await meta.put(writing, "state", "unfinished")
        async with asyncio.timeout(5), storage.read() as tx:
            assert await meta.get(tx, "state") is None


async def test_the_journal_of_sqlite_shrinks_when_a_long_reader_has_ended(sqlite_url: str) -> None:
    storage, report = Storage(sqlite_url), Storage(sqlite_url)
    journal = Path(f"{storage.url.database}-wal")

    async def write(times: int) -> None:
        for number in range(times):

            async def much(tx: Tx, number: int = number) -> None:
                for key in range(200):
                    await meta.put(tx, f"{key}", f"{number}" * 3000)

            await storage.apply(much)

    async with report.read() as tx:
        assert await meta.get(tx, "1") is None
        await write(12)
        while_reading = journal.stat().st_size
        assert await meta.get(tx, "1") is None
    # Written again from its beginning, and cut.
    await write(3)
    assert journal.stat().st_size <= sqlite.JOURNAL_BYTES < while_reading
    await report.close()
    await storage.close()


async def test_what_is_deleted_is_overwritten_whatever_sqlite_does_by_itself(sqlite_url: str) -> None:
    def leave(connection: Any, _entry: object) -> None:
        # As SQLite does but for Debian's.
        connection.cursor().execute("PRAGMA secure_delete=OFF")

    storage, file = Storage(sqlite_url), Path(str(make_url(sqlite_url).database))
    sa.event.listen(storage.engine.sync_engine, "connect", leave, insert=True)
    await migrate(storage)
    await storage.apply(lambda tx: people.ensure(tx, OLGA, "Дамбаева Сэсэг", NOW))
    await storage.close()
    assert "Дамбаева".encode() in file.read_bytes()
    await storage.apply(lambda tx: tx.execute(sa.delete(people_rows)))
    await storage.close()
    assert "Дамбаева".encode() not in file.read_bytes()


async def test_foreign_keys_hold(storage: Storage) -> None:
    async with storage.read() as tx:
        assert await people.get(tx, OLGA) is None
    with pytest.raises(IntegrityError):
        await storage.apply(lambda tx: staff.make_admin(tx, OLGA, None, NOW))


# --- A database at fault ---


async def test_a_fault_of_the_work_is_not_the_databases(storage: Storage) -> None:
    async def wrong_sql(tx: Tx) -> None:
        await tx.execute(people_rows.insert().values(id=OLGA, name=None, created_at=NOW))

    async def too_big(tx: Tx) -> None:
        await people.ensure(tx, 2**70, "Ольга", NOW)

    async def file_missing(tx: Tx) -> None:
        raise FileNotFoundError("letter.docx")

    with pytest.raises(IntegrityError):
        await storage.apply(wrong_sql)
    with pytest.raises((DBAPIError, OverflowError)):
        await storage.apply(too_big)
    with pytest.raises(FileNotFoundError):
        await storage.apply(file_missing)


async def refuses(storage: Storage) -> None:
    """All ways into the database say that it is not available."""
    try:
        with pytest.raises(DatabaseUnavailable):
            await storage.apply(lambda tx: meta.put(tx, "key", "value"))
        with pytest.raises(DatabaseUnavailable):
            async with storage.write() as tx:
                await meta.put(tx, "key", "value")
        with pytest.raises(DatabaseUnavailable):
            async with storage.read() as tx:
                await meta.get(tx, "key")
        with pytest.raises(DatabaseUnavailable):
            await migrate(storage)
    finally:
        await storage.close()
        # aiosqlite ends the thread of a failed connection without waiting for it, and the thread still talks to the
        # event loop, which must not be closed by then.
        for thread in threading.enumerate():
            if "_connection_worker_thread" in thread.name:
                await asyncio.to_thread(thread.join, 10)


async def test_sqlite_cannot_read_what_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("Поручения\n" * 1000)
    await refuses(Storage(f"sqlite+aiosqlite:///{tmp_path}/bot.db"))


async def test_sqlite_cannot_be_in_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DatabaseUnavailable):
        Storage(f"sqlite+aiosqlite:///{tmp_path}/data/bot.db")


async def test_sqlite_makes_the_folder_of_its_file(tmp_path: Path) -> None:
    storage = Storage(f"sqlite+aiosqlite:///{tmp_path}/new/data/bot.db")
    await migrate(storage)
    await storage.close()
    assert (tmp_path / "new/data/bot.db").exists()


async def test_sqlite_that_only_reads_cannot_be_written(sqlite_url: str) -> None:
    storage = Storage(sqlite_url)

    async def refused(tx: Tx) -> None:
        # What a read-only file does, for root as well, who may write to every file.
        await tx.connection.exec_driver_sql("PRAGMA query_only = ON")
        await meta.put(tx, "key", "value")

    with pytest.raises(DatabaseUnavailable, match="readonly"):
        await storage.apply(refused)
    await storage.close()


async def test_sqlite_gives_up_on_a_lock_that_stays(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    storage = Storage(sqlite_url)
    holder = sqlite3.connect(str(storage.url.database), isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match="locked"):
            await storage.apply(lambda tx: meta.put(tx, "key", "value"))
        async with storage.read() as tx:
            assert await meta.get(tx, "key") is None
        holder.execute("COMMIT")
        await storage.apply(lambda tx: meta.put(tx, "key", "value"))
        async with storage.read() as tx:
            assert await meta.get(tx, "key") == "value"
    finally:
        holder.close()
        await storage.close()


async def test_sqlite_waits_for_a_lock_that_goes(sqlite_url: str) -> None:
    storage = Storage(sqlite_url)
    holder = sqlite3.connect(str(storage.url.database), isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        task = asyncio.create_task(storage.apply(lambda tx: meta.put(tx, "key", "value")))
        await asyncio.sleep(0.1)
        assert not task.done()
        holder.execute("COMMIT")
        await asyncio.wait_for(task, 10)
    finally:
        holder.close()
        await storage.close()


async def test_postgresql_at_a_wrong_port(unused_tcp_port: int) -> None:
    await refuses(Storage(f"postgresql+asyncpg://bot@127.0.0.1:{unused_tcp_port}/bot"))


async def test_postgresql_without_that_database(postgres_server_url: str) -> None:
    await refuses(Storage(f"{postgres_server_url}_missing"))


@pytest.mark.slow
@pytest.mark.usefixtures("postgres_server_url")
async def test_postgresql_that_stops_in_the_middle() -> None:
    with postgres_server() as url:
        storage = Storage(url)
        await migrate(storage)
        await storage.apply(lambda tx: meta.put(tx, "key", "value"))
    # The pool holds a connection that is dead now.
    await refuses(storage)


async def test_postgresql_that_ends_the_session(migrated_postgres_url: str) -> None:
    storage = Storage(migrated_postgres_url)

    async def work(tx: Tx) -> None:
        await meta.put(tx, "key", "value")
        async with storage.read() as other:
            await other.execute(
                sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            )
        await meta.put(tx, "other", "value")

    with pytest.raises(DatabaseUnavailable):
        await storage.apply(work)
    # And it is back by itself, with nothing of what was half done.
    async with storage.read() as tx:
        assert await meta.get(tx, "key") is None
    await storage.close()
