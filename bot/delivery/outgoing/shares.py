"""One token, one pace: what of it this process may use beside the others that have the same token.

Of so many turns a second each replica has so many of its own, by its place among those that are alive. So the sum holds
in any second, wherever each of them is within it. None is ever anybody's whom the others do not know to have it: a
share that falls, falls at once; one that rises waits until whoever had it before can have heard.
"""

import time
from collections.abc import Callable

from bot.delivery.outgoing.pacer import Pacer
from bot.storage.post.replicas import DEAD_AFTER, Beat

# Seconds. Whoever has heard of another share has written for the last time at most two beats ago, and Telegram counts
# that within a second.
_USED_UP = 2.0
# Whoever has not heard of a newcomer for so long is dead, and has stopped before.
_KNOWN_AFTER = DEAD_AFTER.total_seconds()
# Seconds by which each begins after the one before when a silence ends: by then it knows if that ended in another.
_ONE_BY_ONE = 1.0


def share_of(pace: float, alive: int, place: int) -> float:
    """Messages a second of the replica at that place, counted from 0. Below one a second only the first has any."""
    if alive == 1:
        return pace
    if pace < 1:
        return pace if place == 0 else 0.0
    each, left = divmod(int(pace), alive)
    return float(each + (place < left))


class Shares:
    """Has the pacer keep its share. `seconds`: a clock that only goes on."""

    def __init__(self, pacer: Pacer, seconds: Callable[[], float] = time.monotonic) -> None:
        self._pacer = pacer
        self._seconds = seconds
        # Shares that bind, and until when each does: the least of them holds.
        self._bound = _of_a_newcomer(seconds())
        pacer.share(0.0, 0.0)

    async def lost(self) -> None:
        """Hears that the others have taken this process for dead."""
        self._bound = _of_a_newcomer(self._seconds())
        self._pacer.share(0.0, 0.0)

    def hear(self, beat: Beat) -> None:
        """Hears how many there are, and how far the others are ahead of their shares."""
        now = self._seconds()
        share = share_of(self._pacer.per_second, beat.alive, beat.place)
        if beat.ahead:
            share = max(0.0, share - -(-beat.ahead // (beat.alive - 1)))
        kept = [(until, bound) for until, bound in self._bound if until > now] if beat.alive > 1 else []
        self._bound = [*kept, (now + _USED_UP, share)]
        self._pacer.share(min(bound for _, bound in self._bound), beat.place * _ONE_BY_ONE)


def _of_a_newcomer(now: float) -> list[tuple[float, float]]:
    """It has no share before the others can have heard of it."""
    return [(now + _KNOWN_AFTER, 0.0)]
