"""What people's own calendars read when they look at their address."""

from collections.abc import Callable
from datetime import datetime

from bot.catalog.shelf import Shelf
from bot.letters import own_calendar
from bot.letters.own_calendar import Issue, News
from bot.storage.engine.database import DatabaseUnavailable, Storage
from bot.storage.people import addresses


class Calendars:
    """Looks addresses up by their hash."""

    def __init__(self, storage: Storage, shelf: Shelf, now: Callable[[], datetime]) -> None:
        self._storage = storage
        self._shelf = shelf
        self._now = now

    async def known(self) -> list[str]:
        """The hashes of all addresses; none while the database cannot be read: they are known once they have looked."""
        try:
            async with self._storage.read() as tx:
                return await addresses.hashes(tx)
        except DatabaseUnavailable:
            return []

    async def look(self, token_hash: str) -> Issue | None:
        """What is to be read there; None: there is no such address. Raises DatabaseUnavailable."""
        catalog, now = self._shelf.current, self._now()
        try:
            async with self._storage.read() as tx:
                return await own_calendar.look(tx, token_hash, catalog, now, note=False)
        except News:
            return await self._storage.apply(lambda tx: own_calendar.look(tx, token_hash, catalog, now, note=True))
