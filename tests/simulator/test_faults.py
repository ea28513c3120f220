"""Ordered faults, hard limits and the record of calls."""

from contextlib import suppress

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from hypothesis import given
from hypothesis import strategies as st

from simulator import Person, Simulator
from simulator.errors import ApiError
from simulator.faults import Fault, FaultBook, Window
from simulator.record import CallLog


async def test_429_names_the_wait_and_does_no_work(bot: Bot, head: Person, sim: Simulator) -> None:
    await sim.order_fault("429", method="sendMessage", count=2, retry_after=7)
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(101, "x")
        assert caught.value.retry_after == 7
    await bot.send_message(101, "прошло")
    assert [m["text"] for m in await head.messages()] == ["прошло"]
    assert await sim.open_faults() == []


@pytest.mark.parametrize("code", ["500", "502", "503", "504"])
async def test_server_errors(bot: Bot, head: Person, sim: Simulator, code: str) -> None:
    await sim.order_fault(code, count=1)
    with pytest.raises(TelegramServerError):
        await bot.send_message(101, "x")
    await sim.order_fault(code, count=1, html_body=True)
    with pytest.raises(ClientDecodeError):
        await bot.send_message(101, "x")
    assert await head.messages() == []


async def test_a_connection_cut_before_and_after_the_work(bot: Bot, head: Person, sim: Simulator) -> None:
    await sim.order_fault("drop_before", method="sendMessage", count=1)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(101, "до")
    await sim.order_fault("drop_after", method="sendMessage", count=1)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(101, "после")
    assert [m["text"] for m in await head.messages()] == ["после"]
    calls = await sim.calls("sendMessage")
    assert [(c["code"], c["answered"]) for c in calls] == [(0, False), (200, False)]


async def test_slowness(bot: Bot, head: Person, sim: Simulator) -> None:
    await sim.order_fault("slow", method="sendMessage", seconds=0.5, count=1)
    with pytest.raises(TelegramNetworkError, match="timeout"):
        await bot.send_message(101, "медленно", request_timeout=0.1)  # type: ignore[arg-type]
    assert await head.wait_for("медленно")


async def test_faults_for_one_chat_and_cancelling(bot: Bot, head: Person, sim: Simulator) -> None:
    other = await sim.person("Петров", id=7)
    await other.start()
    order = await sim.order_fault("500", chat_id=7)
    await bot.send_message(101, "x")
    with pytest.raises(TelegramServerError):
        await bot.send_message(7, "x")
    assert await bot.get_updates() == []
    await sim.cancel_faults(order)
    await bot.send_message(7, "x")
    with pytest.raises(ValueError, match="unknown action"):
        await sim.order_fault("boom")


def test_probability_repeats_with_its_seed() -> None:
    def pattern(seed: int) -> list[bool]:
        book = FaultBook()
        book.order(Fault("500", probability=0.3, seed=seed))
        return [book.strike("sendMessage", 1) is not None for _ in range(200)]

    assert pattern(1) == pattern(1) != pattern(2)
    assert 30 < sum(pattern(1)) < 90


async def test_a_storm_draws_one_of_its_kinds_for_a_share_of_all_calls(bot: Bot, head: Person, sim: Simulator) -> None:
    await sim.order_fault("429 500 drop_before drop_after", method="**", probability=0.5, seed=3)
    for _ in range(60):
        for call in (lambda: bot.send_message(101, "x"), lambda: bot.get_updates(timeout=0)):
            with suppress(TelegramRetryAfter, TelegramServerError, TelegramNetworkError):
                await call()
    (order,) = await sim.open_faults()
    assert set(order["struck"]) == {"429", "500", "drop_before", "drop_after"}
    assert sum(order["struck"].values()) == order["fired"]
    assert 30 < order["fired"] < 90
    calls = await sim.calls()
    assert sum(one["code"] == 429 for one in calls) == order["struck"]["429"]
    assert {one["method"] for one in calls if one["code"] == 500} == {"sendMessage", "getUpdates"}
    unheard = sum(one["code"] == 200 and not one["answered"] for one in calls)
    assert unheard == order["struck"]["drop_after"]
    with pytest.raises(ValueError, match="unknown action 'boom'"):
        await sim.order_fault("500 boom")


async def test_the_record_tells_when_a_call_came(bot: Bot, head: Person, sim: Simulator) -> None:
    await sim.order_fault("slow", method="sendMessage", seconds=0.2, count=1)
    await bot.send_message(101, "медленно")
    (call,) = await sim.calls("sendMessage")
    assert call["at"] - call["arrived"] >= 0.2


async def test_hard_limits(bot: Bot, head: Person, sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sim.faults, "monotonic", lambda: 0.0)
    await sim.limits(per_second=3)
    for _ in range(3):
        await bot.send_message(101, "x")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(101, "x")
    await bot.send_chat_action(101, "typing")
    await sim.limits()
    await bot.send_message(101, "x")


def test_limits_slide() -> None:
    now = [0.0]
    book = FaultBook(lambda: now[0])
    book.limits(2, 1)
    book.check_limits("sendMessage", 1)
    with pytest.raises(ApiError):
        book.check_limits("sendMessage", 1)
    now[0] = 0.5
    book.check_limits("sendDocument", 2)
    with pytest.raises(ApiError):
        book.check_limits("copyMessage", 3)
    now[0] = 1.0
    book.check_limits("sendMessage", 1)
    with pytest.raises(ApiError):
        book.check_limits("sendMessage", 3)


async def test_the_record(bot: Bot, head: Person, sim: Simulator) -> None:
    await bot.send_message(101, "x")
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(999, "x")
    stats = await sim.stats()
    assert stats["methods"] == {"sendMessage": {"200": 1, "400": 1}}
    assert stats["max_sends_in_a_second"] == 1
    calls = await sim.calls(chat_id=999)
    assert [(c["code"], c["description"]) for c in calls] == [(400, "Bad Request: chat not found")]
    await sim.clear_calls()
    assert (await sim.stats())["total"] == 0


@given(st.lists(st.integers(0, 40), max_size=40))
def test_the_highest_rate_is_exact_although_the_log_is_short(gaps: list[int]) -> None:
    log, times, at = CallLog(keep=3), [], 0.0
    for gap in gaps:
        at += gap / 16
        times.append(at)
        log.add("sendMessage", 1, at, "", 200)
        log.add("sendMessage", 1, at, "", 429)
    expected = max((sum(1 for t in times if end - 1 < t <= end) for end in times), default=0)
    assert log.max_rate == expected
    assert log.count("sendMessage", 200) == len(times)
    assert len(log.calls()) <= 3


def test_what_each_chat_was_sent_is_counted_beyond_the_end_of_the_log() -> None:
    log = CallLog(keep=3)
    for number in range(10):
        log.add("sendMessage", number % 2, float(number), "", 200)
        log.add("getMe", None, float(number), "", 200)
    log.add("sendMessage", 1, 10.0, "", 429)
    assert log.by_chat("sendMessage", 200) == {0: 5, 1: 5}
    assert log.by_chat("getMe", 200) == log.by_chat("copyMessage", 200) == {}
    assert log.stats()["methods"] == {"getMe": {"200": 10}, "sendMessage": {"200": 10, "429": 1}}
    log.clear()
    assert log.by_chat("sendMessage", 200) == {}


def test_a_window_forgets() -> None:
    window = Window()
    assert [window.add(t) for t in (0.0, 0.5, 1.0, 2.5)] == [1, 2, 2, 1]
