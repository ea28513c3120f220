"""The clock: APScheduler says that time has passed, the database and the catalog say what is due."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.storage.engine.database import DatabaseUnavailable

_log = logging.getLogger(__name__)

# Seconds. So long may it take to undo what a tick has begun.
_UNDOES_WITHIN = 0.5


class _Again(BaseTrigger):  # type: ignore[misc]
    """Fires so many seconds after it was last looked at.

    The library's own goes from one time to the next: a machine that starts in 1970 and then learns what time it is
    would count through all those of half a century, and keep them in a list.
    """

    def __init__(self, seconds: float) -> None:
        self._after = timedelta(seconds=seconds)

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self._after


class Clock:
    """Calls `tick` every so many seconds, never twice at once, wherever the machine's clock is set meanwhile."""

    def __init__(self, tick: Callable[[], Coroutine[Any, Any, None]], seconds: float) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._tick = tick
        self._seconds = seconds
        self._ticking: asyncio.Task[None] | None = None
        self._minding: asyncio.Task[None] | None = None
        self._has_ticked = asyncio.Event()

    def start(self) -> None:
        """Ticks from now on."""
        # A late tick is as good as any: it asks what is due and catches up. The library's default drops a
        # run that is more than a second late.
        job = self._scheduler.add_job(
            self._once,
            _Again(self._seconds),
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()
        self._minding = asyncio.create_task(self._mind(job))

    async def stop(self, seconds: float) -> None:
        """Ticks no more. A tick that runs is waited for, so many seconds; one that is cut off asks again at the next
        start what is due."""
        self._scheduler.pause()
        if self._minding is not None:
            self._minding.cancel()
        if self._ticking is not None:
            await asyncio.wait([self._ticking], timeout=seconds)
            self._ticking.cancel()
            await asyncio.wait([self._ticking], timeout=_UNDOES_WITHIN)
        self._scheduler.shutdown(wait=False)

    async def first(self) -> None:
        """Waits until the first tick is over."""
        await self._has_ticked.wait()

    async def _mind(self, job: Job) -> None:
        """Sees to it that nobody waits for a time that has come before: the library waits for one, and would tick again
        only then when the machine's clock has been set back by an hour."""
        while True:
            await asyncio.sleep(self._seconds)
            now = datetime.now(UTC)
            if job.next_run_time - now > timedelta(seconds=self._seconds):
                job.modify(next_run_time=now)

    async def _once(self) -> None:
        # A task of its own: the library would tell of one that is cut off as of a fault.
        self._ticking = asyncio.create_task(self._tick())
        try:
            await asyncio.wait([self._ticking])
        except asyncio.CancelledError:
            # The clock has stopped while that was still being undone: no fault either.
            return
        self._has_ticked.set()
        if not self._ticking.cancelled():
            self._ticking.result()


async def do_each(*duties: Callable[[], Awaitable[object]]) -> None:
    """Does all of them, also when one fails: a digest that cannot be put together must not cost the night's backup.

    Raises the first fault when all have been done; DatabaseUnavailable at once, since all of them need the database.
    """
    first: Exception | None = None
    for duty in duties:
        try:
            await duty()
        except DatabaseUnavailable:
            raise
        except Exception as error:
            if first is None:
                first = error
            else:
                _log.exception("another duty has failed")
    if first is not None:
        raise first
