"""Rates that hold on every day, and faults to order."""

import aiohttp
import pytest

from simulator.max import Max, MaxPerson
from tests.simulator.max.conftest import Bot, button


async def test_two_a_second_of_a_kind_in_one_dialog(bot: Bot, head: MaxPerson, max: Max) -> None:
    other = await max.person("Петров Пётр", id=102)
    await other.start()
    mids = [(await bot.send(user_id, "раз", [button("Да")]))["body"]["mid"] for user_id in (101, 102)]
    max.faults.monotonic = lambda: 0.0
    await max.limits(30, 2)
    for mid in mids:
        codes = [(await bot.call("PUT", "/messages", {"text": str(n)}, message_id=mid)).status for n in range(3)]
        assert codes == [200, 200, 429]
    # Another kind has its own count, new messages have none.
    assert (await bot.call("DELETE", "/messages", message_id=mids[0])).status == 200
    for _ in range(3):
        await bot.send(101, "раз")
    max.faults.monotonic = lambda: 1.01
    assert (await bot.call("PUT", "/messages", {"text": "x"}, message_id=mids[1])).status == 200


async def test_thirty_a_second_in_all_and_two_polls(bot: Bot, head: MaxPerson, max: Max) -> None:
    max.faults.monotonic = lambda: 0.0
    await max.limits(30, 2)
    assert [(await bot.call("GET", "/updates", timeout=0)).status for _ in range(3)] == [200, 200, 429]
    codes = [(await bot.call("POST", "/messages", {"text": "x"}, user_id=101)).status for _ in range(29)]
    assert codes == [200] * 28 + [429]
    answer = await bot.call("GET", "/me")
    assert answer.body == {"code": "too.many.requests", "message": "Too many requests"}


async def test_so_it_is_unless_switched_off() -> None:
    assert (Max().faults.limit_per_second, Max().faults.limit_per_chat) == (30, 2)


@pytest.mark.parametrize(
    ("action", "status", "code"),
    [
        ("400", 400, "proto.payload"), ("403", 403, "chat.denied"), ("429", 429, "too.many.requests"),
        ("503", 503, "service.unavailable"), ("not_ready", 400, "attachment.not.ready"),
    ],
)  # fmt: skip
async def test_ordered_refusals(bot: Bot, head: MaxPerson, max: Max, action: str, status: int, code: str) -> None:
    await max.order_fault(action, method="POST /messages", chat_id=101, count=1)
    answer = await bot.call("POST", "/messages", {"text": "x"}, user_id=101)
    assert (answer.status, answer.body["code"]) == (status, code)
    await bot.send(101, "x")


async def test_success_that_is_none(bot: Bot, head: MaxPerson, max: Max) -> None:
    mid = (await bot.send(101, "раз"))["body"]["mid"]
    await max.order_fault("unsuccessful", method="PUT /messages", count=1)
    answer = await bot.call("PUT", "/messages", {"text": "два"}, message_id=mid)
    assert (answer.status, answer.body["success"]) == (200, False)
    assert await head.last() == "раз"


async def test_lost_answers(bot: Bot, head: MaxPerson, max: Max) -> None:
    await max.order_fault("drop_after", method="POST /messages", count=1)
    with pytest.raises(aiohttp.ClientError):
        await bot.send(101, "раз")
    assert await head.last() == "раз"
    await max.order_fault("drop_before", count=1)
    with pytest.raises(aiohttp.ClientError):
        await bot.send(101, "два")
    assert await head.last() == "раз"
    (call,) = await max.calls("POST /messages", chat_id=101, after=1)
    assert (call["code"], call["answered"]) == (0, False)


async def test_the_record(bot: Bot, head: MaxPerson, max: Max) -> None:
    mid = (await bot.send(101, "раз"))["body"]["mid"]
    await bot.call("PUT", "/messages", {"text": "два"}, message_id=mid)
    await bot.call("GET", f"/messages/{mid}")
    calls = await max.calls()
    assert [(call["method"], call["chat_id"], call["code"]) for call in calls] == [
        ("POST /messages", 101, 200), ("PUT /messages", 101, 200), ("GET /messages/{messageId}", 101, 200),
    ]  # fmt: skip
    assert (await max.stats())["max_sends_in_a_second"] == 1
    with pytest.raises(ValueError, match="no way 'soon'"):
        await max.ways(soon=True)
    with pytest.raises(ValueError, match="not_ready is a int"):
        await max.ways(not_ready=True)
