"""The numbered list of what happens in a messenger, for those who watch it."""

import asyncio
from collections import deque

from simulator.errors import Json
from simulator.wakeup import Signal


class EventLog:
    """A bounded list of numbered events with a long poll."""

    def __init__(self, keep: int = 20_000) -> None:
        self._events: deque[Json] = deque(maxlen=keep)
        self._signal = Signal()
        self._closed = False
        self.last = 0

    def add(self, kind: str, chat_id: int | None, **details: object) -> int:
        """Record an event and wake the waiters; its number."""
        self.last += 1
        self._events.append({"n": self.last, "type": kind, "chat_id": chat_id, **details})
        self._signal.ring()
        return self.last

    def after(self, number: int, chat_id: int | None = None) -> list[Json]:
        """Kept events with a higher number, of one chat when it is given."""
        newest: list[Json] = []
        for event in reversed(self._events):
            if event["n"] <= number:
                break
            if chat_id is None or event["chat_id"] == chat_id:
                newest.append(event)
        return newest[::-1]

    def close(self) -> None:
        """End waiting, for shutdown."""
        self._closed = True
        self._signal.ring()

    async def wait(self, number: int, seconds: float, chat_id: int | None = None) -> list[Json]:
        """Events after a number, waiting for the first when there is none yet; empty on timeout."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (events := self.after(number, chat_id)):
            number = max(number, self.last)
            if self._closed or not await self._signal.wait(deadline - loop.time()):
                break
        return events
