"""Several bots as processes on one database of a server; a proxy before them hands each update to the next in turn."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.storage.engine.database import Storage
from simulator import Simulator
from tests import messengers
from tests.forge import Forge
from tests.live import LEDGER, TOKEN, Live, ledger_of
from tests.ports import free_port
from tests.postgres import connect
from tests.replicas.offices import unheard_of

_SECRET = "0123456789abcdef0123456789abcdef"
# Seconds. A proxy tries the next one when somebody does not answer, and waits for longer when nobody does.
_ANSWERS_WITHIN, _AT_LAST = aiohttp.ClientTimeout(total=0.5), aiohttp.ClientTimeout(total=5)


class Fleet:
    """`bots` are not started yet."""

    def __init__(self, url: str, bots: list[Live], ports: list[int]) -> None:
        self.bots = bots
        self.ports = ports
        self._url = url
        self._turn = count()

    async def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database says."""
        connection = await connect(self._url)
        try:
            return [tuple(row) for row in await connection.fetch(query, *values)]
        finally:
            await connection.close()

    async def until(self, query: str, *rows: tuple[Any, ...], within: float = 60) -> None:
        """Returns when the database says that: looked at again and again, for so many seconds at most."""
        async with asyncio.timeout(within):
            while await self.rows(query) != list(rows):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def ledger(self) -> dict[int, list[int]]:
        """The numbers that each person has answered, by version."""
        return ledger_of(await self.rows(LEDGER))

    async def start(self) -> list[int]:
        """Starts them one after the other; their numbers. The first one leads."""
        for bot in self.bots:
            await bot.start()
        return [id for (id,) in await self.rows("SELECT id FROM replicas ORDER BY id")]

    async def silent(self, replica_id: int) -> None:
        """The server has not heard of it for long: nobody has to wait for that."""
        storage = Storage(self._url)
        try:
            await unheard_of(storage, replica_id, 60)
        finally:
            await storage.close()

    async def forward(self, request: web.Request) -> web.Response:
        """To the next one, and to the one after that if it does not answer; to each once more, with patience."""
        body = await request.read()
        async with aiohttp.ClientSession() as session:
            for patience in (_ANSWERS_WITHIN, _AT_LAST):
                for _ in self.ports:
                    port = self.ports[next(self._turn) % len(self.ports)]
                    at = f"http://127.0.0.1:{port}/hook/telegram"
                    with suppress(aiohttp.ClientError, TimeoutError):
                        async with session.post(at, data=body, headers=request.headers, timeout=patience) as said:
                            if said.status < 500:
                                return web.Response(status=said.status)
        return web.Response(status=503)


@asynccontextmanager
async def fleet(
    folder: Path, forge: Forge, url: str, size: int, *, webhook: bool, schools: int = 100, **settings_of_all: str
) -> AsyncIterator[Fleet]:
    """So many on the database of that address."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(messengers.simulator(TOKEN))
        telegram.postman.pace = 0.02
        if isinstance(telegram, Simulator):
            telegram.world.webhook.set_apart = 0
        door = free_port()
        bots, ports = [], [free_port() for _ in range(size)]
        for number, port in enumerate(ports):
            settings = {"DATABASE_URL": url, "LISTEN": f"127.0.0.1:{port}", **settings_of_all}
            if webhook:
                settings |= {"WEBHOOK_URL": f"http://127.0.0.1:{door}/hook/telegram", "WEBHOOK_SECRET": _SECRET}
            own = folder / str(number)
            own.mkdir()
            bots.append(Live(own, telegram, forge, settings))
            bots[-1].schools(own, schools)
        found = Fleet(url, bots, ports)
        app = web.Application()
        app.router.add_post("/hook/telegram", found.forward)
        runner = web.AppRunner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", door).start()
        for bot in bots:
            stack.push_async_callback(_end, bot)
        yield found


async def _end(bot: Live) -> None:
    bot.signal(signal.SIGCONT)
    await bot.close()
