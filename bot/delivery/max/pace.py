"""The rates that MAX allows beside the number of messages: all calls of the bot, its polls, and those of a kind in one
dialog.

The pacer keeps the first for messages; edits, deletions and answers to presses are no messages, and count here.
"""

import asyncio
from collections import deque
from collections.abc import Hashable

from bot.delivery.outgoing.pacer import Pacer

# Calls a second.
ALL, IN_DIALOG = 30, 2
# Seconds in which so many calls are counted: a little more than MAX's second, for the network delays some more than
# others.
_SECOND = 1.05
# The last calls of so many dialogs are remembered.
_KEPT = 10_000


class Pace:
    """Hands out moments for calls, in the order in which they are asked for."""

    def __init__(self, pacer: Pacer | None = None) -> None:
        self._pacer = pacer
        self._all: deque[float] = deque(maxlen=ALL)
        self._kinds: dict[Hashable, deque[float]] = {}

    async def turn(self, kind: Hashable) -> None:
        """Waits until the call may be made. `kind`: what it is, and in which dialog; None: in none."""
        if self._pacer is not None and not self._pacer.per_second:
            return
        now = asyncio.get_running_loop().time()
        at = max(now, self._free(self._all, self._most()))
        if kind is not None:
            if len(self._kinds) >= _KEPT:
                self._kinds = {key: calls for key, calls in self._kinds.items() if calls[-1] > now - _SECOND}
            calls = self._kinds.setdefault(kind, deque(maxlen=IN_DIALOG))
            at = max(at, self._free(calls, IN_DIALOG))
            calls.append(at)
        self._all.append(at)
        if at > now:
            await asyncio.sleep(at - now)

    def _most(self) -> int:
        """How many of all calls are this process's: others may have the same token."""
        if self._pacer is None:
            return ALL
        return max(1, min(ALL, int(ALL * self._pacer.a_second / self._pacer.per_second)))

    @staticmethod
    def _free(calls: deque[float], most: int) -> float:
        return calls[-most] + _SECOND if len(calls) >= most else 0.0
