"""Replicas as processes: several starts at once."""

import asyncio
from pathlib import Path

from tests.forge import Forge
from tests.reliability.test_webhook import health
from tests.replicas.fleet import Fleet, fleet
from tests.texts.heads import Registration


async def _end(found: Fleet) -> None:
    for bot in found.bots:
        await bot.stop()
        assert not bot.traces, bot.traces


async def test_three_start_at_once_on_an_empty_database(tmp_path: Path, forge: Forge, postgres_url: str) -> None:
    async with fleet(tmp_path, forge, postgres_url, 3, webhook=True) as found:
        await asyncio.gather(*(bot.start() for bot in found.bots))
        await found.until("SELECT count(*) FROM replicas", (3,))
        person = await found.bots[0].telegram.person("Иванова Мария", id=101)
        await person.send("/start")
        await person.wait_for(Registration.GREETING, timeout=60)
        assert sum([(await health(port))["leads"] for port in found.ports]) == 1
        assert await found.rows("SELECT count(*) FROM organizations") == [(100,)]
        await _end(found)
