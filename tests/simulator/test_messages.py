"""What the Bot API refuses about messages, through a real aiogram bot."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from aiogram.utils.formatting import Bold, Text

from simulator import Person, Simulator
from simulator.content.markup import check_markup
from simulator.errors import ApiError

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")


def keyboard(*rows: list[dict[str, Any]]) -> InlineKeyboardMarkup:
    """A keyboard with any fields, right or wrong."""
    return InlineKeyboardMarkup.model_construct(
        inline_keyboard=[[InlineKeyboardButton.model_construct(**button) for button in row] for row in rows]
    )


async def refused(awaitable: Any, text: str) -> None:
    """The call must end in 400 with exactly this description."""
    with pytest.raises(TelegramBadRequest) as caught:
        await awaitable
    assert caught.value.message == f"Bad Request: {text}"


async def test_a_message_arrives(bot: Bot, head: Person) -> None:
    sent = await bot.send_message(101, "<b>Дорогая</b> Мария &amp; все")
    assert sent.text == "Дорогая Мария & все"
    assert sent.html_text == "<b>Дорогая</b> Мария &amp; все"
    assert sent.chat.first_name == "Мария"
    assert sent.from_user is not None
    assert sent.from_user.is_bot
    assert await head.last() == "Дорогая Мария & все"


async def test_entities_instead_of_a_parse_mode(bot: Bot, plain: Bot, head: Person) -> None:
    sent = await bot.send_message(101, **Text("Ответ: ", Bold("😀 да")).as_kwargs())
    assert sent.html_text == "Ответ: <b>😀 да</b>"
    bad: Any = [{"type": "bold", "offset": 0, "length": 9}]
    text = "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2"
    await refused(plain.send_message(101, "да", entities=bad), text)
    await refused(bot.send_message(101, "да", entities=bad), "simulator: both parse_mode and entities are given")


async def test_chats_the_bot_cannot_write_to(bot: Bot, sim: Simulator) -> None:
    await refused(bot.send_message(999, "x"), "chat not found")
    person = await sim.person("Петров", id=7)
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await bot.send_message(7, "x")
    await person.send("/start")
    await bot.send_message(7, "x")
    await person.block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(7, "x")
    await person.unblock()
    await bot.send_message(7, "x")
    await person.deactivate()
    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await bot.send_message(7, "x")


@pytest.mark.parametrize("text", ["", "   ", "<b> </b>", "\n"])
async def test_empty_text(bot: Bot, head: Person, text: str) -> None:
    await refused(bot.send_message(101, text), "text must be non-empty" if text else "message text is empty")


async def test_long_text(bot: Bot, head: Person) -> None:
    sent = await bot.send_message(101, "я" * 4096)
    await refused(bot.send_message(101, "я" * 4097), "message is too long")
    await refused(bot.edit_message_text("я" * 4097, chat_id=101, message_id=sent.message_id), "MESSAGE_TOO_LONG")
    await refused(
        bot.send_document(101, BufferedInputFile(b"x", "a.txt"), caption="я" * 1025),
        "message caption is too long",
    )


DATA = {"text": "да", "callback_data": "d"}


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([[{"text": "x", "callback_data": "я" * 33}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "x", "callback_data": ""}]], "BUTTON_DATA_INVALID"),
        ([[{"callback_data": "x"}]], "can't parse inline keyboard button: Can't find field \"text\""),
        (
            [[{"text": "x"}]],
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            [[{**DATA, "url": "https://ya.ru"}]],
            "can't parse inline keyboard button: exactly one action field must be used, found ['callback_data', 'url']",
        ),
        (
            [[{"text": "x", "url": "http://localhost:8000"}]],
            "inline keyboard button URL 'http://localhost:8000' is invalid: Wrong HTTP URL",
        ),
        (
            [[{"text": "x", "url": "ftp://a.ru"}]],
            "inline keyboard button URL 'ftp://a.ru' is invalid: Unsupported URL protocol",
        ),
        ([[DATA] * 9], "reply markup is too long"),
        ([[DATA] * 8] * 12 + [[DATA] * 5], "reply markup is too long"),
        (
            [[{**DATA, "style": "green"}]],
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (
            [[{"text": "x", "web_app": {"url": "http://a.ru"}}]],
            "inline keyboard button URL 'http://a.ru' is invalid: Only HTTPS links are allowed",
        ),
        ([[{"text": "x", "copy_text": {"text": ""}}]], "BUTTON_COPY_TEXT_INVALID"),
        ([[{"text": "x", "pay": True}]], "BUTTON_TYPE_INVALID"),
    ],
)
async def test_bad_buttons(bot: Bot, head: Person, sim: Simulator, rows: list[list[dict[str, Any]]], text: str) -> None:
    await refused(bot.send_message(101, "x", reply_markup=keyboard(*rows)), text)
    assert await head.messages() == []


async def test_good_buttons(bot: Bot, head: Person) -> None:
    rows: list[list[dict[str, Any]]] = [[DATA] * 8] * 12 + [
        [{**DATA, "style": "danger"}, {"text": "c", "copy_text": {"text": "t"}}]
    ]
    rows.append([{"text": "u", "url": "tg://user?id=5"}, {"text": "v", "url": "ya.ru"}])
    sent = await bot.send_message(101, "x", reply_markup=keyboard(*rows))
    assert sent.reply_markup is not None
    assert sent.reply_markup.inline_keyboard[-1][1].url == "http://ya.ru/"
    assert await head.press("c") == {"kind": "copy_text", "value": "t", "message_id": sent.message_id}
    assert (await head.press("u"))["value"] == "tg://user?id=5"


async def test_edits(bot: Bot, head: Person) -> None:
    sent = await bot.send_message(101, "<b>раз</b>", reply_markup=keyboard([DATA]))
    same = (
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    place: dict[str, Any] = {"chat_id": 101, "message_id": sent.message_id}
    await refused(bot.edit_message_text("<b>раз</b>", **place, reply_markup=keyboard([DATA])), same)
    await refused(bot.edit_message_reply_markup(**place, reply_markup=keyboard([DATA])), same)
    edited = await bot.edit_message_text("раз", **place, reply_markup=keyboard([DATA]))
    assert not isinstance(edited, bool)
    assert edited.edit_date
    await bot.edit_message_text("два", **place)
    assert (await head.last_message())["markup"] is None
    await refused(bot.edit_message_text("x", chat_id=101, message_id=777), "message to edit not found")
    own = await head.send("моё")
    await refused(bot.edit_message_text("x", chat_id=101, message_id=own), "message can't be edited")
    await bot.delete_message(101, sent.message_id)
    await refused(bot.edit_message_text("x", **place), "message to edit not found")
    with pytest.raises(ApiError, match="inline keyboard expected"):
        check_markup({"keyboard": [["x"]]}, inline_only=True)


async def test_deleting(bot: Bot, head: Person, sim: Simulator) -> None:
    await sim.set_clock(datetime(2026, 9, 1, 9, tzinfo=UTC))
    first = (await bot.send_message(101, "раз")).message_id
    second = (await bot.send_message(101, "два")).message_id
    own = await head.send("моё")
    await bot.delete_message(101, own)
    await refused(bot.delete_message(101, own), "message to delete not found")
    await sim.set_clock(datetime(2026, 9, 3, 9, tzinfo=UTC))
    await bot.delete_messages(101, [first, own])
    await sim.set_clock(datetime(2026, 9, 3, 9, 0, 1, tzinfo=UTC))
    await refused(bot.delete_message(101, second), "message can't be deleted for everyone")
    await refused(bot.delete_messages(101, [second]), "message can't be deleted for everyone")
    await refused(bot.delete_messages(101, list(range(1, 102))), "too many message identifiers specified")
    assert [m["text"] for m in await head.messages()] == ["два"]


async def test_replies(bot: Bot, head: Person) -> None:
    own = await head.send("вопрос")
    sent = await bot.send_message(101, "ответ", reply_parameters=ReplyParameters(message_id=own))
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "вопрос"
    missing = ReplyParameters(message_id=777)
    await refused(bot.send_message(101, "x", reply_parameters=missing), "message to be replied not found")
    missing = ReplyParameters(message_id=777, allow_sending_without_reply=True)
    assert (await bot.send_message(101, "x", reply_parameters=missing)).reply_to_message is None


async def test_callbacks(bot: Bot, head: Person, sim: Simulator) -> None:
    late = "query is too old and response timeout expired or query ID is invalid"
    start = datetime(2026, 9, 1, tzinfo=UTC)
    await sim.set_clock(start)
    await bot.send_message(101, "x", reply_markup=keyboard([DATA]))
    query = (await head.press("да"))["query_id"]
    await refused(bot.answer_callback_query(query, text="я" * 201), "MESSAGE_TOO_LONG")
    await bot.answer_callback_query(query, text="я" * 200)
    assert await head.alerts() == ["я" * 200]
    await refused(bot.answer_callback_query(query), late)
    await refused(bot.answer_callback_query("1"), late)
    query = (await head.press("да"))["query_id"]
    await sim.set_clock(start + timedelta(minutes=15, seconds=1))
    await refused(bot.answer_callback_query(query), late)


async def test_reactions(bot: Bot, head: Person) -> None:
    own = await head.send("готово")
    await bot.set_message_reaction(101, own, [ReactionTypeEmoji(emoji="👍")])
    assert (await head.messages(from_bot=False))[0]["reactions"] == ["👍"]
    await refused(bot.set_message_reaction(101, own, [ReactionTypeEmoji(emoji="🚗")]), "REACTION_INVALID")
    await bot.set_message_reaction(101, own, [])
    assert (await head.messages(from_bot=False))[0]["reactions"] == []


async def test_reply_keyboards(bot: Bot, head: Person) -> None:
    markup = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="📋 Поручения")]], resize_keyboard=True)
    await bot.send_message(101, "Меню", reply_markup=markup)
    assert "[ 📋 Поручения ]" in await head.screen()
    await head.press("Поручения")
    assert [m["text"] for m in await head.messages(from_bot=False)] == ["📋 Поручения"]
    await bot.send_message(101, "Готово", reply_markup=ReplyKeyboardRemove())
    with pytest.raises(LookupError, match="on the screen"):
        await head.press("Поручения")


async def test_files_both_ways(bot: Bot, head: Person) -> None:
    report = BufferedInputFile("привет".encode(), "отчёт.xlsx")
    sent = await bot.send_document(101, report, caption="<b>Отчёт</b>")
    assert sent.document is not None
    assert sent.document.file_name == "отчёт.xlsx"
    assert sent.caption == "Отчёт"
    view = await head.last_message()
    assert await head.download(view) == "привет".encode()
    again = await bot.send_document(101, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_id == sent.document.file_id
    await head.send_file(b"content", "скан.pdf", mime="application/pdf", reply_to=sent.message_id)
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.document is not None
    assert message.reply_to_message is not None
    file = await bot.get_file(message.document.file_id)
    assert file.file_path is not None
    data = await bot.download_file(file.file_path)
    assert data is not None
    assert data.read() == b"content"
    await head.send_file(b"x", "big.zip", size=21 * 1024 * 1024)
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.document is not None
    await refused(bot.get_file(message.document.file_id), "file is too big")
    await refused(bot.get_file("nothing"), "invalid file_id")
    await refused(bot.send_document(101, "nothing"), "wrong file identifier/HTTP URL specified")
    await refused(bot.send_document(101, BufferedInputFile(b"", "a.txt")), "file must be non-empty")


async def test_photos_and_videos(bot: Bot, head: Person) -> None:
    photo = await bot.send_photo(101, BufferedInputFile(PNG, "chart.png"))
    assert photo.photo is not None
    assert (photo.photo[-1].width, photo.photo[-1].height) == (640, 480)
    await refused(bot.send_photo(101, BufferedInputFile(b"text", "a.png")), "IMAGE_PROCESS_FAILED")
    await refused(bot.send_document(101, photo.photo[-1].file_id), "can't use file of type Photo as Document")
    video = await bot.send_video(101, BufferedInputFile(b"v", "a.mp4"))
    assert video.video is not None
    place: dict[str, Any] = {"chat_id": 101, "message_id": photo.message_id}
    await refused(bot.edit_message_text("x", **place), "there is no text in the message to edit")
    await bot.edit_message_caption(**place, caption="подпись")
    await head.send_photo(b"x", caption="фото")
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.photo
    assert message.caption == "фото"


async def test_albums(bot: Bot, head: Person) -> None:
    files = [BufferedInputFile(b"1", f"{n}.pdf") for n in range(3)]
    items: list[Any] = [InputMediaDocument(media=file, caption=f"<i>{n}</i>") for n, file in enumerate(files)]
    sent = await bot.send_media_group(101, items)
    assert len({m.media_group_id for m in sent}) == 1
    assert [m.caption for m in sent] == ["0", "1", "2"]
    # A single piece is taken, and is no album.
    (alone,) = await bot.send_media_group(101, items[:1])
    assert alone.media_group_id is None
    await refused(bot.send_media_group(101, []), "there are no messages to send")
    await refused(bot.send_media_group(101, items * 4), "too many messages to send as an album")
    mixed: list[Any] = [*items, InputMediaPhoto(media=BufferedInputFile(PNG, "a.png"))]
    await refused(bot.send_media_group(101, mixed), "document can't be mixed with other media types")


async def test_copies_and_forwards(bot: Bot, head: Person, sim: Simulator) -> None:
    other = await sim.person("Петров Иван", id=7)
    await other.start()
    own = await head.send_file(b"1", "a.pdf", caption="было")
    await bot.copy_message(7, 101, own, caption="<b>стало</b>")
    assert (await other.last_message())["text"] == "стало"
    forwarded = await bot.forward_message(7, 101, own)
    assert forwarded.forward_origin is not None
    assert (await other.last_message())["forwarded"]
    copies = await bot.copy_messages(7, 101, [own, 777])
    assert len(copies) == 1
    await refused(bot.copy_message(7, 101, 777), "message to copy not found")
    await refused(bot.forward_message(7, 101, 777), "message to forward not found")
    await refused(bot.copy_messages(7, 101, [own, own]), "message identifiers must be in a strictly increasing order")
    secret = await bot.send_message(101, "тайна", protect_content=True)
    await refused(bot.forward_message(7, 101, secret.message_id), "the message can't be forwarded")
