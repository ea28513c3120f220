"""Tells the administrators what stands still: without the post and the database, which may be what stands."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial

from bot.delivery.outcomes import Outcome
from bot.domain.people.messenger import Messenger, messenger_of
from bot.domain.screen import Screen
from bot.storage.engine.database import Tx
from bot.storage.people import staff
from bot.views.alarm import alarm, clock_is_right, clock_is_wrong
from bot.watch import Problem

_log = logging.getLogger(__name__)


class Alarms:
    """Tells administrators; `send` tries once to send to a person's chat, and those of `admin_ids` are always told."""

    def __init__(self, send: Callable[[int, Screen], Awaitable[Outcome]], admin_ids: Iterable[int]) -> None:
        self._send = send
        self._always = frozenset(admin_ids)
        self._admins = self._always

    async def know(self, tx: Tx) -> None:
        """Remembers the administrators of the moment: the database may fail later."""
        self._admins = self._always.union(await staff.admins(tx))

    async def tell(self, problems: tuple[Problem, ...]) -> None:
        """Tells all of them what stands still, side by side: the messenger may take its time with any of them."""
        _log.error("standing still: %s", ", ".join(problems) or "nothing any more")
        await self._say(partial(alarm, problems))

    async def tell_of_clock(self, times: tuple[datetime, datetime] | None) -> None:
        """That the machine's time is not the messenger's, given both; None: that it is again."""
        await self._say(partial(clock_is_wrong, *times) if times is not None else lambda _messenger: clock_is_right())

    async def _say(self, what: Callable[[Messenger], Screen]) -> None:
        # Side by side: the messenger may take its time with one.
        told = [self._send(person_id, what(messenger_of(person_id))) for person_id in sorted(self._admins)]
        await asyncio.gather(*told)
