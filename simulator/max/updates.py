"""Events for the bot: kept a day, read by marker, or taken to the addresses that are subscribed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from simulator.errors import Json
from simulator.wakeup import Signal

FIRST = 10_000_001
# Milliseconds that an event is kept.
KEPT = 24 * 3600 * 1000
# Milliseconds without a success after which an address is forgotten.
FORGOTTEN_AFTER = 8 * 3600 * 1000


@dataclass(slots=True)
class Event:
    """One event. `to`: the addresses that it is still to be taken to; None: it waits for a poll."""

    number: int
    place: int
    at: int
    body: Json
    to: set[str] | None


@dataclass(slots=True)
class Subscription:
    """An address that events are taken to. No types: all of them. `failing`: since when nothing has succeeded."""

    url: str
    time: int
    types: list[str] | None = None
    secret: str = ""
    failing: int | None = None

    def wants(self, kind: str) -> bool:
        """Whether it is told of events of that kind."""
        return not self.types or kind in self.types

    def as_json(self) -> Json:
        """As GET /subscriptions lists it."""
        return {"url": self.url, "time": self.time, "update_types": self.types}


class Updates:
    """Events in the order in which they happened."""

    def __init__(self, confirmed: Callable[[int], None], now_ms: Callable[[], int]) -> None:
        self._events: dict[int, Event] = {}
        self._last: Event | None = None
        self._now = now_ms
        self._confirmed = confirmed
        self._signal, self._changed = Signal(), Signal()
        self._closed = False
        self._given: int | None = None
        self.next_id = FIRST
        self.subscriptions: dict[str, Subscription] = {}
        # How many were never taken in their time, or given up after the last repeat.
        self.dropped = 0
        self.given_up = 0

    def put(self, place: int, body: Json, *, times: int = 1) -> None:
        """An event has happened; it comes so many times."""
        for _ in range(times):
            kind = body["update_type"]
            wanting = {url for url, subscription in self.subscriptions.items() if subscription.wants(kind)}
            number, self.next_id = self.next_id, self.next_id + 1
            event = Event(number, place, self._now(), body, wanting if self.subscriptions else None)
            self._last = event
            # Nobody subscribed is told of it: it is as good as taken.
            if event.to is None or event.to:
                self._events[number] = event
        self._signal.ring()
        self._changed.ring()

    def again(self) -> None:
        """The last event comes once more, as MAX does after a failure."""
        if self._last is None:
            raise LookupError("there has been no event")
        self.put(self._last.place, self._last.body)

    def __len__(self) -> int:
        return len(self.waiting())

    def waiting(self) -> list[Event]:
        """What is still to be taken: by polls, or while somebody is subscribed by deliveries."""
        self.look()
        polled = not self.subscriptions
        return [event for event in self._events.values() if polled or event.to]

    def look(self) -> None:
        """Forget what is too old, and the addresses at which nothing has succeeded for too long."""
        now = self._now()
        old = [event for event in self._events.values() if event.at + KEPT < now]
        for event in old:
            self._events.pop(event.number)
            self.dropped += 1
        if old:
            self._confirmed(len(self._events))
        for subscription in [*self.subscriptions.values()]:
            if subscription.failing is not None and subscription.failing + FORGOTTEN_AFTER <= now:
                self.unsubscribe(subscription.url)

    # polls

    def _after(self, marker: int | None, limit: int, types: frozenset[str]) -> list[Event]:
        if marker is None:
            # Only the last one, even if it was read before.
            last = self._last
            fresh = last is not None and last.at + KEPT >= self._now()
            return [last] if last is not None and fresh and (not types or last.body["update_type"] in types) else []
        found = [
            event
            for event in self._events.values()
            if event.number >= marker and (not types or event.body["update_type"] in types)
        ]
        return found[:limit]

    async def poll(
        self, marker: int | None, limit: int, seconds: float, types: frozenset[str]
    ) -> tuple[list[Json], int]:
        """What came since the marker, waiting for it; and the next marker. Everything before the marker is read."""
        self.look()
        if marker is not None:
            self.confirm(marker)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (found := self._after(marker, limit, types)):
            # A poll is given all that comes while it waits.
            marker = self.next_id if marker is None else marker
            if self._closed or self.subscriptions or not await self._signal.wait(deadline - loop.time()):
                break
        if found:
            self._given = found[-1].number + 1
            return [event.body for event in found], self._given
        return [], max(marker or self.next_id, FIRST)

    def confirm(self, marker: int) -> None:
        """Everything before it is read."""
        before = len(self._events)
        for number in [number for number in self._events if number < marker]:
            del self._events[number]
        if len(self._events) != before:
            self._confirmed(len(self._events))

    def confirm_given(self) -> None:
        """What the last poll gave is read, as the next poll would say."""
        if self._given is not None:
            self.confirm(self._given)
            self._given = None

    def polled(self) -> bool:
        """Whether a poll waits now."""
        return self._signal.awaited()

    # deliveries

    def subscribe(self, subscription: Subscription, *, backlog: bool) -> None:
        """Another address, or other wishes of a known one."""
        self.subscriptions[subscription.url] = subscription
        if backlog:
            for event in self._events.values():
                if event.to is None:
                    event.to = {subscription.url}
        # Who waits in a poll is told nothing more.
        self._signal.ring()
        self._changed.ring()

    def unsubscribe(self, url: str) -> bool:
        """An address less; what it was not told waits for polls when it was the last. False: it was not there."""
        if self.subscriptions.pop(url, None) is None:
            return False
        for event in [*self._events.values()]:
            if event.to is None:
                continue
            event.to.discard(url)
            if not self.subscriptions:
                event.to = None
            elif not event.to:
                del self._events[event.number]
        self._changed.ring()
        return True

    def delivered(self, event: Event, url: str) -> None:
        """That address has it."""
        if event.to is None:
            return
        event.to.discard(url)
        if not event.to and self._events.pop(event.number, None) is not None:
            self._confirmed(len(self))
        self._changed.ring()

    def ring(self) -> None:
        """Wake whoever delivers."""
        self._changed.ring()

    async def changed(self, seconds: float) -> None:
        """Wait until something may have changed for whoever delivers."""
        await self._changed.wait(seconds)

    def close(self) -> None:
        """End waiting polls, for shutdown."""
        self._closed = True
        self._signal.ring()
