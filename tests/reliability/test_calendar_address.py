"""The bot as a process: a calendar looks where the settings say, and what is secret is written nowhere."""

import re
from pathlib import Path

import aiohttp
import pytest

from tests.forge import Forge
from tests.live import live
from tests.ports import free_port
from tests.texts.heads import OwnCalendar, Request

PATIENCE = 60.0


async def fetched(url: str) -> tuple[int, bytes]:
    """What is there."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.read()


@pytest.mark.slow
async def test_a_calendar_looks_while_the_bot_works(tmp_path: Path, forge: Forge) -> None:
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    async with live(tmp_path, forge, LISTEN=f"127.0.0.1:{port}", PUBLIC_URL=public) as bot:
        (head,) = await bot.seat(1)
        await bot.start()
        await head.wait_for("Численность", timeout=PATIENCE)
        await head.send("/tasks")
        await head.wait_for(Request.OPEN, timeout=PATIENCE)
        await head.press(Request.IN_CALENDAR)
        await head.wait_for("обновляется сама", timeout=PATIENCE)
        await head.press(OwnCalendar.SUBSCRIBE)
        await head.wait_for("webcal://", timeout=PATIENCE)
        (url,) = re.findall(r"http://\S+", await head.screen())
        status, content = await fetched(url)
        assert (status, b"BEGIN:VEVENT" in content) == (200, True)
        assert await fetched(f"{public}/calendar/{'x' * 43}.ics") == await fetched(f"{public}/nothing")
        assert (await fetched(f"{public}/health"))[0] == 200
        await bot.stop()
        token = url.rpartition("/")[2].removesuffix(".ics")
        assert token not in bot.said()
        assert bot.rows("SELECT count(*) FROM calendar_addresses") == [(1,)]
        # Without the setting nothing is there, and the button is the file's.
        del bot.environment["PUBLIC_URL"]
        await bot.start()
        assert (await fetched(url))[0] == 404
        await bot.stop()
