"""TELEGRAM_PROXY: the way to Telegram that leads through another machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot
from pydantic import SecretStr

from bot.delivery.client import make_bot
from bot.delivery.outcomes import Fate, attempt
from simulator import Simulator

TOKEN = "42:TEST"


@asynccontextmanager
async def tunnel() -> AsyncIterator[tuple[int, list[str]]]:
    """An HTTP proxy on loopback that tunnels whatever is asked; its port, and the targets that were asked for."""
    targets: list[str] = []
    pumps: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        target = request.split()[1]
        targets.append(target)
        host, port = target.split(":")
        there, back = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        pumps.update({asyncio.create_task(pump(reader, back)), asyncio.create_task(pump(there, writer))})

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], targets
    finally:
        server.close()
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


def client(telegram: Simulator, port: int) -> Bot:
    """A client that goes through the proxy of that port."""
    return make_bot(SecretStr(TOKEN), telegram.url, SecretStr(f"http://127.0.0.1:{port}"))


async def test_what_is_said_goes_through_the_proxy() -> None:
    async with Simulator(TOKEN) as telegram, tunnel() as (port, targets):
        head = await telegram.person("Иванова Мария", id=101)
        await head.start()
        bot = client(telegram, port)
        try:
            assert (await attempt(lambda: bot.send_message(101, "Здравствуйте"))).fate is Fate.DONE
        finally:
            await bot.session.close()
        assert await head.last() == "Здравствуйте"
        assert targets == [telegram.url.removeprefix("http://")]


async def test_a_proxy_that_is_down_is_waited_for() -> None:
    async with Simulator(TOKEN) as telegram:
        async with tunnel() as (port, _):
            pass
        bot = client(telegram, port)
        try:
            outcome = await attempt(lambda: bot.send_message(101, "Здравствуйте"))
        finally:
            await bot.session.close()
    assert outcome.fate is Fate.LATER
    assert outcome.error
