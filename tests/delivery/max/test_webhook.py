"""MAX knocks: its events are taken in, its subscriptions watched."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.delivery.incoming.webhook import Delivery
from bot.delivery.max.events import TYPES
from bot.delivery.max.incoming.receiver import MaxReceiver
from bot.delivery.max.incoming.webhook import MaxWebhook
from bot.listener import Listener
from simulator.max.updates import Subscription
from tests.delivery.max.world import living_in_max
from tests.ports import free_port
from tests.waiting import until
from tests.world import Head, World

_SECRET = "s3cret-of-the-webhook"


class _Door:
    """A webhook that is open, with what it has said of itself."""

    def __init__(self, world: World, secret: str = _SECRET, port: int = 0) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/max"
        self.looks: list[Delivery] = []
        app = world.app
        assert isinstance(app.receiver, MaxReceiver)
        self.webhook = MaxWebhook(
            app.bot, app.intake, self.url, secret, self.looks.append, drain=app.receiver.drain, storage=app.storage
        )


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A MAX, a bot, a database."""
    async with living_in_max(tmp_path) as world:
        yield world


async def _subscriptions(world: World) -> list[Any]:
    headers = {"Authorization": world.telegram.token}
    async with ClientSession() as client, client.get(f"{world.telegram.url}/subscriptions", headers=headers) as got:
        return list((await got.json())["subscriptions"])


async def _subscribe(world: World, url: str) -> None:
    headers = {"Authorization": world.telegram.token}
    async with (
        ClientSession() as client,
        client.post(f"{world.telegram.url}/subscriptions", json={"url": url}, headers=headers) as got,
    ):
        assert got.status == 200


async def test_the_bot_subscribes_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Strangers who know the token are unsubscribed, and told of in the log; what is gone is set again."""
    await _subscribe(world, "https://stranger.example/hook")
    door = _Door(world)
    assert await door.webhook.look()
    (mine,) = await _subscriptions(world)
    assert mine["url"] == door.url
    assert set(mine["update_types"]) == set(TYPES)
    assert "stranger.example" in caplog.text
    assert await door.webhook.look()
    assert [look.here for look in door.looks] == [True, True]
    world.telegram.world.updates.unsubscribe(door.url)
    assert await door.webhook.look()
    assert "was gone" in caplog.text
    assert [one["url"] for one in await _subscriptions(world)] == [door.url]


@pytest.mark.parametrize("types", [TYPES, TYPES[:3], [*TYPES, "new_kind"], None])
async def test_what_max_lists_may_be_written_otherwise(
    world: World, monkeypatch: pytest.MonkeyPatch, types: list[str] | None
) -> None:
    """The address, or what is delivered there: the bot takes it for nobody else's, and leaves it as it is."""
    as_json = Subscription.as_json
    listed = {"update_types": types}
    monkeypatch.setattr(Subscription, "as_json", lambda its: as_json(its) | {"url": f"{its.url}/"} | listed)
    door = _Door(world)
    for _ in range(3):
        assert await door.webhook.look()
    assert len(await _subscriptions(world)) == 1
    assert world.telegram.record.count("setWebhook") == 1
    assert world.telegram.record.count("deleteWebhook") == 0


async def test_a_start_leaves_what_waits_to_be_delivered(world: World) -> None:
    """What a subscription would have repeated may end with it. What came while there was none is asked for, and a
    secret that has changed is told."""
    ada, eva = [await world.person(name, number) for number, name in enumerate(("Ада", "Ева"), 501)]
    await ada.phone.send("/start")
    door = _Door(world)
    assert await door.webhook.look()
    await world.app.dispatcher.idle()
    assert "Согласие" in await ada.sees()
    # Nobody listens there.
    await eva.phone.send("/start")
    found = await _subscriptions(world)
    world.now += timedelta(minutes=1)
    assert await _Door(world, port=door.port).webhook.look()
    assert await _subscriptions(world) == found
    assert world.telegram.pending_updates() == 1
    assert await _Door(world, "an0ther-secret", door.port).webhook.look()
    assert (await _subscriptions(world))[0]["time"] > found[0]["time"]


async def test_what_is_delivered_is_handled_once(world: World) -> None:
    """Also if MAX delivers it twice; without the secret nothing is taken."""
    door = _Door(world)
    listener = Listener()
    await listener.serve("127.0.0.1", door.port, [door.webhook.route("/max")])
    running = asyncio.create_task(door.webhook.run())
    try:
        await until(lambda: bool(door.looks))
        await world.telegram.ways(events_twice=True)
        phone = await world.telegram.person("Петрова Анна Ивановна", id=501)
        head = Head(world, phone)
        await phone.send("/start")
        await until(lambda: not world.telegram.pending_updates())
        await world.app.dispatcher.idle()
        assert await head.count() == 2
        async with ClientSession() as client, client.post(door.url, json={"update_type": "bot_started"}) as got:
            assert got.status == 403
        for body, status in (({"update_type": "new", "timestamp": 1}, 200), ({}, 400)):
            headers = {"X-Max-Bot-Api-Secret": _SECRET}
            async with ClientSession() as client, client.post(door.url, json=body, headers=headers) as got:
                assert got.status == status
    finally:
        running.cancel()
        await listener.stop()
