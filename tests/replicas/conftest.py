"""Replicas of one database on a server."""

from collections.abc import AsyncIterator

import pytest

from simulator import Simulator
from simulator.world.updates import NO_PAUSES


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    """A Telegram on this machine."""
    async with Simulator() as telegram:
        telegram.world.updates.pauses = NO_PAUSES
        yield telegram
