"""A cable between a bot and its server that can be cut: bytes are lost on the way, and nobody is told.

The server asks the network, as the bot wants it to (`bot.storage.engine.postgresql`), and finds out after some seconds.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_FOUND_OUT_AFTER = 7.0


class Cable:
    """Carries connections to a port of this machine, until it is cut."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.port = 0
        # Set while it is whole. A cut is for good for the connections that were open then.
        self._whole = asyncio.Event()
        self._carrying: set[asyncio.Task[None]] = set()
        self._to_server: set[asyncio.StreamWriter] = set()
        self._finding_out: set[asyncio.TimerHandle] = set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carries a connection, both ways, for as long as the cable was whole all the time."""
        whole = self._whole
        await whole.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.close()
            return
        self._to_server.add(far_writer)
        ways = [
            asyncio.create_task(self._one_way(whole, reader, far_writer)),
            asyncio.create_task(self._one_way(whole, far_reader, writer)),
        ]
        self._carrying.update(ways)
        for way in ways:
            way.add_done_callback(self._carrying.discard)

    async def _one_way(self, whole: asyncio.Event, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                while (heard := await reader.read(65536)) or not whole.is_set():
                    if not whole.is_set():
                        # Lost, and so is the word that the other end has gone.
                        await asyncio.Event().wait()
                    writer.write(heard)
                    await writer.drain()
        finally:
            writer.close()

    def cut(self) -> None:
        """From now on nothing gets through."""
        self._whole.clear()
        self._whole = asyncio.Event()
        lost, self._to_server = self._to_server, set()
        self._finding_out.add(asyncio.get_running_loop().call_later(_FOUND_OUT_AFTER, _end_all, lost))

    def mend(self) -> None:
        """New connections get through again; those of before never will."""
        self._whole.set()

    async def close(self) -> None:
        """Ends all connections."""
        for finding_out in self._finding_out:
            finding_out.cancel()
        for way in self._carrying:
            way.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)


def _end_all(lost: set[asyncio.StreamWriter]) -> None:
    for writer in lost:
        writer.transport.abort()


@asynccontextmanager
async def cable(port: int) -> AsyncIterator[Cable]:
    """A whole cable to that port."""
    made = Cable(port)
    made.mend()
    server = await asyncio.start_server(made.carry, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await made.close()
