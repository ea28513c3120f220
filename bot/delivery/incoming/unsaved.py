"""While nothing can be saved: whoever writes is told so, each once in an outage.

An update that cannot be stored never reaches a handler, so nobody else would say a word.
"""

import asyncio
import time
from collections.abc import Callable, Iterable

from bot.delivery.outgoing.speaker import Speaker
from bot.domain.screen import Screen

# Seconds. A database that fails now and then has many short outages, which are one to people.
_AT_LEAST_APART = 60.0


class Unsaved:
    """Remembers who has been told. `words`: what they are told."""

    def __init__(
        self, speaker: Speaker, words: Callable[[], Screen], seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._speaker, self._words, self._seconds = speaker, words, seconds
        # By person: in which outage, and when.
        self._told: dict[int, tuple[int, float]] = {}
        self._number = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def tell(self, person_id: int) -> None:
        """Has the person told, unless they have been. It is tried once: what is said late is not true any more, and
        their update waits meanwhile."""
        now = self._seconds()
        if person_id in self._told:
            number, at = self._told[person_id]
            if number == self._number or now - at < _AT_LEAST_APART:
                return
        # At once, so that nobody else tells them meanwhile.
        self._told[person_id] = self._number, now
        if not await self._speaker.mention(person_id, self._words()):
            self._told.pop(person_id, None)

    def tell_all(self, person_ids: Iterable[int]) -> None:
        """The same beside whatever else is going on: Telegram may take its time."""
        for person_id in person_ids:
            task = asyncio.create_task(self.tell(person_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def over(self) -> None:
        """Something has been saved: the next time that nothing can be is another outage."""
        if self._told:
            now = self._seconds()
            self._number += 1
            self._told = {who: told for who, told in self._told.items() if now - told[1] < _AT_LEAST_APART}

    async def stop(self) -> None:
        """Tells nobody any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
