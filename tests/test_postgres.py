"""The test server itself: a storage test is worth as much as the database it runs on."""

import tempfile
from pathlib import Path

import asyncpg
import pytest

from tests import postgres
from tests.postgres import PostgresError, connect, fresh_database, postgres_missing, postgres_server


async def test_server_answers_in_utf8(postgres_url: str) -> None:
    connection = await connect(postgres_url)
    try:
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
        assert await connection.fetchval("SELECT lower('ШКОЛА № 1')") == "школа № 1"
    finally:
        await connection.close()


async def test_databases_are_separate(postgres_url: str, postgres_server_url: str) -> None:
    async with fresh_database(postgres_server_url) as other_url:
        one, other = await connect(postgres_url), await connect(other_url)
        try:
            await one.execute("CREATE TABLE school (name text)")
            await one.execute("INSERT INTO school VALUES ('Лицей')")
            assert await one.fetchval("SELECT count(*) FROM school") == 1
            with pytest.raises(asyncpg.UndefinedTableError):
                await other.fetchval("SELECT count(*) FROM school")
        finally:
            await one.close()
            await other.close()


async def test_dropped_with_its_connections(postgres_server_url: str) -> None:
    async with fresh_database(postgres_server_url) as url:
        left_open = await connect(url)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await connect(url)
    left_open.terminate()


def test_missing_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "find_binaries", lambda: None)
    reason = postgres_missing()
    assert reason is not None
    assert "not installed" in reason
    with pytest.raises(PostgresError, match="not installed"), postgres_server():
        pass


@pytest.mark.slow
@pytest.mark.usefixtures("postgres_server_url")
def test_server_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # The server's account must be able to walk to its folder.
        folder.chmod(0o755)
        monkeypatch.setattr("tempfile.tempdir", name)
        with postgres_server() as url:
            assert url.startswith("postgresql+asyncpg://bot@127.0.0.1:")
            assert len(list(folder.iterdir())) == 1
        assert list(folder.iterdir()) == []
