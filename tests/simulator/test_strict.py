"""As strict as the server's own source: lifetimes, rights, slow mode, haste, queues, words."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import BufferedInputFile

from simulator import Person, Simulator
from simulator.api.refusals import texts_of
from simulator.content.filenames import cleaned_name
from simulator.world.updates import Pauses
from tests.simulator.conftest import bot_for


async def refused(awaitable: Awaitable[Any], text: str) -> None:
    """The call must end in 400 with exactly this description."""
    with pytest.raises(TelegramBadRequest) as caught:
        await awaitable
    assert caught.value.message == f"Bad Request: {text}"


async def pressed(bot: Bot, head: Person) -> None:
    """Somebody presses a button that the bot has sent."""
    await bot.send_message(
        head.id,
        "x",
        reply_markup={"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]},  # type: ignore[arg-type]
    )
    await head.press("Да")


async def test_a_press_waits_for_two_and_a_half_minutes_and_a_message_for_a_day(
    bot: Bot, head: Person, sim: Simulator
) -> None:
    start = sim.world.now()
    await sim.set_clock(start)
    await head.send("здравствуйте")
    await pressed(bot, head)
    await sim.set_clock(start + timedelta(seconds=150))
    assert sim.pending_updates() == 2
    await sim.set_clock(start + timedelta(seconds=152))
    (update,) = await bot.get_updates()
    assert update.message is not None
    await sim.set_clock(start + timedelta(days=1, seconds=2))
    assert await bot.get_updates() == []
    assert sim.world.updates.dropped == 2
    await sim.wait_idle()


async def test_an_edited_message_waits_for_a_day_from_its_edit(bot: Bot, head: Person, sim: Simulator) -> None:
    start = sim.world.now()
    await sim.set_clock(start)
    message = await head.send("было")
    await sim.set_clock(start + timedelta(hours=20))
    await head.edit(message, "стало")
    await sim.set_clock(start + timedelta(hours=30))
    (update,) = await bot.get_updates()
    assert update.edited_message is not None


async def test_what_members_may_not_send_a_bot_among_them_may_not_either(
    bot: Bot, head: Person, sim: Simulator
) -> None:
    group = await sim.group("Управление", [head], supergroup=True)
    file = BufferedInputFile(b"1", "a.pdf")
    words, scan = await head.send("текст"), await head.send_file(b"1", "скан.pdf")
    await sim.forbid(group, "text", "documents")
    text = "not enough rights to send text messages to the chat"
    await refused(bot.send_message(group, "x"), text)
    # Of a copy the server says no more than that.
    await refused(bot.copy_message(group, head.id, words), "the message can't be copied")
    await refused(bot.forward_message(group, head.id, words), "the message can't be forwarded")
    await refused(bot.send_document(group, file), "not enough rights to send documents to the chat")
    # Several copies leave out what may not be sent.
    await refused(bot.copy_messages(group, head.id, [words, scan]), "messages can't be forwarded")
    await sim.forbid(group, "text")
    assert len(await bot.copy_messages(group, head.id, [words, scan])) == 1
    # To an administrator that says nothing.
    await sim.bot_rights(group, administrator=True)
    await bot.send_message(group, "x")
    with pytest.raises(ValueError, match="unknown: всё"):
        await sim.forbid(group, "всё")


@pytest.mark.slow
async def test_slow_mode_is_waited_for_a_little_and_then_refused(bot: Bot, head: Person, sim: Simulator) -> None:
    group = await sim.group("Управление", [head], supergroup=True)
    await sim.slow_mode(group, 900)
    start = sim.world.now()
    await sim.set_clock(start)
    await bot.send_message(group, "раз")
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(group, "два")
    assert caught.value.retry_after == 900
    # Nobody else waits for it, nor does an edit.
    await bot.send_message(head.id, "x")
    await sim.set_clock(start + timedelta(seconds=899.5))
    await bot.send_message(group, "два")
    await sim.bot_rights(group, administrator=True)
    await bot.send_message(group, "администратор не ждёт")


async def test_somebody_takes_no_voice_messages(bot: Bot, head: Person, sim: Simulator) -> None:
    sim.control.voice_privacy(head.id)
    await refused(
        bot.send_voice(head.id, BufferedInputFile(b"1", "a.ogg")), "user restricted receiving of voice note messages"
    )
    voice = await head.send_file(b"1", "a.ogg", kind="voice")
    await refused(bot.copy_message(head.id, head.id, voice), "the message can't be copied")
    await bot.send_message(head.id, "x")


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Свод «Приказ № 5» — 2026.xlsx", "Свод  Приказ   5    2026.xlsx"),
        ("2026-10-05 Свод.xlsx", "2026-10-05 Свод.xlsx"),
        ("я" * 70 + ".xlsx", "я" * 64 + ".xlsx"),
        ("../../.git", "git"),
        (".././..", ""),
        ("test/git/   as   dsa  .   a", "as   dsa.a"),
        ('a:b"c.' + "e" * 20, "a b c." + "e" * 16),
        ("и\u0306.txt", "и.txt"),
    ],
)
def test_names_of_files(name: str, cleaned: str) -> None:
    assert cleaned_name(name) == cleaned


async def test_a_file_is_called_as_the_server_cleans_it(bot: Bot, head: Person) -> None:
    sent = await bot.send_document(head.id, BufferedInputFile(b"1", "Свод «5».xlsx"))
    assert sent.document is not None
    assert sent.document.file_name == "Свод  5.xlsx"
    # What people send is called as they call it.
    await head.send_file(b"1", "Свод «5».xlsx")
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.document is not None
    assert message.document.file_name == "Свод «5».xlsx"


async def test_a_text_is_measured_before_it_is_parsed(bot: Bot, head: Person) -> None:
    tags = "<b></b>" * 5000
    assert len(tags) > 32_768
    await refused(bot.send_message(head.id, tags + "x"), "text is too long")
    await bot.send_message(head.id, "<b></b>" * 4000 + "x")
    await refused(bot.send_message(head.id, "<b></b>"), "text must be non-empty")
    await refused(bot.send_message(head.id, ""), "message text is empty")


async def test_a_quote_within_a_quote_is_none(bot: Bot, head: Person) -> None:
    sent = await bot.send_message(head.id, "<blockquote>a<blockquote>b</blockquote></blockquote>")
    assert sent.entities is not None
    assert [(entity.type, entity.length) for entity in sent.entities] == [("blockquote", 2)]


def rows(*labels: list[str]) -> Any:
    """An inline keyboard."""
    return {"inline_keyboard": [[{"text": text, "callback_data": "x"} for text in row] for row in labels]}


async def test_buttons_without_a_text_are_left_out_and_those_too_many_in_a_row(bot: Bot, head: Person) -> None:
    await bot.send_message(head.id, "x", reply_markup=rows(["", "а"], [""]))
    assert (await head.last_message())["buttons"] == ["а"]
    await bot.send_message(head.id, "x", reply_markup=rows([""]))
    assert (await head.last_message())["buttons"] == []
    styled = {"inline_keyboard": [[{"text": "а", "callback_data": "x", "style": "default"}]]}
    await bot.send_message(head.id, "x", reply_markup=styled)  # type: ignore[arg-type]
    # Of the buttons of a reply keyboard Telegram itself is not known to refuse any.
    await bot.send_message(head.id, "x", reply_markup={"keyboard": [[{"text": "а"}] * 13]})  # type: ignore[arg-type]
    view = await head.chat()
    assert len(view["keyboard"]["keyboard"][0]) == 12


async def test_the_source_of_a_copy_is_looked_at_before_the_addressee(bot: Bot, head: Person, sim: Simulator) -> None:
    own = await head.send("текст")
    await head.block()
    await refused(bot.copy_message(head.id, 7, 1), "chat not found")
    await refused(bot.copy_message(head.id, head.id, 999), "message to copy not found")
    with pytest.raises(TelegramForbiddenError, match="blocked by the user"):
        await bot.copy_message(head.id, head.id, own)
    # Of several it is the other way round.
    with pytest.raises(TelegramForbiddenError, match="blocked by the user"):
        await bot.copy_messages(head.id, 7, [1])


async def test_what_is_missing_is_named_as_the_server_names_it(bot: Bot, head: Person) -> None:
    await refused(bot.delete_message("", 1), "chat identifier is not specified")
    await refused(bot.delete_message(head.id, 0), "message identifier is not specified")
    await refused(bot.edit_message_text("x", chat_id=head.id, message_id=0), "message to edit not found")
    await refused(bot.set_message_reaction(head.id, 0), "message to react not found")
    await refused(bot.copy_message(head.id, head.id, 0), "message to copy not found")
    await refused(bot.send_message("", "x"), "chat_id is empty")


@pytest.mark.parametrize(
    ("token", "code", "text"),
    [
        ("0:abc", 401, "Unauthorized: invalid token specified"),
        ("42" + "x" * 90, 401, "Unauthorized: invalid token specified"),
        ("слово:abc", 421, "Misdirected Request: unallowed token specified"),
        ("43:other", 401, "Unauthorized"),
    ],
)
async def test_tokens(sim: Simulator, token: str, code: int, text: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{sim.url}/bot{token}/getMe") as response:
        body = await response.json()
    assert (body["error_code"], body["description"]) == (code, text)


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("logged_out", "Logged out"),
        ("401", "Unauthorized"),
        ("403", "Forbidden: bot was kicked from the channel chat"),
        ("409", "Conflict: terminated by other getUpdates request"),
        ("413", "Request Entity Too Large"),
        ("421", "Misdirected Request: unallowed token specified"),
        ("500", "Internal Server Error: restart"),
    ],
)
async def test_every_code_can_be_ordered(bot: Bot, head: Person, sim: Simulator, action: str, text: str) -> None:
    await sim.order_fault(action, count=1, description="bot was kicked from the channel chat")
    with pytest.raises(TelegramAPIError, match=text):
        await bot.send_message(head.id, "x")
    (call,) = await sim.calls("sendMessage")
    assert call["code"] == (400 if action == "logged_out" else int(action))
    await bot.send_message(head.id, "x")


async def test_a_bot_that_polls_in_haste_is_given_one_update_and_waits(bot: Bot, head: Person, sim: Simulator) -> None:
    sim.world.updates.pauses = Pauses(repeated=0.3, hasty=0.1)
    loop = asyncio.get_running_loop()
    await head.send("раз")
    await head.send("два")
    assert len(await bot.get_updates()) == 2
    assert len(await bot.get_updates()) == 1
    await asyncio.sleep(0.15)
    assert len(await bot.get_updates()) == 2
    last = sim.world.updates.next_id
    assert await bot.get_updates(offset=last) == []
    began = loop.time()
    assert await bot.get_updates(offset=last, timeout=0) == []
    assert loop.time() - began >= 0.25


async def test_a_second_conflict_is_told_late_and_a_poll_that_finds_something_ends_no_other(
    bot: Bot, head: Person, sim: Simulator
) -> None:
    sim.world.updates.pauses = Pauses(0, 0, conflict=0.3)
    loop = asyncio.get_running_loop()
    polls = []
    for _ in range(3):
        polls.append(asyncio.create_task(bot.get_updates(timeout=10)))
        await asyncio.sleep(0.05)
    began = loop.time()
    for older in polls[:2]:
        with pytest.raises(TelegramConflictError):
            await older
    assert loop.time() - began >= 0.2
    await head.send("раз")
    assert len(await polls[2]) == 1
    waiting = asyncio.create_task(bot.get_updates(offset=sim.world.updates.next_id, timeout=10))
    await asyncio.sleep(0.05)
    assert await bot.get_updates(offset=0) == []
    assert not waiting.done()
    waiting.cancel()


async def test_a_webhook_is_not_set_twice_in_a_second(bot: Bot, sim: Simulator) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.set_webhook("http://127.0.0.1:9/hook")
    assert caught.value.retry_after == 1
    await bot.delete_webhook()


async def test_somebody_with_another_token_learns_nothing(sim: Simulator) -> None:
    stranger = bot_for(sim.url, "42:OTHER")
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()
    await stranger.session.close()


def test_the_table_says_where_each_text_is_from() -> None:
    assert "message to copy not found" in texts_of("copyMessage")
    assert "message to copy not found" not in texts_of("copyMessages")
    assert "there are no messages to forward" in texts_of("copyMessages")
