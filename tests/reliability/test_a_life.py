"""`python -m bot` as it is run: a head registers, is asked, answers; and the process ends when it is told to."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest

from simulator import Person
from tests.forge import Forge
from tests.live import STOPS_WITHIN, live
from tests.texts.heads import Form, Registration


async def test_a_head_registers_is_asked_and_answers(tmp_path: Path) -> None:
    async with live(tmp_path) as bot:
        await bot.start()
        head = await bot.telegram.person("Иванова Мария", id=101)
        await head.send("/start")
        for label in (Registration.AGREE, "Школа", Registration.DONE):
            await _press(head, label)
        await _offered(head, "Школа 001")
        await head.send("017")
        for label in ("Школа 017", Registration.HEAD):
            await _press(head, label)

        # Nobody said "now": the process has its own clock and its own post.
        await head.wait_for("Сколько учеников?")
        await head.send("345")
        await _press(head, Form.SEND)
        assert "345" in await head.wait_for(Form.ACCEPTED)
        assert bot.ledger() == {101: [345]}

        await bot.telegram.wait_idle()
        await bot.stop()
        assert bot.rows("SELECT count(*) FROM inbox WHERE finished_at IS NULL") == [(0,)]
        assert "Traceback" not in bot.said()


@pytest.mark.slow
async def test_a_stop_finishes_what_has_begun(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge) as bot:
        (head,) = await bot.seat(1)
        await bot.start()
        await head.wait_for("Сколько учеников?")
        # A second is long for Telegram, and short for a stop.
        await bot.telegram.order_fault("slow", method="editMessageText", seconds=1.0)
        await head.send("5")
        await bot.telegram.wait_idle()
        await bot.stop()
        assert Form.SEND in await head.buttons()
        assert bot.rows("SELECT count(*) FROM inbox WHERE finished_at IS NULL") == [(0,)]


@pytest.mark.slow
async def test_a_second_sigterm_ends_it_at_once_and_loses_nothing(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge) as bot:
        (head,) = await bot.seat(1)
        await bot.start()
        await head.wait_for("Сколько учеников?")
        # Somebody has to be waited for: the first signal alone would take its four seconds of patience.
        await bot.telegram.order_fault("slow", method="sendMessage", seconds=60)
        await head.send("5")
        await bot.telegram.wait_idle()
        end = asyncio.create_task(bot.ended(STOPS_WITHIN))
        while not end.done():
            # Two that come before the first is noticed are one: so as many as it takes.
            bot.signal(signal.SIGTERM)
            await asyncio.wait({end}, timeout=0.1)
        assert await end == 1
        assert bot.rows("SELECT count(*) FROM inbox WHERE finished_at IS NULL") == [(1,)]

        await bot.telegram.cancel_faults()
        await bot.start()
        await _offered(head, Form.SEND)
        await bot.stop()


async def _press(head: Person, label: str) -> None:
    await _offered(head, label)
    await head.press(label)


async def _offered(head: Person, label: str) -> None:
    def shown(chat: dict[str, Any]) -> bool:
        return any(label in text for one in chat["messages"] if not one["deleted"] for text in one["buttons"])

    await head.wait_until(shown, what=label)
