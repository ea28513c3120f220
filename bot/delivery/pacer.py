"""How fast Telegram is written to."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.letter import Urgency

# Seconds between two messages to one chat; Telegram's documentation advises against more than one a second.
CHAT_INTERVAL = 1.0
# Answers to one chat may come as fast as they are wanted for a while, then at this distance (seconds). Telegram
# silences a bot that goes on faster, and one person's answers would leave no turns for anybody's letters.
_ANSWERS_AT_ONCE, _ANSWER_INTERVAL = 40, 0.5
# Chats whose last message is remembered; beyond that the oldest have long been free.
_CHATS_KEPT = 10_000


class Pacer:
    """Hands out turns, the most urgent first, `per_second` of them at equal distances; 0: without limit."""

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._gap = 1 / per_second if per_second else 0.0
        self._next_turn = 0.0
        self._paused_until = 0.0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._chats: dict[int, _Chat] = {}
        # When the answers to a chat would all be paid for, at that distance.
        self._answered: dict[int, float] = {}

    def pause(self, seconds: float) -> None:
        """Nobody gets a turn for that long: Telegram said so."""
        until = asyncio.get_running_loop().time() + seconds
        if until > self._paused_until:
            self._paused_until = until
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
                self._arm()

    def silence(self) -> float:
        """Seconds for which nobody gets a turn."""
        return max(0.0, self._paused_until - asyncio.get_running_loop().time())

    async def turn(self, urgency: Urgency) -> None:
        """Waits for a turn."""
        loop = asyncio.get_running_loop()
        if not self._gap and not self._waiting and loop.time() >= self._paused_until:
            return
        mine = loop.create_future()
        heapq.heappush(self._waiting, (urgency, next(self._numbers), mine))
        self._arm()
        await mine

    async def answer(self, chat: int) -> None:
        """Waits for a turn to answer in the chat."""
        if self._gap:
            now = asyncio.get_running_loop().time()
            if len(self._answered) > _CHATS_KEPT:
                self._answered = {key: at for key, at in self._answered.items() if at > now}
            paid = max(self._answered.get(chat, 0.0), now) + _ANSWER_INTERVAL
            self._answered[chat] = paid
            await asyncio.sleep(max(0.0, paid - now - _ANSWERS_AT_ONCE * _ANSWER_INTERVAL))
        await self.turn(Urgency.ANSWER)

    @asynccontextmanager
    async def letter(self, chat: int, urgency: Urgency) -> AsyncIterator[None]:
        """A turn to write to the chat, which is the writer's alone until the block ends."""
        if not self._gap:
            await self.turn(urgency)
            yield
            return
        loop = asyncio.get_running_loop()
        place = self._place(chat, loop.time())
        async with place.lock:
            await asyncio.sleep(max(0.0, place.free_at - loop.time()))
            await self.turn(urgency)
            # Counted from the end as well: the server saw the message somewhere between the two.
            place.free_at = loop.time() + CHAT_INTERVAL
            try:
                yield
            finally:
                place.free_at = max(place.free_at, loop.time() + CHAT_INTERVAL)

    def _place(self, chat: int, now: float) -> "_Chat":
        if len(self._chats) > _CHATS_KEPT:
            self._chats = {key: one for key, one in self._chats.items() if one.free_at > now or one.lock.locked()}
        return self._chats.setdefault(chat, _Chat())

    def _arm(self) -> None:
        if self._timer is None and self._waiting:
            loop = asyncio.get_running_loop()
            at = max(self._next_turn, self._paused_until, loop.time())
            self._timer = loop.call_at(at, self._give)

    def _give(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        if loop.time() < self._paused_until:
            self._arm()
            return
        while self._waiting:
            mine = heapq.heappop(self._waiting)[2]
            if mine.done():
                continue
            mine.set_result(None)
            self._next_turn = max(self._next_turn, loop.time()) + self._gap
            if self._gap:
                break
        self._arm()


class _Chat:
    """When a chat may be written to again, and who is writing to it."""

    __slots__ = ("free_at", "lock")

    def __init__(self) -> None:
        self.free_at = 0.0
        self.lock = asyncio.Lock()
