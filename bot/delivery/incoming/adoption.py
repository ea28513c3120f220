"""Sees to it that what a replica has left in the inbox is taken up by those that are alive."""

import asyncio
import logging
from contextlib import suppress

from bot.delivery.incoming.dispatcher import Dispatcher
from bot.replica import Replica
from bot.storage.engine.database import DatabaseUnavailable
from bot.storage.post.replicas import Beat

_log = logging.getLogger(__name__)

# Seconds between two looks.
_EVERY = 2.0


class Adoption:
    """Looks now and then, and at once when one replica less is alive."""

    def __init__(self, replica: Replica, dispatcher: Dispatcher) -> None:
        self._replica = replica
        self._dispatcher = dispatcher
        self._alive = 1
        self._bell = asyncio.Event()

    async def run(self) -> None:
        """Looks until cancelled. A process that serves alone has taken everything up at its start."""
        if self._replica.is_alone():
            await asyncio.Event().wait()
        await self._dispatcher.resumed.wait()
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), _EVERY)
            self._bell.clear()
            try:
                await self._dispatcher.adopt()
            except DatabaseUnavailable as error:
                # That the server is away its beats tell.
                _log.debug("what other replicas have left cannot be looked for: %s", error)

    def heard(self, beat: Beat) -> None:
        """Hears how many are alive."""
        if beat.alive < self._alive:
            self._bell.set()
        self._alive = beat.alive
