"""Replicas as processes: one is killed, one is stopped for a while, the one that polls ends."""

import asyncio
import signal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.forge import Forge
from tests.reliability.test_kill import answers, keeps_answering, shows, types
from tests.reliability.test_webhook import health
from tests.replicas.fleet import fleet
from tests.texts.heads import Form

_LEFT = "SELECT count(*) FROM inbox WHERE finished_at IS NULL"


async def test_one_of_three_is_killed_while_heads_answer(tmp_path: Path, forge: Forge, migrated_url: str) -> None:
    async with fleet(tmp_path, forge, migrated_url, 3, webhook=True) as found:
        heads = await found.bots[0].seat(6)
        ids = await found.start()
        telegram, enough = found.bots[0].telegram, asyncio.Event()
        async with asyncio.TaskGroup() as group:
            lives = [group.create_task(keeps_answering(head, number, enough)) for number, head in enumerate(heads, 1)]
            mark = await telegram.last_event() + 60
            while (now := await telegram.last_event()) < mark:
                await telegram.events(now, timeout=60)
            # The one that leads.
            found.bots[0].kill()
            await found.bots[0].ended()
            await found.silent(ids[0])
            await found.until("SELECT id FROM replicas ORDER BY id", *((id,) for id in ids[1:]))
            enough.set()
        assert await found.ledger() == {head.id: life.result() for head, life in zip(heads, lives, strict=True)}
        await found.until(_LEFT, (0,))
        # What stands there, for the next who counts.
        found_health = [await health(port) for port in found.ports[1:]]
        assert sum(one["leads"] for one in found_health) == 1
        assert {one["replica"] for one in found_health} == set(ids[1:])
        assert all(one["replicas"] == 2 and one["status"] == "ok" for one in found_health)
        for bot in found.bots[1:]:
            await bot.stop()
            assert "Traceback" not in bot.said()
        assert await found.rows("SELECT count(*) FROM replicas") == [(0,)]


@pytest.mark.slow
async def test_one_that_was_stopped_goes_on_as_another(tmp_path: Path, forge: Forge, migrated_url: str) -> None:
    async with fleet(tmp_path, forge, migrated_url, 2, webhook=True) as found:
        head, other = await found.bots[0].seat(2)
        ids = await found.start()
        telegram = found.bots[0].telegram
        for one, number in ((head, 777), (other, 888)):
            await types(one, number)
            await shows(one, number, Form.SEND)
        # Nothing can be said, so that both have something in hand.
        await telegram.order_fault("502", method="editMessageText")
        await head.press(Form.SEND)
        await other.press(Form.SEND)
        await found.until("SELECT count(*) FROM inbox WHERE applied_at IS NOT NULL", (2,))
        found.bots[0].signal(signal.SIGSTOP)
        # The other one buries it by itself, after eight seconds.
        await found.until("SELECT id FROM replicas", (ids[1],))
        await found.until("SELECT DISTINCT owner_id FROM inbox WHERE finished_at IS NULL", (ids[1],))
        await telegram.cancel_faults()
        for one, number in ((head, 777), (other, 888)):
            await shows(one, number, Form.CHANGE, Form.ACCEPTED)
        await found.until(_LEFT, (0,))
        found.bots[0].signal(signal.SIGCONT)
        await found.until("SELECT count(*) FROM replicas", (2,))
        assert (await found.rows("SELECT min(id) FROM replicas"))[0][0] == ids[1]
        # Both serve.
        sent = [777, 778, 779, 780]
        for before, number in pairwise(sent):
            await answers(head, number, before)
        assert await found.ledger() == {head.id: sent, other.id: [888]}
        for bot in found.bots:
            await bot.stop()
            assert "Traceback" not in bot.said()


@pytest.mark.slow
async def test_one_that_polls_does_not_start_beside_one_with_a_webhook(
    tmp_path: Path, forge: Forge, migrated_url: str
) -> None:
    """It would remove the webhook by which the other one hears, and that one would set it again."""
    async with fleet(tmp_path, forge, migrated_url, 2, webhook=True) as found:
        (head,) = await found.bots[0].seat(1)
        serving, polling = found.bots
        await serving.start()
        for setting in ("WEBHOOK_URL", "WEBHOOK_SECRET"):
            del polling.environment[setting]
        await types(head, 7)
        assert await polling.refuses_to_start() == 3
        assert "others serve it now, with another WEBHOOK_URL or WEBHOOK_SECRET, or without them" in polling.said()
        await shows(head, 7, Form.SEND, press=Form.SEND)
        await shows(head, 7, Form.CHANGE, Form.ACCEPTED)
        assert serving.telegram.record.count("deleteWebhook") == 0
        # What an operator types is in nobody's way.
        code, out, err = await polling.command("claim")
        assert (code, "https://t.me/" in out) == (0, True), err
        # All are stopped, then started: what the settings say now holds.
        await serving.stop()
        await polling.start()
        await answers(head, 8, 7)
        assert await serving.refuses_to_start() == 3
        await answers(head, 9, 8)
        await polling.stop()
        assert await found.ledger() == {head.id: [7, 8, 9]}


@pytest.mark.slow
async def test_another_one_polls_when_the_one_that_polled_is_killed(
    tmp_path: Path, forge: Forge, migrated_url: str
) -> None:
    async with fleet(tmp_path, forge, migrated_url, 2, webhook=False) as found:
        (head,) = await found.bots[0].seat(1)
        await found.start()
        follower = await health(found.ports[1])
        assert (follower["leads"], follower["seconds_since_poll"], follower["status"]) == (False, None, "ok")
        await types(head, 7)
        await shows(head, 7, Form.SEND)
        found.bots[0].kill()
        await found.bots[0].ended()
        await head.send("/help")
        await head.wait_for("/tasks", fresh=True, timeout=60)
        # One that is at work is not in the way of one that starts, nor of what an operator types.
        await found.bots[0].start()
        for command in ("claim", "invite"):
            code, out, err = await found.bots[0].command(command)
            assert code == 0, err
            assert "https://t.me/" in out
        await shows(head, 7, Form.SEND, press=Form.SEND)
        await shows(head, 7, Form.CHANGE, Form.ACCEPTED)
        # The one that polls ends in order: the next one polls, and neither takes the other for a stranger.
        await found.bots[1].stop()
        await head.send("/help")
        await head.wait_for("/tasks", fresh=True, timeout=60)
        await found.bots[0].stop()
        assert "SameToken" not in found.bots[0].said() + found.bots[1].said()
        assert await found.ledger() == {head.id: [7]}
