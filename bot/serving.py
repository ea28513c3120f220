"""What runs side by side while the bot serves, and the order in which it ends."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from bot.delivery.incoming.dispatcher import Dispatcher
from bot.delivery.outgoing.courier import Courier
from bot.delivery.outgoing.pacer import Pacer
from bot.doors import Doors
from bot.watch import notify
from scheduler.clock import Clock

# Seconds that a stopping bot waits for what it is doing; supervisors kill after ten or more.
_PATIENCE = 3.5
# The same while Telegram wants silence: whoever waits for its end has begun nothing.
_SILENT_PATIENCE = 1.0

Duty = Callable[[], Coroutine[Any, Any, None]]


class Serving:
    """`receive` has updates come in, by the doors; `beside`: what else there is to do, by name. `clock` None: another
    one is among that."""

    def __init__(
        self,
        receive: Duty,
        doors: Doors,
        dispatcher: Dispatcher,
        couriers: Mapping[str, Courier],
        pacer: Pacer,
        clock: Clock | None,
        beside: Mapping[str, Duty],
    ) -> None:
        self._receive = receive
        self._doors = doors
        self._dispatcher = dispatcher
        self._couriers = couriers
        self._pacer = pacer
        self._clock = clock
        self._beside = beside

    async def run(self, stop: asyncio.Event) -> None:
        """Serves until `stop` is set or a duty ends; then finishes what runs. Raises the fault by which one ended."""
        receiving = asyncio.create_task(self._receive(), name="receiver")
        posts = [asyncio.create_task(one.run(), name=name) for name, one in self._couriers.items()]
        beside = [asyncio.create_task(duty(), name=name) for name, duty in self._beside.items()]
        duties = [receiving, *posts, *beside]
        if self._clock is not None:
            self._clock.start()
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait([waiting, *duties], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        notify("STOPPING=1")
        # First no more updates come in, then what came is handled, then the post stops.
        await _cancel([receiving])
        await self._doors.shut()
        await _cancel(beside)
        patience = _PATIENCE if self._pacer.silence() < _PATIENCE else _SILENT_PATIENCE
        await asyncio.gather(self._stop_clock(), self._handled(patience))
        for one in self._couriers.values():
            one.stop()
        # A sending that is cut off half-way may be repeated, so it is given time to end. A report that is being made is
        # made again at the next start.
        await asyncio.wait(posts, timeout=patience)
        await _cancel(posts)
        for duty in duties:
            # A duty that ended by itself ended by a fault: the process must not seem to be well.
            if not duty.cancelled() and (fault := duty.exception()) is not None:
                raise fault

    async def _stop_clock(self) -> None:
        if self._clock is not None:
            await self._clock.stop(_PATIENCE)

    async def _handled(self, patience: float) -> None:
        try:
            await asyncio.wait_for(self._dispatcher.idle(), patience)
        except TimeoutError:
            await self._dispatcher.stop()


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
