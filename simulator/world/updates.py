"""The queue of updates with the confirm semantics of getUpdates."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from simulator.errors import ApiError, Json
from simulator.wakeup import Signal

FIRST_UPDATE = 100_000_001
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
WEBHOOK_SET = "Conflict: terminated by setWebhook request"
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
# what Telegram sends only to those who ask for it by name
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
# Seconds that an update waits for the bot: a press from when it was made, everything else from its date
# (Client.cpp: process_new_callback_query_queue, add_message_update, add_update_chat_member).
PRESS_LIVES, LIVES = 150, 24 * 3600


@dataclass(slots=True)
class Pauses:
    """Seconds of this machine's time by which the server slows a bot down that polls in haste (Client.cpp:
    process_get_updates_query, fail_query_conflict)."""

    # A poll that repeats an offset within that time waits as long for updates, if it said less.
    repeated: float = 3.0
    # One that repeats it within that time is given a single update.
    hasty: float = 0.5
    # A conflict within that time after another is told only after as long.
    conflict: float = 3.0


# For a bot whose every poll is a step of a test.
NO_PAUSES = Pauses(0, 0, 0)


@dataclass(slots=True)
class _Repeats:
    """What the polls before have been."""

    offset: int | None = None
    began: float = field(default=-1e9)
    next_conflict: float = field(default=-1e9)


class UpdateQueue:
    """Updates in order; one stays until a poll with a higher offset confirms it, or it is too old."""

    def __init__(self, confirmed: Callable[[int], None], timestamp: Callable[[], int]) -> None:
        self._queue: dict[int, Json] = {}
        # Until when an update is kept, by the clock of this world.
        self._expires: dict[int, int] = {}
        self._timestamp = timestamp
        self.pauses = Pauses()
        self._repeats = _Repeats()
        # How many were never fetched in their time.
        self.dropped = 0
        self.next_id = FIRST_UPDATE
        self._allowed: frozenset[str] = frozenset()
        self._signal = Signal()
        # rung for whoever delivers, who is no poll
        self._changed = Signal()
        self._poll = 0
        self._ended_by = CONFLICT
        self._closed = False
        self._confirmed = confirmed
        self.allowed_updates: list[str] = []

    def __len__(self) -> int:
        self._forget_old()
        return len(self._queue)

    def _forget_old(self) -> None:
        now = self._timestamp()
        old = [number for number, expires in self._expires.items() if expires < now]
        for number in old:
            del self._queue[number], self._expires[number]
        if old:
            self.dropped += len(old)
            self._confirmed(len(self._queue))

    def expires(self, update_id: int) -> int:
        """Until when it is kept."""
        return self._expires[update_id]

    def put(self, kind: str, payload: Json, expires: int) -> int | None:
        """Add an update of a kind unless the bot did not ask for that kind; its id or None."""
        wanted = kind in self._allowed if self._allowed else kind not in _ON_REQUEST
        if not wanted:
            return None
        update_id = self.next_id
        self.next_id += 1
        self._queue[update_id] = {"update_id": update_id, kind: payload}
        self._expires[update_id] = expires
        self._signal.ring()
        self._changed.ring()
        return update_id

    def allow(self, kinds: Sequence[str]) -> None:
        """Kinds to keep from now on; as in Telegram, updates already queued are not touched."""
        self.allowed_updates = list(kinds)
        self._allowed = frozenset(kinds)

    def confirm(self, offset: int) -> None:
        """Forget updates below the offset; a negative one keeps only that many of the last."""
        before = len(self._queue)
        if offset < 0:
            while len(self._queue) > -offset:
                self._take(next(iter(self._queue)))
        while offset > 0 and self._queue and (first := next(iter(self._queue))) < offset:
            self._take(first)
        if len(self._queue) != before:
            self._confirmed(len(self._queue))

    def _take(self, update_id: int) -> Json | None:
        self._expires.pop(update_id, None)
        return self._queue.pop(update_id, None)

    def waiting(self) -> list[Json]:
        """Everything that is not confirmed, in order."""
        self._forget_old()
        return list(self._queue.values())

    def remove(self, update_id: int) -> None:
        """Forget one that was delivered, or that is given up."""
        if self._take(update_id) is not None:
            self._confirmed(len(self._queue))
        self._changed.ring()

    def ring(self) -> None:
        """Wake whoever delivers: something else than the queue has changed."""
        self._changed.ring()

    async def changed(self, seconds: float) -> None:
        """Wait until something may have changed for whoever delivers."""
        await self._changed.wait(seconds)

    def interrupt(self, why: str) -> None:
        """End a waiting poll with 409."""
        self._poll += 1
        self._ended_by = why
        self._signal.ring()

    def clear(self) -> None:
        """Drop everything that waits."""
        if self._queue:
            self._queue.clear()
            self._expires.clear()
            self._confirmed(0)

    def polled(self) -> bool:
        """Whether a poll waits now."""
        return self._signal.awaited()

    def close(self) -> None:
        """End waiting polls, for shutdown."""
        self._closed = True
        self._signal.ring()

    async def conflict(self, why: str) -> ApiError:
        """The 409 of a poll; a second one within three seconds is told three seconds later."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self._repeats.next_conflict:
            self._repeats.next_conflict = loop.time() + self.pauses.conflict
        else:
            await asyncio.sleep(self.pauses.conflict)
        return ApiError(409, why)

    def _hasty(self, offset: int, limit: int, seconds: float) -> tuple[int, float]:
        """How many updates the poll is given and how long it waits, if it repeats the offset of the one before."""
        now, before = asyncio.get_running_loop().time(), self._repeats
        if offset == before.offset and now < before.began + self.pauses.repeated:
            seconds = max(seconds, self.pauses.repeated)
        if offset == before.offset and now < before.began + self.pauses.hasty:
            limit = 1
        before.offset, before.began = offset, now
        return limit, seconds

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """Wait for updates; a newer poll that has to wait too ends this one with 409."""
        limit, seconds = self._hasty(offset, limit, seconds)
        self.confirm(offset)
        self._forget_old()
        if self._queue or not seconds:
            return list(islice(self._queue.values(), limit))
        self.interrupt(CONFLICT)
        mine = self._poll
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not self._queue and not self._closed:
            if not await self._signal.wait(deadline - loop.time()):
                break
            if self._poll != mine:
                raise await self.conflict(self._ended_by)
        return list(islice(self._queue.values(), limit))
