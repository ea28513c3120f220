"""Commands that change a whole database want it to themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.storage.engine.database import Storage
from bot.storage.engine.lock import Lock


@asynccontextmanager
async def alone(storage: Storage) -> AsyncIterator[None]:
    """Sees to it that no bot serves the database meanwhile. Raises InUse, or DatabaseUnavailable."""
    lock = Lock(storage)
    await lock.take()
    try:
        yield
    finally:
        await lock.release()
