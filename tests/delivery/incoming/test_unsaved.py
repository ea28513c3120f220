"""Nothing can be saved: whoever waits for an answer is told so, once in an outage, and nobody else."""

import asyncio
from datetime import datetime

import pytest
from aiogram.types import Update

from bot.delivery.incoming import intake
from bot.delivery.incoming.unsaved import Unsaved
from bot.delivery.sayings import Saying
from bot.domain.screen import Screen
from bot.storage.engine.database import DatabaseUnavailable, Tx
from simulator import Person
from tests.delivery.office import BUSY, Office, echo, texts
from tests.waiting import until


async def test_each_once_in_an_outage(office: Office, head: Person, other: Person) -> None:
    seconds = 0.0
    unsaved = Unsaved(office.speaker, lambda: Screen(BUSY), lambda: seconds)

    async def heard() -> tuple[int, int]:
        return len(await head.messages()), len(await other.messages())

    for _ in range(3):
        await unsaved.tell(head.id)
    assert await heard() == (1, 0)
    unsaved.over()
    # Another one a moment later is the same to people, but not for ever.
    seconds = 59.0
    await unsaved.tell(head.id)
    await unsaved.tell(other.id)
    assert await heard() == (1, 1)
    seconds = 61.0
    await unsaved.tell(head.id)
    await unsaved.tell(other.id)
    assert await heard() == (2, 1)
    unsaved.over()
    seconds = 3600.0
    unsaved.tell_all([head.id, other.id])
    await head.wait_until(lambda chat: len(chat["messages"]) == 3)
    await other.wait_until(lambda chat: len(chat["messages"]) == 2)


@pytest.mark.usefixtures("quick")
async def test_nobody_waits_for_that_word_and_nobody_gets_it_late(office: Office, head: Person) -> None:
    failures = 1

    async def handle(tx: Tx, update: Update, now: datetime) -> list[Saying]:
        nonlocal failures
        if failures:
            failures -= 1
            raise DatabaseUnavailable("for a moment")
        return await echo(tx, update, now)

    office.handle = handle
    await office.telegram.order_fault("502", method="sendMessage")
    await head.send("раз")
    await office.receiver.poll(0)
    # Telegram takes no word, and yet it is recorded what the person has sent.
    await until(lambda: office.committed == 1)
    await office.telegram.cancel_faults()
    await office.dispatcher.idle()
    assert texts(await head.messages()) == ["эхо: раз"]
    # Who has not heard it is told in the next one.
    failures = 1
    await head.send("два")
    await office.settle()
    assert texts(await head.messages()) == ["эхо: раз", BUSY, "эхо: два"]


async def test_a_database_that_takes_long_is_told_of_before_it_has_failed(
    office: Office, head: Person, other: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def handle(tx: Tx, update: Update, now: datetime) -> list[Saying]:
        return await echo(tx, update, now) if update.message else []

    monkeypatch.setattr(intake, "TOLD_AFTER", 0.05)
    office.handle = handle
    group = await office.telegram.group("Учительская", [other])
    await head.send("раз")
    await head.send("два")
    # Who has gone waits for nothing, and what is said in a group is none of the bot's business.
    await other.in_group(group).send("три")
    await other.block()
    await other.unblock()
    async with office.storage.write():
        polling = asyncio.create_task(office.receiver.poll(0))
        await head.wait_for(BUSY)
        assert not polling.done()
    await polling
    await office.dispatcher.idle()
    await head.wait_for("эхо: два")
    assert texts(await head.messages()) == [BUSY, "эхо: раз", "эхо: два"]
    assert await other.messages() == []
