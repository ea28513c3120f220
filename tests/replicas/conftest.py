"""Replicas of one database on a server."""

from collections.abc import AsyncIterator

import pytest

from bot.storage.engine.database import Storage
from bot.storage.engine.migrate import migrate
from simulator import Simulator
from simulator.world.updates import NO_PAUSES


@pytest.fixture
async def server(postgres_url: str) -> str:
    """The address of an empty database on a server."""
    storage = Storage(postgres_url)
    await migrate(storage)
    await storage.close()
    return postgres_url


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    """A Telegram on this machine."""
    async with Simulator() as telegram:
        telegram.world.updates.pauses = NO_PAUSES
        yield telegram
