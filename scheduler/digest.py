"""Orders the morning's digest for the department's staff."""

from datetime import datetime

from bot.domain.letter import LetterKind
from bot.domain.timing.calendar import WorkCalendar
from bot.storage.desk import digests
from bot.storage.engine.database import Storage, Tx
from bot.storage.post import letters, unheard, whereabouts


async def write_digests(storage: Storage, calendar: WorkCalendar, now: datetime) -> int:
    """Writes a letter to each staff member who wants the digest, once a working day has begun; returns how many.

    After a downtime the digest comes later on the same day. The courier words it, and drops a digest without news.
    Whose matters are of one territory alone gets it when the day begins there.
    """
    if not calendar.others:
        return await _write(storage, calendar, now)
    async with storage.read() as tx:
        groups = await whereabouts.staff(tx, calendar)
    return sum([await _write(storage, its, now, those) for its, those in groups])


async def _write(storage: Storage, calendar: WorkCalendar, now: datetime, those: list[int] | None = None) -> int:
    today = now.astimezone(calendar.zone).date()
    begins = calendar.begins(today)
    if not calendar.is_work_day(today) or not begins <= now < calendar.ends(today):
        return 0
    async with storage.read() as tx:
        if not await digests.is_due(tx, begins, those):
            return 0

    async def work(tx: Tx) -> int:
        told = [member.id for member in await digests.claim(tx, begins, now, those)]
        # Administrators are told of it, who live by the department's clock.
        if calendar.of("").zone == calendar.zone:
            await unheard.turn(tx)
        await letters.write(tx, LetterKind.DIGEST, told, now)
        return len(told)

    return await storage.apply(work)
