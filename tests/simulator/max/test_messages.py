"""Messages of the bot: whom it may write to, what it may say, edits, deletions, answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.max import Max, MaxPerson
from tests.simulator.max.conftest import Bot, button, keyboard

LEADS_AWAY = {"type": "link", "text": "1", "url": "https://max.ru"}


async def test_the_token_goes_in_the_header(bot: Bot) -> None:
    me = await bot.done("GET", "/me")
    assert me["is_bot"] is True
    bot.token = "Bearer TEST"
    answer = await bot.call("GET", "/me")
    assert (answer.status, answer.body["code"]) == (401, "verify.token")
    bot.token = ""
    assert (await bot.call("GET", "/me", access_token="TEST")).status == 401


async def test_a_message_by_the_person_or_the_dialog(bot: Bot, head: MaxPerson, max: Max) -> None:
    await max.set_clock(datetime(2026, 9, 1, tzinfo=UTC))
    message = await bot.send(101, "раз")
    chat_id = message["recipient"]["chat_id"]
    assert message["recipient"] == {"chat_id": chat_id, "chat_type": "dialog", "user_id": 101}
    await bot.done("POST", "/messages", {"text": "два"}, chat_id=chat_id)
    assert [item["text"] for item in await head.messages()] == ["раз", "два"]
    # The one is not the other.
    assert (await bot.call("POST", "/messages", {"text": "x"}, chat_id=101)).body["code"] == "chat.not.found"
    assert (await bot.call("POST", "/messages", {"text": "x"}, user_id=chat_id)).body["message"] == "dialog.not.found"
    assert (await bot.call("POST", "/messages", {"text": "x"})).body["message"] == "Unknown recipient"
    shown = await bot.done("GET", f"/messages/{message['body']['mid']}")
    assert shown == message


async def test_who_may_be_written_to(bot: Bot, max: Max) -> None:
    person = await max.person("Иванова Мария", id=101)
    answer = await bot.call("POST", "/messages", {"text": "раз"}, user_id=101)
    assert (answer.status, answer.body["message"]) == (404, "dialog.not.found")
    await person.send("/start")
    mid = (await bot.send(101, "раз"))["body"]["mid"]
    await person.block()
    for answer in (
        await bot.call("POST", "/messages", {"text": "два"}, user_id=101),
        await bot.call("PUT", "/messages", {"text": "два"}, message_id=mid),
        await bot.call("DELETE", "/messages", message_id=mid),
    ):
        assert (answer.status, answer.body) == (403, {"code": "chat.denied", "message": "error.dialog.suspended"})
    await person.unblock()
    await bot.send(101, "два")


async def test_html(bot: Bot, head: MaxPerson, max: Max) -> None:
    text = '<h1>Сентябрь</h1>\n<blockquote>цитата</blockquote> <b><i>1 &lt; 2</i></b> <a href="https://max.ru">сайт</a>'
    body = (await bot.send(101, text, format="html"))["body"]
    assert body["text"] == "Сентябрь\nцитата 1 < 2 сайт"
    assert [(item["type"], item["from"], item["length"]) for item in body["markup"]] == [
        ("heading", 0, 8), ("strong", 16, 5), ("emphasized", 16, 5), ("link", 22, 4),
    ]  # fmt: skip
    # Nobody is told that a tag is not known.
    assert (await max.profile())["stripped"] == ["blockquote", "blockquote"]
    # Without a format nothing is a tag.
    assert (await bot.send(101, "<b>"))["body"]["text"] == "<b>"
    answer = await bot.call("POST", "/messages", {"text": "<b>раз", "format": "html"}, user_id=101)
    assert answer.body["message"] == "simulator: <b> is not closed"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"text": "я" * 4001}, "between 0 and 4000"),
        ({"text": "🔗" * 2001}, "between 0 and 4000"),
        ({"text": ""}, "empty"),
        ({"text": "x", "notify": 1}, "notify"),
        ({"text": "x", "parse_mode": "HTML"}, "unknown field parse_mode"),
        ({"text": "x", "attachments": [{"type": "poll"}]}, "unknown type"),
        ({"text": "x", "attachments": keyboard([button("1")]) * 2}, "one keyboard"),
        ({"text": "x", "attachments": keyboard([])}, "not be empty"),
        ({"text": "x", "attachments": keyboard(*[[button("1")]] * 31)}, "30 rows"),
        ({"text": "x", "attachments": keyboard([button("1")] * 8)}, "at most 7"),
        (
            {"text": "x", "attachments": keyboard([LEADS_AWAY] * 4)},
            "most 3",
        ),
        ({"text": "x", "attachments": keyboard([button("1" * 129)])}, "between 1 and 128"),
        ({"text": "x", "attachments": keyboard([button("1", "я" * 1025)])}, "between 1 and 1024"),
        ({"text": "x", "attachments": keyboard([button("1") | {"intent": "positive"}])}, "unknown field intent"),
    ],
)
async def test_refused(bot: Bot, head: MaxPerson, body: Any, words: str) -> None:
    answer = await bot.call("POST", "/messages", body, user_id=101)
    assert (answer.status, answer.body["code"]) == (400, "proto.payload")
    assert words in answer.body["message"]
    assert await head.messages() == []


async def test_the_largest_keyboard(bot: Bot, head: MaxPerson) -> None:
    await bot.send(101, "я" * 4000, *[[button("1" * 128, "x" * 1024)] * 7] * 30)
    assert len(await head.buttons()) == 210


async def test_an_edit_leaves_what_it_does_not_name(bot: Bot, head: MaxPerson) -> None:
    mid = (await bot.send(101, "раз", [button("Да")]))["body"]["mid"]
    await bot.done("PUT", "/messages", {"text": "два"}, message_id=mid)
    assert (await head.last(), await head.buttons()) == ("два", ["Да"])
    await bot.done("PUT", "/messages", {"attachments": keyboard([button("Нет")])}, message_id=mid)
    assert (await head.last(), await head.buttons()) == ("два", ["Нет"])
    await bot.done("PUT", "/messages", {"text": "три", "attachments": []}, message_id=mid)
    assert (await head.last(), await head.buttons()) == ("три", [])
    assert (await head.last_message())["edited"]


async def test_an_edit_that_leaves_the_buttons_old(bot: Bot, head: MaxPerson, max: Max) -> None:
    mid = (await bot.send(101, "раз", [button("Да")]))["body"]["mid"]
    await max.ways(edits_leave_buttons=True)
    await bot.done("PUT", "/messages", {"text": "два", "attachments": keyboard([button("Нет")])}, message_id=mid)
    assert (await head.last(), await head.buttons()) == ("два", ["Да"])


async def test_a_week_for_edits_without_a_keyboard(bot: Bot, head: MaxPerson, max: Max) -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    await max.set_clock(now)
    plain = (await bot.send(101, "раз"))["body"]["mid"]
    screen = (await bot.send(101, "раз", [button("Да")]))["body"]["mid"]
    await max.set_clock(now + timedelta(days=8))
    answer = await bot.call("PUT", "/messages", {"text": "два"}, message_id=plain)
    # Not an HTTP error: a bot that looks at the status alone thinks that it was done.
    assert (answer.status, answer.body["success"]) == (200, False)
    await bot.done("PUT", "/messages", {"text": "два"}, message_id=screen)


async def test_refusals_without_a_code(bot: Bot, head: MaxPerson, max: Max) -> None:
    gone = {"message_id": "mid." + "0" * 32}
    assert (await bot.call("PUT", "/messages", {"text": "x"}, **gone)).body["code"] == "message.not.found"
    await max.ways(codes_in_refusals=False)
    answer = await bot.call("DELETE", "/messages", **gone)
    assert (answer.status, set(answer.body)) == (200, {"success", "message"})


async def test_only_its_own_are_deleted(bot: Bot, head: MaxPerson) -> None:
    await head.send("раз")
    (event,), _ = await bot.poll()
    theirs = event["message"]["body"]["mid"]
    assert (await bot.call("DELETE", "/messages", message_id=theirs)).status == 403
    assert (await bot.call("PUT", "/messages", {"text": "x"}, message_id=theirs)).body["success"] is False
    own = (await bot.send(101, "раз"))["body"]["mid"]
    await bot.done("DELETE", "/messages", message_id=own)
    assert (await bot.call("DELETE", "/messages", message_id=own)).body["success"] is False
    assert (await bot.call("GET", f"/messages/{own}")).status == 404
    assert await head.messages() == []


async def test_answers(bot: Bot, head: MaxPerson, max: Max) -> None:
    await bot.send(101, "Готово?", [button("Да")])
    query = {"callback_id": (await head.press("Да"))["query_id"]}
    assert (await bot.call("POST", "/answers", {}, **query)).body["code"] == "proto.payload"
    await max.ways(empty_answers=True)
    await bot.done("POST", "/answers", {}, **query)
    # Told that it was done; nothing is shown.
    await bot.done("POST", "/answers", {"notification": "Сохранено"}, **query)
    assert (await head.alerts(), await head.unseen()) == ([], ["Сохранено"])
    await max.ways(notifications_shown=True)
    content = {"text": "Готово", "attachments": keyboard([button("Ещё")])}
    await bot.done("POST", "/answers", {"notification": "Принято", "message": content}, **query)
    assert await head.alerts() == ["Принято"]
    assert (await head.last(), await head.buttons()) == ("Готово", ["Ещё"])
    assert (await bot.call("POST", "/answers", {"notification": "x"}, callback_id="cb.7")).status == 404


async def test_replies_and_forwards_of_the_bot(bot: Bot, head: MaxPerson) -> None:
    number = await head.send("Вопрос")
    (event,), _ = await bot.poll()
    mid = event["message"]["body"]["mid"]
    await bot.send(101, "Ответ", link={"type": "reply", "mid": mid})
    assert (await head.last_message())["reply_to"] == number
    screen = await bot.send(101, "Экран", [button("Да")])
    forwarded = await bot.send(101, "", link={"type": "forward", "mid": screen["body"]["mid"]})
    assert forwarded["link"]["message"]["text"] == "Экран"
    assert (await head.last_message())["buttons"] == []
    assert await head.last() == "Экран"


async def test_commands(bot: Bot, head: MaxPerson) -> None:
    commands = [{"name": "tasks", "description": "Поручения"}]
    await bot.done("PATCH", "/me/commands", {"commands": commands})
    assert (await bot.done("GET", "/me"))["commands"] == commands
    assert await head.commands() == [{"command": "tasks", "description": "Поручения"}]
    for wrong in (commands * 33, [{"name": "x" * 65}], [{"name": "x", "description": "x" * 129}]):
        assert (await bot.call("PATCH", "/me/commands", {"commands": wrong})).status == 400


async def test_what_is_not_there(bot: Bot) -> None:
    assert (await bot.call("GET", "/nothing")).status == 404
    assert (await bot.call("PATCH", "/messages")).status == 405
    answer = await bot.call("GET", "/me", chat_id=1)
    assert answer.body["message"] == "simulator: unknown parameter chat_id"
