"""When the bot has last heard of its messenger, and what is said after an outage."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.catalog.shelf import Shelf
from bot.delivery.outgoing.bell import Bell
from bot.domain.letter import LetterKind
from bot.pulse import running
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.ledger import openings
from bot.storage.post import letters, meta

_log = logging.getLogger(__name__)

# Whoever touched something so shortly before the outage may have gone on with it.
_JUST_BEFORE = timedelta(minutes=10)
# So often the moment is noted: a process that is killed leaves no later one.
_NOTED_EVERY = timedelta(seconds=5)


class Contact:
    """Notes that the messenger was heard of. After an outage in which presses have been given up there, which `live` so
    long, whoever has a form or another conversation open is told once to press again; nobody else is."""

    def __init__(
        self,
        storage: Storage,
        shelf: Shelf,
        now: Callable[[], datetime],
        bell: Bell,
        live: timedelta,
        seconds: Callable[[], float] = running,
    ) -> None:
        self._storage = storage
        self._shelf = shelf
        self._now = now
        self._bell = bell
        self._live = live
        self._seconds = seconds
        # When the last contact of this run was, by both clocks; the second is what is noted.
        self._at: float | None = None
        self._noted: datetime | None = None

    async def made(self) -> None:
        """The messenger was heard of, and all that waited there has been taken in."""
        at, now = self._seconds(), self._now()
        away = timedelta(seconds=at - self._at) if self._at is not None else None
        try:
            if away is None or away > self._live:
                if await self._storage.apply(lambda tx: self._back(tx, away, now)):
                    self._bell.ring()
            elif self._noted is None or abs(now - self._noted) >= _NOTED_EVERY:
                await self._storage.apply(lambda tx: meta.put_moment(tx, meta.LAST_CONTACT, now))
            else:
                self._at = at
                return
        except DatabaseUnavailable as error:
            # The next contact tries again.
            _log.warning("the contact with the messenger could not be noted: %s", error)
            return
        self._at, self._noted = at, now

    async def close(self) -> None:
        """Notes the last contact to the second: a new start that comes soon says nothing."""
        if self._at is None:
            return
        last = self._now() - timedelta(seconds=self._seconds() - self._at)
        try:
            await self._storage.apply(lambda tx: meta.put_moment(tx, meta.LAST_CONTACT, last))
        except DatabaseUnavailable as error:
            _log.warning("the contact with the messenger could not be noted: %s", error)

    async def _back(self, tx: Tx, away: timedelta | None, now: datetime) -> int:
        """`away` None: since the program's last run. How many are told."""
        last = noted = await meta.get_moment(tx, meta.LAST_CONTACT)
        if away is not None and noted == self._noted:
            # No other replica has heard of it meanwhile.
            last = now - away
        await meta.put_moment(tx, meta.LAST_CONTACT, now)
        if last is None or now - last <= self._live:
            return 0
        told = 0
        for opening in await openings.touched(tx, last - _JUST_BEFORE):
            # Several outages in a row, and nothing touched in between, are one.
            key = opening.touched_at.isoformat()
            if await letters.written(tx, LetterKind.PRESS_AGAIN, opening.person_id, key):
                continue
            await letters.write(
                tx,
                LetterKind.PRESS_AGAIN,
                [opening.person_id],
                now,
                hours=self._shelf.current.calendar,
                dedup=key,
                obligation=opening.obligation_id,
            )
            told += 1
        _log.warning("the messenger was not heard of from %s to %s; %s people are told to press again", last, now, told)
        return told
