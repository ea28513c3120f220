"""Whose turn it is, where another replica may have an earlier update of the same person."""

import asyncio
import logging
from contextlib import suppress

from bot.delivery.outgoing.speaker import backoff
from bot.storage.engine.database import DatabaseUnavailable, Storage
from bot.storage.post import inbox

_log = logging.getLogger(__name__)

# Seconds between two looks, more after each in vain.
_FIRST, _LONGEST = 0.02, 0.1


class Turns:
    """Looks into the inbox for all who wait at once."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._waiting: dict[int, asyncio.Future[bool]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._pause = 0.0

    async def has_come(self, update_id: int) -> bool:
        """Whether no earlier update of the same person is left, by the next look."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[update_id] = answer
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        return await answer

    async def stop(self) -> None:
        """Nobody waits any more."""
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    async def _look(self) -> None:
        failures = 0
        try:
            while self._waiting:
                await asyncio.sleep(backoff(failures) if failures else self._pause)
                waiting, self._waiting = self._waiting, {}
                try:
                    async with self._storage.read() as tx:
                        behind = await inbox.behind(tx, waiting.keys())
                    failures = 0
                except DatabaseUnavailable as error:
                    _log.error("whose turn it is cannot be read: %s", error)
                    behind, failures = set(waiting), failures + 1
                except Exception as error:
                    for answer in waiting.values():
                        if not answer.done():
                            answer.set_exception(error)
                    continue
                is_vain = len(behind) == len(waiting)
                self._pause = min(max(_FIRST, 1.5 * self._pause), _LONGEST) if is_vain else 0.0
                for update_id, answer in waiting.items():
                    if not answer.done():
                        answer.set_result(update_id not in behind)
                # Those whose turn has not come ask again.
                await asyncio.sleep(0)
        finally:
            self._looking = None
