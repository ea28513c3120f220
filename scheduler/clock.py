"""The clock: APScheduler says that time has passed, the database and the catalog say what is due."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger


class Clock:
    """Calls `tick` every so many seconds, never twice at once."""

    def __init__(self, tick: Callable[[], Awaitable[None]], seconds: float) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._tick = tick
        self._seconds = seconds
        self._running = asyncio.Lock()

    def start(self) -> None:
        """Ticks from now on."""
        # A late tick is as good as any: it asks what is due and catches up. The library's default drops a
        # run that is more than a second late.
        self._scheduler.add_job(
            self._once,
            IntervalTrigger(seconds=self._seconds, timezone=UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()

    async def stop(self) -> None:
        """Ticks no more; a tick that runs is waited for, since the library would cancel it."""
        self._scheduler.pause()
        async with self._running:
            self._scheduler.shutdown(wait=False)

    async def _once(self) -> None:
        async with self._running:
            await self._tick()
