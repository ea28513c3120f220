"""The simulator as another process, driven over HTTP."""

import asyncio
import signal
import sys
from datetime import UTC, datetime

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from simulator import PersonError, RemoteTelegram


async def converse(telegram: RemoteTelegram, bot: Bot) -> None:
    """A short talk that uses the control over HTTP."""
    person = await telegram.person("Иванова Мария", id=101)
    await person.send("/start")
    number = await person.send_file(b"\x00\xff", "a.pdf", caption="вот")
    await telegram.set_clock(datetime(2026, 9, 1, tzinfo=UTC))
    waiting = asyncio.create_task(person.wait_for("Принято", timeout=5))
    sent = await bot.send_message(101, "Принято")
    assert await waiting == "Принято"
    assert sent.date == datetime(2026, 9, 1, tzinfo=UTC)
    file = (await person.messages(from_bot=False))[-1]
    assert file["message_id"] == number
    assert await person.download(file) == b"\x00\xff"
    with pytest.raises(LookupError, match="no button 'Да'"):
        await person.press("Да")
    await person.block()
    with pytest.raises(PersonError):
        await person.send("x")
    await telegram.order_fault("429", count=1)
    assert len(await telegram.open_faults()) == 1
    assert (await telegram.stats())["pending_updates"] == 3
    updates = await bot.get_updates()
    idle = asyncio.create_task(telegram.wait_idle(5))
    await bot.get_updates(offset=updates[-1].update_id + 1)
    await idle
    assert "Принято" in await telegram.at(101).screen()
    await telegram.cancel_faults()
    await person.unblock()
    album = await person.send_album(["document", "document"], caption="<b>два</b>", html=True)
    assert await person.download(album[1]) == b"file 1"
    group = await telegram.group("Управление", [person], forum=True)
    topic = await person.in_group(group).create_topic("Школа")
    await bot.send_message(group, "в теме", message_thread_id=topic)
    assert await person.in_group(group, topic).last() == "в теме"
    assert await person.commands() == []
    await bot.delete_webhook(drop_pending_updates=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_as_a_process(number: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", "--headless", "--token", "7:X", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    assert line.startswith("listening on http://127.0.0.1:")
    url = line.removeprefix("listening on ").strip()
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    try:
        async with RemoteTelegram(url) as telegram, Bot("7:X", session=session) as bot:
            if number == signal.SIGTERM:
                await converse(telegram, bot)
            waiting = asyncio.create_task(bot.get_updates(timeout=30))
            await telegram.events(await telegram.last_event(), timeout=0.05)
            process.send_signal(number)
            assert await process.wait() == 0
            assert await waiting == []
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
