"""While the database is down, whoever writes is told once that nothing can be saved.

An update that cannot be stored never reaches a handler, so nobody else would say a word.
"""

import asyncio
import time
from collections.abc import Callable, Iterable

from bot.delivery.outgoing.speaker import Speaker
from bot.domain.screen import Screen

# Seconds between two notices to a person. A database may fail many times in a row, but people need one word.
_AT_LEAST_APART = 60.0


class Unsaved:
    """Tells people, and remembers whom it has told. `words` gives what they are told."""

    def __init__(
        self, speaker: Speaker, words: Callable[[], Screen], seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._speaker, self._words, self._seconds = speaker, words, seconds
        # By person: the number of the downtime in which they were told, and the moment.
        self._told: dict[int, tuple[int, float]] = {}
        self._downtime = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def tell(self, person_id: int) -> None:
        """Tells the person, unless they have been told. It tries once: a late word is not true any more, and their
        update waits meanwhile."""
        now = self._seconds()
        if person_id in self._told:
            downtime, at = self._told[person_id]
            if downtime == self._downtime or now - at < _AT_LEAST_APART:
                return
        # Noted before the call, so that nobody else tells them meanwhile.
        self._told[person_id] = self._downtime, now
        if not await self._speaker.mention(person_id, self._words()):
            self._told.pop(person_id, None)

    def tell_all(self, person_ids: Iterable[int]) -> None:
        """Tells them in tasks of their own: Telegram may take its time."""
        for person_id in person_ids:
            task = asyncio.create_task(self.tell(person_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def over(self) -> None:
        """Something has been saved: the next failure is another downtime."""
        if self._told:
            now = self._seconds()
            self._downtime += 1
            self._told = {who: told for who, told in self._told.items() if now - told[1] < _AT_LEAST_APART}

    async def stop(self) -> None:
        """Cancels what has not been told yet."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
