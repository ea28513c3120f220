"""Small duties of time: ends vacations, and forgets what nobody needs any more."""

from datetime import datetime, timedelta

from bot.domain.timing.calendar import WorkCalendar
from bot.storage.desk import notices
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import drafts
from bot.storage.people import invitations, people
from bot.storage.post import audit, dialogues, inbox, letters, names, strays, unheard

# Settled letters are kept that long for those who ask what was sent.
_LETTERS_KEPT = timedelta(days=90)
# Nobody comes back to a half-said sentence after a month.
_DIALOGUES_KEPT = timedelta(days=30)
# An answer that was begun in the first half of the school year is of no use in the second.
_DRAFTS_KEPT = timedelta(days=180)
# Five years, as papers on the execution of decisions are kept.
_AUDIT_KEPT = timedelta(days=5 * 365 + 1)
_EVERY = timedelta(hours=1)


async def end_pauses(storage: Storage, calendar: WorkCalendar, now: datetime) -> int:
    """Asks those whose vacation is over what was asked meanwhile; returns how many they are."""

    async def work(tx: Tx) -> int:
        back = await people.back_from_pause(tx, now)
        for person_id in back:
            await notices.rested(tx, person_id, calendar, now)
        return len(back)

    return await storage.apply(work)


class Pruning:
    """Forgets what nobody needs any more, once an hour. Answers stay: keeping them is what the bot is for."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._next: datetime | None = None

    async def prune(self, now: datetime) -> int:
        """Removes what is old; returns the number of rows, 0 if it is too early for another look."""
        if self._next is not None and now < self._next:
            return 0

        async def work(tx: Tx) -> int:
            await invitations.forget_seeds(tx, now)
            return (
                await letters.prune(tx, now - _LETTERS_KEPT)
                + await dialogues.prune(tx, now - _DIALOGUES_KEPT)
                + await drafts.prune(tx, now - _DRAFTS_KEPT)
                + await strays.prune(tx, now - _DIALOGUES_KEPT)
                + await unheard.prune(tx, now - _DIALOGUES_KEPT)
                + await audit.prune(tx, now - _AUDIT_KEPT)
                + await names.prune(tx, now - names.KEPT)
                + await inbox.forget_finished(tx, now - inbox.REMEMBERED)
            )

        gone = await self._storage.apply(work)
        self._next = now + _EVERY
        return gone
