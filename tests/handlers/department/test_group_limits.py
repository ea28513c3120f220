"""The department's group with slow mode, forbidden kinds, moves and losses, as the server has them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.desk import group as groups
from bot.storage.people import people
from tests.handlers.department.test_department_group import GROUP, made, seated, texts, write
from tests.people import ADMIN, introduced
from tests.texts.department import People, Threads
from tests.texts.example import Organizations
from tests.world import Head, World, living

# What Telegram's groups can, and its server says of them; MAX's are in `tests/delivery/max/test_files_and_groups.py`.
pytestmark = pytest.mark.telegram_alone


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The bot is told of a group that does not exist yet."""
    async with living(tmp_path, admin_ids=(ADMIN,), department_chat_id=GROUP) as world:
        yield world


@pytest.fixture
async def admin(world: World) -> Head:
    """The administrator."""
    return await introduced(world, "Начальник Анна", ADMIN)


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """A head at the school."""
    return await seated(world, "Иванова Мария", 101, Organizations.SCHOOL)


async def is_answered(person: Head) -> bool:
    """Whether the person gets an answer at once."""
    seen = await person.count()
    await person.send("/tasks")
    return await person.count() == seen + 1


async def test_slow_mode_of_the_server_with_a_restart_between_a_card_and_its_file(
    world: World, admin: Head, head: Head
) -> None:
    await made(world, admin, supergroup=True)
    await world.telegram.slow_mode(GROUP, 900)
    await head.send("/write")
    await head.do(head.phone.send_file(b"%PDF", "акт.pdf", caption="я" * 1000))
    group = admin.phone.in_group(GROUP)
    assert [message["kind"] for message in await group.messages()] == ["text"]
    await world.restart()
    assert await is_answered(head)
    await world.at("2026-08-27 10:14")
    assert len(await group.messages()) == 1
    await world.at("2026-08-27 10:16")
    assert [message["kind"] for message in await group.messages()] == ["text", "document"]


@pytest.mark.slow
async def test_the_group_moves_while_it_is_held_and_is_held_anew(world: World, admin: Head, head: Head) -> None:
    await made(world, admin)
    await world.telegram.order_fault("429", method="sendMessage", chat_id=GROUP, retry_after=900, count=1)
    await write(head, "Первый")
    new = await world.telegram.upgrade(GROUP)
    await world.settle()
    await world.telegram.slow_mode(new, 600)
    await write(head, "Второй", "Третий")
    # Both numbers are one group, and nobody else waits for it.
    assert await is_answered(head)
    assert await is_answered(admin)
    await world.restart()
    assert await is_answered(head)
    for minute in (20, 31, 42):
        await world.at(f"2026-08-27 10:{minute}")
    shown = "".join(await texts(admin.phone.in_group(new)))
    assert all(word in shown for word in ("Первый", "Второй", "Третий"))


async def test_the_group_is_lost_while_it_is_held_and_comes_back(world: World, admin: Head, head: Head) -> None:
    await made(world, admin, supergroup=True)
    await world.telegram.slow_mode(GROUP, 900)
    await write(head, "Первый", "Второй")
    await world.telegram.remove_bot(GROUP)
    await world.settle()
    await world.at("2026-08-27 10:16")
    # What had waited for the group has come to the curators.
    assert [text for text in await texts(admin) if "Второй" in text]
    await world.telegram.bot_rights(GROUP, administrator=True)
    await world.settle()
    await write(head, "Третий")
    assert [text for text in await texts(admin.phone.in_group(GROUP)) if "Третий" in text]


async def test_members_may_send_no_documents(
    world: World, admin: Head, head: Head, caplog: pytest.LogCaptureFixture
) -> None:
    await made(world, admin, supergroup=True)
    await world.telegram.forbid(GROUP, "documents")
    await head.send("/write")
    await head.send_file("акт.pdf")
    assert (await admin.received_file())[0] == "акт.pdf"
    assert "the message can't be copied" in caplog.text
    caplog.clear()
    await write(head, "Без файла")
    assert [text for text in await texts(admin.phone.in_group(GROUP)) if "Без файла" in text]
    assert not [text for text in await texts(admin) if Threads.MAY_NOT_WRITE in text]


