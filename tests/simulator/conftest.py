"""A simulator on loopback and a real aiogram bot that talks to it."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer

from simulator import Person, Simulator
from simulator.api.params import PARAMETERS
from simulator.api.refusals import is_known
from simulator.world.updates import NO_PAUSES
from tests.sessions import QuickSession


def bot_for(url: str, token: str = "42:TEST", *, html: bool = True) -> Bot:
    """An aiogram bot connected to a simulator."""
    session = QuickSession(api=TelegramAPIServer.from_base(url))
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML" if html else None))


def _is_in_table(method: str, text: str) -> bool:
    return "simulator:" in text or method not in PARAMETERS or is_known(method, text)


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        # Tests poll more often than the server likes; test_strict.py sees how it defends itself.
        simulator.world.updates.pauses = NO_PAUSES
        yield simulator
        refused = [call for call in simulator.record.calls() if 400 <= call.code < 500 and call.code != 429]
        unknown = [call for call in refused if not _is_in_table(call.method, call.description)]
        # What a test has ordered may say anything.
        unknown = [] if simulator.faults.struck else unknown
        assert not unknown, f"the table of simulator/api/refusals.py lacks {unknown}"


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
