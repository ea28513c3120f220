"""Backups: whole while others write, never half-written, and a way back that loses nothing."""

import asyncio
import contextlib
import itertools
import resource
import sqlite3
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from bot.storage.engine import backup
from bot.storage.engine.backup import Damaged, NoBackup, check_whole
from bot.storage.engine.database import DatabaseUnavailable, NotOurs, SchemaTooNew, Storage, Tx
from bot.storage.engine.keeping import Keeping
from bot.storage.engine.migrate import migrate
from bot.storage.post import meta
from bot.storage.schema import meta as rows
from scheduler.backups import Backups, before_migration
from tests.databases import make_database

NOW = datetime(2026, 10, 5, 20, tzinfo=UTC)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    """A database with something in it."""
    await make_database(tmp_path / "bot.db")
    found = Storage(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    await found.apply(lambda tx: meta.put(tx, "a", "0"))
    yield found
    await found.close()


def values(path: Path) -> dict[str, str]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT key, value FROM meta").fetchall())


async def test_a_copy_under_load_is_of_one_moment(storage: Storage, tmp_path: Path) -> None:
    """Two rows that are always written together are never apart in a copy."""
    stop = asyncio.Event()
    padding = "x" * 2000

    async def write() -> int:
        number = 0
        while not stop.is_set():
            number += 1

            async def both(tx: Tx, number: int = number) -> None:
                await meta.put(tx, "a", str(number))
                await meta.put(tx, f"padding{number % 500}", padding)
                await meta.put(tx, "b", str(number))

            await storage.apply(both)
        return number

    writing = asyncio.create_task(write())
    seen = []
    for number in range(5):
        target = tmp_path / f"copy{number}.db"
        await asyncio.to_thread(backup.copy, tmp_path / "bot.db", target)
        found = values(target)
        assert found["a"] == found.get("b", found["a"])
        seen.append(int(found["a"]))
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert not list(tmp_path.glob("copy*-wal"))
    stop.set()
    assert await writing >= seen[-1] > 0
    assert seen == sorted(seen)
    assert not list(tmp_path.glob("*.partial"))


async def test_back_to_a_backup_and_forth_again(storage: Storage, tmp_path: Path) -> None:
    target = tmp_path / "good.db"
    backup.copy(tmp_path / "bot.db", target)
    await storage.apply(lambda tx: meta.put(tx, "a", "later"))
    await storage.close()
    kept = backup.restore(target, tmp_path / "bot.db", NOW, mark="unheld")
    assert values(tmp_path / "bot.db")["a"] == "0"
    assert kept is not None
    assert kept.name == "bot.before-20261005-200000.db"
    assert values(kept)["a"] == "later"
    backup.restore(kept, tmp_path / "bot.db", NOW + timedelta(seconds=1), mark="unheld")
    assert values(tmp_path / "bot.db")["a"] == "later"


async def test_a_damaged_database_is_replaced_and_kept(storage: Storage, tmp_path: Path) -> None:
    target = tmp_path / "good.db"
    backup.copy(tmp_path / "bot.db", target)
    await storage.close()
    (tmp_path / "bot.db").write_bytes(b"not a database at all" * 1000)
    (tmp_path / "bot.db-wal").write_bytes(b"nor a journal")
    kept = backup.restore(target, tmp_path / "bot.db", NOW, mark="unheld")
    assert kept is not None
    assert kept.read_bytes().startswith(b"not a database")
    assert values(tmp_path / "bot.db")["a"] == "0"


async def test_what_is_no_backup_changes_nothing(storage: Storage, tmp_path: Path) -> None:
    database = tmp_path / "bot.db"
    good = tmp_path / "good.db"
    backup.copy(database, good)
    content = good.read_bytes()
    bad = {
        "empty": b"",
        "text": b"hello" * 100,
        "cut": content[: len(content) // 2],
        "scratched": content[:8192] + b"\xff" * 4096 + content[12288:],
    }
    for name, body in bad.items():
        (tmp_path / name).write_bytes(body)
    other = tmp_path / "other"
    with contextlib.closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE something (x)")
        connection.commit()
    for name in (*bad, "other", "missing"):
        with pytest.raises(NoBackup):
            backup.restore(tmp_path / name, database, NOW, mark="unheld")
    with contextlib.closing(sqlite3.connect(good)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE meta SET value = '9998' WHERE key = 'compatible_from'")
        connection.commit()
    with pytest.raises(SchemaTooNew):
        backup.restore(good, database, NOW, mark="unheld")
    with pytest.raises(NoBackup):
        backup.copy(tmp_path / "missing", tmp_path / "copy")
    with pytest.raises(NoBackup):
        backup.copy(database, tmp_path / "text" / "below-a-file.db")
    assert values(database)["a"] == "0"
    assert not list(tmp_path.glob("*.restored"))
    assert not list(tmp_path.glob("*.partial"))


async def test_each_night_one_and_the_oldest_go(storage: Storage, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    nightly = Backups(storage, 3)
    for day in range(1, 8):
        night = datetime(2026, 10, day, 3, 30, tzinfo=UTC)
        assert not await nightly.make(UTC, night - timedelta(hours=1))
        assert await nightly.make(UTC, night)
        assert not await nightly.make(UTC, night + timedelta(hours=5))
    assert [path.name for path in sorted(folder.iterdir())] == [f"bot-2026-10-0{day}.db" for day in (5, 6, 7)]
    assert not await Backups(storage, 0).make(UTC, datetime(2026, 10, 8, 4, tzinfo=UTC))
    # Somebody's own file is not the bot's to remove; what a killed bot has left half-made is.
    (folder / "mine.db").write_bytes(b"")
    (folder / "bot-2026-10-06.db.partial").write_bytes(b"half")
    (folder / "bot-2026-10-06.db.partial-journal").write_bytes(b"half")
    assert await Backups(storage, 1).make(UTC, datetime(2026, 10, 9, 4, tzinfo=UTC))
    assert [path.name for path in sorted(folder.iterdir())] == ["bot-2026-10-09.db", "mine.db"]


async def test_each_of_two_that_lie_side_by_side_has_its_own(storage: Storage, tmp_path: Path) -> None:
    """That of MAX beside that of Telegram: whichever came second in a night had no backup."""
    folder = tmp_path / "backups"
    await make_database(tmp_path / "max.db")
    beside = Storage(f"sqlite+aiosqlite:///{tmp_path}/max.db")
    for day in range(1, 4):
        night = datetime(2026, 10, day, 4, tzinfo=UTC)
        assert [await Backups(each, 2).make(UTC, night) for each in (storage, beside)] == [True, True]
    assert {path.name for path in folder.iterdir()} == {
        f"{name}-2026-10-0{day}.db" for name in ("bot", "max") for day in (2, 3)
    }
    assert "a" in values(folder / "bot-2026-10-03.db")
    assert "a" not in values(folder / "max-2026-10-03.db")
    # Both are upgraded by one command, in the same second.
    for each in (storage, beside):
        await each.apply(lambda tx: tx.execute(sa.text("UPDATE alembic_version SET version_num = '0003'")))
        assert await before_migration(each, NOW)
    names = ("before-migration-20261005-200000.db", "max.before-migration-20261005-200000.db")
    assert ["a" in values(folder / name) for name in names] == [True, False]
    # They go after a month.
    assert set(Keeping(beside).rotate(2, NOW + timedelta(days=31))) == {folder / name for name in names}
    await beside.close()
    # One alone takes those of before along, which were called as all others are.
    await storage.close()
    (tmp_path / "bot.db").unlink()
    beside = Storage(f"sqlite+aiosqlite:///{tmp_path}/max.db")
    assert await Backups(beside, 3).make(UTC, datetime(2026, 10, 4, 4, tzinfo=UTC))
    assert {path.name for path in folder.iterdir()} > {"max-2026-10-03.db", "max-2026-10-04.db"}
    assert len(list(folder.iterdir())) == 3
    await beside.close()


async def test_a_full_disk_keeps_the_newest_and_gives_the_oldest(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    nightly = Backups(storage, 14)
    for day in range(1, 6):
        assert await nightly.make(UTC, datetime(2026, 10, day, 4, tzinfo=UTC))

    def free(_folder: Path) -> SimpleNamespace:
        # There is room for one once three have gone.
        return SimpleNamespace(free=0 if len(list(folder.iterdir())) > 2 else 10**9)

    monkeypatch.setattr("bot.storage.engine.keeping.shutil.disk_usage", free)
    assert await nightly.make(UTC, datetime(2026, 10, 6, 4, tzinfo=UTC))
    assert [path.name for path in sorted(folder.iterdir())] == [f"bot-2026-10-0{day}.db" for day in (4, 5, 6)]
    # However full it is: a backup that there is does not go for one that there may be.
    monkeypatch.setattr("bot.storage.engine.keeping.shutil.disk_usage", lambda _folder: SimpleNamespace(free=0))
    assert await nightly.make(UTC, datetime(2026, 10, 7, 4, tzinfo=UTC))
    assert [path.name for path in sorted(folder.iterdir())] == [f"bot-2026-10-0{day}.db" for day in (6, 7)]


async def test_what_was_set_aside_goes_after_a_month(storage: Storage, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    nightly = Backups(storage, 2)
    assert await nightly.make(UTC, NOW)
    kept = backup.restore(next(folder.iterdir()), tmp_path / "bot.db", NOW, mark="unheld")
    assert kept is not None
    (tmp_path / f"{kept.name}-wal").write_bytes(b"")
    (folder / f"before-migration-{NOW:%Y%m%d-%H%M%S}.db").write_bytes(b"old")
    (tmp_path / "bot.before-christmas.db").write_bytes(b"somebody's own")
    later = NOW + timedelta(days=30)
    assert await nightly.make(UTC, later)
    assert kept.exists()
    assert await nightly.make(UTC, later + timedelta(days=1))
    left = {path.name for path in (*tmp_path.iterdir(), *folder.iterdir()) if "before" in path.name}
    assert left == {"bot.before-christmas.db"}


async def test_a_database_that_a_link_leads_to_stays_where_it_is(storage: Storage, tmp_path: Path) -> None:
    """The link became the database, and the old one, with all who have been erased since, stayed for good."""
    disk, link = tmp_path / "disk" / "ledger.db", tmp_path / "link.db"
    disk.parent.mkdir()
    backup.copy(tmp_path / "bot.db", disk)
    link.symlink_to(disk)
    kept = backup.restore(tmp_path / "bot.db", link, NOW, mark="unheld")
    assert link.readlink() == disk
    assert kept is not None
    assert not kept.is_symlink()
    assert {path.name for path in disk.parent.iterdir()} == {"ledger.db", kept.name}
    assert "unheld" in values(disk)
    assert "unheld" not in values(kept)
    linked = Storage(f"sqlite+aiosqlite:///{link}")
    assert Keeping(linked).rotate(1, NOW + timedelta(days=31)) == [kept]
    await linked.close()
    assert not kept.exists()


async def test_whoever_names_the_database_for_its_backup_is_told(storage: Storage, tmp_path: Path) -> None:
    """All links were recalled and all announcements paused, for nothing."""
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "bot.db")
    for named, database in itertools.product((tmp_path / "bot.db", link), repeat=2):
        with pytest.raises(NoBackup, match="is the database itself"):
            backup.restore(named, database, NOW, mark="unheld")
    assert "unheld" not in values(tmp_path / "bot.db")
    assert not list(tmp_path.glob("*.before-*"))


async def test_all_of_it_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    # As an earlier version has left them.
    for name in ("bot.db", "bot.db-wal", "bot.db-shm", "bot.db.lock"):
        (folder / name).touch(mode=0o644)
    (folder / "backups").mkdir(mode=0o755)
    storage = Storage(f"sqlite+aiosqlite:///{folder}/bot.db")
    try:
        await migrate(storage)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
        assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}
        assert modes["data"] == 0o700
        assert len(modes) > 5
    finally:
        await storage.close()
    # Where somebody works there is more than a database.
    at_work = tmp_path / "work"
    at_work.mkdir()
    at_work.chmod(0o755)
    monkeypatch.chdir(at_work)
    await Storage("sqlite+aiosqlite:///bot.db").close()
    assert stat.S_IMODE(at_work.stat().st_mode) == 0o755


@pytest.mark.slow
async def test_a_folder_of_the_system_stays_everybody_s(tmp_path: Path) -> None:
    """A root who put the database right into /var/lib, /srv or / took that from all others."""
    (tmp_path / "srv" / "www").mkdir(parents=True)
    (tmp_path / "srv").chmod(0o755)
    (tmp_path / "srv" / "bot.db").touch(mode=0o644)
    storage = Storage(f"sqlite+aiosqlite:///{tmp_path}/srv/bot.db")
    await migrate(storage)
    await storage.close()
    assert stat.S_IMODE((tmp_path / "srv").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "srv" / "bot.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["srv", "srv/"])
def test_a_folder_is_no_database(tmp_path: Path, name: str) -> None:
    """Its rights were taken from all others, be it / itself, before SQLite could not open it."""
    (tmp_path / "srv").mkdir()
    (tmp_path / "srv").chmod(0o755)
    with pytest.raises(DatabaseUnavailable, match=r"srv is a folder\. Name a file in it, such as .*/srv/bot\.db"):
        Storage(f"sqlite+aiosqlite:///{tmp_path}/{name}")
    assert stat.S_IMODE((tmp_path / "srv").stat().st_mode) == 0o755


def others(path: Path, table: str, *, journal: bool = False) -> sqlite3.Connection:
    """A database that another program has open."""
    connection = sqlite3.connect(path)
    if journal:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"CREATE TABLE {table} (version_num TEXT)")
    connection.execute(f"INSERT INTO {table} VALUES ('1975ea83b712')")
    connection.commit()
    return connection


@pytest.mark.parametrize("journal", [False, True])
# The second is what Alembic has in anybody's.
@pytest.mark.parametrize("table", ["dashboards", "alembic_version"])
def test_another_program_s_database_is_left_as_it_is(tmp_path: Path, table: str, *, journal: bool) -> None:
    """It got forty tables more, and its program could not read it any longer."""
    (folder := tmp_path / "theirs").mkdir(mode=0o755)
    file = folder / "grafana.db"
    with contextlib.closing(others(file, table, journal=journal)):
        for path in (folder, *folder.iterdir()):
            path.chmod(0o755)
        before = {path: (path.stat().st_mode, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())}
        with pytest.raises(NotOurs, match=f"it is another program's, and has its table {table}"):
            Storage(f"sqlite+aiosqlite:///{file}")
        assert {path: (path.stat().st_mode, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())} == before
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_a_letter_that_stands_in_the_database_s_place_stays_everybody_s(tmp_path: Path) -> None:
    (folder := tmp_path / "letters").mkdir()
    folder.chmod(0o755)
    (file := folder / "letter.txt").write_text("Просим сообщить", encoding="utf-8")
    file.chmod(0o644)
    with pytest.raises(Damaged, match="file is not a database"):
        check_whole(Storage(f"sqlite+aiosqlite:///{file}"))
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, file)] == [0o755, 0o644]


async def test_a_backup_that_fails_stops_nothing_and_is_tried_again_later(
    storage: Storage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nightly = Backups(storage, 3)
    (tmp_path / "backups").write_bytes(b"a file where a folder should be")
    assert not await nightly.make(UTC, NOW)
    assert "backup has failed" in caplog.text
    (tmp_path / "backups").unlink()
    assert not await nightly.make(UTC, NOW + timedelta(minutes=59))
    assert await nightly.make(UTC, NOW + timedelta(minutes=60))


def test_what_has_failed_leaves_nothing(storage: Storage, tmp_path: Path) -> None:
    """On a full disk its journal stayed, with what had been in the way."""
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as connection, connection:
        connection.execute("INSERT INTO meta VALUES ('long', ?)", ("x" * 30_000_000,))
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000_000, usual[1]))
    try:
        with pytest.raises(NoBackup):
            backup.copy(tmp_path / "bot.db", tmp_path / "copy.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert not [*tmp_path.glob("copy.db*")]


async def test_a_crash_while_restoring_never_leaves_none(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, target = tmp_path / "bot.db", tmp_path / "good.db"
    backup.copy(database, target)
    await storage.apply(lambda tx: meta.put(tx, "a", "later"))
    await storage.close()
    replace = Path.replace

    def fails(path: Path, onto: Path) -> Path:
        if onto == database:
            raise OSError("the power has gone")
        return replace(path, onto)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fails)
        with pytest.raises(NoBackup, match="the power has gone"):
            backup.restore(target, database, NOW, mark="unheld")
    assert values(database)["a"] == "later"
    backup.restore(target, database, NOW + timedelta(seconds=1), mark="unheld")
    assert values(database)["a"] == "0"


async def test_before_a_migration_and_only_then(storage: Storage, tmp_path: Path) -> None:
    assert not await before_migration(storage, NOW)
    await storage.apply(lambda tx: tx.execute(sa.text("UPDATE alembic_version SET version_num = '0003'")))
    assert await before_migration(storage, NOW)
    (kept,) = (tmp_path / "backups").iterdir()
    assert kept.name == "before-migration-20261005-200000.db"
    assert values(kept)["a"] == "0"
    empty = Storage(f"sqlite+aiosqlite:///{tmp_path}/empty/new.db")
    assert not await before_migration(empty, NOW)
    await empty.close()
    async with storage.read() as tx:
        assert (await tx.execute(sa.select(sa.func.count()).where(rows.c.key == "a"))).scalar_one() == 1
