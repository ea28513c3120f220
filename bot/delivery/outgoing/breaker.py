"""Whether Telegram can be reached at all, as far as letters tell."""

import asyncio
from collections.abc import Callable

# One letter that Telegram stumbles over is no outage; so many different ones with none in between that went are.
_SEVERAL = 5


class Breaker:
    """While it lasts one letter is tried at a time, at growing distances.

    Each letter has its own pause between attempts, but there may be 5,000 of them: without this the post would knock
    some hundred times a second at a door that is shut, and write as often into the database that it was in vain.
    """

    def __init__(self, backoff: Callable[[int], float], several: int = _SEVERAL) -> None:
        self._backoff = backoff
        self._several = several
        self._in_vain: set[int] = set()
        self._tries = 0
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether Telegram seems to be away."""
        return len(self._in_vain) >= self._several

    def rest(self) -> float:
        """Seconds for which nothing is to be tried."""
        return max(0.0, self._until - asyncio.get_running_loop().time())

    def answered(self) -> None:
        """Telegram has said something to a letter: it is over."""
        self._in_vain.clear()
        self._tries, self._until = 0, 0.0

    def failed(self, letter_id: int) -> None:
        """A letter was tried in vain."""
        self._in_vain.add(letter_id)

    def tried(self) -> None:
        """A batch has ended."""
        if self.is_open:
            self._tries += 1
            self._until = asyncio.get_running_loop().time() + self._backoff(self._tries)
