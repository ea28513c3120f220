"""One contract, two engines: whatever asks for `storage` runs on SQLite and on PostgreSQL."""

import shutil
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from bot.storage.engine.database import Storage
from bot.storage.engine.migrate import migrate
from tests.databases import EMPTY, quick
from tests.postgres import execute
from tests.storage.seed import Seed

# A test that failed may have left a transaction open, and its locks with it.
OTHERS_OUT = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Templates:
    """Databases that are migrated once for all tests: a migration takes longer than most of them."""

    def __init__(self, folder: Path) -> None:
        self._template, self._file = folder / "template.db", folder / "bot.db"
        self._urls: dict[str, str] = {}

    async def file(self) -> Path:
        """An empty migrated file: always of one name, so that a Storage may be opened on it again."""
        if not self._template.exists():
            await self._migrate(f"sqlite+aiosqlite:///{self._template}")
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._file}{suffix}").unlink(missing_ok=True)
        shutil.copy(self._template, self._file)
        return self._file

    async def on_server(self, url: str) -> str:
        """An empty migrated database on that server: one for the whole run, since making one takes a second."""
        if url not in self._urls:
            name = f"contract_{uuid.uuid4().hex}"
            await execute(url, f'CREATE DATABASE "{name}"')
            found = make_url(url).set(database=name).render_as_string(hide_password=False)
            await self._migrate(found)
            self._urls[url] = found
        # Numbering goes on where the last test ended, as in a database that has lived.
        await execute(self._urls[url], f"{OTHERS_OUT};{EMPTY}")
        return self._urls[url]

    async def _migrate(self, url: str) -> None:
        storage = Storage(url)
        await migrate(storage)
        await storage.close()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
async def sqlite_url(templates: Templates) -> str:
    """A migrated SQLite database without a row."""
    return f"sqlite+aiosqlite:///{await templates.file()}"


@pytest.fixture
async def migrated_postgres_url(postgres_server_url: str, templates: Templates) -> str:
    """A migrated PostgreSQL database without a row; a loud skip where there is no server."""
    return await templates.on_server(postgres_server_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated database on either engine."""
    name = "sqlite_url" if request.param == "sqlite" else "migrated_postgres_url"
    found: str = request.getfixturevalue(name)
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table on either engine."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/empty.db"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture(scope="session")
def opened() -> dict[tuple[str, str], Storage]:
    """A Storage keeps the SQL of every query that it has compiled; compiling them takes longer than the tests."""
    return {}


def _in_reverse(connection: Any, _entry: object) -> None:
    """What no query puts in order comes the other way round than it was written: a server has it in any order."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA reverse_unordered_selects=ON")
    cursor.close()


@asynccontextmanager
async def connected(opened: dict[tuple[str, str], Storage], name: str, url: str) -> AsyncIterator[Storage]:
    """The run's Storage of that name, with connections that are this test's own."""
    if (name, url) not in opened:
        opened[name, url] = storage = quick(Storage(url))
        if storage.is_sqlite:
            sa.event.listen(storage.engine.sync_engine, "connect", _in_reverse)
    storage = opened[name, url]
    yield storage
    await storage.close()


@pytest.fixture
async def storage(opened: dict[tuple[str, str], Storage], url: str) -> AsyncIterator[Storage]:
    async with connected(opened, "storage", url) as found:
        yield found


@pytest.fixture
async def another(opened: dict[tuple[str, str], Storage], url: str) -> AsyncIterator[Storage]:
    """The same database, as another process has it."""
    async with connected(opened, "another", url) as found:
        yield found


@pytest.fixture
def seed(storage: Storage, another: Storage) -> Seed:
    return Seed(storage, another)


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Storage]:
    """A database of SQLite with one empty table, `t`, and nothing of the bot's."""
    found = Storage(f"sqlite+aiosqlite:///{tmp_path}/some.db")
    await found.apply(
        lambda tx: tx.connection.exec_driver_sql("CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER UNIQUE)")
    )
    yield found
    await found.close()
