"""A circuit breaker: it opens when letter after letter fails to reach Telegram."""

import asyncio
from collections.abc import Callable

# So many different letters have to fail in a row: a single one that Telegram stumbles over says nothing.
SEVERAL = 5


class Breaker:
    """Has one letter tried at a time, at growing distances, while it is open.

    Each letter has its own pause between attempts, but 5,000 may wait: without a breaker the post would make some
    hundred calls a second in vain, and record each of them in the database.
    """

    def __init__(self, backoff: Callable[[int], float], several: int = SEVERAL) -> None:
        self._backoff = backoff
        self._several = several
        self._failed_ids: set[int] = set()
        self._tries = 0
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether Telegram seems to be out of reach."""
        return len(self._failed_ids) >= self._several

    def rest(self) -> float:
        """Seconds until a letter may be tried again."""
        return max(0.0, self._until - asyncio.get_running_loop().time())

    def answered(self) -> None:
        """Telegram has answered a letter: the breaker closes."""
        self._failed_ids.clear()
        self._tries, self._until = 0, 0.0

    def failed(self, letter_id: int) -> None:
        """A letter has not reached Telegram."""
        self._failed_ids.add(letter_id)

    def tried(self) -> None:
        """A batch has ended: an open breaker lengthens its rest."""
        if self.is_open:
            self._tries += 1
            self._until = asyncio.get_running_loop().time() + self._backoff(self._tries)
