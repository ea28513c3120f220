"""Records what Telegram has answered that nobody knows, for the morning's digest."""

from collections import Counter
from datetime import datetime
from typing import Protocol

from bot.storage.engine.database import Storage
from bot.storage.post import unheard


class Counts(Protocol):
    """Counts refusals by method and text."""

    def take(self) -> Counter[tuple[str, str]]:
        """What has been counted since the last time."""

    def give_back(self, counted: Counter[tuple[str, str]]) -> None:
        """Takes back what could not be recorded."""


async def keep_unheard(storage: Storage, counts: Counts, now: datetime) -> int:
    """Records what has been counted; returns how many different refusals."""
    counted = counts.take()
    if not counted:
        return 0
    try:
        await storage.apply(lambda tx: unheard.add(tx, counted, now))
    except BaseException:
        counts.give_back(counted)
        raise
    return len(counted)
