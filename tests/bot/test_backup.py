"""`backup` and `restore`, as an operator types them."""

import asyncio
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.storage.engine.database import Storage
from bot.storage.engine.lock import Lock
from bot.storage.post import meta
from tests.databases import make_database


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


def test_not_while_the_bot_runs(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "copy.db"]) == 0
    storage = Storage(f"sqlite+aiosqlite:///{database}")
    lock = Lock(storage)
    asyncio.run(lock.take())
    try:
        assert main(["backup", "second.db"]) == 0
        assert main(["restore", "copy.db"]) == 3
        assert "Stop that one first" in capsys.readouterr().err
    finally:
        asyncio.run(lock.release())
        asyncio.run(storage.close())


@pytest.mark.parametrize("url", ["postgresql+asyncpg://bot:secret@db.example.com/bot"])
def test_a_server_has_its_own_tools(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["backup", "copy.db"]) == 3
    said = capsys.readouterr().err
    assert "pg_dump" in said
    assert "secret" not in said


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
