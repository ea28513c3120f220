"""What people send, as the bot reads it."""

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    Message,
    MessageOriginChannel,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from simulator import Person, PersonError, Simulator, origin


async def read(bot: Bot) -> list[Message]:
    """New messages, confirmed."""
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return [update.message for update in updates if update.message]


async def test_formatted_text(bot: Bot, head: Person, sim: Simulator) -> None:
    await head.send("/note <b>Срочно</b>, 😀 <i>до <u>пятницы</u></i>", html=True)
    await head.send("раз два", entities=[{"type": "bold", "offset": 4, "length": 3}])
    await head.send("1 < 2 & <b>3</b>")
    rich, bold, bare = await read(bot)
    assert rich.html_text == "/note <b>Срочно</b>, 😀 <i>до <u>пятницы</u></i>"
    assert rich.entities is not None
    assert rich.entities[0].type == "bot_command"
    assert bold.html_text == "раз <b>два</b>"
    assert (bare.text, bare.entities) == ("1 < 2 & <b>3</b>", None)
    await head.edit(bold.message_id, "<s>раз</s>", html=True)
    edited = (await bot.get_updates())[-1].edited_message
    assert edited is not None
    assert edited.html_text == "<s>раз</s>"
    with pytest.raises(PersonError, match="Can't find end tag"):
        await head.send("<b>x", html=True)
    with pytest.raises(PersonError, match="1024"):
        await head.send_photo(caption="я" * 1025)


async def test_every_kind_of_message(bot: Bot, head: Person) -> None:
    await head.send_photo(caption="<b>фото</b>", html=True)
    await head.send_video(caption="видео")
    await head.send_file(b"1", "план.docx", caption="файл")
    await head.send_audio()
    await head.send_voice()
    await head.send_sticker("👍")
    await head.send_file(b"1", "a.mp4", kind="animation")
    await head.send_file(b"1", "a.mp4", kind="video_note")
    await head.send_location(52.3, 104.3)
    await head.send_contact("+73952000000", "Мария")
    await head.send_dice("🎯", 6)
    await head.send_poll("Кто за?", ["Да", "Нет"])
    await head.send_poll("2+2?", ["3", "4"], right=1)
    for kind in ("giveaway", "paid_media", "invoice"):
        await head.send_thing(kind)
    await head.send_thing("pinned_message", {"message_id": (await head.messages(from_bot=False))[0]["message_id"]})
    messages = await read(bot)
    assert [message.content_type for message in messages] == [
        *("photo", "video", "document", "audio", "voice", "sticker", "animation", "video_note", "location", "contact"),
        *("dice", "poll", "poll", "giveaway", "paid_media", "invoice", "pinned_message"),
    ]
    assert messages[0].html_text == "<b>фото</b>"
    assert messages[5].sticker is not None
    assert messages[5].sticker.emoji == "👍"
    quiz = messages[12].poll
    assert quiz is not None
    assert (quiz.type, quiz.correct_option_ids) == ("quiz", [1])
    screen = await head.screen()
    assert "<poll>" in screen
    assert "<sticker 👍" in screen
    assert await head.download(messages[2].message_id) == b"1"
    with pytest.raises(LookupError, match="no file in message"):
        await head.download(messages[8].message_id)
    for wrong in ("game", "service"):
        with pytest.raises(ValueError, match="unknown kind"):
            await head.send_thing(wrong)
    with pytest.raises(PersonError, match="cannot be edited"):
        await head.edit(messages[5].message_id, "x")


async def test_albums(bot: Bot, head: Person) -> None:
    sent = await head.send_album(["photo", "video", "photo"], caption="<i>Отчёт</i>", html=True)
    await head.send_album(["document", "document"])
    *first, one, two = await read(bot)
    assert [message.message_id for message in first] == sent
    assert [message.content_type for message in first] == ["photo", "video", "photo"]
    assert [message.caption for message in first] == ["Отчёт", None, None]
    assert len({message.media_group_id for message in first}) == 1
    assert one.media_group_id == two.media_group_id != first[0].media_group_id
    with pytest.raises(ValueError, match="2-10"):
        await head.send_album(["photo"])


async def test_forwarded_messages(bot: Bot, head: Person, sim: Simulator) -> None:
    friend = await sim.person("Петров Иван", id=7)
    group = await sim.group("Школа", [head, friend])
    theirs = await friend.send("из группы", chat=group)
    quiz = await head.send_poll("2+2?", ["3", "4"], right=1)
    await read(bot)
    await head.forward("<b>Приказ</b>", author=friend, html=True)
    await head.forward("скрытый", author="Аноним")
    await head.forward("пост", channel="Минпросвещения")
    await head.send_photo(caption="пост", origin=origin(channel="Минпросвещения"))
    await head.forward(theirs, from_chat=group)
    again = await head.forward(quiz)
    by_user, hidden, post, photo, from_group, forwarded_quiz = await read(bot)
    assert by_user.html_text == "<b>Приказ</b>"
    assert isinstance(by_user.forward_origin, MessageOriginUser)
    assert by_user.forward_origin.sender_user.id == 7
    assert isinstance(hidden.forward_origin, MessageOriginHiddenUser)
    assert hidden.forward_origin.sender_user_name == "Аноним"
    assert isinstance(post.forward_origin, MessageOriginChannel)
    assert isinstance(photo.forward_origin, MessageOriginChannel)
    assert post.forward_origin.chat == photo.forward_origin.chat
    assert post.forward_origin.chat.title == "Минпросвещения"
    assert isinstance(from_group.forward_origin, MessageOriginUser)
    assert from_group.forward_origin.sender_user.first_name == "Иван"
    # of a forwarded quiz the bot does not learn the answer
    assert forwarded_quiz.poll is not None
    assert forwarded_quiz.poll.correct_option_ids is None
    with pytest.raises(PersonError):
        await head.edit(again, "x")
    with pytest.raises(LookupError, match="no message"):
        await head.forward(9999)
    with pytest.raises(ValueError, match="unknown origin"):
        await head.send("x", origin={"type": "chat"})


async def test_the_menu_of_commands_a_person_sees(bot: Bot, head: Person, sim: Simulator) -> None:
    other = await sim.person("Петров", id=7)
    english = await sim.person("Smith", id=8, language_code="en")
    group = await sim.group("Школа", [head])

    async def menu(person: Person) -> list[str]:
        return [item["command"] for item in await person.commands()]

    def command(name: str) -> list[BotCommand]:
        return [BotCommand(command=name, description="x")]

    assert await menu(head) == []
    await bot.set_my_commands(command("all"))
    await bot.set_my_commands(command("private"), scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(command("english"), scope=BotCommandScopeAllPrivateChats(), language_code="en")
    await bot.set_my_commands(command("panel"), scope=BotCommandScopeChat(chat_id=101))
    assert [await menu(person) for person in (head, other, english)] == [["panel"], ["private"], ["english"]]
    assert await menu(head.in_group(group)) == ["all"]
    await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id=101))
    assert await menu(head) == ["private"]
