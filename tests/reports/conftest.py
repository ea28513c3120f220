"""Ledgers that reports are made of, and hands to make them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.reports import making
from bot.reports.job import Job, Made
from bot.storage.engine.database import Storage
from tests.databases import make_database, quick
from tests.reports import ledgers
from tests.storage.seed import Seed
from tests.threadless import threadless

Making = Callable[[Job], Awaitable[tuple[Made, list[Path]]]]


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    """An empty ledger."""
    await make_database(tmp_path / "bot.db")
    found = threadless(quick(Storage(f"sqlite+aiosqlite:///{tmp_path}/bot.db")))
    yield found
    await found.close()


@pytest.fixture
async def autumn(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Storage]:
    """The autumn of twelve organizations and the department."""
    found = await ledgers.filled(tmp_path_factory.mktemp("autumn"), 12)
    yield found
    await found.close()


@pytest.fixture
def seed(storage: Storage) -> Seed:
    return Seed(storage, storage)


@pytest.fixture
def making_of(tmp_path: Path) -> Callable[[Storage], Making]:
    """Makes reports of a database, in this process."""

    def of(storage: Storage) -> Making:
        async def made(job: Job) -> tuple[Made, list[Path]]:
            folder = tmp_path / "made"
            folder.mkdir(exist_ok=True)
            async with storage.read() as tx:
                found = await making.make(tx, job, folder)
            return found, [folder / name for name in found.files]

        return made

    return of


@pytest.fixture
def make(storage: Storage, making_of: Callable[[Storage], Making]) -> Making:
    """Makes a report of `storage`."""
    return making_of(storage)
