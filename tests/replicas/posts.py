"""Several posts on one database of a server: each a replica with its courier, its pace and its way to Telegram."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.delivery.outgoing.attempts import Words
from bot.delivery.outgoing.courier import Courier
from bot.delivery.outgoing.fence import Fence
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.outgoing.shares import Shares
from bot.delivery.outgoing.speaker import Speaker
from bot.domain.letter import Letter, LetterKind
from bot.domain.people.failure import Failure
from bot.domain.screen import Rendered, Screen
from bot.replica import EVERY, Replica
from bot.storage import schema as t
from bot.storage.engine.database import Storage, Tx
from bot.storage.people import people
from bot.storage.post import letters, replicas
from simulator import Simulator
from tests.sessions import QuickSession


class Clock:
    """Seconds that go on by themselves, and that a test moves."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead


class Post:
    """One replica. `clock` is its own: a test may move it beyond what the others wait for. `wrong`: by how much the
    clock of its machine is ahead."""

    def __init__(self, url: str, telegram: Simulator, pace: float) -> None:
        self.storage = Storage(url)
        self.clock = Clock()
        self.wrong = timedelta()
        self.replica = Replica(self.storage, "", self.clock, self.now)
        self.bot = Bot(telegram.token, session=QuickSession(api=TelegramAPIServer.from_base(telegram.url)))
        self.pacer = Pacer(pace)
        self.speaker = Speaker(self.bot, self.storage, self.pacer, self.now, self._unreachable, Words(Screen("прошло")))
        self.bot.session.middleware(Fence(self.replica))
        self.word: Callable[[Letter], Awaitable[Rendered | None]] = _text
        self.courier = Courier(
            self.storage,
            self.speaker,
            self._render,
            self.now,
            self._unreachable,
            lambda _letter, _now: None,
            self.replica,
        )
        self._running: list[asyncio.Task[Any]] = []

    def now(self) -> datetime:
        """What time it is there."""
        return now() + self.wrong

    async def join(self) -> None:
        """Joins the others, and hears of them once."""
        shares = Shares(self.pacer, self.clock)
        self.replica.ahead = self.pacer.ahead
        self.replica.heard_by(shares.hear, self.speaker.hear)
        self.replica.lost_by(shares.lost, self.courier.lost)
        await self.replica.join()
        await self.replica.beat()
        await self.courier.resume()

    async def known(self) -> None:
        """So long ago did it join that all have heard of it, and its share is its own."""
        for _ in range(2):
            self.clock.ahead += 3
            await self.replica.beat()
            self.clock.ahead += 3
            await self.replica.beat()

    def start(self) -> None:
        """Beats and delivers."""
        self._running = [asyncio.create_task(self._beat()), asyncio.create_task(self.courier.run())]

    async def kill(self) -> None:
        """It is gone without a word to the database."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running = []

    async def close(self) -> None:
        """Ends as a program does: what is on its way arrives."""
        if self._running:
            self.courier.stop()
            await asyncio.wait_for(self._running[1], 30)
        await self.kill()
        await self.replica.leave()
        await self.bot.session.close()
        await self.storage.close()

    async def _beat(self) -> None:
        while True:
            await self.replica.beat()
            await asyncio.sleep(EVERY)

    async def _render(self, letter: Letter, _now: datetime) -> Rendered | None:
        return await self.word(letter)

    async def _unreachable(self, person_id: int, why: Failure) -> None:
        raise AssertionError((person_id, why))


def now() -> datetime:
    """Real time."""
    return datetime.now(UTC)


async def _text(letter: Letter) -> Rendered:
    return Rendered(Screen(letter.data["text"]))


@asynccontextmanager
async def posts(url: str, telegram: Simulator, count: int, pace: float = 0) -> AsyncIterator[list[Post]]:
    """So many replicas, which have joined and know each other; none delivers yet."""
    made = [Post(url, telegram, pace) for _ in range(count)]
    try:
        for post in made:
            await post.join()
        for post in made:
            await post.known()
        yield made
    finally:
        for post in made:
            with suppress(asyncio.CancelledError):
                await post.close()


async def bury(storage: Storage, *buried: Post) -> None:
    """They have not been seen for longer than anybody waits, and another one has noticed."""
    async with storage.write() as tx:
        for post in buried:
            await replicas.leave(tx, post.replica.id)


async def crowd(telegram: Simulator, storage: Storage, *person_ids: int) -> None:
    """People whom the bot knows, and who have pressed Start."""
    for person_id in person_ids:
        await telegram.person(f"Директор {person_id}", id=person_id)
        telegram.world.people[person_id].started = True

    async def work(tx: Tx) -> None:
        for person_id in person_ids:
            await people.ensure(tx, person_id, "Директор", now())

    await storage.apply(work)


async def write(storage: Storage, text: str, *person_ids: int, **data: Any) -> None:
    """A letter with that text to each of them."""
    await storage.apply(lambda tx: letters.write(tx, LetterKind.SEATED, person_ids, now(), text=text, **data))


async def outbox(storage: Storage) -> list[Any]:
    """All letters, in the order in which they were written."""
    async with storage.read() as tx:
        return list(await tx.execute(t.letters.select().order_by(t.letters.c.id)))


async def all_settled(storage: Storage) -> None:
    """Returns when no letter waits: no event tells that, so it is looked at now and then."""
    query = sa.select(t.letters.c.id).where(t.LETTER_WAITS).limit(1)
    async with asyncio.timeout(60):
        while True:
            async with storage.read() as tx:
                if (await tx.execute(query)).first() is None:
                    return
            await asyncio.sleep(0.05)
