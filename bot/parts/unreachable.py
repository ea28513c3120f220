"""People whom Telegram will not deliver to: the ledger and the administrators learn of them."""

from collections.abc import Callable
from datetime import datetime

from bot.catalog.shelf import Shelf
from bot.delivery.outgoing.bell import Bell
from bot.storage.desk import notices
from bot.storage.engine.database import Storage


class Unreachable:
    """Told of by whoever tries to say something."""

    def __init__(self, storage: Storage, shelf: Shelf, now: Callable[[], datetime], bell: Bell) -> None:
        self._storage = storage
        self._shelf = shelf
        self._now = now
        self._bell = bell

    async def note(self, person_id: int) -> None:
        """The person cannot be reached."""
        shelf = self._shelf
        await self._storage.apply(lambda tx: notices.unreachable(tx, person_id, shelf.current.calendar, self._now()))
        self._bell.ring()
