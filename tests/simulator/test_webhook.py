"""Delivery by HTTP: with the secret, again until 200, several chats side by side, each chat in order."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiohttp import web

from simulator import Person, Simulator
from simulator.world.webhook import Line
from tests.ports import free_port
from tests.simulator.test_updates import one_button
from tests.waiting import until


class Shop:
    """Somebody who is delivered to."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/hook"
        self.received: list[Any] = []
        self.secrets: list[str | None] = []
        # The statuses of the next answers; then 200.
        self.statuses: list[int] = []
        # When those that are no 200 ask to be delivered to again.
        self.retry_after = ""
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def take(self, request: web.Request) -> web.Response:
        self.received.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await self.may_answer.wait()
        if not self.statuses:
            return web.Response()
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        return web.Response(status=self.statuses.pop(0), headers=headers)

    def texts(self) -> list[str]:
        return [one["message"]["text"] for one in self.received]


@pytest.fixture
async def shop(sim: Simulator) -> AsyncIterator[Shop]:
    sim.postman.pace = 0.005
    shop = Shop()
    app = web.Application()
    app.router.add_post("/hook", shop.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", shop.port).start()
    yield shop
    shop.may_answer.set()
    await runner.cleanup()


async def test_what_waited_and_what_comes_is_delivered_with_the_secret(
    bot: Bot, head: Person, sim: Simulator, shop: Shop
) -> None:
    await head.send("раз")
    await bot.set_webhook(shop.url, secret_token="S3cret_-", allowed_updates=["message"], max_connections=500)
    await head.send("два")
    await sim.wait_idle()
    assert shop.texts() == ["раз", "два"]
    assert shop.secrets == ["S3cret_-"] * 2
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (shop.url, 0, 100)
    assert info.allowed_updates == ["message"]
    assert info.last_error_date is None


async def test_delivered_again_until_200(bot: Bot, head: Person, sim: Simulator, shop: Shop) -> None:
    shop.statuses = [503, 403, 302, 500]
    await bot.set_webhook(shop.url)
    await head.send("раз")
    await head.send("два")
    await sim.wait_idle()
    assert shop.texts() == ["раз"] * 5 + ["два"]
    assert shop.secrets == [None] * 6
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    assert info.last_error_date is not None


async def test_chats_side_by_side_up_to_the_limit_and_each_in_order(bot: Bot, sim: Simulator, shop: Shop) -> None:
    people = [await sim.person(f"Человек {number}", id=number) for number in range(1, 6)]
    for number in (1, 2, 3):
        for person in people:
            await person.send(str(number))
    shop.may_answer.clear()
    await bot.set_webhook(shop.url, max_connections=3)
    await until(lambda: len(shop.received) == 3)
    assert shop.texts() == ["1", "1", "1"]
    shop.may_answer.set()
    await sim.wait_idle()
    assert sim.world.webhook.most_at_once == 3
    for person in people:
        assert [one["message"]["text"] for one in shop.received if one["message"]["from"]["id"] == person.id] == [
            "1",
            "2",
            "3",
        ]


async def test_nobody_listens(bot: Bot, head: Person, sim: Simulator) -> None:
    await bot.set_webhook(f"http://127.0.0.1:{free_port()}/hook")
    await head.send("раз")
    await until(lambda: bool(sim.world.webhook.error))
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Connection failed"
    assert info.pending_update_count == 1


async def test_a_webhook_and_polls_exclude_each_other(bot: Bot, head: Person, sim: Simulator, shop: Shop) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=10))
    await until(sim.world.updates.polled)
    await bot.set_webhook(shop.url)
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook"):
        await poll
    with pytest.raises(TelegramConflictError, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    await head.send("раз")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert shop.received == []


async def test_dropped_or_kept(bot: Bot, head: Person, sim: Simulator, shop: Shop) -> None:
    await head.send("раз")
    await bot.set_webhook(shop.url, drop_pending_updates=True)
    await head.send("два")
    await sim.wait_idle()
    assert shop.texts() == ["два"]
    # An empty address is no webhook.
    await bot.set_webhook("")
    assert (await bot.get_webhook_info()).url == ""


@pytest.mark.parametrize(
    ("url", "secret", "text"),
    [
        ("http://bot.example.org/", "", "An HTTPS URL must be provided"),
        ("https://bot.example.org:5000/", "", "only on ports 80, 88, 443 or 8443"),
        ("https://bot.example.org/", "a:b", "unallowed characters"),
        ("https://bot.example.org/", "a" * 257, "too long"),
    ],
)
async def test_refused(bot: Bot, url: str, secret: str, text: str) -> None:
    with pytest.raises(TelegramBadRequest, match=text):
        await bot.set_webhook(url, secret_token=secret)


async def pressed(bot: Bot, head: Person) -> None:
    """Somebody presses a button that the bot has sent."""
    await bot.send_message(head.id, "x", reply_markup=one_button("Да"))
    await head.press("Да")


async def test_a_person_s_messages_and_presses_wait_for_each_other_in_no_line(
    bot: Bot, head: Person, sim: Simulator, shop: Shop
) -> None:
    await head.send("раз")
    await pressed(bot, head)
    await head.send("два")
    # Again at once, and then after 2 s of the server's.
    shop.statuses = [503, 503]
    sim.postman.pace = 0.05
    await bot.set_webhook(shop.url, max_connections=1)
    await sim.wait_idle()
    kinds = ["text" if "message" in one else "press" for one in shop.received]
    # The message that has failed holds up the next message, and no press.
    assert kinds == ["text", "text", "press", "text", "text"]
    numbers = [one["update_id"] for one in shop.received]
    assert numbers[0] == numbers[1] == numbers[3] < numbers[2] < numbers[4]


async def test_the_answer_says_when_to_come_again(bot: Bot, head: Person, sim: Simulator, shop: Shop) -> None:
    # Slow enough to tell 2 s from none: the first pause without it would be 0.
    sim.postman.pace = 0.2
    shop.statuses, shop.retry_after = [503], "2"
    loop = asyncio.get_running_loop()
    await head.send("раз")
    began = loop.time()
    await bot.set_webhook(shop.url)
    await sim.wait_idle()
    assert loop.time() - began >= 0.35


async def test_a_press_that_would_come_too_late_is_given_up(bot: Bot, head: Person, sim: Simulator, shop: Shop) -> None:
    shop.statuses, shop.retry_after = [503], "151"
    await pressed(bot, head)
    await bot.set_webhook(shop.url)
    await sim.wait_idle()
    assert sim.world.webhook.given_up == 1
    assert len(shop.received) == 1


def test_the_pauses() -> None:
    line = Line()
    assert [line.fail(0) for _ in range(6)] == [0, 2, 4, 8, 16, 32]
    assert 60 <= line.fail(0) <= 64
    assert 60 <= line.fail(0) <= 120
    assert line.fail(5000) == 3600
    line.succeed()
    assert line.fail(0) == 0
