"""What runs side by side while the bot serves, and the order in which it ends."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.delivery.incoming.dispatcher import Dispatcher
from bot.parts.post import Post
from bot.parts.reception import Reception
from bot.parts.way import Way
from bot.storage.engine.database import Storage
from bot.storage.post import claims
from bot.watch import notify
from scheduler.clock import Clock

_log = logging.getLogger(__name__)

# Seconds that a stopping bot leaves to what it is doing; supervisors kill after ten or more.
SHUTDOWN_TIMEOUT = 3.5
# The same under Telegram's rate limit: whoever waits for its end has begun nothing.
_LIMITED_TIMEOUT = 1.0
# Seconds that the demo's clock waits until all that was due has been said.
_SETTLES_WITHIN = 8.0

Duty = Callable[[], Coroutine[Any, Any, None]]


class Serving:
    """Runs the duties of a serving bot. `beside` has other duties by name; without `clock` the clock is one of them."""

    def __init__(
        self, way: Way, reception: Reception, post: Post, clock: Clock | None, beside: Mapping[str, Duty]
    ) -> None:
        self._replica = way.replica
        self._introduction = way.introduction
        self._pacer = way.pacer
        self._dispatcher = reception.dispatcher
        self._doors = reception.doors
        self._courier = post.courier
        self._couriers = {"courier": post.courier, "reporter": post.reporter}
        self._clock = clock
        self._beside = beside

    async def run(self, stop: asyncio.Event) -> None:
        """Serves until `stop` is set or a duty ends; then finishes what runs.

        Raises CannotListen, and the fault by which a duty has ended.
        """
        # First of all: Telegram may not answer for long, and the supervisor asks for /health meanwhile.
        await self._doors.listen()
        # Before anybody says a word: Telegram may have limited the rate of an earlier run.
        await self._courier.resume()
        receiving = asyncio.create_task(self._receive(), name="receiver")
        posts = [asyncio.create_task(courier.run(), name=name) for name, courier in self._couriers.items()]
        beside = [asyncio.create_task(duty(), name=name) for name, duty in self._beside.items()]
        # To the very end: what is finished meanwhile is this replica's.
        beating = asyncio.create_task(self._replica.run(), name="replica")
        duties = [receiving, *posts, *beside, beating]
        if self._clock is not None:
            self._clock.start()
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait([waiting, *duties], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        notify("STOPPING=1")
        self._replica.retire()
        # First no more updates come in, then what came is handled, then the post stops.
        await _cancel([receiving])
        await self._doors.shut()
        await _cancel(beside)
        timeout = SHUTDOWN_TIMEOUT if self._pacer.paused_for() < SHUTDOWN_TIMEOUT else _LIMITED_TIMEOUT
        await asyncio.gather(self._stop_clock(), self._handled(timeout))
        for courier in self._couriers.values():
            courier.stop()
        # A sending that is cut off half-way may be repeated, so it gets time to end. A report in the making is made
        # again at the next start.
        await asyncio.wait(posts, timeout=timeout)
        await _cancel([*posts, beating])
        for duty in duties:
            # A duty that has ended by itself has ended by a fault: the process must not seem to be well.
            if not duty.cancelled() and (fault := duty.exception()) is not None:
                raise fault

    async def _receive(self) -> None:
        """Takes updates in, once Telegram has said who the bot is. Raises BadToken, SameToken."""
        name = await self._introduction.asked()
        # Updates that an earlier run has left come before new ones.
        await self._dispatcher.resume()
        _log.info("@%s is at work", name)
        notify(f"READY=1\nSTATUS=@{name} is at work")
        # Nobody waits for these calls, one for each of the staff, nor for the link.
        beside = [asyncio.create_task(work) for work in (self._bring_menus(), self._say_last())]
        try:
            await self._doors.take_in()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _bring_menus(self) -> None:
        # One does for all; after an upgrade one by one it may lead only later.
        await self._replica.leading()
        await self._introduction.menus()

    async def _say_last(self) -> None:
        """What a start says last, when what was due has been done: a backup is told of."""
        if self._clock is not None:
            await self._clock.first()
        await self._introduction.offer_claim(self._replica.leading)

    async def _stop_clock(self) -> None:
        if self._clock is not None:
            await self._clock.stop(SHUTDOWN_TIMEOUT)

    async def _handled(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._dispatcher.idle(), seconds)
        except TimeoutError:
            await self._dispatcher.stop()


async def settled(dispatcher: Dispatcher, storage: Storage, now: Callable[[], datetime]) -> None:
    """Waits until what was due has been said, for some seconds at most: Telegram may be down."""
    deadline = asyncio.get_running_loop().time() + _SETTLES_WITHIN
    while asyncio.get_running_loop().time() < deadline:
        await dispatcher.idle()
        async with storage.read() as tx:
            due = await claims.next_due(tx)
        if due is None or due > now():
            return
        await asyncio.sleep(0.02)


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
