"""The bot as a process behind a webhook that fails: what a person did comes late and in another order, nothing is lost,
and nothing lands where it was not typed."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web

from bot.catalog.loader import load
from simulator import Person
from tests.forge import Forge
from tests.live import Live, live
from tests.messengers import Deliveries, kinds
from tests.ports import free_port
from tests.reliability import faults
from tests.reliability.test_kill import shows
from tests.reliability.test_webhook import PATIENCE, SECRET, behind_a_webhook
from tests.texts.heads import Form
from tests.waiting import until

_TWO_FIELDS = """
    fields:
      - {id: clubs, kind: whole, label: Кружков, min: 0, max: 99, required: false}
      - {id: count, kind: whole, label: Детей, min: 0, max: 9999}
"""
_ONE_FIELD = """
    fields:
      - {id: count, kind: whole, label: Ученики, min: 0, max: 9999999}
"""


class Front:
    """A server in front of the bot, such as nginx, that answers 502 for kinds of updates until it is mended."""

    def __init__(self, port: int) -> None:
        self.port, self._bot = free_port(), port
        self.failing: set[str] = set()
        self.refused = 0

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.failing & kinds(json.loads(body)):
            self.refused += 1
            return web.Response(status=502, headers={"Retry-After": "2"})
        headers = {name: value for name, value in request.headers.items() if name.startswith(("X-", "Content-Type"))}
        url = f"http://127.0.0.1:{self._bot}{request.path}"
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            asks = {name: answer.headers[name] for name in ("Retry-After",) if name in answer.headers}
            return web.Response(status=answer.status, headers=asks)


@asynccontextmanager
async def behind_a_front(folder: Path, forge: Forge) -> AsyncIterator[tuple[Live, Front, Deliveries]]:
    """The bot with a request of two fields, not started yet, what stands in front of it, and the deliveries there."""
    port = free_port()
    front = Front(port)
    app = web.Application()
    app.router.add_post("/hook/telegram", front.pass_on)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", front.port).start()
    hook = {
        "LISTEN": f"127.0.0.1:{port}",
        "WEBHOOK_URL": f"http://127.0.0.1:{front.port}/hook/telegram",
        "WEBHOOK_SECRET": SECRET,
    }
    try:
        async with live(folder, forge, **hook) as bot:
            _ask_two_things(bot, folder)
            yield bot, front, Deliveries(bot.telegram, 0.05)
    finally:
        await runner.cleanup()


def _ask_two_things(bot: Live, folder: Path) -> None:
    asked = bot.directives.read_text("utf-8")
    assert _ONE_FIELD in asked
    bot.directives.write_text(asked.replace(_ONE_FIELD, _TWO_FIELDS), encoding="utf-8")
    now, zone = datetime.now(UTC), ZoneInfo(bot.zone)
    bot.catalog = load(bot.directives, folder / "calendar.yaml", folder / "organizations.yaml", zone, now)


def kept(bot: Live) -> list[dict[str, Any]]:
    """The values of all answers, in the order in which they were sent."""
    return [json.loads(values) for (values,) in bot.rows('SELECT "values" FROM replies ORDER BY id')]


async def says(head: Person, words: str) -> None:
    """Waits for a message of the bot that says so."""
    await head.wait_until(
        lambda chat: any(words in one["text"] for one in chat["messages"] if one["from_bot"] and not one["deleted"]),
        what=words,
        timeout=PATIENCE,
    )


@pytest.mark.slow
async def test_a_press_overtakes_the_number_that_was_typed_before_it(tmp_path: Path, forge: Forge) -> None:
    async with behind_a_front(tmp_path, forge) as (bot, front, deliveries):
        (head,) = await bot.seat(1)
        await bot.start()
        await says(head, "1 из 2. Кружков")
        front.failing = {"message"}
        await head.send("7")
        await until(lambda: front.refused > 1)
        await head.press(Form.SKIP)
        # The press is through: the bot asks the next question while the number still waits at Telegram.
        await says(head, "2 из 2. Детей")
        front.failing = set()
        await says(head, "Кружков: 7")
        await head.send("30")
        await shows(head, 30, Form.SEND, press=Form.SEND)
        await shows(head, 30, Form.CHANGE, Form.ACCEPTED)
        await bot.stop()
        assert kept(bot) == [{"clubs": 7, "count": 30}]
        assert deliveries.given_up() == 0
        assert "Traceback" not in bot.said()


@pytest.mark.slow
async def test_a_number_overtakes_the_press_before_it(tmp_path: Path, forge: Forge) -> None:
    """«Пропустить» waits at Telegram while what was typed after it comes through: the card still asks the first."""
    async with behind_a_front(tmp_path, forge) as (bot, front, _):
        (head,) = await bot.seat(1)
        await bot.start()
        await says(head, "1 из 2. Кружков")
        front.failing = {"callback_query"}
        await head.press(Form.SKIP)
        await until(lambda: front.refused > 1)
        await head.send("7")
        await says(head, "Кружков: 7")
        front.failing = set()
        await bot.telegram.wait_idle()
        await head.send("30")
        await shows(head, 30, Form.SEND, press=Form.SEND)
        await shows(head, 30, Form.CHANGE, Form.ACCEPTED)
        await bot.stop()
        assert kept(bot) == [{"clubs": 7, "count": 30}], "the late press took nothing away"


@pytest.mark.slow
async def test_a_correction_and_a_kill_while_messages_fail(tmp_path: Path, forge: Forge) -> None:
    async with behind_a_front(tmp_path, forge) as (bot, front, _):
        (head,) = await bot.seat(1)
        await bot.start()
        await says(head, "1 из 2. Кружков")
        front.failing = {"message", "edited_message"}
        typed = await head.send("7")
        await head.edit(typed, "8")
        await head.press(Form.SKIP)
        await says(head, "2 из 2. Детей")
        bot.kill()
        await bot.ended()
        front.failing = set()
        await bot.start()
        await says(head, "Кружков: 8")
        await head.send("30")
        await shows(head, 30, Form.SEND, press=Form.SEND)
        await shows(head, 30, Form.CHANGE, Form.ACCEPTED)
        await bot.stop()
        assert kept(bot) == [{"clubs": 8, "count": 30}]


@pytest.mark.slow
async def test_without_a_database_the_bot_asks_for_everything_again(tmp_path: Path, forge: Forge) -> None:
    async with behind_a_webhook(tmp_path, forge) as (bot, _, deliveries):
        heads = await bot.seat(3)
        await bot.start()
        for head in heads:
            await head.wait_for(Form.NUMBER, timeout=PATIENCE)
        with faults.locked(bot.database):
            for number, head in enumerate(heads, 41):
                await head.send(str(number))
            await until(deliveries.fails)
        for number, head in enumerate(heads, 41):
            await shows(head, number, Form.SEND, press=Form.SEND)
            await shows(head, number, Form.CHANGE, Form.ACCEPTED)
        await bot.telegram.wait_idle()
        await bot.stop()
        assert bot.ledger() == {head.id: [number] for number, head in enumerate(heads, 41)}
        assert deliveries.given_up() == 0
        assert bot.rows("SELECT count(*) FROM inbox WHERE finished_at IS NULL") == [(0,)]
