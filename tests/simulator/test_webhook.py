"""Delivery by HTTP: with the secret, again until 200, several chats side by side, each chat in order."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiohttp import web

from simulator import Person, Simulator
from tests.ports import free_port
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
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def take(self, request: web.Request) -> web.Response:
        self.received.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await self.may_answer.wait()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

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
