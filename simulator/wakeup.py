"""A wake-up for waiters that plain synchronous code can ring: a condition without a lock.

asyncio.Condition needs its lock to be awaited before notify; the world is changed by synchronous code
in one event loop, so a list of futures is enough.
"""

import asyncio


class Signal:
    """Wakes everybody who waits at the moment of `ring`."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake all waiters."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def awaited(self) -> bool:
        """Whether somebody waits."""
        return bool(self._waiters)

    async def wait(self, seconds: float) -> bool:
        """Wait for the next ring; False when the time is out."""
        if seconds <= 0:
            return False
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            return False
        finally:
            self._waiters.discard(waiter)
        return True
