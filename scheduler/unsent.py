"""Tells who has begun to correct an answer and not sent it: before the round closes, and when it has closed."""

from datetime import datetime, timedelta

from bot.domain.letter import LetterKind
from bot.domain.timing.calendar import WorkCalendar
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import drafts, obligations
from bot.storage.post import letters, meta

# How long before the closing: a working morning is in between but for holidays.
_BEFORE = timedelta(days=2)
# Drafts that one transaction looks at.
_BATCH = 500


async def tell_unsent(storage: Storage, calendar: WorkCalendar, now: datetime) -> int:
    """How many corrections somebody is told of. What is over is forgotten with that, so it is told once."""
    async with storage.read() as tx:
        if not await drafts.corrections(tx, now + _BEFORE, 1):
            return 0
    return await storage.apply(lambda tx: _tell(tx, calendar, now))


async def _tell(tx: Tx, calendar: WorkCalendar, now: datetime) -> int:
    # Of two who look at once the second is run again, and finds what the first has written, also if it has gone since.
    await meta.put_moment(tx, meta.UNSENT_TOLD, now)
    told = 0
    for draft, changes in await drafts.corrections(tx, now + _BEFORE, _BATCH):
        obligation = await obligations.get(tx, draft.obligation_id)
        if obligation is None:
            continue
        closed = obligation.is_closed(now)
        if closed:
            await drafts.drop(tx, draft.person_id, draft.obligation_id)
        key = f"{draft.obligation_id}-{draft.base_version}{'-closed' if closed else ''}"
        if not changes or await letters.written(tx, LetterKind.UNSENT, draft.person_id, key):
            continue
        await letters.write(
            tx,
            LetterKind.UNSENT,
            [draft.person_id],
            now,
            hours=calendar,
            dedup=key,
            obligation=draft.obligation_id,
            closed=closed,
        )
        told += 1
    return told
