"""A simulator on loopback and a real aiogram bot that talks to it."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from simulator import Person, Simulator
from simulator.world.updates import Pauses


class QuickSession(AiohttpSession):
    """aiogram sleeps a quarter of a second on close for the sake of TLS; there is none here."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def bot_for(url: str, token: str = "42:TEST", *, html: bool = True) -> Bot:
    """An aiogram bot connected to a simulator."""
    session = QuickSession(api=TelegramAPIServer.from_base(url))
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML" if html else None))


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        # Tests poll more often than the server likes; test_strict.py sees how it defends itself.
        simulator.world.updates.pauses = Pauses(0, 0, 0)
        yield simulator


@pytest.fixture
async def bot(sim: Simulator) -> AsyncIterator[Bot]:
    bot = bot_for(sim.url)
    yield bot
    await bot.session.close()


@pytest.fixture
async def plain(sim: Simulator) -> AsyncIterator[Bot]:
    """A bot without a parse mode."""
    bot = bot_for(sim.url, html=False)
    yield bot
    await bot.session.close()


@pytest.fixture
async def head(sim: Simulator) -> Person:
    """Somebody who has pressed Start, whose /start is already read."""
    person = await sim.person("Иванова Мария", id=101)
    await person.start()
    return person