async def test_members_may_send_no_text_but_files(world: World, admin: Head, head: Head) -> None:
    """The card is a text: the group does not take it, and curators get all of it."""
    await made(world, admin, supergroup=True)
    await world.telegram.forbid(GROUP, "text")
    await head.send("/write")
    await head.do(head.phone.send_file(b"%PDF", "акт.pdf", caption="я" * 1000))
    assert (await admin.received_file())[0] == "акт.pdf"
    await write(head, "Слова")
    assert [text for text in await texts(admin) if "Слова" in text]
    assert len([text for text in await texts(admin) if Threads.MAY_NOT_WRITE in text]) == 1


async def test_an_album_goes_to_the_group_in_slow_mode_once(world: World, admin: Head, head: Head) -> None:
    await made(world, admin, supergroup=True)
    await head.send("/write")
    await world.telegram.order_fault("429", method="copyMessages", chat_id=GROUP, retry_after=60, count=1)
    await world.telegram.order_fault("429", method="copyMessage", chat_id=GROUP, retry_after=60, count=1)
    await head.send_album("photo", "photo", "photo")
    for minute in (2, 4, 6, 8, 10):
        await world.at(f"2026-08-27 10:{minute:02}")
    kinds = [message["kind"] for message in await admin.phone.in_group(GROUP).messages()]
    assert kinds.count("photo") == 3


async def test_the_group_is_removed_from_an_answer_that_is_under_way(world: World, admin: Head, head: Head) -> None:
    """A staff member answers with a file, the bot is thrown out before the copy goes: the words arrive."""
    await made(world, admin, supergroup=True)
    await write(head, "Где приказ?")
    group = admin.phone.in_group(GROUP)
    card = (await group.messages())[-1]["message_id"]
    fault = await world.telegram.order_fault("502", method="copyMessage", chat_id=head.id)
    await group.send_file(b"%PDF", "приказ.pdf", caption="Вот он", reply_to=card)
    await world.settle()
    await world.telegram.remove_bot(GROUP)
    await world.telegram.cancel_faults(fault)
    for minute in (11, 12, 13):
        await world.at(f"2026-08-27 10:{minute}")
    assert [text for text in await texts(head) if "Вот он" in text]
    assert not [text for text in await texts(admin) if People.UNREACHED in text]
    async with world.storage.read() as tx:
        assert await people.reachability(tx, {head.id}) == {head.id: True}
        assert await groups.serving(tx, GROUP, world.now) is None


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("403", "bot is not a member of the supergroup chat"),
        ("400", "CHAT_SEND_PLAIN_FORBIDDEN"),
        ("400", "chat not found"),
    ],
)
async def test_whatever_the_server_says_of_a_lost_group_a_note_arrives(
    world: World, admin: Head, head: Head, action: str, words: str
) -> None:
    await made(world, admin)
    await world.telegram.order_fault(action, method="sendMessage", chat_id=GROUP, description=words)
    await write(head, "Важное")
    assert [text for text in await texts(admin) if "Важное" in text]


@pytest.mark.parametrize("method", ["createForumTopic", "sendMessage"])
async def test_a_limit_in_a_forum_holds_the_forum_alone(world: World, admin: Head, head: Head, method: str) -> None:
    await made(world, admin, forum=True)
    await world.telegram.order_fault("429", method=method, chat_id=GROUP, retry_after=300, count=1)
    await write(head, "Первый", "Второй")
    assert await is_answered(head)
    await world.at("2026-08-27 10:06")
    topics = (await world.telegram.chat(GROUP))["topics"]
    assert len(topics) == 1
    shown = "".join(await texts(admin.phone.in_group(GROUP, topics[0]["message_thread_id"])))
    assert "Первый" in shown
    assert "Второй" in shown
