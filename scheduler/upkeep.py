"""Small duties of time: vacations end, and what nobody needs any more is forgotten."""

from datetime import datetime, timedelta

from bot.domain.calendar import WorkCalendar
from bot.storage import invitations, letters, notices, people
from bot.storage.engine import Storage, Tx

# Settled letters are kept that long for whoever asks what was sent.
_LETTERS_KEPT = timedelta(days=90)


async def end_pauses(storage: Storage, calendar: WorkCalendar, now: datetime) -> int:
    """Those whose vacation is over get what was asked meanwhile; how many they are."""

    async def work(tx: Tx) -> int:
        back = await people.back_from_pause(tx, now)
        for person_id in back:
            await notices.back(tx, person_id, calendar.next_work_moment(now))
        return len(back)

    return await storage.apply(work)


async def prune(storage: Storage, now: datetime) -> int:
    """Forgets letters that were settled long ago, and how invitations were made; how many letters."""

    async def work(tx: Tx) -> int:
        await invitations.forget_seeds(tx, now)
        return await letters.prune(tx, now - _LETTERS_KEPT)

    return await storage.apply(work)
