"""The pace at which the bot writes to Telegram."""

import asyncio
import heapq
import itertools
import math
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.delivery.outgoing.caution import Caution
from bot.domain.letter import Urgency

# Seconds between two messages to one chat; Telegram's documentation advises against more than one a second.
CHAT_INTERVAL = 1.0
# A chat gets so many answers as fast as they are wanted, then one each so many seconds. Telegram limits a bot that goes
# on faster, and one person's answers would leave no turns for anybody's letters.
ANSWERS_AT_ONCE, ANSWER_INTERVAL = 40, 0.5
# The pacer remembers the last message of so many chats; whichever was written to before them is free again.
_CHATS_KEPT = 10_000
# Seconds of turns that are made up for: after a busy event loop has kept somebody waiting, and after nobody has waited.
# More would be a burst.
_CATCHES_UP, _IDLED = 0.1, 0.005
# Messages a second. At this pace and above, a turn comes in a moment.
_FAST = 250.0
# Seconds. Telegram counts a message at some moment between its turn and the answer to it; the pacer takes this for the
# latest. A slow network lowers the pace a little; a call that hangs must not stop everybody.
_COUNTED_WITHIN = 1.0


class Pacer:
    """Hands out turns, the most urgent first, at equal distances, and no more than `per_second` of them in any second.

    `per_second` 0 means no limit. Letters wait for turns, and after a pause go one by one at first (`caution`). An
    answer to a press goes at once, and counts if it is a new message; after a pause answers wait for turns too, or a
    burst of them would end it.

    The pace is the token's. Where several processes have the token, each has its `share` of the pace.
    """

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._share: float = per_second
        self._gap = 1 / per_second if per_second else 0.0
        # Seconds after a pause for which others go before this one's letters.
        self._behind = 0.0
        self._next_turn = 0.0
        self._paused_until = 0.0
        self._waiting: list[tuple[int, int, bool, asyncio.Future[_Counted]]] = []
        self._caution = Caution()
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._chats: dict[int, _Chat] = {}
        # By chat: the moment at which its answers would all be paid for, at their distance.
        self._answered: dict[int, float] = {}
        # Messages that Telegram may count in the last second.
        self._last: deque[_Counted] = deque()

    @property
    def is_fast(self) -> bool:
        """Whether a few letters that wait for their turns have had them before anything changes."""
        return not self._gap or self._share >= _FAST

    @property
    def a_second(self) -> int:
        """How many letters are about a second's work, one at least; none if it has no share."""
        return math.ceil(self._share) if self._gap else sys.maxsize

    def share(self, per_second: float, behind: float) -> None:
        """Has this process hand out only so many of the turns, 0: none, and its letters come so many seconds after the
        first ones when a pause ends. Without a limit of pace there is nothing to share.
        """
        self._behind = behind
        if self._gap and per_second != self._share:
            self._share = per_second
            self._gap = 1 / per_second if per_second else math.inf
            self._disarm()
            self._arm()

    def ahead(self) -> int:
        """How many messages of the last second are beyond its share: answers, which wait for nobody."""
        self._forget()
        return max(0, len(self._last) - int(self._share))

    def pause(self, seconds: float) -> None:
        """Gives nobody a turn for that long, as Telegram has asked."""
        now = asyncio.get_running_loop().time()
        until = now + seconds
        if now >= self._paused_until:
            self._caution.silenced()
        if until > self._paused_until:
            self._paused_until = until
            self._disarm()
            self._arm()

    def paused_for(self) -> float:
        """Seconds until anybody gets a turn again."""
        return max(0.0, self._paused_until - asyncio.get_running_loop().time())

    def went(self) -> None:
        """Hears that Telegram has taken a letter."""
        self._caution.went()

    async def turn(self, urgency: Urgency) -> "_Counted":
        """Waits for a turn; returns the message as Telegram will count it."""
        return await self._turn(urgency, is_letter=False)

    async def _turn(self, urgency: Urgency, *, is_letter: bool) -> "_Counted":
        """`is_letter`: caution may keep it back, and hears of it until `_over`."""
        loop = asyncio.get_running_loop()
        if not self._gap and not self._waiting and self._next_at(is_letter) <= loop.time():
            counted = _Counted(0.0)
            if is_letter:
                self._caution.begun(counted, loop.time())
            return counted
        if not self._waiting:
            self._next_turn = max(self._next_turn, loop.time() - _IDLED)
        mine: asyncio.Future[_Counted] = loop.create_future()
        heapq.heappush(self._waiting, (urgency, next(self._numbers), is_letter, mine))
        self._arm()
        try:
            return await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._over(mine.result())
            raise

    def _over(self, letter: "_Counted") -> None:
        self._caution.ended(letter)
        if self._waiting:
            self._disarm()
            self._arm()

    async def at_ease(self, chat: int) -> None:
        """Returns when another answer to the chat would not have to wait."""
        ahead = self._answered.get(chat, 0.0) + ANSWER_INTERVAL - ANSWERS_AT_ONCE * ANSWER_INTERVAL
        if (wait := ahead - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(wait)

    async def answer(self, chat: int, *, is_new: bool) -> None:
        """Waits until the chat may get an answer; `is_new`: the answer is a new message."""
        now = asyncio.get_running_loop().time()
        if self._gap:
            if len(self._answered) > _CHATS_KEPT:
                self._answered = {key: at for key, at in self._answered.items() if at > now}
            paid = max(self._answered.get(chat, 0.0), now) + ANSWER_INTERVAL
            self._answered[chat] = paid
            if (wait := paid - now - ANSWERS_AT_ONCE * ANSWER_INTERVAL) > 0:
                await asyncio.sleep(wait)
        # Answers that a pause has held back go first, and at equal distances.
        if self.paused_for() or (self._waiting and self._waiting[0][0] == Urgency.ANSWER):
            await self.turn(Urgency.ANSWER)
        elif is_new:
            self._count()

    @asynccontextmanager
    async def letter(self, chat: int, urgency: Urgency) -> AsyncIterator[None]:
        """Waits for a turn to write to the chat, and keeps the chat for the writer until the block ends."""
        loop = asyncio.get_running_loop()
        place = self._place(chat, loop.time())
        if not self._gap:
            # Letters to one chat keep their order at any pace.
            async with place.lock:
                counted = await self._turn(urgency, is_letter=True)
                try:
                    yield
                finally:
                    self._over(counted)
            return
        async with place.lock:
            if (wait := place.free_at - loop.time()) > 0:
                await asyncio.sleep(wait)
            counted = await self._turn(urgency, is_letter=True)
            # The interval counts from the end as well: Telegram saw the message at some moment between the two.
            place.free_at = loop.time() + CHAT_INTERVAL
            try:
                yield
            finally:
                counted.at = min(counted.at, loop.time())
                place.free_at = max(place.free_at, loop.time() + CHAT_INTERVAL)
                self._over(counted)

    def _place(self, chat: int, now: float) -> "_Chat":
        if len(self._chats) > _CHATS_KEPT:
            self._chats = {key: chat for key, chat in self._chats.items() if chat.free_at > now or chat.lock.locked()}
        return self._chats.setdefault(chat, _Chat())

    def _arm(self) -> None:
        while self._waiting and self._waiting[0][3].done():
            heapq.heappop(self._waiting)
        if self._timer is None and self._waiting:
            loop = asyncio.get_running_loop()
            at = self._next_at(self._waiting[0][2])
            if at < math.inf:
                self._timer = loop.call_at(max(loop.time(), at), self._give)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _next_at(self, is_letter: bool) -> float:
        """The moment of the next turn, if it is a letter's or not."""
        if is_letter and self._gap == math.inf:
            return math.inf
        paced = max(self._next_turn, self._within_pace()) if self._gap else 0.0
        if not is_letter:
            return max(paced, self._paused_until)
        return max(paced, self._paused_until + self._behind, self._caution.next_at())

    def _give(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        while self._waiting:
            *_, is_letter, mine = self._waiting[0]
            if not mine.done() and self._next_at(is_letter) > loop.time():
                break
            heapq.heappop(self._waiting)
            if mine.done():
                continue
            counted = self._count()
            if is_letter:
                self._caution.begun(counted, loop.time())
            mine.set_result(counted)
            if 0 < self._gap < math.inf:
                self._next_turn = max(self._next_turn, loop.time() - _CATCHES_UP) + self._gap
        self._arm()

    def _count(self) -> "_Counted":
        counted = _Counted(asyncio.get_running_loop().time() + _COUNTED_WITHIN)
        if self._gap:
            self._forget()
            self._last.append(counted)
        return counted

    def _forget(self) -> None:
        now = asyncio.get_running_loop().time()
        while self._last and self._last[0].at <= now - 1:
            self._last.popleft()

    def _within_pace(self) -> float:
        """The moment from which on another message keeps within `per_second`."""
        self._forget()
        most = int(self._share)
        # Below one a second the distances alone keep the pace.
        return self._last[-most].at + 1 if most and len(self._last) >= most else 0.0


class _Counted:
    """A message that Telegram counts at that moment at the latest."""

    __slots__ = ("at",)

    def __init__(self, at: float) -> None:
        self.at = at


class _Chat:
    """The moment at which a chat may be written to again, and the lock of whoever is writing to it."""

    __slots__ = ("free_at", "lock")

    def __init__(self) -> None:
        self.free_at = 0.0
        self.lock = asyncio.Lock()
