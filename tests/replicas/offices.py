"""Several deliveries on one database of a server: replicas without handlers, in one event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Storage
from simulator import Simulator
from tests.delivery.office import Office


class Station(Office):
    """An office that beats until it is frozen."""

    async def begin(self) -> None:
        """Joins and takes up what is nobody's."""
        self.replica.lost_by(self.dispatcher.lose)
        await self.replica.join()
        await self.dispatcher.resume()
        self._beating = asyncio.create_task(self.replica.run())

    async def stop_beating(self) -> None:
        """The others hear nothing of it any more."""
        self._beating.cancel()
        await asyncio.gather(self._beating, return_exceptions=True)

    async def close(self) -> None:
        """Ends what runs."""
        await self.stop_beating()
        await super().close()


@asynccontextmanager
async def several(telegram: Simulator, folder: Path, url: str, count: int) -> AsyncIterator[list[Station]]:
    """So many, each of which has joined."""
    async with AsyncExitStack() as stack:
        stations = []
        for _ in range(count):
            station = Station(telegram, folder, url=url)
            await station.begin()
            stack.push_async_callback(station.close)
            stations.append(station)
        yield stations


async def unheard_of(storage: Storage, replica_id: int, seconds: int = 9) -> None:
    """The server has not seen that replica for so long."""
    ago = sa.func.now() - sa.text(f"interval '{seconds} seconds'")
    async with storage.write() as tx:
        await tx.execute(sa.update(t.replicas).where(t.replicas.c.id == replica_id).values(seen_at=ago))
        await tx.execute(sa.update(t.leader).where(t.leader.c.replica_id == replica_id).values(until=ago))


def update(number: int, person_id: int, text: str) -> dict[str, Any]:
    """What Telegram delivers of somebody who has written."""
    person = {"id": person_id, "first_name": "Директор", "is_bot": False}
    chat = {"id": person_id, "type": "private", "first_name": "Директор"}
    message = {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": person, "text": text}
    return {"update_id": number, "message": message}
