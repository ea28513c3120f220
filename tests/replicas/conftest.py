"""Replicas of one database on a server."""

from collections.abc import AsyncIterator

import pytest

from simulator import Simulator
from simulator.world.updates import NO_PAUSES


@pytest.fixture
def postgres_url(migrated_url: str) -> str:
    """Here each is of the present schema already."""
    return migrated_url


@pytest.fixture
def server(postgres_url: str) -> str:
    """The address of an empty database on a server."""
    return postgres_url


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    """A Telegram on this machine."""
    async with Simulator() as telegram:
        telegram.world.updates.pauses = NO_PAUSES
        yield telegram
