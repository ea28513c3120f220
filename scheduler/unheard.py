"""Records what Telegram has answered that nobody knows, for the morning's digest."""

from datetime import datetime

from bot.delivery.outgoing.unheard import Unheard
from bot.storage.engine.database import Storage
from bot.storage.post import unheard


async def keep_unheard(storage: Storage, refusals: Unheard, now: datetime) -> int:
    """Records what has been counted; returns how many different refusals."""
    counted = refusals.take()
    if not counted:
        return 0
    try:
        await storage.apply(lambda tx: unheard.add(tx, counted, now))
    except BaseException:
        refusals.give_back(counted)
        raise
    return len(counted)
