"""The department's people through a failure: what they typed for one conversation is never taken for another."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.post import dialogues
from tests.handlers.answering.overtaking import deliver
from tests.people import ADMIN, SECOND_ADMIN, introduced
from tests.texts.department import Announcements, Panel
from tests.texts.heads import Placing
from tests.world import Head, World, living


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[World]:
    """Two administrators."""
    async with living(tmp_path, admin_ids=(ADMIN, SECOND_ADMIN)) as world:
        yield world


@pytest.fixture
async def author(desk: World) -> Head:
    """One of them."""
    return await introduced(desk, "Начальник Анна", ADMIN)


async def talk(world: World, person: Head) -> dialogues.Dialogue:
    """The conversation that goes on."""
    async with world.storage.read() as tx:
        return await dialogues.get(tx, person.id)


async def test_a_text_for_an_announcement_that_was_given_up_is_none(desk: World, author: Head) -> None:
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await author.phone.send("В среду совещание")
    # Nothing happens, so they leave by the panel.
    await author.phone.callback("pn", message_id=(await author.phone.last_message())["message_id"])
    await deliver(desk, 2, 1)
    assert Placing.LATE in await author.sees()
    assert (await talk(desk, author)).kind == ""


async def test_a_name_that_is_looked_for_is_no_announcement(desk: World, author: Head) -> None:
    """Two conversations that both wait for a text."""
    await author.send("/panel")
    await author.callback("qn", (await author.phone.last_message())["message_id"])
    before = await talk(desk, author)
    await author.phone.send("Сколько у вас кружков?")
    panel = (await author.phone.last_message())["message_id"]
    await author.phone.callback("an", message_id=panel)
    await deliver(desk, 2, 1)
    after = await talk(desk, author)
    assert before.kind != after.kind
    assert "Сколько у вас кружков?" not in str(after.data)
    assert Placing.LATE in await author.sees()
