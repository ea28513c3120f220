"""`copy-database`, as an operator types it."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.__main__ import main
from bot.replica import Replica
from bot.storage import schema as t
from bot.storage.engine import postgresql
from bot.storage.engine.database import Storage
from bot.storage.engine.keeping import Keeping
from bot.storage.engine.lock import Lock
from bot.storage.people import people
from bot.storage.post import meta
from tests.databases import make_database
from tests.postgres import connect, execute
from tests.world import ROOT

NOW = datetime(2026, 10, 5, 20, tzinfo=UTC)
PERSON = 7_700_123_456


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the settings name: a file with a person in it, and lists of what must not come back beside it."""
    path = tmp_path / "old" / "bot.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    path.parent.mkdir()

    async def fill() -> None:
        await make_database(path)
        storage = Storage(f"sqlite+aiosqlite:///{path}")
        await storage.apply(lambda tx: people.ensure(tx, PERSON, "Доржиева Оюна", NOW))
        await storage.apply(lambda tx: meta.put_moment(tx, meta.DEMO, NOW))
        Keeping(storage).keep(meta.ERASED, ["0123 2026-10-05"])
        await storage.close()

    asyncio.run(fill())
    return path


def name_at(url: str) -> str | None:
    """What the person is called there; None: there is no database."""

    async def read() -> str | None:
        storage = Storage(url)
        try:
            async with storage.read() as tx:
                if not await tx.run_sync(lambda connection: sa.inspect(connection).has_table("people")):
                    return None
                return (await tx.execute(sa.select(t.people.c.name).where(t.people.c.id == PERSON))).scalar()
        finally:
            await storage.close()

    return asyncio.run(read())


@pytest.mark.slow
def test_to_a_server_and_back(
    database: Path,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # What an extension has brought is in nobody's way.
    asyncio.run(execute(postgres_url, "CREATE TABLE list (id INTEGER); ALTER EXTENSION plpgsql ADD TABLE list"))
    assert main(["copy-database", "--to", postgres_url]) == 0
    said = capsys.readouterr().out
    assert "people\n" in said
    assert "both sides hold the same" in said
    assert name_at(postgres_url) == "Доржиева Оюна"
    assert (tmp_path / "data/backups/erased.txt").read_text() == "0123 2026-10-05\n"
    # A second time it is not empty.
    assert main(["copy-database", "--to", postgres_url]) == 3
    assert "not empty" in capsys.readouterr().err
    back = f"sqlite+aiosqlite:///{tmp_path}/new/bot.db"
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    assert main(["copy-database", "--to", back]) == 0
    assert name_at(back) == "Доржиева Оюна"
    assert (tmp_path / "new/backups/erased.txt").read_text() == "0123 2026-10-05\n"
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"bot.db", "bot.db.lock", "backups"}


