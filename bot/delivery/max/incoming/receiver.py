"""The door that asks MAX for events. MAX calls that unfit for production: it keeps them for a day.

Without a marker MAX gives the last event alone, so the marker is kept with the events that came before it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from aiogram import Bot

from bot.delivery.incoming.intake import Intake, unnoticed
from bot.delivery.incoming.receiver import Polling
from bot.delivery.max.api import listed
from bot.delivery.max.door import TIMEOUT, Door
from bot.delivery.max.events import told
from bot.delivery.max.incoming.intaking import take
from bot.delivery.outcomes import Fate, attempt
from bot.delivery.wire import named
from bot.replica import Replica
from bot.storage.engine.database import Storage, Tx
from bot.storage.post import meta

_log = logging.getLogger(__name__)

# Events a poll brings at most, and the seconds for which MAX holds one open at most.
_AT_ONCE, _LONGEST = 100, 30
_SUBSCRIPTIONS = "/subscriptions"
# Seconds beyond those after which a connection is dead.
_BEYOND = 15.0


class MaxReceiver(Polling):
    """Polls, and has events taken in before the next poll confirms them."""

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        now: Callable[[], datetime],
        replica: Replica,
        polled: Callable[[], None] = lambda: None,
        contact: Callable[[], Awaitable[None]] = unnoticed,
        *,
        storage: Storage,
    ) -> None:
        super().__init__(replica)
        assert isinstance(bot.session, Door)
        self._door = bot.session
        self._intake = intake
        self._now = now
        self._polled = polled
        self._contact = contact
        self._storage = storage
        # The number of the replica that has read the marker.
        self._read_as: int | None = None
        self._marker: int | None = None
        self._has_asked = False

    async def drain(self) -> None:
        """Takes in what waits, without waiting for more. Raises Crowded, DatabaseUnavailable."""
        before: tuple[int | None, int | None] | None = None
        while before != (before := (self._read_as, self._marker)):
            if await self.poll(0, instead=False) is not Fate.DONE:
                return

    async def poll(self, timeout: int, *, instead: bool = True) -> Fate:  # noqa: ASYNC109
        """One GET /updates; its events are stored and handed on. MAX holds the poll open for `timeout` seconds.

        `instead`: subscriptions, with which MAX refuses it, are ended.
        """
        if self._read_as != self._replica.id:
            async with self._storage.read() as tx:
                kept = await meta.get(tx, meta.MARKER)
            self._marker, self._read_as = int(kept) if kept else None, self._replica.id
        # Whoever has no marker is told of one at once: what comes before it is kept would be lost with it.
        seconds = min(timeout, _LONGEST) if self._marker is not None or self._has_asked else 0
        self._has_asked = True
        outcome = await attempt(partial(self._get, seconds))
        if outcome.fate is Fate.WAIT:
            _log.warning("MAX asks to poll again in %s s", outcome.retry_after)
            await asyncio.sleep(outcome.retry_after)
            return Fate.DONE
        if outcome.fate is not Fate.DONE:
            _log.warning("GET /updates: %s", outcome.error)
            if outcome.fate is Fate.REFUSED and instead:
                await self._without_webhooks()
            return outcome.fate
        self._polled()
        batch = outcome.value
        marker = batch["marker"] if type(batch.get("marker")) is int else self._marker
        events = batch["updates"] if isinstance(batch.get("updates"), list) else []
        is_new = marker is not None and marker != self._marker
        if events or is_new:
            await take(self._intake, self._door, [*map(told, events)], partial(_keep, marker) if is_new else None)
            self._marker = marker
        await self._contact()
        return Fate.DONE

    async def _get(self, seconds: int) -> Any:
        # Of all kinds: what nobody asks for would stand before the marker for ever.
        given = {"limit": _AT_ONCE, "timeout": seconds, "marker": self._marker}
        return await self._door.server.call(named("getUpdates"), "GET", "/updates", seconds + _BEYOND, given)

    async def _without_webhooks(self) -> None:
        """Ends all subscriptions, with which MAX refuses polls; events that wait stay."""
        server = self._door.server
        found = await attempt(lambda: server.call(named("getWebhookInfo"), "GET", _SUBSCRIPTIONS, TIMEOUT))
        for one in listed(found.value, "subscriptions"):
            url = str(one.get("url"))
            _log.error("events are delivered to %s instead of being asked for: that is ended", url)
            ended = await attempt(
                partial(server.call, named("deleteWebhook"), "DELETE", _SUBSCRIPTIONS, TIMEOUT, {"url": url})
            )
            if ended.fate is not Fate.DONE:
                _log.error("DELETE /subscriptions: %s", ended.error)

    async def turn(self) -> None:
        if not self._replica.leads():
            # Another one may poll meanwhile, and the marker be its own.
            self._read_as = None
        await super().turn()


async def _keep(marker: int | None, tx: Tx) -> None:
    await meta.put(tx, meta.MARKER, str(marker))
