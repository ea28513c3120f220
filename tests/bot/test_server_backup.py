"""`backup` and `restore` of a database on a PostgreSQL server, and what the bot does by itself there."""

import asyncio
import logging
import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from bot.__main__ import main
from bot.domain.people.member import StaffRole
from bot.replica import Replica
from bot.storage import schema as t
from bot.storage.desk import erasure
from bot.storage.engine import dump
from bot.storage.engine.backup import NoBackup
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.dump import NoTools
from bot.storage.engine.migrate import migrate, newest_revision
from bot.storage.people import people, staff
from bot.storage.post import meta
from scheduler.backups import Backups, before_migration
from tests.databases import make_database, note_rights
from tests.postgres import connect, execute
from tests.storage.every_table import fill_every_table
from tests.waiting import until

NOW = datetime(2026, 10, 5, 20, tzinfo=UTC)
PERSON = 7_700_123_456


@pytest.fixture
def url(own_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of the present schema, that the settings name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", own_url)
    monkeypatch.setenv("BACKUPS_FOLDER", "kept")
    # `restore` reads whose right and which link is what, and dates of the installation.
    done(
        own_url,
        lambda tx: fill_every_table(
            tx, but={"staff", "seats", "invitations", "staff_invitations", "meta", "replicas", "leader"}
        ),
    )
    return own_url


@pytest.fixture
def clerk(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty database, that the settings name, by a role that owns it and may do nothing else on the server."""
    monkeypatch.chdir(tmp_path)
    name = make_url(postgres_url).database
    asyncio.run(execute(postgres_url, f'CREATE ROLE clerk LOGIN; ALTER DATABASE "{name}" OWNER TO clerk'))
    url = postgres_url.replace("//bot@", "//clerk@")
    monkeypatch.setenv("DATABASE_URL", url)
    yield url
    asyncio.run(execute(postgres_url, "REASSIGN OWNED BY clerk TO bot; DROP OWNED BY clerk; DROP ROLE clerk"))


def done(url: str, work: Callable[[Tx], object]) -> object:
    """What the work returns, committed."""

    async def run() -> object:
        storage = Storage(url)
        try:
            await migrate(storage)
            return await storage.apply(work)  # type: ignore[arg-type]
        finally:
            await storage.close()

    return asyncio.run(run())


def sql(url: str, statement: str) -> object:
    """The first thing that the statement finds."""

    async def run(tx: Tx) -> object:
        found = await tx.execute(sa.text(statement))
        return found.scalar() if found.returns_rows else None

    return done(url, run)


@pytest.mark.slow
def test_there_and_back(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "copy.dump"]) == 0
    assert "whole and checked" in capsys.readouterr().out
    assert stat.S_IMODE((tmp_path / "copy.dump").stat().st_mode) == 0o600
    assert main(["backup", "copy.dump"]) == 2
    capsys.readouterr()
    sql(url, "UPDATE notes SET text = 'later'")
    # As a newer version of the program would have left it.
    sql(url, 'CREATE TABLE "From later" (note_id BIGINT REFERENCES notes(id))')
    assert main(["restore", "copy.dump"]) == 0
    (kept,) = (tmp_path / "kept").glob("bot.before-*.dump")
    assert f"The one before is {kept.relative_to(tmp_path)}" in capsys.readouterr().out
    assert sql(url, "SELECT count(*) FROM notes WHERE text = 'later'") == 0
    assert sql(url, "SELECT to_regclass('\"From later\"')") is None
    assert sql(url, "SELECT count(*) FROM pg_sequences WHERE sequencename = 'notes_id_seq'") == 1
    # And to what was there before.
    assert main(["restore", str(kept)]) == 0
    assert sql(url, "SELECT count(*) FROM notes WHERE text = 'later'") == 3
    assert list(tmp_path.rglob("*.partial")) == []


@pytest.mark.slow
def test_into_an_empty_database(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", "copy.dump"]) == 0
    tables = sql(url, "SELECT string_agg(format('%I', tablename), ',') FROM pg_tables WHERE schemaname = 'public'")
    asyncio.run(execute(url, f"DROP TABLE {tables} CASCADE"))
    capsys.readouterr()
    assert main(["restore", "copy.dump"]) == 0
    assert "The one before" not in capsys.readouterr().out
    assert sql(url, "SELECT count(*) FROM notes") == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "made",
    [
        # As extensions that are in every database of a hosted server, and what stands about them.
        "ALTER SCHEMA public OWNER TO bot; GRANT ALL ON SCHEMA public TO clerk; COMMENT ON SCHEMA public IS 'ours'",
        # What PostgreSQL advises: it comes before the common one.
        "CREATE SCHEMA clerk AUTHORIZATION clerk",
        # As PostGIS has its list of coordinates among the bot's tables.
        "CREATE TABLE list (id INTEGER); ALTER EXTENSION plpgsql ADD TABLE list",
        """CREATE SCHEMA "Of a ""clerk"" " AUTHORIZATION clerk; ALTER ROLE clerk SET search_path = 'Of a "clerk" '""",
    ],
)
def test_what_the_server_s_administrator_has_made_is_in_nobody_s_way(
    clerk: str, postgres_url: str, capsys: pytest.CaptureFixture[str], made: str
) -> None:
    asyncio.run(execute(postgres_url, made))
    done(clerk, lambda tx: people.ensure(tx, PERSON, "Доржиева Оюна", NOW))
    assert main(["backup", "copy.dump"]) == 0
    sql(clerk, "UPDATE people SET name = 'Другая'")
    assert main(["restore", "copy.dump"]) == 0, capsys.readouterr().err
    assert sql(clerk, "SELECT name FROM people") == "Доржиева Оюна"


@pytest.mark.slow
def test_a_backup_of_another_schema_changes_nothing(
    clerk: str, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it brings would be in nobody's sight."""
    done(clerk, lambda tx: people.ensure(tx, PERSON, "Доржиева Оюна", NOW))
    assert main(["backup", "copy.dump"]) == 0
    asyncio.run(execute(postgres_url, "CREATE SCHEMA clerk AUTHORIZATION clerk"))
    assert main(["restore", "copy.dump"]) == 3
    assert "is of the schema public, and this role's tables are in clerk" in capsys.readouterr().err
    asyncio.run(execute(postgres_url, "DROP SCHEMA clerk"))
    assert sql(clerk, "SELECT name FROM people") == "Доржиева Оюна"


@pytest.mark.slow
def test_a_backup_of_this_very_moment_is_of_nobody_who_serves(url: str) -> None:
    """It was made beside a bot that has ended."""

    async def served() -> None:
        storage = Storage(url)
        await Replica(storage, newest_revision()).join()
        await asyncio.to_thread(main, ["backup", "copy.dump"])
        await storage.close()

    asyncio.run(served())
    sql(url, "DELETE FROM replicas")
    for _ in range(2):
        assert main(["restore", "copy.dump"]) == 0


@pytest.mark.slow
@pytest.mark.parametrize("bad", ["missing", "text", "cut", "scratched", "sqlite"])
def test_what_is_no_backup_changes_nothing(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], bad: str
) -> None:
    assert main(["backup", "good"]) == 0
    content = (tmp_path / "good").read_bytes()
    third = len(content) // 3
    bodies = {
        "text": b"hello" * 100,
        "cut": content[: 2 * third],
        "scratched": content[: 2 * third] + b"\xff" * 100 + content[2 * third + 100 :],
    }
    if bad in bodies:
        (tmp_path / bad).write_bytes(bodies[bad])
    elif bad == "sqlite":
        asyncio.run(make_database(tmp_path / bad))
    before = sql(url, "SELECT count(*) FROM notes")
    capsys.readouterr()
    assert main(["restore", bad]) == 3
    words = {"missing": "missing does not exist", "sqlite": "sqlite is a backup of SQLite"}
    assert words.get(bad, "pg_restore refuses") in capsys.readouterr().err
    assert sql(url, "SELECT count(*) FROM notes") == before
    assert not list((tmp_path / "kept").glob("bot.before-*"))


# A version before this one, one after it, and one that serves alone and knows of no replicas.
@pytest.mark.slow
@pytest.mark.parametrize("schema", ["0019", "9999", "0018"])
def test_nothing_is_restored_under_a_bot_of_another_version(
    url: str, capsys: pytest.CaptureFixture[str], schema: str
) -> None:
    async def while_served() -> int:
        storage, older = Storage(url), await connect(url)
        replica = Replica(storage, schema)
        try:
            if schema == "0018":
                await older.execute("SELECT pg_advisory_lock(x'504F5255'::int)")
                await older.execute("DROP TABLE replicas, leader")
            else:
                await replica.join()
            await older.execute(f"UPDATE alembic_version SET version_num = '{schema}'")
            return await asyncio.to_thread(main, ["restore", "copy.dump"])
        finally:
            await older.close()
            await storage.close()

    assert main(["backup", "copy.dump"]) == 0
    assert asyncio.run(while_served()) == 3
    assert "serves this database" in capsys.readouterr().err


@pytest.mark.slow
def test_a_newer_version_s_database_gives_way_to_a_backup(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", "copy.dump"]) == 0
    asyncio.run(execute(url, "UPDATE alembic_version SET version_num = '9999'"))
    # This version serves on it, and has its nights there.
    assert main(["backup", "newer.dump"]) == 0
    asyncio.run(execute(url, "UPDATE meta SET value = '9999' WHERE key = 'compatible_from'"))
    assert main(["restore", "copy.dump"]) == 0
    (kept,) = (tmp_path / "kept").glob("bot.before-*.dump")
    assert main(["restore", "newer.dump"]) == 0
    capsys.readouterr()
    assert main(["restore", str(kept)]) == 3
    assert "written by a newer version" in capsys.readouterr().err


@pytest.mark.slow
def test_a_backup_of_before_the_move_is_told_as_such(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tools of one engine said of the other's file that it was no archive, or no database."""
    assert main(["backup", "server.dump"]) == 0
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    done(f"sqlite+aiosqlite:///{tmp_path}/bot.db", people.anybody)
    assert main(["backup", "file.db"]) == 0
    capsys.readouterr()
    there = "Restore it into such a database, and have `python -m bot copy-database` bring that here"
    assert main(["restore", "server.dump"]) == 3
    assert f"server.dump is a backup of PostgreSQL. {there}" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["restore", "file.db"]) == 3
    assert f"file.db is a backup of SQLite. {there}" in capsys.readouterr().err
    assert main(["restore", "missing"]) == 3
    assert "missing does not exist" in capsys.readouterr().err


async def test_somebody_else_s_database_is_no_backup(postgres_url: str, tmp_path: Path) -> None:
    await execute(postgres_url, "CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(NoBackup, match="says no version"):
        await dump.make(make_url(postgres_url), tmp_path / "copy.dump")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_what_cannot_be_put_in_its_place_leaves_the_old_one(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql(url, "CREATE FUNCTION mine() RETURNS INTEGER LANGUAGE SQL AS 'SELECT 1'")
    assert main(["backup", "copy.dump"]) == 0
    sql(url, "UPDATE notes SET text = 'later'")
    capsys.readouterr()
    # The function is no table, so it is not set aside, and there already.
    assert main(["restore", "copy.dump"]) == 3
    assert "already exists" in capsys.readouterr().err
    assert sql(url, "SELECT count(*) FROM notes WHERE text = 'later'") == 3
    assert list(tmp_path.rglob("*.partial")) == []


@pytest.mark.slow
def test_who_was_erased_or_lost_a_role_has_it_so_after_a_restore(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def come(tx: Tx) -> None:
        for person_id, name in ((PERSON, "Незабвенная"), (PERSON + 1, "Бывший")):
            await people.ensure(tx, person_id, name, NOW)
        await staff.make_admin(tx, PERSON + 1, None, NOW)

    async def go(tx: Tx) -> None:
        await erasure.erase(tx, PERSON, NOW)
        await tx.execute(sa.delete(t.staff).where(t.staff.c.person_id == PERSON + 1))

    done(url, come)
    # As each tick does.
    asyncio.run(note_rights(url, NOW))
    assert main(["backup", "copy.dump"]) == 0
    done(url, go)
    capsys.readouterr()
    assert main(["restore", "copy.dump"]) == 0
    said = capsys.readouterr().out
    assert "Erased again, as they had been since: 1." in said
    assert "roles 1" in said
    assert sql(url, f"SELECT count(*) FROM people WHERE id = {PERSON}") == 0
    assert sql(url, f"SELECT count(*) FROM staff WHERE person_id = {PERSON + 1}") == 0
    assert str(PERSON) not in (tmp_path / "kept" / "erased.txt").read_text(encoding="utf-8")


@pytest.fixture
def no_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without PostgreSQL's tools; the folder is where programs are looked for."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path / "bin"


def test_without_tools_it_says_so(url: str, no_tools: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "copy.dump"]) == 3
    assert "pg_dump is not installed here" in capsys.readouterr().err
    (dump := no_tools.parent / "copy.dump").write_bytes(b"PGDMP")
    assert main(["restore", str(dump)]) == 3
    assert "pg_restore is not installed here" in capsys.readouterr().err


async def test_a_tool_that_was_ended_says_so(no_tools: Path, tmp_path: Path) -> None:
    program(no_tools, "pg_dump", "kill -9 $$")
    with pytest.raises(NoBackup, match="pg_dump refuses: it ended with code -9"):
        await dump.make(make_url("postgresql+asyncpg://bot@db/bot"), tmp_path / "copy.dump")


def program(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


async def test_tools_that_are_too_old_say_so(no_tools: Path, tmp_path: Path) -> None:
    # What pg_dump 15 says to a server of version 17.
    said = (
        "pg_dump: error: aborting because of server version mismatch\n"
        "pg_dump: detail: server version: 17.2; pg_dump version: 15.18"
    )
    program(no_tools, "pg_dump", f"echo '{said}' >&2; exit 1")
    with pytest.raises(NoTools, match=r"older than the server.*server version: 17\.2; pg_dump version: 15\.18"):
        await dump.make(make_url("postgresql+asyncpg://bot@db/bot"), tmp_path / "copy.dump")


async def test_the_password_is_in_no_argument(no_tools: Path, tmp_path: Path) -> None:
    program(no_tools, "pg_dump", f'echo "$@" > {tmp_path}/arguments; /usr/bin/env > {tmp_path}/environment; exit 1')
    hosts = "host=one:5432&host=two:6432&target_session_attrs=read-write"
    url = f"postgresql+asyncpg://bot:s%2Fecret@/bot?{hosts}&ssl=require&passfile=/run/pgpass"
    with pytest.raises(NoBackup) as refused:
        await dump.make(make_url(url), tmp_path / "copy.dump")
    assert "s/ecret" not in (tmp_path / "arguments").read_text() + str(refused.value)
    known = dict(line.partition("=")[::2] for line in (tmp_path / "environment").read_text().splitlines())
    assert {name: known[name] for name in known if name.startswith("PG")} == {
        "PGHOST": "one,two",
        "PGPORT": "5432,6432",
        "PGUSER": "bot",
        "PGPASSWORD": "s/ecret",
        "PGPASSFILE": "/run/pgpass",
        "PGDATABASE": "bot",
        "PGSSLMODE": "require",
        "PGTARGETSESSIONATTRS": "read-write",
        "PGCONNECT_TIMEOUT": "30",
    }


async def test_who_breaks_a_dump_off_leaves_nothing(no_tools: Path, tmp_path: Path) -> None:
    program(no_tools, "pg_dump", f"echo $$ > {tmp_path}/process; exec /bin/sleep 600")
    making = asyncio.create_task(dump.make(make_url("postgresql+asyncpg://bot@db/bot"), tmp_path / "copy.dump"))
    await until(lambda: (tmp_path / "process").exists() and bool((tmp_path / "process").read_text()))
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "process").read_text()), 0)
    assert not list(tmp_path.glob("copy*"))


@pytest.mark.slow
async def test_each_night_one_and_the_oldest_go(migrated_url: str, tmp_path: Path) -> None:
    storage = Storage(migrated_url)
    try:
        nightly = Backups(storage, 2, tmp_path)
        assert not await nightly.make(UTC, datetime(2026, 10, 1, 2, tzinfo=UTC))
        for day in (1, 2, 3):
            assert await nightly.make(UTC, datetime(2026, 10, day, 3, 30, tzinfo=UTC))
        assert not await nightly.make(UTC, datetime(2026, 10, 3, 5, tzinfo=UTC))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["bot-2026-10-02.dump", "bot-2026-10-03.dump"]
        # What was set aside goes after a month.
        (tmp_path / "bot.before-20260901-030000.dump").write_bytes(b"")
        (tmp_path / "bot.before-20261003-030000.dump").write_bytes(b"")
        # And at once what a `restore` that was killed has left.
        (tmp_path / "restored.partial").write_bytes(b"half")
        assert await nightly.make(UTC, datetime(2026, 10, 4, 4, tzinfo=UTC))
        assert [path.name for path in tmp_path.glob("*before*")] == ["bot.before-20261003-030000.dump"]
        assert not (tmp_path / "restored.partial").exists()
    finally:
        await storage.close()


async def test_a_night_without_tools_is_told_once_and_nobody_waits_for_it(
    migrated_url: str, no_tools: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    storage = Storage(migrated_url)
    try:
        await storage.apply(lambda tx: meta.put_moment(tx, meta.LAST_BACKUP, NOW))
        nightly = Backups(storage, 2, tmp_path / "kept")
        with caplog.at_level(logging.WARNING):
            for hour in (3, 5, 7):
                assert not await nightly.make(UTC, NOW.replace(hour=hour) + timedelta(days=1))
        assert caplog.text.count("pg_dump is not installed") == 1
        async with storage.read() as tx:
            assert await meta.get(tx, meta.LAST_BACKUP) is None
            assert await meta.get(tx, meta.BACKUP_FAILED) is None
    finally:
        await storage.close()


@pytest.mark.slow
@pytest.mark.parametrize("tools", [True, False])
async def test_before_a_migration(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, tools: bool
) -> None:
    storage, kept = Storage(postgres_url), tmp_path / "kept"
    try:
        assert not await before_migration(storage, NOW, kept)
        await migrate(storage)
        assert not await before_migration(storage, NOW, kept)
        await storage.apply(lambda tx: tx.execute(sa.text("UPDATE alembic_version SET version_num = '0003'")))
        if tools:
            assert await before_migration(storage, NOW, kept)
            assert [path.name for path in kept.iterdir()] == ["before-migration-20261005-200000.dump"]
            assert await dump.check(next(kept.iterdir()), "public") == "0003"
            return
        monkeypatch.setenv("PATH", str(tmp_path))
        assert not await before_migration(storage, NOW, kept)
        assert "no backup is made before the migration: pg_dump is not installed" in caplog.text
    finally:
        await storage.close()


async def test_the_lists_are_kept_for_a_server_too(
    migrated_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    storage = Storage(migrated_url)
    try:
        await storage.apply(lambda tx: people.ensure(tx, PERSON, "Незабвенная", NOW))
        await storage.apply(lambda tx: staff.make_admin(tx, PERSON, None, NOW))
        nightly = Backups(storage, 2, tmp_path)
        assert await nightly.note_rights(NOW)
        await storage.apply(lambda tx: erasure.erase(tx, PERSON, NOW))
        assert await nightly.note_erased()
        assert {path.name for path in tmp_path.iterdir()} == {"erased.txt", "rights.txt"}
        assert StaffRole.ADMIN in (tmp_path / "rights.txt").read_text(encoding="utf-8")
        # Where they cannot be, one line says so, not one for each tick.
        (tmp_path / "file").touch()
        nowhere = Backups(storage, 2, tmp_path / "file")
        for _ in range(3):
            assert not await nowhere.note_erased()
        assert caplog.text.count("cannot be written") == 1
    finally:
        await storage.close()
