"""The machine's clock, which is doubted when it jumps: a machine may start before it has learnt what time it is."""

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.storage.engine.database import Tx
from bot.storage.post import meta

_log = logging.getLogger(__name__)

# What is wrong by less opens a round some hours early; what is wrong by more would spoil the year.
DOUBTED = timedelta(days=1)
# Seconds between two questions of a courier's.
_ASKED_AGAIN = 20.0


class WallClock:
    """Believed as long as it goes on from where it was at the last tick, of an earlier run as well.

    `ask`: what time it is at the messenger, which is called `called`, by its answer to a call. Raises OSError if there
    is no answer; None if the answer does not say. `tell`: administrators hear that the clock is wrong (by
    both times), or right again (None).
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[datetime | None]],
        tell: Callable[[tuple[datetime, datetime] | None], Awaitable[object]],
        called: str,
    ) -> None:
        self._called = called
        self._ask = ask
        self._tell = tell
        self._last: datetime | None = None
        self._asked_at = -_ASKED_AGAIN
        self._told = False

    async def know(self, tx: Tx) -> None:
        """Remembers when the last tick was, which may have been before this start."""
        if self._last is None:
            self._last = await meta.get_moment(tx, meta.LAST_TICK)

    async def may_send(self, now: datetime) -> bool:
        """The same as `is_right` for whoever asks each second, and need not know at once."""
        if self._goes_on(now) or time.monotonic() - self._asked_at >= _ASKED_AGAIN:
            return await self.is_right(now)
        return False

    async def is_right(self, now: datetime) -> bool:
        """Whether time has gone on in its way, or the messenger confirms its jump. Otherwise nothing is due."""
        if not self._goes_on(now):
            self._asked_at = time.monotonic()
            try:
                theirs = await self._ask()
            except OSError as error:
                _log.warning("the clock has jumped to %s, and %s cannot be asked: %s", now, self._called, error)
                return False
            if theirs is not None and abs(now - theirs) > DOUBTED:
                there = self._called
                _log.error("the clock says %s, at %s it is %s: nothing is done until they agree", now, there, theirs)
                if not self._told:
                    self._told = True
                    await self._tell((now, theirs))
                return False
            self._asked_at = -_ASKED_AGAIN
            _log.warning("the clock has jumped from %s to %s, which %s confirms", self._last, now, self._called)
        self._last = now
        if self._told:
            self._told = False
            await self._tell(None)
        return True

    def _goes_on(self, now: datetime) -> bool:
        # Before the first tick there is nothing that could be missed.
        return self._last is None or abs(now - self._last) <= DOUBTED
