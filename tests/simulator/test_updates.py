"""Updates: delivery, confirmation, conflict; blocking; groups; presses."""

import asyncio
import re

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError, TelegramUnauthorizedError
from aiogram.methods import SendMessage
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from simulator import Person, PersonError, Simulator


def one_button(text: str, data: str = "d") -> InlineKeyboardMarkup:
    """A keyboard of one button."""
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data)]])


async def test_an_update_comes_again_until_it_is_confirmed(bot: Bot, head: Person, sim: Simulator) -> None:
    await head.send("раз")
    await head.send("два")
    first = await bot.get_updates(limit=1)
    again = await bot.get_updates()
    assert again[0].update_id == first[0].update_id
    assert sim.pending_updates() == 2
    rest = await bot.get_updates(offset=first[0].update_id + 1)
    assert [u.message.text for u in rest if u.message] == ["два"]
    assert sim.pending_updates() == 1
    assert await bot.get_updates(offset=rest[0].update_id + 1) == []
    assert sim.pending_updates() == 0
    await sim.wait_idle()


async def test_a_long_poll_ends_when_something_comes(bot: Bot, head: Person, sim: Simulator) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=10))
    seen = await sim.last_event()
    await head.send("привет")
    async with asyncio.timeout(3):
        assert len(await poll) == 1
        events = await sim.events(seen)
    assert events[0]["type"] == "message"


async def test_the_older_of_two_polls_gets_409(bot: Bot, head: Person, sim: Simulator) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=10))
    while not sim.world.updates.polled():  # noqa: ASYNC110 - the arrival of a poll rings no bell
        await asyncio.sleep(0)
    newer = asyncio.create_task(bot.get_updates(timeout=10))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await older
    await head.send("привет")
    assert len(await newer) == 1


async def test_only_the_kinds_asked_for(bot: Bot, head: Person, sim: Simulator) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await head.send("не придёт")
    await head.callback("придёт")
    assert [u.event_type for u in await bot.get_updates()] == ["callback_query"]
    await bot.get_updates(allowed_updates=[])
    await bot.delete_webhook(drop_pending_updates=True)
    assert sim.pending_updates() == 0
    assert (await bot.get_webhook_info()).url == ""


async def test_texts_edits_and_commands(bot: Bot, head: Person) -> None:
    number = await head.send("/start abc")
    await head.edit(number, "25")
    first, second = await bot.get_updates()
    assert first.message is not None
    assert first.message.entities is not None
    assert (first.message.entities[0].type, first.message.entities[0].length) == ("bot_command", 6)
    assert second.edited_message is not None
    assert second.edited_message.text == "25"
    await bot.send_message(101, "ответ")
    with pytest.raises(LookupError, match="no own message"):
        await head.edit((await head.last_message())["message_id"], "чужое")


async def test_blocking(bot: Bot, head: Person) -> None:
    await head.block()
    await head.block()
    with pytest.raises(PersonError):
        await head.send("x")
    await head.unblock()
    changes = [u.my_chat_member for u in await bot.get_updates()]
    assert [(c.old_chat_member.status, c.new_chat_member.status) for c in changes if c] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


async def test_unblocking_is_not_starting(bot: Bot, sim: Simulator) -> None:
    person = await sim.person("Новый", id=5)
    await person.block()
    await person.unblock()
    with pytest.raises(Exception, match="can't initiate conversation"):
        await bot.send_message(5, "x")


async def test_presses(bot: Bot, head: Person) -> None:
    await bot.send_message(101, "старое", reply_markup=one_button("Согласен", "old"))
    await bot.send_message(101, "новое", reply_markup=one_button("✅ Согласен", "new"))
    await head.press("Согласен")
    await head.press("согл")
    older = (await head.messages())[0]["message_id"]
    await head.press("Согласен", message_id=older)
    queries = [u.callback_query for u in await bot.get_updates()]
    assert [q.data for q in queries if q] == ["new", "new", "old"]
    assert all(q and isinstance(q.message, Message) for q in queries)
    with pytest.raises(LookupError, match=re.escape("['✅ Согласен', 'Согласен']")):
        await head.press("Отказ")


async def test_forged_callbacks(bot: Bot, head: Person) -> None:
    await head.callback("task:1:done")
    sent = await bot.send_message(101, "x")
    await head.callback("task:1:done", message_id=sent.message_id)
    first, second = (u.callback_query for u in await bot.get_updates())
    assert first is not None
    assert second is not None
    assert isinstance(first.message, InaccessibleMessage)
    assert isinstance(second.message, Message)


async def test_groups(bot: Bot, head: Person, sim: Simulator) -> None:
    for supergroup in (False, True):
        group = await sim.group("Школа № 1", [head], supergroup=supergroup)
        member = head.in_group(group)
        await member.send("всем привет")
        await bot.send_message(group, "молчу")
        assert await member.last() == "молчу"
    assert await head.messages(from_bot=None) == []
    kinds = [u.event_type for u in await bot.get_updates()]
    assert kinds == ["my_chat_member", "message"] * 2


