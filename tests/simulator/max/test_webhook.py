"""Deliveries: with the secret, again until 200, to all who are subscribed, until nobody answers for eight hours."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from simulator.max import Max, MaxPerson
from tests.simulator.max.conftest import Bot
from tests.waiting import until

NOW = datetime(2026, 9, 1, tzinfo=UTC)


class Shop:
    """Somebody who is delivered to."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[Any] = []
        self.secrets: list[str | None] = []
        # The statuses of the next answers; then 200. "always" is for all of them.
        self.statuses: list[int] = []
        self.always = 200

    async def take(self, request: web.Request) -> web.Response:
        self.received.append(await request.json())
        self.secrets.append(request.headers.get("X-Max-Bot-Api-Secret"))
        return web.Response(status=self.statuses.pop(0) if self.statuses else self.always)

    def texts(self) -> list[str]:
        return [one["message"]["body"]["text"] for one in self.received]


async def opened(shop: Shop, runner: web.AppRunner) -> Shop:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    return shop


@pytest.fixture
async def shops(max: Max) -> AsyncIterator[list[Shop]]:
    max.postman.pace = 0.0001
    shops, runners = [], []
    for _ in range(2):
        shop, app = Shop(), web.Application()
        app.router.add_post("/hook", shop.take)
        runners.append(web.AppRunner(app, access_log=None, shutdown_timeout=1.0))
        shops.append(await opened(shop, runners[-1]))
    yield shops
    for runner in runners:
        await runner.cleanup()


async def test_delivered_with_the_secret_and_polls_are_refused(
    bot: Bot, head: MaxPerson, max: Max, shops: list[Shop]
) -> None:
    await head.send("раньше")
    await bot.done("POST", "/subscriptions", {"url": shops[0].url, "secret": "S3cret_-"})
    await head.send("раз")
    await max.wait_idle()
    # What was before is not told.
    assert shops[0].texts() == ["раз"]
    assert shops[0].secrets == ["S3cret_-"]
    answer = await bot.call("GET", "/updates", timeout=0)
    assert answer.status == 405
    await bot.done("DELETE", "/subscriptions", url=shops[0].url)
    (event,), _ = await bot.poll()
    assert event["message"]["body"]["text"] == "раз"


async def test_the_backlog_if_it_is_so(bot: Bot, head: MaxPerson, max: Max, shops: list[Shop]) -> None:
    await max.ways(backlog=True)
    await head.send("раньше")
    await bot.done("POST", "/subscriptions", {"url": shops[0].url})
    await max.wait_idle()
    assert shops[0].texts() == ["раньше"]


async def test_each_subscription_is_one_more(bot: Bot, head: MaxPerson, max: Max, shops: list[Shop]) -> None:
    await bot.done("POST", "/subscriptions", {"url": shops[0].url})
    await bot.done("POST", "/subscriptions", {"url": shops[1].url, "update_types": ["bot_stopped"]})
    await bot.done("POST", "/subscriptions", {"url": shops[1].url, "update_types": ["message_created"]})
    listed = (await bot.done("GET", "/subscriptions"))["subscriptions"]
    assert [(item["url"], item["update_types"]) for item in listed] == [
        (shops[0].url, None), (shops[1].url, ["message_created"]),
    ]  # fmt: skip
    await head.send("раз")
    await head.block()
    await max.wait_idle()
    assert [one["update_type"] for one in shops[0].received] == ["message_created", "bot_stopped"]
    assert [one["update_type"] for one in shops[1].received] == ["message_created"]
    assert (await bot.call("DELETE", "/subscriptions", url="http://127.0.0.1/x")).body["success"] is False


async def test_again_until_200_and_nothing_else(bot: Bot, head: MaxPerson, max: Max, shops: list[Shop]) -> None:
    shops[0].statuses = [503, 201, 302, 204]
    await bot.done("POST", "/subscriptions", {"url": shops[0].url})
    await head.send("раз")
    await head.send("два")
    await max.wait_idle()
    assert shops[0].texts() == ["раз"] * 5 + ["два"]
    assert shops[0].received[0] == shops[0].received[4]


async def test_ten_repeats_and_no_more(bot: Bot, head: MaxPerson, max: Max, shops: list[Shop]) -> None:
    max.postman.pace = 0.0
    shops[0].statuses = [500] * 11
    await bot.done("POST", "/subscriptions", {"url": shops[0].url})
    await head.send("раз")
    await head.send("два")
    await max.wait_idle()
    assert shops[0].texts() == ["раз"] * 11 + ["два"]
    assert max.world.updates.given_up == 1


async def test_unsubscribed_silently_after_eight_hours(bot: Bot, head: MaxPerson, max: Max, shops: list[Shop]) -> None:
    await max.set_clock(NOW)
    shops[0].always = 500
    await bot.done("POST", "/subscriptions", {"url": shops[0].url})
    await head.send("раз")
    # The first refusal has been heard when the second attempt comes.
    await until(lambda: len(shops[0].received) > 1)
    await max.set_clock(NOW + timedelta(hours=7, minutes=59))
    assert len((await bot.done("GET", "/subscriptions"))["subscriptions"]) == 1
    await max.set_clock(NOW + timedelta(hours=8, minutes=1))
    assert (await bot.done("GET", "/subscriptions"))["subscriptions"] == []
    # Polls are answered again, and what was not delivered waits for them.
    (event,), _ = await bot.poll()
    assert event["message"]["body"]["text"] == "раз"


async def test_one_success_and_the_eight_hours_begin_anew(
    bot: Bot, head: MaxPerson, max: Max, shops: list[Shop]
) -> None:
    await max.set_clock(NOW)
    shops[0].statuses = [500]
    await bot.done("POST", "/subscriptions", {"url": shops[0].url})
    await head.send("раз")
    await max.wait_idle()
    await max.set_clock(NOW + timedelta(hours=9))
    assert len((await bot.done("GET", "/subscriptions"))["subscriptions"]) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"url": "http://bot.example.org/"}, "https://"),
        ({"url": "https://bot.example.org:8443/"}, "port 443"),
        ({"url": "https://bot.example.org/", "secret": "a b c d"}, "secret does not match"),
        ({"url": "https://bot.example.org/", "secret": "abcd"}, "secret does not match"),
        ({}, "url"),
        ({"url": "https://bot.example.org/", "update_types": "all"}, "update_types"),
    ],
)
async def test_refused(bot: Bot, body: Any, words: str) -> None:
    answer = await bot.call("POST", "/subscriptions", body)
    assert answer.status == 400
    assert words in answer.body["message"]
