"""A courier's sendings in flight, side by side, and the moment at which recording them is worth while."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

# Seconds that an ended sending waits for others, so that one transaction records them together.
_GATHERS = 0.02


class InFlight:
    """One courier's sendings that have begun and not ended."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self._left = 0
        # A sending has ended, and a moment is left for others to be recorded with it.
        self._gathers = False
        self._waiting: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._fault: BaseException | None = None

    def take(self, sendings: Iterable[Coroutine[Any, Any, None]]) -> None:
        """Begins these sendings."""
        for sending in sendings:
            task = asyncio.create_task(sending)
            self.tasks.add(task)
            task.add_done_callback(self._ended)

    async def emptied(self, left: int, seconds: float) -> None:
        """Returns when at most `left` remain, or a moment after one has ended, or after `seconds`.

        Raises what a sending has raised, but only when all have ended: nothing is left running unseen.
        """
        if self.tasks:
            self._left = left if len(self.tasks) > left else 0
            loop = asyncio.get_running_loop()
            self._waiting = loop.create_future()
            self._timer = loop.call_later(seconds, self.go_on)
            self._gathers = False
            try:
                await self._waiting
            finally:
                self._waiting = None
                self._timer.cancel()
        if self._fault is not None:
            if self.tasks:
                await asyncio.wait(self.tasks)
            raise self._fault

    async def drop(self) -> None:
        """Cancels all sendings."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        # Each is asked, though one is raised: an exception that nobody has asked for is logged as forgotten.
        fault = None if task.cancelled() else task.exception()
        self._fault = self._fault or fault
        if self._waiting is None:
            return
        if len(self.tasks) <= self._left or self._fault is not None:
            self.go_on()
        elif not self._gathers and self._timer is not None:
            self._gathers = True
            self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_later(_GATHERS, self.go_on)

    def go_on(self) -> None:
        """Ends the waiting of `emptied`: there is something else to do."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
