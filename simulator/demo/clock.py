"""The demo's clock. It runs like any other, and can be moved forward; the bot asks for it over HTTP."""

import asyncio
import time
from datetime import datetime, timedelta

from simulator.errors import Json
from simulator.wakeup import Signal


class DemoClock:
    """A moment that runs on. Each time it is set is a reading, and the bot says which one it has acted upon."""

    def __init__(self, start: datetime) -> None:
        self._base, self._since = start, time.monotonic()
        self._reading = 1
        self._acted_upon = 0
        self._changed, self._done = Signal(), Signal()
        self._closed = False

    def now(self) -> datetime:
        """The moment, aware."""
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def move(self, to: datetime) -> int:
        """Sets the clock; the number of the reading. Time only goes forward: ValueError otherwise."""
        if to < self.now():
            raise ValueError("the clock only goes forward")
        self._base, self._since = to, time.monotonic()
        return self.again()

    def begin_at(self, moment: datetime) -> None:
        """Sets the clock before anybody has read it, also to an earlier moment."""
        self._base, self._since = moment, time.monotonic()

    def again(self) -> int:
        """Has the bot read the clock once more, and so say when it has done what it had to; the reading's number."""
        self._reading += 1
        self._changed.ring()
        return self._reading

    def forget(self) -> None:
        """Forgets what the bot has acted upon: another bot has acted upon nothing yet."""
        self._acted_upon = 0

    def close(self) -> None:
        """End waiting, for shutdown."""
        self._closed = True
        self._changed.ring()
        self._done.ring()

    async def read(self, after: int, seconds: float) -> Json:
        """Tells the bot the present reading, as soon as it is later than `after`, upon which the bot has acted."""
        self._acted_upon = max(self._acted_upon, after)
        self._done.ring()
        deadline = asyncio.get_running_loop().time() + seconds
        while self._reading <= after and not self._closed:
            if not await self._changed.wait(deadline - asyncio.get_running_loop().time()):
                break
        return {"reading": self._reading, "now": self.now().isoformat()}

    async def acted_upon(self, reading: int, seconds: float) -> bool:
        """Waits until the bot has done what was due at that reading; False if it has not in that time."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self._acted_upon < reading and not self._closed:
            if not await self._done.wait(deadline - asyncio.get_running_loop().time()):
                return False
        return not self._closed
