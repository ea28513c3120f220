"""The MAX as another process, driven over HTTP."""

import asyncio
import signal
import sys

import aiohttp
import pytest

from simulator.max import MaxPerson, RemoteMax


@pytest.mark.slow
async def test_as_a_process() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "--headless", "--messenger", "max", "--token", "SECRET"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().removeprefix("listening on ").strip()
    try:
        async with RemoteMax(url) as max, aiohttp.ClientSession(url, headers={"Authorization": "SECRET"}) as bot:
            person = await max.person("Иванова Мария", id=101)
            assert isinstance(person, MaxPerson)
            await person.send("/start inv-7")
            (number,) = await person.send_album(("document", "document"), caption="<b>два</b>", html=True)
            file = (await person.messages(from_bot=None))[0]
            assert (file["message_id"], file["text"]) == (number, "два")
            assert await person.download(file) == b"file 0"
            waiting = asyncio.create_task(person.wait_for("Принято", timeout=5))
            await bot.post("/messages", params={"user_id": "101"}, json={"text": "Принято"})
            assert await waiting == "Принято"
            assert (await max.ways(not_ready=2))["not_ready"] == 2
            assert (await max.stats())["pending_updates"] == 2
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
