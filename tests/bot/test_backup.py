"""`backup` and `restore`, as an operator types them."""

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import progress
from bot.__main__ import main
from bot.catalog.loader import Files
from bot.catalog.shelf import Shelf
from bot.commands import backup, copy_database
from bot.config import load
from bot.domain.people.messenger import Messenger
from bot.domain.progress import Progress
from bot.parts.opening import Opening
from bot.storage.desk import erasure
from bot.storage.engine.database import Storage
from bot.storage.engine.lock import Lock
from bot.storage.people import people
from bot.storage.post import meta
from scheduler.backups import Backups
from tests.databases import make_database
from tests.world import catalog_of


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings say it is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    asyncio.run(make_database(tmp_path / "bot.db"))
    return tmp_path / "bot.db"


async def noted(database: Path, value: str | None = None) -> str | None:
    """What the database says; or has it say something else."""
    storage = Storage(f"sqlite+aiosqlite:///{database}")
    try:
        if value is not None:
            await storage.apply(lambda tx: meta.put(tx, "note", value or ""))
        async with storage.read() as tx:
            return await meta.get(tx, "note")
    finally:
        await storage.close()


@pytest.mark.slow
def test_there_and_back(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(noted(database, "before"))
    assert main(["backup", "copy.db"]) == 0
    assert "whole and checked" in capsys.readouterr().out
    asyncio.run(noted(database, "after"))
    assert main(["backup", "copy.db"]) == 2
    assert "overwrites nothing" in capsys.readouterr().err
    assert main(["restore", "copy.db"]) == 0
    assert "The one before is" in capsys.readouterr().out
    assert asyncio.run(noted(database)) == "before"
    (kept,) = tmp_path.glob("bot.before-*.db")
    assert asyncio.run(noted(kept)) == "after"


@pytest.fixture
def presses_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Somebody does it as soon as a command says that it is about that."""
    loops: list[asyncio.AbstractEventLoop] = []

    async def heard() -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    def press(at: str) -> None:
        def tell(what: str, _done: int, _of: int) -> None:
            if what == at:
                os.kill(os.getpid(), signal.SIGINT)
                asyncio.run_coroutine_threadsafe(heard(), loops[0]).result()

        @contextlib.contextmanager
        def shown() -> Iterator[Progress]:
            loops[:] = [asyncio.get_running_loop()]
            yield tell

        monkeypatch.setattr(progress, "shown", shown)

    return press


def test_ctrl_c_leaves_everything_as_it_was_or_does_all_of_it(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], presses_ctrl_c: Callable[[str], None]
) -> None:
    """The work went on behind it: the database was another one though its operator had thought better of it."""
    asyncio.run(noted(database, "before"))
    assert main(["backup", "copy.db"]) == 0
    asyncio.run(noted(database, "after"))
    settings = load()
    for at in ("checking the backup", "copying pages", "checking the copy"):
        presses_ctrl_c(at)
        with pytest.raises(KeyboardInterrupt):
            backup.run(settings, argparse.Namespace(command="restore", file=Path("copy.db")))
        assert capsys.readouterr().err == "Interrupted: the database is as it was.\n"
        assert asyncio.run(noted(database)) == "after"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["bot.db", "bot.db.lock", "copy.db"]
    # What is being put there is put there.
    presses_ctrl_c("putting it in its place")
    assert backup.run(settings, argparse.Namespace(command="restore", file=Path("copy.db"))) == 0
    assert "The one before is" in capsys.readouterr().out
    assert asyncio.run(noted(database)) == "before"
    presses_ctrl_c("copying pages")
    with pytest.raises(KeyboardInterrupt):
        backup.run(settings, argparse.Namespace(command="backup", file=Path("second.db")))
    assert capsys.readouterr().err == "Interrupted: nothing was copied.\n"
    assert not [*tmp_path.glob("second.db*")]


def test_a_copy_is_broken_off_or_made(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], presses_ctrl_c: Callable[[str], None]
) -> None:
    """It said that nothing was copied, and the new file was there."""
    copied = argparse.Namespace(to=f"sqlite+aiosqlite:///{tmp_path}/new/bot.db")
    for at in ("copying pages", "checking the copy"):
        presses_ctrl_c(at)
        code = copy_database.run(load(), copied)
        said = capsys.readouterr()
        new = tmp_path / "new" / "bot.db"
        assert (code, new.exists()) in ((4, False), (0, True))
        assert ("nothing was copied" in said.err) == (not new.exists())
        new.unlink(missing_ok=True)


def test_not_while_the_bot_runs(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "copy.db"]) == 0
    storage = Storage(f"sqlite+aiosqlite:///{database}")
    lock = Lock(storage)
    lock.take()
    try:
        assert main(["backup", "second.db"]) == 0
        assert main(["restore", "copy.db"]) == 3
        assert "Stop that one first" in capsys.readouterr().err
    finally:
        lock.release()
        asyncio.run(storage.close())


def test_nothing_to_copy_and_nothing_to_restore(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database.unlink()
    assert main(["backup", "copy.db"]) == 3
    assert "does not exist" in capsys.readouterr().err
    assert main(["restore", "nowhere.db"]) == 3
    (tmp_path / "noise").write_bytes(b"noise")
    assert main(["restore", "noise"]) == 3
    assert "no backup of this program" in capsys.readouterr().err
    assert not database.exists()


PERSON = 7_700_123_456


async def _with_a_person(database: Path, *, erased: bool) -> None:
    storage = Storage(f"sqlite+aiosqlite:///{database}")
    now = datetime(2026, 10, 5, 20, tzinfo=UTC)
    try:
        if not erased:
            await storage.apply(lambda tx: people.ensure(tx, PERSON, "Незабвенная", now))
            return
        await storage.apply(lambda tx: erasure.erase(tx, PERSON, now))
        # The next tick notes it beside the backups.
        assert await Backups(storage, 3).note_erased()
    finally:
        await storage.close()


@pytest.mark.parametrize("damaged", [False, True])
def test_who_was_erased_does_not_come_back_with_a_backup(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, damaged: bool
) -> None:
    asyncio.run(_with_a_person(database, erased=False))
    assert main(["backup", "copy.db"]) == 0
    asyncio.run(_with_a_person(database, erased=True))
    # The list names nobody.
    listed = (tmp_path / "backups" / "erased.txt").read_text(encoding="utf-8")
    assert len(listed.split()[0]) == 64
    assert str(PERSON) not in listed
    if damaged:
        database.write_bytes(b"what a dying disk leaves")
    capsys.readouterr()
    assert main(["restore", "copy.db"]) == 0
    assert "Erased again, as they had been since: 1." in capsys.readouterr().out
    with contextlib.closing(sqlite3.connect(database)) as connection:
        dump = "\n".join(connection.iterdump())
    assert str(PERSON) not in dump
    assert "Незабвенная" not in dump


def test_a_copy_that_somebody_puts_there_by_hand_gives_nobody_back(database: Path, tmp_path: Path) -> None:
    asyncio.run(_with_a_person(database, erased=False))
    assert main(["backup", "copy.db"]) == 0
    asyncio.run(_with_a_person(database, erased=True))
    shutil.copy(tmp_path / "copy.db", database)

    catalog = catalog_of()
    files = Files(Path("data/directives.yaml"), Path("data/calendar.yaml"), None, catalog.calendar.zone)

    async def start() -> None:
        storage = Storage(f"sqlite+aiosqlite:///{database}")
        try:
            await Opening(
                storage,
                Shelf(catalog, files),
                lambda: datetime.now(UTC),
                Messenger.TELEGRAM,
                (),
                backups=False,
                demo=False,
            ).run()
            async with storage.read() as tx:
                assert await people.get(tx, PERSON) is None
        finally:
            await storage.close()

    asyncio.run(start())
