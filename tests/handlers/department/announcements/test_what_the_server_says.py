"""An announcement under what Telegram's server really says: of an album whose source is gone, and while it moves."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.desk.announcement import AnnouncementState
from bot.storage.desk import announcements
from bot.storage.people import people
from tests.people import ADMIN, introduced
from tests.texts.department import Announcements, Panel, Recipients
from tests.texts.example import Organizations, Types
from tests.world import Head, World, living

# MAX's refusals are told apart by `tests/delivery/max/test_errors.py`.
pytestmark = pytest.mark.telegram_alone

SECONDS = timedelta(seconds=5)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[World]:
    """A department."""
    async with living(tmp_path, admin_ids=(ADMIN,)) as world:
        yield world


@pytest.fixture
async def author(desk: World) -> Head:
    """Whoever announces."""
    return await introduced(desk, "Начальник Анна", ADMIN)


@pytest.fixture
async def heads(desk: World) -> list[Head]:
    """Two heads."""
    seated = []
    for number, school in ((101, Organizations.SCHOOL), (102, Organizations.OTHER_SCHOOL)):
        person = await desk.person(f"Мария{number} Иванова", number)
        await person.join(Types.GENERAL, school)
        seated.append(person)
    return seated


async def state(world: World) -> AnnouncementState:
    async with world.storage.read() as tx:
        found = await announcements.get(tx, 1)
    assert found is not None
    return found.state


async def announce(author: Head, *, album: bool) -> None:
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    if album:
        await author.send_album(caption="План на месяц")
    else:
        await author.send_photo("Совещание в среду")
    await author.press(Announcements.TO, Recipients.ALL)
    await author.press(next(button for button in await author.buttons() if button.startswith(Recipients.DONE)))
    await author.press(Announcements.SEND)
    await author.press(next(button for button in await author.buttons() if button.startswith("Да, ")))


# Who speaks, above each announcement.
HEAD = "📣 Управление образования"


@pytest.mark.slow
@pytest.mark.parametrize("words", ["there are no messages to forward", "messages can't be forwarded"])
async def test_an_album_whose_source_is_gone_stops_the_announcement(
    desk: World, author: Head, heads: list[Head], words: str
) -> None:
    seen = [await head.count() for head in heads]
    await desk.telegram.order_fault("400", method="copyMessages", description=words)
    await announce(author, album=True)
    await desk.at(desk.now + SECONDS)
    assert await state(desk) is AnnouncementState.PAUSED
    assert [await head.count() for head in heads] == seen


async def test_a_server_that_moves_loses_nothing(desk: World, author: Head, heads: list[Head]) -> None:
    fault = await desk.telegram.order_fault("400", method="copyMessage", description="Logged out")
    await announce(author, album=False)
    await desk.at(desk.now + SECONDS)
    assert await state(desk) is AnnouncementState.SENDING
    await desk.telegram.cancel_faults(fault)
    await desk.at(desk.now + timedelta(minutes=15))
    assert [await head.sees() for head in heads] == [f"{HEAD}\n\nСовещание в среду"] * 2
    assert await state(desk) is AnnouncementState.DONE


async def test_who_cannot_get_this_kind_of_message_is_still_written_to(
    desk: World, author: Head, heads: list[Head], caplog: pytest.LogCaptureFixture
) -> None:
    # A head who takes no voice messages: the copy is refused as if it could not be made at all.
    await desk.telegram.order_fault(
        "400", method="copyMessage", chat_id=heads[0].id, description="the message can't be copied"
    )
    await announce(author, album=False)
    await desk.at(desk.now + SECONDS)
    assert await state(desk) is AnnouncementState.DONE
    assert await heads[1].sees() == f"{HEAD}\n\nСовещание в среду"
    async with desk.storage.read() as tx:
        assert set((await people.reachability(tx, {head.id for head in heads})).values()) == {True}
    # The log has it.
    assert "the message can't be copied" in caplog.text
    caplog.clear()
