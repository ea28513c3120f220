"""Commands that change a whole database want it to themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.storage.engine.database import Storage
from bot.storage.engine.exclusively import exclusively
from bot.storage.engine.lock import InUse, Lock, check_unserved
from bot.storage.post import replicas


@asynccontextmanager
async def alone(storage: Storage) -> AsyncIterator[None]:
    """Sees to it that no bot serves the database meanwhile. Raises InUse, or DatabaseUnavailable.

    On a server a bot that starts waits: it takes in its files in a block like this one.
    """
    if storage.is_sqlite:
        lock = Lock(storage)
        lock.take()
        try:
            yield
        finally:
            lock.release()
        return
    async with exclusively(storage):
        async with storage.read() as tx:
            await check_unserved(tx)
            if await replicas.anybody(tx):
                raise InUse(InUse.__doc__)
        yield
