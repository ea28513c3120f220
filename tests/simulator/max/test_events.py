"""Events: their shapes, the marker, how long they are kept, and that they come again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from simulator.errors import PersonError
from simulator.max import Max, MaxPerson
from simulator.max.world import BOT
from tests.simulator.max.conftest import Bot, button
from tests.waiting import until


async def test_only_the_last_event_without_a_marker(bot: Bot, head: MaxPerson) -> None:
    for text in ("раз", "два", "три"):
        await head.send(text)
    (last,), marker = await bot.poll()
    assert last["message"]["body"]["text"] == "три"
    # Also when it was read before: a bot that forgets its marker hears it again, and not what it has missed.
    assert (await bot.poll(marker))[0] == []
    assert (await bot.poll())[0] == [last]


async def test_from_the_marker_on_all_of_them_and_what_is_before_it_is_read(bot: Bot, head: MaxPerson) -> None:
    _, marker = await bot.poll()
    for text in ("раз", "два", "три"):
        await head.send(text)
    events, after = await bot.poll(marker, limit=2)
    assert [event["message"]["body"]["text"] for event in events] == ["раз", "два"]
    # Not confirmed: they come again.
    assert (await bot.poll(marker, limit=2)) == (events, after)
    events, _ = await bot.poll(after)
    assert [event["message"]["body"]["text"] for event in events] == ["три"]
    events, _ = await bot.poll(marker)
    assert [event["message"]["body"]["text"] for event in events] == ["три"]


async def test_a_poll_waits(bot: Bot, head: MaxPerson, max: Max) -> None:
    _, marker = await bot.poll()
    poll = asyncio.create_task(bot.poll(marker, timeout=30))
    await until(max.world.updates.polled)
    await head.send("раз")
    (event,), _ = await poll
    assert event["update_type"] == "message_created"


async def test_kinds_that_are_not_wanted_are_left_out(bot: Bot, head: MaxPerson) -> None:
    _, marker = await bot.poll()
    await head.send("раз")
    await head.block()
    events, _ = await bot.poll(marker, types="bot_stopped,bot_started")
    assert [event["update_type"] for event in events] == ["bot_stopped"]


async def test_events_are_kept_a_day(bot: Bot, head: MaxPerson, max: Max) -> None:
    _, marker = await bot.poll()
    now = datetime(2026, 9, 1, tzinfo=UTC)
    await max.set_clock(now)
    await head.send("раз")
    await max.set_clock(now + timedelta(hours=24, seconds=-1))
    assert len((await bot.poll(marker))[0]) == 1
    await max.set_clock(now + timedelta(hours=24, seconds=1))
    assert (await bot.poll(marker))[0] == []
    assert (await bot.poll())[0] == []
    assert max.world.updates.dropped == 1


async def test_a_message_says_who_and_where(bot: Bot, head: MaxPerson, max: Max) -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    await max.set_clock(now)
    await head.send("Добрый <b>день</b>", html=True)
    (event,), _ = await bot.poll()
    message = event["message"]
    assert event["timestamp"] == message["timestamp"] == int(now.timestamp() * 1000)
    assert event["user_locale"] == "ru"
    assert message["sender"] == {
        "user_id": 101, "first_name": "Мария", "last_name": "Иванова", "is_bot": False, "name": "Мария Иванова",
        "last_activity_time": message["timestamp"],
    }  # fmt: skip
    # The receiver is the bot, and the dialog's id is nobody's.
    chat_id = message["recipient"]["chat_id"]
    assert message["recipient"] == {"chat_id": chat_id, "chat_type": "dialog", "user_id": BOT}
    assert chat_id not in (101, BOT)
    body = message["body"]
    assert body["mid"] == f"mid.{chat_id:016x}{body['seq']:016x}"
    assert body["seq"] >> 16 == message["timestamp"]
    # Who reads it as a double has another number.
    assert int(float(body["seq"])) != body["seq"]
    assert body["text"] == "Добрый день"
    assert body["markup"] == [{"type": "strong", "from": 7, "length": 4}]
    assert "attachments" not in body


async def test_start_has_a_payload_and_no_text(bot: Bot, max: Max) -> None:
    person = await max.person("Иванова Мария", id=101)
    await person.send("/start inv-7")
    (event,), marker = await bot.poll()
    assert (event["update_type"], event["payload"]) == ("bot_started", "inv-7")
    assert event["user"]["user_id"] == 101
    assert await person.messages(from_bot=None) == []
    # Typed by somebody who has started, it is a message like others.
    await person.send("/start")
    (event,), marker = await bot.poll(marker)
    assert event["message"]["body"]["text"] == "/start"
    await person.send("/start inv-8")
    (event,), marker = await bot.poll(marker)
    assert event["payload"] == "inv-8"
    await max.ways(started_again=False)
    await person.send("/start inv-9")
    assert (await bot.poll(marker))[0] == []


async def test_who_writes_first_presses_start(bot: Bot, max: Max) -> None:
    person = await max.person("Иванова Мария", id=101)
    _, marker = await bot.poll()
    await person.send("Здравствуйте")
    started, written = (await bot.poll(marker))[0]
    assert started["update_type"] == "bot_started"
    assert "payload" not in started
    assert written["timestamp"] > started["timestamp"]


async def test_stopping_and_deleting_the_dialog(bot: Bot, head: MaxPerson) -> None:
    _, marker = await bot.poll()
    await head.block()
    with pytest.raises(PersonError, match="stopped"):
        await head.send("раз")
    await head.unblock()
    await head.delete_chat()
    events, _ = await bot.poll(marker)
    kinds = ["bot_stopped", "bot_started", "bot_stopped", "dialog_removed"]
    assert [event["update_type"] for event in events] == kinds


async def test_a_press_brings_its_message_at_the_root_or_none(bot: Bot, head: MaxPerson, max: Max) -> None:
    sent = await bot.send(101, "Готово?", [button("Да", "yes")])
    pressed = await head.press("Да")
    (event,), marker = await bot.poll()
    assert pressed == {"kind": "callback", "query_id": event["callback"]["callback_id"],
                       "message_id": sent["body"]["seq"]}  # fmt: skip
    assert event["callback"]["payload"] == "yes"
    assert event["callback"]["user"]["user_id"] == 101
    assert event["message"]["sender"]["is_bot"] is True
    assert event["message"]["body"]["mid"] == sent["body"]["mid"]
    assert event["message"]["recipient"]["user_id"] == 101
    await max.ways(null_messages=True)
    await head.press("Да")
    (event,), _ = await bot.poll(marker)
    assert event["message"] is None
    assert event["callback"]["callback_id"] != pressed["query_id"]


async def test_one_id_for_all_presses_on_a_keyboard(bot: Bot, head: MaxPerson, max: Max) -> None:
    await bot.send(101, "Готово?", [button("Да"), button("Нет")])
    await max.ways(keyboard_ids=True)
    assert (await head.press("Да"))["query_id"] == (await head.press("Нет"))["query_id"]


async def test_events_come_again(bot: Bot, head: MaxPerson, max: Max) -> None:
    _, marker = await bot.poll()
    await max.ways(events_twice=True)
    await head.send("раз")
    await max.ways(events_twice=False)
    await max.again()
    events, _ = await bot.poll(marker)
    assert len(events) == 3
    assert events[0] == events[1] == events[2]


async def test_edited_and_removed(bot: Bot, head: MaxPerson) -> None:
    _, marker = await bot.poll()
    number = await head.send("раз")
    await head.edit(number, "два")
    await head.remove(number)
    created, edited, removed = (await bot.poll(marker))[0]
    assert edited["update_type"] == "message_edited"
    assert edited["message"]["body"]["mid"] == created["message"]["body"]["mid"]
    assert edited["timestamp"] > edited["message"]["timestamp"]
    assert removed["message_id"] == created["message"]["body"]["mid"]
    assert removed["user_id"] == 101


async def test_forwarded_and_answered(bot: Bot, head: MaxPerson, max: Max) -> None:
    _, marker = await bot.poll()
    sent = await bot.send(101, "Готово?", [button("Да")])
    number = sent["body"]["seq"]
    await head.send("Почему?", reply_to=number)
    await head.forward(number)
    await head.forward("Приказ", channel="Минпросвещения")
    await max.ways(bare_forwards=True)
    await head.forward(number)
    answered, forwarded, foreign, bare = (event["message"] for event in (await bot.poll(marker))[0])
    assert answered["link"]["type"] == "reply"
    assert answered["link"]["message"]["mid"] == sent["body"]["mid"]
    assert forwarded["link"]["type"] == "forward"
    assert forwarded["link"]["chat_id"] == sent["recipient"]["chat_id"]
    # Buttons stay behind.
    assert "attachments" not in forwarded["link"]["message"]
    assert forwarded["body"]["text"] == ""
    assert "sender" not in foreign["link"]
    assert foreign["link"]["message"]["text"] == "Приказ"
    assert bare["body"] is None


async def test_no_polls_in_max(head: MaxPerson) -> None:
    with pytest.raises(PersonError, match="no poll"):
        await head.send_poll("Да?", ["Да", "Нет"])
    with pytest.raises(PersonError, match="no topics"):
        await head.send("раз", topic=7)


async def test_units_of_markup(bot: Bot, head: MaxPerson, max: Max) -> None:
    await head.send("🔗 <b>два</b>", html=True)
    (event,), _ = await bot.poll()
    assert event["message"]["body"]["markup"][0]["from"] == 2
    await max.ways(utf16_markup=True)
    await head.send("🔗 <b>два</b>", html=True)
    (event,), _ = await bot.poll()
    assert event["message"]["body"]["markup"][0]["from"] == 3
