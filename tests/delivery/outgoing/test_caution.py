"""After a silence letters begin one by one: a crowd of them would end in the next silence. The clock is the test's."""

import asyncio
import selectors
from collections import deque
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.delivery.outgoing.pacer import Pacer
from bot.domain.letter import Urgency

T = TypeVar("T")
# As many as a courier has in flight; seconds of a call, and of a silence.
SIDE_BY_SIDE, CALL, SILENCE = 25, 0.001, 1.0


class Selector(selectors.SelectSelector):
    """Whoever waits for a moment gets there at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock goes only while everybody waits."""

    def __init__(self) -> None:
        self._clock = Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        # Where a moment and a sum of its parts differ in the last digit, the moment has come.
        return self._clock.now + 1e-9


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """What comes of the work, on a clock of its own."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(work)


class Server:
    """Refuses every call of that number, and whatever comes within a second afterwards."""

    def __init__(self, every: int, last: int | None = None) -> None:
        self._every, self._last = every, last
        self._calls = 0
        self._silent_until = 0.0
        self.silences = 0
        # Calls that came into a silence.
        self.refused = 0
        self.at_once = self.most_at_once = 0

    async def take(self) -> bool:
        self._calls += 1
        now = asyncio.get_running_loop().time()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        refused = now < self._silent_until
        tripped = not refused and self._calls % self._every == 0 and self._calls <= (self._last or self._calls)
        if tripped:
            self._silent_until = now + SILENCE
        self.silences += tripped
        self.refused += refused
        await asyncio.sleep(CALL)
        self.at_once -= 1
        return not (refused or tripped)


async def sent(pacer: Pacer, server: Server, letters: int) -> float:
    """Sends them as a courier does, one that was refused again; returns how long it took."""
    waiting = deque(range(1, letters + 1))

    async def lane() -> None:
        while waiting:
            chat = waiting.popleft()
            async with pacer.letter(chat, Urgency.REQUEST):
                # What had its turn when the silence began is not sent: see `rate_limit`.
                if not pacer.paused_for() and await server.take():
                    pacer.went()
                    continue
                if not pacer.paused_for():
                    pacer.pause(SILENCE)
                waiting.append(chat)

    await asyncio.gather(*(lane() for _ in range(SIDE_BY_SIDE)))
    return asyncio.get_running_loop().time()


def test_where_every_tenth_call_ends_in_a_second_of_silence() -> None:
    server = Server(every=10)
    took = at_once(sent(Pacer(0), server, 200))
    # Who sends one after another has nine of ten calls go, and so 22 silences of a second.
    assert (server.silences, server.refused) == (22, 4)
    assert took < 22.3


def test_where_it_happens_once_all_go_side_by_side_again() -> None:
    server = Server(every=30, last=30)
    took = at_once(sent(Pacer(0), server, 2000))
    assert (server.silences, server.most_at_once) == (1, SIDE_BY_SIDE)
    assert took < SILENCE + 0.2


def test_a_letter_that_hangs_holds_up_the_others_for_a_moment() -> None:
    async def one_hangs() -> float:
        pacer, loop = Pacer(0), asyncio.get_running_loop()
        pacer.pause(SILENCE)

        async def one(chat: int, seconds: float) -> None:
            async with pacer.letter(chat, Urgency.REQUEST):
                await asyncio.sleep(seconds)

        hanging = asyncio.create_task(one(1, 60))
        await asyncio.gather(*(one(chat, CALL) for chat in range(2, 12)))
        at = loop.time()
        await hanging
        return at

    assert at_once(one_hangs()) < SILENCE + 2


def test_where_nothing_is_refused_nobody_waits() -> None:
    server = Server(every=10**9)
    assert at_once(sent(Pacer(0), server, 2500)) < 0.11


def test_the_pace_is_kept_beside_it() -> None:
    server = Server(every=10)
    took = at_once(sent(Pacer(30), server, 60))
    assert took < 60 / 30 + 7
    assert server.refused <= 25


def test_who_gives_up_keeps_nobody_back() -> None:
    async def some_give_up() -> int:
        pacer, went = Pacer(0), 0
        pacer.pause(SILENCE)

        async def one(chat: int, seconds: float) -> None:
            nonlocal went
            async with pacer.letter(chat, Urgency.REQUEST):
                await asyncio.sleep(seconds)
                went += 1

        first = [asyncio.create_task(one(chat, 1000)) for chat in range(1, 11)]
        rest = [asyncio.create_task(one(chat, CALL)) for chat in range(11, 21)]
        await asyncio.sleep(SILENCE + 1)
        for task in first:
            task.cancel()
        await asyncio.gather(*first, return_exceptions=True)
        async with asyncio.timeout(10):
            await asyncio.gather(*rest)
        return went

    assert at_once(some_give_up()) == 10
