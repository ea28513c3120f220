"""The department's group: notes go there, a topic to each, and who answers there answers the person."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.people.member import StaffRole
from bot.storage import schema as tables
from bot.storage.desk import group as groups
from bot.storage.people import staff
from simulator import Person
from tests.people import ADMIN, introduced
from tests.texts.department import Threads
from tests.texts.example import Organizations, Types
from tests.texts.heads import Writing
from tests.world import Head, World, living, on_button

GROUP = -5001


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


async def seated(world: World, name: str, id: int, school: str) -> Head:
    person = await world.person(name, id)
    await person.join(Types.GENERAL, school)
    return person


async def made(world: World, *members: Head, **options: Any) -> int:
    """The group of the settings, of these people."""
    made = await world.telegram.group("Управление", [member.phone for member in members], id=GROUP, **options)
    await world.settle()
    return made


async def write(person: Head, *words: str) -> None:
    for word in words:
        await person.send("/write")
        await person.send(word)


async def texts(person: Person | Head) -> list[str]:
    phone = person.phone if isinstance(person, Head) else person
    return [message["text"] for message in await phone.messages()]


async def test_a_topic_to_each_thread(world: World, admin: Head, head: Head) -> None:
    outsider = await world.person("Гость Пётр", 700)
    await made(world, admin, outsider, forum=True)
    before = await admin.count()
    await write(head, "Первый вопрос", "И второй")
    other = await seated(world, "Петров Олег", 102, Organizations.OTHER_SCHOOL)
    await write(other, "Чужой вопрос")
    assert await admin.count() == before
    topics = (await world.telegram.chat(GROUP))["topics"]
    assert [topic["name"] for topic in topics] == [
        f"Мария Иванова · {on_button(Organizations.SCHOOL)}",
        f"Олег Петров · {on_button(Organizations.OTHER_SCHOOL)}",
    ]
    mine, theirs = (admin.phone.in_group(GROUP, topic["message_thread_id"]) for topic in topics)
    first, second = (await texts(mine))[1:]
    assert first.endswith("Первый вопрос\n\nЧто сотрудники напишут в этой теме, получит Мария Иванова.")
    assert second.endswith("И второй")
    # What outsiders write, service messages, stickers and what is said beside the topics go nowhere.
    seen = await head.count()
    await outsider.phone.in_group(GROUP, topics[0]["message_thread_id"]).send("Я не сотрудник")
    await mine.send("/start")
    await admin.phone.in_group(GROUP).send("Просто разговор")
    await mine.send_sticker()
    await world.settle()
    assert await head.count() == seen
    assert Writing.CANNOT_FORWARD in (await texts(mine))[-1]
    assert all("/start" not in text for text in await texts(mine))
    # An answer in the topic, one by a swipe with a file, and its sign.
    said = await mine.send("Отвечаем на оба")
    await world.settle()
    assert await head.sees() == "✉️ Ответ управления\nАнна Начальник\n\nОтвечаем на оба"
    assert (await mine.messages(from_bot=False))[-1]["reactions"]
    assert all(f"✅ {Threads.ANSWERED}: Анна Начальник" in text for text in (await texts(mine))[1:3])
    await mine.edit(said, "Отвечаем на оба вопроса")
    await world.settle()
    assert (await head.sees()).endswith("Отвечаем на оба вопроса")
    card = next(message for message in await theirs.messages() if "Чужой вопрос" in message["text"])
    await theirs.send_file(b"%PDF", "приказ.pdf", reply_to=card["message_id"])
    await world.settle()
    assert (await other.phone.messages())[-1]["kind"] == "document"
    # The person has blocked the bot: the topic hears it.
    await other.block()
    await theirs.send("Дошло?")
    await world.settle()
    assert "Ответ не доставлен: Олег Петров" in (await texts(theirs))[-1]
    # The topic is deleted: the next note makes another, and nothing is lost.
    await mine.delete_topic(topics[0]["message_thread_id"])
    await write(head, "Третий")
    fresh = (await world.telegram.chat(GROUP))["topics"]
    assert [one["name"] for one in fresh] == [
        f"Олег Петров · {on_button(Organizations.OTHER_SCHOOL)}",
        f"Мария Иванова · {on_button(Organizations.SCHOOL)}",
    ]
    again = admin.phone.in_group(GROUP, fresh[1]["message_thread_id"])
    assert "Третий" in (await texts(again))[-1]
    await again.press(Threads.NEEDS_NO_ANSWER)
    await world.settle()
    assert Threads.NO_ANSWER_NEEDED in (await texts(again))[-1]
    await outsider.phone.in_group(GROUP, fresh[1]["message_thread_id"]).callback("xd:1:0")
    await world.settle()
    assert await count(world, tables.threads) == 2


async def count(world: World, table: Any) -> int:
    async with world.storage.read() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


async def test_topics_are_made_once_though_the_post_is_interrupted(world: World, admin: Head, head: Head) -> None:
    await made(world, admin, forum=True)
    # Telegram has made the topic, and nobody heard of it: an empty topic stays, the note arrives all the same.
    await world.telegram.order_fault("drop_after", method="createForumTopic", count=1)
    await world.telegram.order_fault("502", method="sendMessage", chat_id=GROUP, count=1)
    await write(head, "Вопрос")
    await world.restart()
    await world.at("2026-08-27 10:10")
    await world.at("2026-08-27 10:20")
    topics = (await world.telegram.chat(GROUP))["topics"]
    assert len(topics) == 2
    full = [
        text
        for topic in topics
        for text in await texts(admin.phone.in_group(GROUP, topic["message_thread_id"]))
        if "Вопрос" in text
    ]
    assert len(full) == 1


async def test_without_topics(world: World, admin: Head, head: Head) -> None:
    curator = await introduced(world, "Куратор Ольга", 300)

    async def granted(tx: Any) -> None:
        await staff.grant(tx, 300, StaffRole.CURATOR, None, world.now)

    await world.storage.apply(granted)
    await made(world, admin, curator, forum=True, manage_topics=False)
    await write(head, "Раз", "Два")
    # Administrators are told once.
    assert len([text for text in await texts(admin) if "не может создавать темы" in text]) == 1
    shown = admin.phone.in_group(GROUP)
    card = next(message for message in await shown.messages() if "Раз" in message["text"])
    assert card["text"].endswith("Ответ (свайпом) на это сообщение получит Мария Иванова.")
    await curator.phone.in_group(GROUP).send("Просто так")
    await curator.phone.in_group(GROUP).send("Отвечаю", reply_to=card["message_id"])
    await world.settle()
    assert await head.sees() == "✉️ Ответ управления\nОльга Куратор\n\nОтвечаю"
    assert "Просто так" not in " ".join(await texts(head))
    # The right is given: the next note has a topic.
    await world.telegram.bot_rights(GROUP, administrator=True, manage_topics=True)
    await world.settle()
    await write(head, "Три")
    assert len((await world.telegram.chat(GROUP))["topics"]) == 1


async def test_the_group_moves_is_lost_and_found(world: World, admin: Head, head: Head) -> None:
    # There is no such group: notes go to the curators, who is told once.
    await write(head, "Ноль", "Ещё ноль")
    assert len([text for text in await texts(admin) if Threads.CANNOT_WRITE_THERE in text]) == 1
    assert "Ещё ноль" in " ".join(await texts(admin))
    await made(world, admin)
    await write(head, "В группу")
    group = admin.phone.in_group(GROUP)
    assert "В группу" in (await texts(group))[-1]
    assert any("В группе управления нет тем" in text for text in await texts(admin))
    # It becomes a supergroup: heard from Telegram's update, and what follows in the same breath is heard too.
    new = await world.telegram.upgrade(GROUP, forum=True)
    await world.telegram.bot_rights(new, administrator=True, manage_topics=True)
    await write(head, "В новую")
    notice = await admin.phone.find("стала супергруппой")
    assert f"DEPARTMENT_CHAT_ID={new}" in notice["text"]
    (topic,) = (await world.telegram.chat(new))["topics"]
    inside = admin.phone.in_group(new, topic["message_thread_id"])
    assert "В новую" in (await texts(inside))[-1]
    await inside.send("Из новой")
    await world.settle()
    assert (await head.sees()).endswith("Из новой")
    # The old number stays in the settings: a restart knows better.
    await world.restart()
    await write(head, "После запуска")
    assert "После запуска" in (await texts(inside))[-1]
    # Removed: curators get what follows in their own chats, and one notice.
    await world.telegram.remove_bot(new)
    await world.settle()
    await write(head, "Кураторам")
    assert "Кураторам" in " ".join(await texts(admin))
    assert len([text for text in await texts(admin) if Threads.CANNOT_WRITE_THERE in text]) == 2
    await world.telegram.bot_rights(new, administrator=True, manage_topics=True)
    await world.settle()
    await write(head, "Снова в группу")
    assert "Снова в группу" in " ".join(await texts(inside))


async def test_the_upgrade_is_heard_of_by_sending(world: World, admin: Head, head: Head) -> None:
    await made(world, admin)
    await write(head, "Раньше")
    new = await world.telegram.upgrade(GROUP)
    # Telegram's updates about it are lost.
    updates = world.telegram.world.updates
    updates.allow([])
    await head.send("/write")
    await head.send_photo("Позже")
    assert Writing.LATER in " ".join(await texts(admin.phone.in_group(new)))
    async with world.storage.read() as tx:
        assert await groups.current(tx, GROUP) == new


async def test_other_groups_are_none_of_its_business(world: World, admin: Head, head: Head) -> None:
    await made(world, admin, forum=True)
    strange = await world.telegram.group("Чужая", [admin.phone, head.phone], forum=True)
    topic = await admin.phone.in_group(strange).create_topic("Тема")
    await admin.phone.in_group(strange, topic).send("Мимо")
    await world.telegram.remove_bot(strange)
    await world.settle()
    assert await world.telegram.calls("sendMessage", chat_id=strange) == []
    assert await count(world, tables.inbox) == 0
    await write(head, "Вопрос")
    assert len((await world.telegram.chat(GROUP))["topics"]) == 1


async def test_a_long_answer_in_a_topic_arrives_whole(world: World, admin: Head, head: Head) -> None:
    await made(world, admin, forum=True)
    await write(head, "Что делать?")
    (topic,) = (await world.telegram.chat(GROUP))["topics"]
    await admin.phone.in_group(GROUP, topic["message_thread_id"]).send_long("я" * 4100)
    await world.settle()
    assert "".join(await texts(head)).count("я" * 4096) == 1
    assert (await head.sees()).endswith("яяяя")
