"""Records whom Telegram does not deliver to: the ledger and the administrators learn of it."""

from collections.abc import Callable
from datetime import datetime

from bot.catalog.shelf import Shelf
from bot.delivery.outgoing.bell import Bell
from bot.domain.people.failure import Failure
from bot.storage.desk import notices
from bot.storage.engine.database import Storage


class Unreachable:
    """Hears of such people from whoever has tried to say something to them."""

    def __init__(self, storage: Storage, shelf: Shelf, now: Callable[[], datetime], bell: Bell) -> None:
        self._storage = storage
        self._shelf = shelf
        self._now = now
        self._bell = bell

    async def note(self, person_id: int, why: Failure) -> None:
        """Records that the person cannot be reached, and has others asked instead."""
        calendar = self._shelf.current.calendar
        await self._storage.apply(lambda tx: notices.unreachable(tx, person_id, calendar, self._now(), why))
        self._bell.ring()