@pytest.mark.slow
def test_a_server_waits_for_as_long_as_the_other_side_takes(
    database: Path, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Replicas that stand still within a transaction are thrown out; a large copy does so for minutes."""
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 0.001)
    assert main(["copy-database", "--to", postgres_url]) == 0
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    assert main(["copy-database", "--to", f"sqlite+aiosqlite:///{tmp_path}/new/bot.db"]) == 0


@pytest.mark.slow
async def test_whoever_serves_either_of_them_is_in_the_way(
    database: Path,
    migrated_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    target = tmp_path / "new.db"

    async def told(to: str) -> str:
        assert await asyncio.to_thread(main, ["copy-database", "--to", to]) == 3
        return capsys.readouterr().err

    for served in (database, target):
        storage = Storage(f"sqlite+aiosqlite:///{served}")
        lock = Lock(storage)
        lock.take()
        assert "Stop that one first" in await told(f"sqlite+aiosqlite:///{target}")
        lock.release()
        await storage.close()
    storage = Storage(migrated_url)
    replica = Replica(storage, "")
    await replica.join()
    assert "Stop that one first" in await told(migrated_url)
    monkeypatch.setenv("DATABASE_URL", migrated_url)
    assert "Stop that one first" in await told(f"sqlite+aiosqlite:///{target}")
    await replica.leave()
    await storage.close()
    # A bot of before replicas is in no list of them.
    older = await connect(migrated_url)
    await older.execute("SELECT pg_advisory_lock(x'504F5255'::int)")
    assert "A bot of an older version serves this database" in await told(f"sqlite+aiosqlite:///{target}")
    await older.close()
    assert not target.exists()


def test_a_server_that_is_not_there_is_told_apart_from_the_source(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["copy-database", "--to", "postgresql+asyncpg://bot:s3cret@127.0.0.1:1/bot"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("--to: ")
    assert "s3cret" not in said


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("mysql://bot:s3cret@db/bot", "must begin with"),
        ("postgresql+asyncpg://bot:s3cret@db", "must look like"),
        ("sqlite+aiosqlite:///", "must name a file"),
    ],
)
def test_an_address_that_is_none(database: Path, capsys: pytest.CaptureFixture[str], to: str, said: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["copy-database", "--to", to])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert said in error
    assert "s3cret" not in error


def test_a_server_that_is_not_there_and_a_folder_that_cannot_be(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["copy-database", "--to", "postgresql+asyncpg://bot:s3cret@127.0.0.1:9/bot"]) == 3
    assert "s3cret" not in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert main(["copy-database", "--to", f"sqlite+aiosqlite:///{tmp_path}/file/bot.db"]) == 3
    assert capsys.readouterr().err.startswith("--to: ")
    assert main(["copy-database", "--to", f"sqlite+aiosqlite:///{tmp_path}"]) == 3
    assert capsys.readouterr().err.startswith(f"--to: {tmp_path} is a folder")
    assert main(["copy-database", "--to", f"sqlite+aiosqlite:///{database}"]) == 3
    assert "DATABASE_URL itself" in capsys.readouterr().err


def test_a_server_under_another_name_is_the_same(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It does not wait for itself."""
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    assert main(["copy-database", "--to", postgres_url.replace("127.0.0.1", "localhost")]) == 3
    assert "DATABASE_URL itself" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip of the finger leaves nothing behind."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/data/bto.db")
    assert main(["copy-database", "--to", f"sqlite+aiosqlite:///{tmp_path}/new.db"]) == 3
    assert "no such file" in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]


@pytest.mark.slow
def test_a_full_disk_leaves_nothing(database: Path, tmp_path: Path) -> None:
    """A limit on the size of files is what a full disk is to a program."""
    target = tmp_path / "new" / "bot.db"
    done = subprocess.run(
        ["/bin/sh", "-c", f'ulimit -f 200; trap "" XFSZ; exec {sys.executable} -m bot copy-database --to "$0"',
         f"sqlite+aiosqlite:///{target}"],
        cwd=ROOT, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith("--to: ")
    assert [path.name for path in target.parent.iterdir()] == ["bot.db.lock"]


@pytest.mark.slow
def test_ctrl_c_leaves_nothing(database: Path, postgres_url: str) -> None:
    async def break_off() -> tuple[int | None, str]:
        # As long as somebody else holds the catalog of the target's tables, the copy waits.
        storage = Storage(postgres_url, is_slow=True)
        try:
            async with storage.write() as tx:
                await tx.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
                copier = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bot", "copy-database", "--to", postgres_url,
                    cwd=ROOT, stderr=asyncio.subprocess.PIPE,
                )  # fmt: skip
                waits = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                while True:
                    async with storage.read() as watching:
                        if (await watching.execute(waits)).scalar():
                            break
                    assert copier.returncode is None
                    await asyncio.sleep(0.05)
                copier.send_signal(signal.SIGINT)
                _, said = await copier.communicate()
                await tx.connection.rollback()
            return copier.returncode, said.decode()
        finally:
            await storage.close()

    assert asyncio.run(break_off()) == (4, "Interrupted: nothing was copied, and the target is as it was.\n")
    assert name_at(postgres_url) is None
