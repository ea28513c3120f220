"""Delivery in the whole bot: who cannot be reached, forms that are gone, silence that outlives a restart."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.people import people
from tests.world import World, living

ADMIN, SCHOOL = 900, "Сосновоозёрская"
DAY = timedelta(days=1)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The bot with an administrator; whoever registers is seated at once."""
    async with living(tmp_path, admin_ids=str(ADMIN)) as world:
        yield world


@pytest.mark.slow
async def test_who_blocks_the_bot_is_reported_and_gets_everything_later(world: World) -> None:
    admin = await world.person("Начальник Анна", ADMIN)
    await admin.send("/start")
    await admin.press("Согласен")
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее образование", SCHOOL)
    # Telegram does not always tell: the bot finds out when it writes.
    world.telegram.world.updates.allow(["message", "edited_message", "callback_query"])
    await head.phone.block()
    seen = await head.count()
    await world.until("2026-09-25 12:00", step=DAY)
    assert await head.count() == seen
    # Once, however many letters could not be delivered; the morning digests come beside it.
    notices = [message for message in await admin.phone.messages() if "Бот заблокирован" in message["text"]]
    assert len(notices) == 1
    assert "Иванова" in notices[0]["text"]
    world.telegram.world.updates.allow(["message", "edited_message", "callback_query", "my_chat_member"])
    await head.unblock()
    assert await head.count() == seen + 1
    assert await head.buttons()


@pytest.mark.slow
async def test_who_is_reached_again_is_reachable(world: World) -> None:
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее образование", SCHOOL)
    world.telegram.world.updates.allow(["message", "edited_message", "callback_query"])
    await head.phone.block()
    await world.until("2026-09-25 12:00", step=DAY)
    async with world.storage.read() as tx:
        person = await people.get(tx, head.id)
    assert person is not None
    assert person.unreachable_at is not None
    # The word of the unblocking was lost, say while Telegram kept no updates; the next letter arrives.
    world.telegram.world.updates.allow(["message", "edited_message", "callback_query"])
    await head.phone.unblock()
    await world.until("2026-10-13 12:00", step=DAY)
    async with world.storage.read() as tx:
        person = await people.get(tx, head.id)
    assert person is not None
    assert person.unreachable_at is None


@pytest.mark.slow
async def test_a_form_that_is_gone_is_drawn_anew_and_goes_on(world: World) -> None:
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее образование", SCHOOL)
    await world.until("2026-10-12 12:00", step=DAY)
    await head.send("/tasks")
    await head.press("1.")
    shown = await head.phone.last_message()
    (label, *_) = [one for one in shown["buttons"] if "Не относится" in one]
    # The press is on its way when the message goes.
    await head.phone.press(label)
    await world.app.bot.delete_message(head.id, shown["message_id"])
    await world.settle()
    fresh = await head.phone.last_message()
    assert fresh["message_id"] > shown["message_id"]
    assert "Почему поручение не относится" in fresh["text"]
    # It is the form from now on: it follows what is typed.
    await head.send("Нет таких классов")
    assert (await head.phone.last_message())["message_id"] > fresh["message_id"]
    assert fresh["message_id"] not in [message["message_id"] for message in await head.phone.messages()]
    assert "Нет таких классов" in await head.sees()


@pytest.mark.slow
async def test_the_silence_outlives_a_restart_of_the_bot(world: World) -> None:
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее образование", SCHOOL)
    seen = await head.count()
    await world.app.speaker.hold(0.3)
    # The clock of the world stands still, so the silence is as long as ever after the restart.
    began = await world.telegram.last_event()
    await world.restart()
    await world.until("2026-10-12 12:00", step=DAY)
    assert await world.telegram.last_event() > began
    assert await head.count() > seen
