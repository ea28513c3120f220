"""The bot as a process behind a webhook: what Telegram was told is received is not lost, and it ends as it should."""

import asyncio
import json
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain.people.messenger import Messenger
from tests import messengers
from tests.forge import Forge
from tests.live import Live, live
from tests.messengers import Deliveries
from tests.ports import free_port
from tests.reliability.test_kill import answers, keeps_answering, shows
from tests.texts.heads import Form

SECRET = "0123456789abcdef0123456789abcdef"
PATIENCE = 60.0


@asynccontextmanager
async def behind_a_webhook(folder: Path, forge: Forge, **settings: str) -> AsyncIterator[tuple[Live, int, Deliveries]]:
    """The bot, not started yet, the port that it listens on, and the deliveries there."""
    port = free_port()
    hook = {
        "LISTEN": f"127.0.0.1:{port}",
        "WEBHOOK_URL": f"http://127.0.0.1:{port}/hook/telegram",
        "WEBHOOK_SECRET": SECRET,
    }
    async with live(folder, forge, **hook | settings) as bot:
        yield bot, port, Deliveries(bot.telegram, 0.02)


async def health(port: int) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/health") as response:
        found: dict[str, Any] = await response.json()
        return found


@pytest.mark.slow
async def test_a_life_behind_a_webhook_and_back_to_polling(tmp_path: Path, forge: Forge) -> None:
    async with behind_a_webhook(tmp_path, forge) as (bot, port, deliveries):
        first, second = await bot.seat(2)
        await bot.start()
        await answers(first, 321)
        await bot.telegram.wait_idle()
        assert bot.ledger() == {first.id: [321]}
        found = await health(port)
        assert found["status"] == "ok"
        assert found["undelivered_updates"] == 0
        assert found["seconds_since_update"] < PATIENCE
        # MAX is asked for what waits before it delivers, and then no more.
        assert bot.telegram.record.count("getUpdates") <= (2 if messengers.chosen() is Messenger.MAX else 0)
        # SIGTERM: what was answered for is finished, what comes then stays with Telegram.
        await bot.stop()
        await second.send("/tasks")
        await asyncio.sleep(0.1)
        assert bot.telegram.pending_updates() == 1
        assert SECRET not in bot.said()

        for name in ("WEBHOOK_URL", "WEBHOOK_SECRET"):
            del bot.environment[name]
        await bot.start()
        await answers(second, 654)
        await bot.telegram.wait_idle()
        assert deliveries.addresses == set()
        assert (await health(port))["undelivered_updates"] is None
        await bot.stop()
        assert bot.ledger() == {first.id: [321], second.id: [654]}
        assert "Traceback" not in bot.said()


@pytest.mark.slow
async def test_killed_between_the_200_and_the_handler(tmp_path: Path, forge: Forge) -> None:
    async with behind_a_webhook(tmp_path, forge) as (bot, *_):
        head, other = await bot.seat(2)
        await bot.start()
        await head.wait_for(Form.NUMBER, timeout=PATIENCE)
        # Telegram takes no word: so the first of these is being said, and the others stand behind it.
        await bot.telegram.order_fault("502", method="sendMessage", chat_id=head.id)
        await head.send("/help")
        await head.send("33")
        await head.send("/tasks")
        await bot.telegram.wait_idle()
        # Answered for, in the inbox, not handled; and another one is handled meanwhile.
        await other.send("77")
        await shows(other, 77, Form.SEND)
        bot.kill()
        await bot.ended()
        assert bot.rows("SELECT count(*) FROM inbox WHERE applied_at IS NULL AND finished_at IS NULL") == [(2,)]
        await bot.telegram.cancel_faults()
        await bot.start()
        await shows(head, 33, Form.SEND, press=Form.SEND)
        await shows(head, 33, Form.CHANGE, Form.ACCEPTED)
        await bot.stop()
        assert bot.ledger() == {head.id: [33]}
        assert bot.rows("SELECT count(*) FROM inbox WHERE finished_at IS NULL") == [(0,)]


@pytest.mark.slow
async def test_answers_survive_kills_behind_a_webhook(tmp_path: Path, forge: Forge) -> None:
    await _killed(tmp_path, forge, kills=4, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_answers_survive_a_hundred_kills_behind_a_webhook(tmp_path: Path, forge: Forge) -> None:
    await _killed(tmp_path, forge, kills=100, seed=2)


async def _killed(folder: Path, forge: Forge, kills: int, seed: int) -> None:
    """Heads correct their answers while the bot dies again and again; each update is told as received but once."""
    chance = random.Random(seed)
    enough = asyncio.Event()
    async with behind_a_webhook(folder, forge) as (bot, *_):
        heads = await bot.seat(6)
        await bot.start()
        redelivered = 0
        async with asyncio.TaskGroup() as group:
            lives = [group.create_task(keeps_answering(head, number, enough)) for number, head in enumerate(heads, 1)]
            for _ in range(kills):
                mark = await bot.telegram.last_event() + chance.randint(10, 80)
                async with asyncio.timeout(PATIENCE):
                    while (now := await bot.telegram.last_event()) < mark:
                        await bot.telegram.events(now, timeout=PATIENCE)
                await asyncio.sleep(chance.uniform(0, 0.02))
                bot.kill()
                await bot.ended()
                redelivered += bool(bot.telegram.pending_updates())
                await bot.start()
            enough.set()
        assert bot.ledger() == {head.id: life.result() for head, life in zip(heads, lives, strict=True)}
        await bot.telegram.wait_idle()
        await bot.stop()
        assert redelivered
        assert bot.rows("SELECT count(*) FROM inbox WHERE finished_at IS NULL") == [(0,)]
        assert "Traceback" not in bot.said()


@pytest.mark.slow
async def test_a_stranger_s_flood_at_the_door_does_not_keep_telegram_out(tmp_path: Path, forge: Forge) -> None:
    async with behind_a_webhook(tmp_path, forge) as (bot, port, _):
        (head,) = await bot.seat(1)
        await bot.start()
        url = f"http://127.0.0.1:{port}/hook/telegram"
        enough = asyncio.Event()
        statuses: set[int] = set()

        async def flood(session: aiohttp.ClientSession) -> None:
            while not enough.is_set():
                forged = {"update_id": 5, "message": {"text": "x" * 100_000}}
                try:
                    async with session.post(
                        url, data=json.dumps(forged), headers={"X-Forwarded-For": "127.0.0.1"}
                    ) as said:
                        statuses.add(said.status)
                except aiohttp.ClientError:
                    # The door was shut while it was still talking.
                    pass

        async with aiohttp.ClientSession() as session:
            flooding = [asyncio.create_task(flood(session)) for _ in range(4)]
            await answers(head, 42)
            enough.set()
            await asyncio.gather(*flooding)
        assert statuses <= {403}
        bot.signal(signal.SIGTERM)
        assert await bot.ended() == 0
        assert bot.ledger() == {head.id: [42]}
        assert "Traceback" not in bot.said()
