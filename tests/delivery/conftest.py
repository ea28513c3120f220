"""A Telegram, an office, and two people; pauses between attempts are short."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.delivery.outgoing import speaker
from bot.storage.engine import database
from simulator import Person, Simulator
from simulator.world.updates import NO_PAUSES
from tests.delivery.office import Office, opened


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Backing off takes hundredths of a second, and a locked database is given up as fast."""
    monkeypatch.setattr(speaker, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(speaker, "LAST_PAUSE", 0.05)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    """A Telegram on this machine."""
    async with Simulator() as telegram:
        telegram.world.updates.pauses = NO_PAUSES
        telegram.world.webhook.set_apart = 0
        yield telegram


@pytest.fixture
async def office(telegram: Simulator, tmp_path: Path) -> AsyncIterator[Office]:
    """Delivery without a limit of pace."""
    async with opened(telegram, tmp_path) as office:
        yield office


@pytest.fixture
async def head(office: Office) -> Person:
    """Somebody who can be written to."""
    return await office.person(101)


@pytest.fixture
async def other(office: Office) -> Person:
    """A second one."""
    return await office.person(102)
