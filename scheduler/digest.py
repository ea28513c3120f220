"""The digest of the morning for the department's staff."""

from datetime import datetime

from bot.domain.letter import LetterKind
from bot.domain.timing.calendar import WorkCalendar
from bot.storage.desk import digests
from bot.storage.engine.database import Storage, Tx
from bot.storage.post import letters


async def write_digests(storage: Storage, calendar: WorkCalendar, now: datetime) -> int:
    """On a working day a letter to each staff member who wants it, once it has begun; how many they are.

    After a downtime it comes later on the same day. What it says, and whether that is anything, is seen when it is
    sent.
    """
    today = now.astimezone(calendar.zone).date()
    begins = calendar.begins(today)
    if not calendar.is_work_day(today) or not begins <= now < calendar.ends(today):
        return 0
    async with storage.read() as tx:
        if not await digests.is_due(tx, begins):
            return 0

    async def work(tx: Tx) -> int:
        told = [member.id for member in await digests.claim(tx, begins, now)]
        await letters.write(tx, LetterKind.DIGEST, told, now)
        return len(told)

    return await storage.apply(work)
