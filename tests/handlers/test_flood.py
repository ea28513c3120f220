"""Somebody sends hundreds of messages at once: what answers a request is recorded, and the rest is answered once."""

import pytest

from tests import messengers
from tests.people import ADMIN
from tests.texts.example import Titles
from tests.texts.heads import Anywhere, Form, Registration
from tests.world import Head, World

FEW = 100


async def received(world: World) -> None:
    """All of it is there before the first has been handled, as after a night without the bot."""
    while world.telegram.pending_updates():
        await world.app.receiver.poll(0)
    await world.settle()


@pytest.mark.slow
@pytest.mark.both_databases
async def test_an_answer_in_the_middle_of_a_flood_is_recorded(world: World, head: Head) -> None:
    await head.join("Общее", "Сосновоозёрская")
    await world.at("2026-09-03 09:00")
    await head.press(Titles.NOT_BEGUN)
    for _ in range(100):
        await head.phone.send("/help")
    await head.phone.press(Form.SEND)
    for number in range(100):
        await head.phone.send(f"{number}")
    before = await head.count()
    await received(world)
    async with world.storage.read() as tx:
        rows = (await tx.connection.exec_driver_sql("SELECT by_id FROM replies")).all()
    assert rows == [(head.id,)]
    said = [message["text"] for message in await head.phone.messages()]
    assert sum(Anywhere.TOO_MUCH in one for one in said) == 1
    assert await head.count() - before < FEW
    # What it came to stands there.
    assert await head.card(Form.ACCEPTED)
    assert ADMIN not in {call["chat_id"] for call in await world.telegram.calls("sendMessage")}


async def rows(world: World) -> dict[str, int]:
    """How much is stored."""
    async with world.storage.read() as tx:
        return {
            table: (await tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in (
                # Beyond the numbers of updates, which tell nothing of anybody.
                "inbox WHERE finished_at IS NULL OR person_id != 0 OR body != '' OR sayings IS NOT NULL",
                *("people", "dialogues", "drafts", "letters", "audit"),
            )
        }


@pytest.mark.slow
async def test_a_stranger_s_flood_is_answered_in_few_words_and_leaves_nothing(world: World) -> None:
    stranger = await world.person("Чужой", 555)
    before = await rows(world)
    for number in range(200):
        await stranger.phone.send("я" * messengers.longest() if number % 2 else f"/start {number}")
    await received(world)
    assert await stranger.count() < FEW
    assert await rows(world) == before
    # They are welcome all the same.
    await stranger.send("/start")
    await stranger.press(Registration.AGREE)
    assert "Общее" in " ".join(await stranger.buttons())