async def test_waiting_and_the_screen(bot: Bot, head: Person) -> None:
    await bot.send_message(101, "Принято раньше")
    await head.send("готово")
    waiting = asyncio.create_task(head.wait_for("Принято", fresh=True, timeout=5))
    await bot.send_message(101, "Принято сейчас", reply_markup=one_button("Ещё"))
    assert await waiting == "Принято сейчас"
    with pytest.raises(AssertionError, match=r"(?s)'Нет такого'.*Мария: готово.*\[ Ещё \]"):
        await head.wait_for("Нет такого", timeout=0.05)
    await head.delete_chat()
    assert await head.messages(from_bot=None) == []


async def test_profile_of_the_bot(bot: Bot, head: Person, sim: Simulator) -> None:
    scope = BotCommandScopeChat(chat_id=101)
    await bot.set_my_commands([BotCommand(command="start", description="Начать")], scope=scope)
    assert (await bot.get_my_commands(scope=scope))[0].command == "start"
    assert await bot.get_my_commands() == []
    assert (await sim.profile())["commands"][0]["scope"] == "chat:101"
    for name, description, text in (
        ("Start", "x", "BOT_COMMAND_INVALID"),
        ("старт", "x", "BOT_COMMAND_INVALID"),
        ("/", "x", "command must be non-empty"),
        ("a" * 33, "x", "command length must not exceed 32"),
        ("ok", " ", "command description must be non-empty"),
        ("ok", "x" * 257, "command description length must not exceed 256"),
    ):
        with pytest.raises(TelegramBadRequest, match=text):
            await bot.set_my_commands([BotCommand(command=name, description=description)])
    with pytest.raises(TelegramBadRequest, match="BOT_COMMANDS_TOO_MUCH"):
        await bot.set_my_commands([BotCommand(command=f"c{n}", description="x") for n in range(101)])
    await bot.set_my_description("Описание")
    assert (await bot.get_my_description()).description == "Описание"
    await bot.set_my_short_description("Кратко")
    await bot.set_chat_menu_button()
    assert (await bot.get_me()).id == 42
    assert (await bot.get_chat(101)).last_name == "Иванова"
    assert (await bot.get_chat_member(101, 101)).status == "member"
    await bot.send_chat_action(101, "typing")
    assert (await head.chat())["actions"] == ["typing"]
    assert await bot.log_out()
    assert await bot.close()


async def test_tokens_methods_and_parameters(bot: Bot, sim: Simulator, head: Person) -> None:
    with pytest.raises(TelegramUnauthorizedError):
        await Bot("43:WRONG", session=bot.session).get_me()
    as_json = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session:
        root = f"{sim.url}/bot42:TEST"
        async with session.get(f"{root}/sendNothing") as response:
            assert (response.status, await response.json()) == (
                404,
                {"ok": False, "error_code": 404, "description": "Not Found"},
            )
        async with session.post(f"{root}/sendmessage", json={"chat_id": 101, "text": "json"}) as response:
            assert (await response.json())["result"]["text"] == "json"
        async with session.get(f"{root}/sendMessage?chat_id=101&text=query") as response:
            assert (await response.json())["result"]["text"] == "query"
        async with session.post(f"{root}/sendMessage", data=b"{", headers=as_json) as r:
            assert r.status == 400
        async with session.post(f"{root}/sendMessage", json={"chat_id": 101, "text": "x", "txt": 1}) as r:
            assert (await r.json())["description"] == "Bad Request: simulator: unknown parameter txt"
    with pytest.raises(TelegramBadRequest, match="simulator: unknown parameter reply_to_message_id"):
        await bot(SendMessage(chat_id=101, text="x", reply_to_message_id=1))
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(101, "x", message_thread_id=5)
    with pytest.raises(TelegramBadRequest, match="unsupported parse_mode Markdown"):
        await bot.send_message(101, "x", parse_mode="Markdown")


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("sendMessage", {"chat_id": 101, "text": 5}),
        ("sendMessage", {"chat_id": [1], "text": "x"}),
        ("sendMessage", {"text": "x"}),
        ("sendMessage", {"chat_id": 101, "text": "x", "reply_markup": "[1"}),
        ("sendMessage", {"chat_id": 101, "text": "x", "reply_markup": {"keyboard": [5]}}),
        ("sendMessage", {"chat_id": 101, "text": "x", "reply_parameters": [1]}),
        ("sendMessage", {"chat_id": 101, "text": "x", "entities": [{"type": [], "offset": 0, "length": 1}]}),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": [1]}}),
        ("setMyCommands", {"commands": [], "scope": {"type": []}}),
        (
            "setMessageReaction",
            {"chat_id": 101, "message_id": 1, "reaction": [{"type": "emoji", "emoji": []}]},
        ),
        ("sendMediaGroup", {"chat_id": 101, "media": [{"type": []}, {"type": "photo"}]}),
        ("answerCallbackQuery", {"callback_query_id": 12}),
        ("getUpdates", {"offset": "x"}),
        ("deleteMessages", {"chat_id": 101, "message_ids": ["1"]}),
    ],
)
async def test_malformed_values_are_refused_not_crashed_on(
    sim: Simulator, head: Person, method: str, parameters: dict[str, object]
) -> None:
    await head.send("x")
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sim.url}/bot42:TEST/{method}", json=parameters) as response,
    ):
        assert response.status == 400
        assert (await response.json())["ok"] is False
