"""Copies and forwards by the bot, and what may be done with them afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from simulator import Person, Simulator

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Ознакомлен", callback_data="read")]])


async def refused(awaitable: Any, text: str) -> None:
    """The call must end in 400 with exactly this description."""
    with pytest.raises(TelegramBadRequest) as caught:
        await awaitable
    assert caught.value.message == f"Bad Request: {text}"


@pytest.fixture
async def other(sim: Simulator) -> Person:
    """The one who gets the copies."""
    person = await sim.person("Петров Иван", id=7)
    await person.start()
    return person


async def test_what_a_copy_keeps(bot: Bot, head: Person, other: Person) -> None:
    text = await head.forward("<b>Важно</b>", channel="Минпросвещения", html=True)
    copy = await bot.copy_message(7, 101, text, reply_markup=KEYBOARD)
    seen = await other.last_message()
    assert (seen["message_id"], seen["text"], seen["buttons"]) == (copy.message_id, "Важно", ["Ознакомлен"])
    assert seen["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    assert not seen["forwarded"]
    # the buttons of an original stay where they are
    await bot.copy_message(101, 7, copy.message_id)
    assert (await head.last_message())["buttons"] == []

    sent = [await head.send_photo(caption="<i>фото</i>", html=True), await head.send_video(), await head.send_audio()]
    sent += [await head.send_voice(), await head.send_sticker(), await head.send_file(b"1", "a.pdf", caption="файл")]
    sent += [await head.send_location(1, 2), await head.send_contact("+7", "М"), await head.send_poll("?", ["а", "б"])]
    sent += [await head.send_dice(value=3), await head.send_poll("2+2?", ["3", "4"], right=1)]
    for number in sent:
        await bot.copy_message(7, 101, number)
    originals = (await head.messages(from_bot=False))[-len(sent) :]
    copies = (await other.messages())[-len(sent) :]
    for original, seen in zip(originals, copies, strict=True):
        assert seen["media"] == original["media"]
        same = ("kind", "text", "entities")
        assert [seen[key] for key in same] == [original[key] for key in same]
    polls = [
        (a["extra"]["poll"], b["extra"]["poll"]) for a, b in zip(originals, copies, strict=True) if "poll" in a["extra"]
    ]
    assert all(a["id"] != b["id"] and a["options"] == b["options"] for a, b in polls)
    assert copies[-2]["extra"]["dice"]["emoji"] == "🎲"


async def test_the_caption_of_a_copy(bot: Bot, head: Person, other: Person, sim: Simulator) -> None:
    photo, text = await head.send_photo(caption="<b>было</b>", html=True), await head.send("текст")
    await bot.copy_message(7, 101, photo, caption="<i>стало</i>")
    await bot.copy_message(7, 101, text, caption="не сюда")
    empty = {"chat_id": 7, "from_chat_id": 101, "message_id": photo, "caption": ""}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sim.url}/bot42:TEST/copyMessage", json=empty) as response,
    ):
        assert (await response.json())["result"].keys() == {"message_id"}
    changed, plain, bare = await other.messages()
    assert (changed["text"], changed["entities"][0]["type"]) == ("стало", "italic")
    assert plain["text"] == "текст"
    assert (bare["text"], bare["entities"], bare["kind"]) == ("", [], "photo")
    await refused(bot.copy_message(7, 101, photo, caption="я" * 1025), "message caption is too long")


async def test_several_copies_at_once(bot: Bot, head: Person, other: Person) -> None:
    album = await head.send_album(["photo", "video", "photo"], caption="Отчёт")
    text = await head.send("и текст")
    gift = await head.send_thing("giveaway")
    await bot.delete_message(101, album[1])
    copies = await bot.copy_messages(7, 101, [*album, text, gift, 9999])
    seen = await other.messages()
    assert [m["message_id"] for m in seen] == [c.message_id for c in copies]
    assert [(m["kind"], m["text"]) for m in seen] == [("photo", "Отчёт"), ("photo", ""), ("text", "и текст")]
    mine, theirs = (await head.messages(from_bot=False))[0]["media_group_id"], seen[0]["media_group_id"]
    assert theirs == seen[1]["media_group_id"] != mine
    assert seen[2]["media_group_id"] is None
    # one piece of an album is no album
    await bot.copy_messages(7, 101, [album[0], text], remove_caption=True)
    alone, kept = (await other.messages())[-2:]
    assert (alone["media_group_id"], alone["text"], kept["text"]) == (None, "", "и текст")
    await refused(bot.copy_messages(7, 101, [9998, 9999]), "there are no messages to forward")
    await refused(bot.copy_messages(7, 101, [gift]), "messages can't be forwarded")
    unsorted = "message identifiers must be in a strictly increasing order"
    await refused(bot.copy_messages(7, 101, [text, text]), unsorted)
    await refused(bot.copy_messages(7, 101, []), "message identifiers are not specified")
    await refused(bot.copy_messages(7, 101, list(range(1, 102))), "too many message identifiers specified")
    forwarded = await bot.forward_messages(7, 101, [album[0], album[2], gift])
    assert len(forwarded) == 3
    assert all(m["forwarded"] for m in (await other.messages())[-3:])


async def test_what_cannot_be_copied(bot: Bot, head: Person, other: Person) -> None:
    text = await head.send("x")
    pin = await head.send_thing("pinned_message", {"message_id": text})
    quiz = await head.forward(await head.send_poll("2+2?", ["3", "4"], right=1))
    for number in (await head.send_thing("giveaway"), await head.send_thing("invoice"), pin, quiz):
        await refused(bot.copy_message(7, 101, number), "the message can't be copied")
    await refused(bot.copy_message(7, 101, await head.send_thing("paid_media")), "the message can't be copied")
    await refused(bot.forward_message(7, 101, pin), "the message can't be forwarded")
    await refused(bot.forward_messages(7, 101, [pin]), "messages can't be forwarded")
    await bot.delete_message(101, text)
    await refused(bot.copy_message(7, 101, text), "message to copy not found")
    await refused(bot.copy_message(7, 555, 1), "chat not found")
    assert await other.messages() == []


async def test_who_cannot_get_a_copy(bot: Bot, head: Person, other: Person, sim: Simulator) -> None:
    text = await head.send("x")
    await sim.person("Новый", id=8)
    await other.block()
    gone = await sim.person("Ушёл", id=9)
    await gone.start()
    await gone.deactivate()
    reasons = {
        7: "bot was blocked by the user", 8: "bot can't initiate conversation with a user", 9: "user is deactivated",
    }  # fmt: skip
    for number, reason in reasons.items():
        for call in (bot.copy_message(number, 101, text), bot.copy_messages(number, 101, [text])):
            with pytest.raises(TelegramForbiddenError) as caught:
                await call
            assert caught.value.message == f"Forbidden: {reason}"
    await refused(bot.copy_message(999, 101, text), "chat not found")
    # a person who has blocked the bot can still be quoted
    await bot.copy_message(101, 7, await _words_before_blocking(other))
    assert await head.last() == "раньше"


async def _words_before_blocking(person: Person) -> int:
    await person.unblock()
    number = await person.send("раньше")
    await person.block()
    return number


async def test_limits_and_faults_of_copies(
    bot: Bot, head: Person, other: Person, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(sim.faults, "monotonic", lambda: now[0])
    text = await head.send("x")
    group = await sim.group("Школа", [head])
    await sim.limits(per_chat=1, per_group_minute=2)
    await bot.copy_message(7, 101, text)
    with pytest.raises(TelegramRetryAfter):
        await bot.copy_messages(7, 101, [text])
    await bot.copy_message(101, 101, text)
    await bot.copy_message(group, 101, text)
    now[0] = 10.0
    await bot.copy_message(group, 101, text)
    now[0] = 20.5
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.copy_message(group, 101, text)
    assert caught.value.retry_after == 40
    # a refused send takes no place
    now[0] = 60.0
    await bot.copy_message(group, 101, text)
    await sim.limits()
    await sim.order_fault("429", method="copyMessage", chat_id=7, count=1, retry_after=3)
    await bot.copy_message(101, 101, text)
    with pytest.raises(TelegramRetryAfter):
        await bot.copy_message(7, 101, text)
    await bot.copy_message(7, 101, text)
    stats = await sim.stats()
    assert stats["methods"]["copyMessage"] == {"200": 7, "429": 2}
    assert [call["code"] for call in await sim.calls("copyMessage", chat_id=7)] == [200, 429, 200]


async def test_copies_are_the_bots_own(bot: Bot, head: Person, other: Person, sim: Simulator) -> None:
    start = datetime(2026, 9, 1, tzinfo=UTC)
    await sim.set_clock(start)
    photo, text = await head.send_photo(caption="фото"), await head.send("текст")
    number = (await bot.copy_message(7, 101, text)).message_id
    picture = (await bot.copy_message(7, 101, photo)).message_id
    sticker = (await bot.copy_message(7, 101, await head.send_sticker())).message_id
    # a bot may change its messages at any time
    await sim.set_clock(start + timedelta(days=30))
    await bot.edit_message_text("<b>исправлено</b>", chat_id=7, message_id=number, reply_markup=KEYBOARD)
    await refused(bot.edit_message_text("<b>исправлено</b>", chat_id=7, message_id=number, reply_markup=KEYBOARD), SAME)
    await bot.edit_message_caption(chat_id=7, message_id=picture, caption="исправлено")
    await refused(bot.edit_message_caption(chat_id=7, message_id=picture, caption="исправлено"), SAME)
    await bot.edit_message_reply_markup(chat_id=7, message_id=sticker, reply_markup=KEYBOARD)
    await bot.edit_message_reply_markup(chat_id=7, message_id=sticker)
    await refused(bot.edit_message_reply_markup(chat_id=7, message_id=sticker), SAME)
    no_caption = "there is no caption in the message to edit"
    await refused(bot.edit_message_caption(chat_id=7, message_id=number, caption="x"), no_caption)
    await refused(bot.edit_message_caption(chat_id=7, message_id=sticker, caption="x"), no_caption)
    no_text = "there is no text in the message to edit"
    await refused(bot.edit_message_text("x", chat_id=7, message_id=picture), no_text)
    assert [m["text"] for m in await other.messages()] == ["исправлено", "исправлено", ""]
    assert [m["text"] for m in await head.messages(from_bot=False)] == ["фото", "текст", ""]
    # and delete them in the first two days
    await refused(bot.delete_messages(7, [number]), "message can't be deleted for everyone")
    fresh = [(await bot.copy_message(7, 101, text)).message_id for _ in range(3)]
    assert await bot.delete_messages(7, [*fresh, 9999])
    assert len(await other.messages()) == 3
    die = (await bot.copy_message(7, 101, await head.send_dice())).message_id
    await refused(bot.delete_message(7, die), "message can't be deleted for everyone")
    await sim.set_clock(start + timedelta(days=31, seconds=1))
    await bot.delete_message(7, die)


async def test_a_document_sent_again_by_its_id(bot: Bot, head: Person, other: Person) -> None:
    sent = await bot.send_document(101, BufferedInputFile(b"\xef\xbb\xbfa;b", "отчёт.csv"))
    assert sent.document is not None
    again = await bot.send_document(7, sent.document.file_id, caption="он же")
    assert await other.download(again.message_id) == b"\xef\xbb\xbfa;b"
    file = await bot.get_file(sent.document.file_id)
    assert file.file_path is not None
    content = await bot.download_file(file.file_path)
    assert content is not None
    assert content.read() == b"\xef\xbb\xbfa;b"
    voice = await bot.send_voice(7, BufferedInputFile(b"v", "a.ogg"))
    assert voice.voice is not None
    sticker = await bot.send_sticker(7, BufferedInputFile(b"s", "a.webp"))
    assert sticker.sticker is not None
