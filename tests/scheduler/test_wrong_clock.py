"""The machine's clock is wrong for a moment: it starts before it has learnt what time it is."""

import logging
from datetime import timedelta

import pytest

from bot.domain.letter import LetterState
from bot.storage.ledger import rounds
from tests import messengers
from tests.texts.department import Missed
from tests.texts.example import Titles
from tests.texts.heads import Reminder
from tests.world import Head, World

YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def no_incident() -> None:
    """Here the log speaks of errors: the clock is one."""


async def everything(world: World) -> tuple[int, int]:
    """How many rounds are known to have opened or been missed."""
    async with world.storage.read() as tx:
        return len(await rounds.select(tx)), len(await rounds.missed(tx))


@pytest.mark.slow
@pytest.mark.parametrize("off", [YEAR, -YEAR, timedelta(days=40), -timedelta(days=2)], ids=str)
@pytest.mark.parametrize("start", ["a start", "a moment"])
async def test_one_tick_with_a_wrong_clock_changes_nothing(
    world: World, admin: Head, head: Head, off: timedelta, start: str
) -> None:
    await world.at("2026-09-03 09:00")
    known, before = await everything(world), await head.count()
    world.off = off
    if start == "a start":
        await world.restart()
    for _ in range(3):
        await world.app.tick()
        await world.settle()
    assert await everything(world) == known
    assert await head.count() == before
    # The administrators hear of it, once.
    heard = [message["text"] for message in await admin.phone.messages() if "неверное время" in message["text"]]
    assert len(heard) == 1
    assert f"в {messengers.chosen().called} 03.09.2026 01:00" in heard[0]
    world.off = timedelta(0)
    await world.at("2026-09-03 09:30")
    assert "Время на сервере верное" in await admin.sees()
    # And the year goes on.
    await world.at("2026-09-07 09:00")
    assert "Отдых и оздоровление" in await head.sees()
    assert not any(Missed.HEADING in message["text"] for message in await admin.phone.messages())
    await head.send("/tasks")
    assert "2027" not in await head.sees()


async def test_what_waits_for_its_time_is_not_sent_by_a_wrong_clock(world: World, head: Head) -> None:
    await world.at("2026-09-03 19:00")
    # What opened this morning waits for tomorrow's.
    assert await world.letters(LetterState.WAITING) == 1
    before = await head.count()
    world.off = YEAR
    await world.settle()
    assert await world.letters(LetterState.WAITING) == 1
    assert await head.count() == before
    world.off = timedelta(0)
    await world.at("2026-09-04 09:00")
    assert await head.count() == before + 1
    assert Titles.CORRECTION in await head.sees()


async def test_a_downtime_of_a_week_is_no_wrong_clock(world: World, admin: Head, head: Head) -> None:
    await world.at("2026-09-03 09:00")
    await world.restart()
    await world.at("2026-09-15 09:00")
    assert Reminder.HEADING in await head.sees()
    assert not any("неверное время" in message["text"] for message in await admin.phone.messages())


async def test_a_jump_waits_for_telegram_to_be_there(world: World, head: Head) -> None:
    await world.at("2026-09-03 09:00")
    known = await everything(world)
    await world.telegram.order_fault("drop_before", method="getMe")
    world.now += timedelta(days=12)
    await world.app.tick()
    await world.settle()
    assert await everything(world) == known
    await world.telegram.cancel_faults()
    await world.app.tick()
    await world.settle()
    assert Reminder.HEADING in await head.sees()


async def test_a_clock_that_is_a_little_wrong_is_believed(
    world: World, head: Head, caplog: pytest.LogCaptureFixture
) -> None:
    await world.at("2026-09-03 08:00")
    world.off = timedelta(hours=1)
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        await world.app.tick()
    await world.settle()
    assert Titles.CORRECTION in await head.sees()
    assert not caplog.records
