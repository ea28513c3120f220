"""Groups: topics, rights, removal of the bot, and the upgrade to a supergroup."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.types import BufferedInputFile, ChatMemberAdministrator, InputMediaDocument, Message, ReplyParameters

from simulator import Person, PersonError, Simulator


async def refused(awaitable: Awaitable[Any], text: str) -> None:
    """The call must end in 400 with exactly this description."""
    with pytest.raises(TelegramBadRequest) as caught:
        await awaitable
    assert caught.value.message == f"Bad Request: {text}"


async def read(bot: Bot) -> list[Message]:
    """New messages, confirmed."""
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return [update.message for update in updates if update.message]


async def test_a_topic_and_what_is_written_in_it(bot: Bot, head: Person, sim: Simulator) -> None:
    group = await sim.group("Управление", [head], forum=True)
    assert (await bot.get_chat(group)).is_forum
    me = await bot.get_chat_member(group, 42)
    assert isinstance(me, ChatMemberAdministrator)
    assert me.can_manage_topics
    topic = (await bot.create_forum_topic(group, "Школа № 5")).message_thread_id
    letter = await bot.send_message(group, "Вопрос", message_thread_id=topic)
    assert (letter.message_thread_id, letter.is_topic_message) == (topic, True)
    await bot.send_message(group, "в общую тему")
    member = head.in_group(group, topic)
    assert [m["text"] for m in await member.messages()] == ["", "Вопрос"]
    await member.send("Пишу сам")
    await head.send("Отвечаю", chat=group, reply_to=letter.message_id)
    await head.send("Вне тем", chat=group)
    assert [m["text"] for m in await member.messages(from_bot=False)] == ["Пишу сам", "Отвечаю"]
    own, answer, general = await read(bot)
    assert (own.message_thread_id, own.is_topic_message) == (topic, True)
    # what is no reply hangs on the message about the topic's creation
    assert own.reply_to_message is not None
    assert own.reply_to_message.forum_topic_created is not None
    assert answer.message_thread_id == topic
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "Вопрос"
    assert (general.message_thread_id, general.is_topic_message, general.reply_to_message) == (None, None, None)
    assert general.chat.is_forum
    assert f"topic {topic}" in await member.screen()


async def test_everything_goes_into_a_topic(bot: Bot, head: Person, sim: Simulator) -> None:
    group = await sim.group("Управление", [head], forum=True)
    topic = (await bot.create_forum_topic(group, "Школа № 5", icon_color=9367192)).message_thread_id
    private = [await head.send("x"), *await head.send_album(["document", "document"])]
    file = BufferedInputFile(b"1", "a.pdf")
    await bot.copy_message(group, 101, private[0], message_thread_id=topic)
    await bot.copy_messages(group, 101, private, message_thread_id=topic)
    await bot.forward_message(group, 101, private[0], message_thread_id=topic)
    await bot.send_document(group, file, message_thread_id=topic)
    await bot.send_media_group(group, [InputMediaDocument(media=file)] * 2, message_thread_id=topic)
    await bot.send_chat_action(group, "typing", message_thread_id=topic)
    reply = await bot.send_message(group, "x", reply_parameters=ReplyParameters(message_id=topic))
    assert reply.message_thread_id == topic
    assert len(await head.in_group(group, topic).messages()) == 1 + 1 + 3 + 1 + 1 + 2 + 1
    missing = "message thread not found"
    for wrong in (1, 999, reply.message_id):
        await refused(bot.send_message(group, "x", message_thread_id=wrong), missing)
    await refused(bot.copy_message(group, 101, private[0], message_thread_id=999), missing)
    await refused(bot.copy_messages(group, 101, private, message_thread_id=999), missing)
    await refused(bot.send_document(group, file, message_thread_id=999), missing)
    await refused(bot.send_chat_action(group, "typing", message_thread_id=999), missing)
    plain = await sim.group("Школа", [head], supergroup=True)
    # Where there are no topics the number says nothing; a private chat is looked through for it.
    assert (await bot.send_message(plain, "x", message_thread_id=topic)).message_thread_id is None
    await refused(bot.send_message(101, "x", message_thread_id=topic), missing)
    assert len(await sim.calls("sendMessage", chat_id=group)) == 4


async def test_a_topic_is_renamed_closed_and_deleted(bot: Bot, head: Person, sim: Simulator) -> None:
    group = await sim.group("Управление", [head], forum=True)
    topic = (await bot.create_forum_topic(group, "Было")).message_thread_id
    assert await bot.edit_forum_topic(group, topic, name="Стало")
    await refused(bot.edit_forum_topic(group, topic, name="Стало"), "TOPIC_NOT_MODIFIED")
    await refused(bot.edit_forum_topic(group, 999, name="x"), "TOPIC_ID_INVALID")
    await refused(bot.reopen_forum_topic(group, topic), "TOPIC_NOT_MODIFIED")
    assert await bot.close_forum_topic(group, topic)
    await refused(bot.close_forum_topic(group, topic), "TOPIC_NOT_MODIFIED")
    member = head.in_group(group, topic)
    with pytest.raises(PersonError, match="Стало"):
        await member.send("x")
    await bot.send_message(group, "администратор пишет и в закрытую", message_thread_id=topic)
    assert (await sim.chat(group))["topics"][0]["closed"]
    assert await bot.reopen_forum_topic(group, topic)
    await member.send("снова открыта")
    await member.close_topic(topic)
    await member.close_topic(topic, closed=False)
    assert [m.content_type for m in await read(bot)] == ["text", "forum_topic_closed", "forum_topic_reopened"]
    await refused(bot.delete_message(group, topic), "message can't be deleted")
    await member.delete_topic(topic)
    # It takes the server a minute to notice what Telegram knows at once.
    await refused(bot.send_message(group, "x", message_thread_id=topic), "TOPIC_DELETED")
    await sim.set_clock(sim.world.now() + timedelta(seconds=61))
    await refused(bot.send_message(group, "x", message_thread_id=topic), "message thread not found")
    await refused(bot.close_forum_topic(group, topic), "TOPIC_ID_INVALID")
    assert await member.messages(from_bot=None) == []
    await refused(bot.create_forum_topic(group, " "), "name must be non-empty")
    long = "simulator: the name of a topic is at most 128 characters long"
    await refused(bot.create_forum_topic(group, "я" * 129), long)
    await refused(bot.create_forum_topic(group, "x", icon_color=1), "invalid icon color specified")
    gone = (await bot.create_forum_topic(group, "я" * 128)).message_thread_id
    assert await bot.delete_forum_topic(group, gone)


async def test_a_bot_without_the_right_to_manage_topics(bot: Bot, head: Person, sim: Simulator) -> None:
    group = await sim.group("Управление", [head], forum=True, manage_topics=False)
    await refused(bot.create_forum_topic(group, "x"), "not enough rights to create a topic")
    member = head.in_group(group)
    theirs = await member.create_topic("Чужая тема")
    created = (await read(bot))[0]
    assert created.forum_topic_created is not None
    assert (created.forum_topic_created.name, created.message_thread_id) == ("Чужая тема", theirs)
    await bot.send_message(group, "писать можно", message_thread_id=theirs)
    await refused(bot.edit_forum_topic(group, theirs, name="x"), "not enough rights to edit the topic")
    await member.close_topic(theirs)
    await refused(bot.send_message(group, "x", message_thread_id=theirs), "TOPIC_CLOSED")
    own = await member.send("в общей")
    await refused(bot.delete_message(group, own), "message can't be deleted")
    await sim.bot_rights(group, administrator=True, manage_topics=True)
    assert await bot.delete_message(group, own)
    await bot.create_forum_topic(group, "x")
    await sim.set_forum(group, on=False)
    for chat in (group, await sim.group("Школа", [head]), 101):
        await refused(bot.create_forum_topic(chat, "x"), "the chat is not a forum")
    with pytest.raises(PersonError, match="no topics"):
        await member.create_topic("x")
    with pytest.raises(LookupError, match="no topic 999"):
        await member.send("x", topic=999)


async def test_replies_in_a_supergroup_without_topics_are_no_topic(bot: Bot, head: Person, sim: Simulator) -> None:
    group = await sim.group("Школа", [head], supergroup=True)
    first = await bot.send_message(group, "вопрос")
    member = head.in_group(group)
    answer = await member.reply_to(first.message_id, "ответ")
    await member.reply_to(answer, "ещё")
    message, two = await read(bot)
    assert [m.message_thread_id for m in (message, two)] == [first.message_id] * 2
    assert [m.is_topic_message for m in (message, two)] == [None, None]


async def test_a_group_becomes_a_supergroup(bot: Bot, head: Person, sim: Simulator) -> None:
    old = await sim.group("Управление", [head])
    await head.send("до", chat=old)
    earlier = await bot.send_message(old, "до")
    new = await sim.upgrade(old, forum=True)
    before, leaving, arriving = await read(bot)
    assert before.chat.id == old
    assert (leaving.chat.id, leaving.migrate_to_chat_id) == (old, new)
    assert (arriving.chat.id, arriving.migrate_from_chat_id) == (new, old)
    for call in (bot.send_message(old, "x"), bot.delete_message(old, before.message_id)):
        with pytest.raises(TelegramMigrateToChat) as caught:
            await call
        assert caught.value.migrate_to_chat_id == new
    # What stands there is still read and copied; nothing of it is changed.
    await bot.get_chat(old)
    await bot.copy_message(101, old, before.message_id)
    await refused(bot.edit_message_text("x", chat_id=old, message_id=earlier.message_id), "message can't be edited")
    with pytest.raises(LookupError):
        await head.send("x", chat=old)
    await bot.send_message(new, "после")
    assert await head.in_group(new).last() == "после"
    assert (await bot.get_chat(new)).is_forum
    with pytest.raises(PersonError, match="already"):
        await sim.upgrade(new)


@pytest.mark.parametrize("supergroup", [False, True])
@pytest.mark.parametrize(
    ("kicked", "status", "words"),
    [(True, "kicked", "bot was kicked from"), (False, "left", "bot is not a member of")],
)
async def test_the_bot_is_removed_from_a_group(
    bot: Bot, head: Person, sim: Simulator, supergroup: bool, kicked: bool, status: str, words: str
) -> None:
    group = await sim.group("Управление", [head], supergroup=supergroup)
    await bot.get_updates(offset=-1)
    theirs = await head.send("здесь", chat=group)
    await bot.get_updates(offset=-1)
    await sim.remove_bot(group, kicked=kicked)
    await head.send("между собой", chat=group)
    kind = "supergroup" if supergroup else "group"
    own = await head.send("моё")
    gone = [bot.send_message(group, "x"), bot.copy_message(group, 101, own)]
    if supergroup:
        gone += [bot.get_chat(group), bot.copy_message(101, group, theirs)]
    else:
        # What stands in a small group is read by whoever has been there.
        await bot.get_chat(group)
        await bot.copy_message(101, group, theirs)
    for call in gone:
        with pytest.raises(TelegramForbiddenError) as caught:
            await call
        assert caught.value.message == f"Forbidden: {words} the {kind} chat"
    await sim.bot_rights(group, administrator=False)
    await bot.send_message(group, "снова здесь")
    updates = await bot.get_updates()
    changes = [u.my_chat_member for u in updates if u.my_chat_member]
    statuses = [(c.old_chat_member.status, c.new_chat_member.status) for c in changes]
    assert statuses[-2:] == [("member", status), (status, "member")]
    assert [u.message.text for u in updates if u.message] == ["здесь", "моё"]


async def test_people_come_and_go(bot: Bot, head: Person, sim: Simulator) -> None:
    other = await sim.person("Петров Иван", id=7)
    group = await sim.group("Школа", [head])
    await other.join(group)
    await other.send("привет", chat=group)
    await other.leave(group)
    came, spoke, left = await read(bot)
    assert came.new_chat_members is not None
    assert came.new_chat_members[0].id == 7
    assert spoke.text == "привет"
    assert left.left_chat_member is not None
    assert (await bot.get_chat_member(group, 7)).status == "left"
    await refused(bot.copy_message(101, group, came.message_id), "the message can't be copied")
