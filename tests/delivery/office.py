"""The bot's delivery alone, wired by hand: what a handler or a letter says is up to the test."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Update

from bot.delivery.incoming.dispatcher import Decided, Dispatcher, Notices
from bot.delivery.incoming.intake import Intake
from bot.delivery.incoming.receiver import Receiver
from bot.delivery.incoming.unsaved import Unsaved
from bot.delivery.outgoing import line
from bot.delivery.outgoing.attempts import Words
from bot.delivery.outgoing.courier import POST, Courier, Lane
from bot.delivery.outgoing.fence import Fence
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.outgoing.posting import Render
from bot.delivery.outgoing.speaker import Speaker
from bot.delivery.sayings import Saying, Send
from bot.delivery.wire import call
from bot.domain.letter import Letter, LetterKind, Postponed
from bot.domain.people.failure import Failure
from bot.domain.screen import Rendered, Screen
from bot.letters.batches import Rendering
from bot.pulse import running
from bot.replica import Replica
from bot.storage import schema as tables
from bot.storage.engine.database import Storage, Tx
from bot.storage.people import people
from bot.storage.post import inbox, letters
from simulator import Person, Simulator
from tests.databases import make_database, quick
from tests.sessions import QuickSession
from tests.threadless import threadless

UNREADABLE = "Не прочитано"
APOLOGY, BUSY, WITHDRAWN = "Простите, номер", "Сейчас не получается сохранить", "Больше не действует"
ENOUGH = "Слишком много сообщений"


class Office:
    """Everything of bot/delivery on one database, with a clock that tests may move."""

    def __init__(self, telegram: Simulator, folder: Path, per_second: float = 0, url: str = "") -> None:
        self.telegram = telegram
        self.database = folder / "bot.db"
        self.ahead = timedelta()
        self.unreachable: list[int] = []
        # How often a transaction was committed.
        self.committed = 0
        self.handle: Callable[[Tx, Update, datetime], Awaitable[list[Saying]]] = echo
        self.render: Callable[[Letter], Rendered | None] = _text
        self.held_until: Callable[[Letter, datetime], datetime | None] = _at_any_hour
        self.storage = threadless(quick(Storage(url or f"sqlite+aiosqlite:///{self.database}")))
        # By how many seconds more than the others' its clock has gone on: it stood still.
        self.frozen_for = 0.0
        self.replica = Replica(self.storage, "", self._seconds)
        self.bot = Bot(
            telegram.token,
            session=QuickSession(api=TelegramAPIServer.from_base(telegram.url)),
            default=DefaultBotProperties(parse_mode="HTML"),
        )
        self.pacer = Pacer(per_second)
        self.speaker = Speaker(
            self.bot, self.storage, self.pacer, self.now, self._unreachable, Words(Screen(WITHDRAWN))
        )
        self.bot.session.middleware(Fence(self.replica))
        self._rendering = Rendering(self.storage, self._render)
        self.courier = self.a_courier()
        self.unsaved = Unsaved(self.speaker, lambda: Screen(BUSY))
        self.dispatcher = Dispatcher(
            self.bot,
            self.storage,
            self.speaker,
            self._handle,
            self.now,
            replica=self.replica,
            notices=Notices(
                apology=lambda incident: Screen(f"{APOLOGY} {incident}"),
                unreadable=lambda: Screen(UNREADABLE),
                enough=lambda: Screen(ENOUGH),
            ),
            busy=self.unsaved.tell,
            after=self._after,
        )
        self.submit = self.dispatcher.submit
        self.on_commit: Callable[[], None] = lambda: None
        self.intake = Intake(
            self.storage,
            self._submit,
            self.now,
            self.unsaved,
            self.replica,
            waiting=self.dispatcher.waiting,
            seconds=self._seconds,
        )
        self.receiver = Receiver(self.bot, self.intake, self.now, self.replica)

    def a_courier(self, lane: Lane = POST, render: Render | None = None) -> Courier:
        """Another courier of this office; `render`: words letters its own way."""
        return Courier(
            storage=self.storage,
            speaker=self.speaker,
            render=render or self._rendering.render,
            now=self.now,
            on_unreachable=self._unreachable,
            held_until=self._held,
            replica=Replica(self.storage, ""),
            lane=lane,
        )

    def _seconds(self) -> float:
        return running() + self.frozen_for

    def now(self) -> datetime:
        """Real time, and what the test has added to it."""
        return datetime.now(UTC) + self.ahead

    async def person(self, person_id: int) -> Person:
        """Somebody who has pressed Start and whom the bot knows."""
        person = await self.telegram.person(f"Директор {person_id}", id=person_id)
        await person.start()
        await self.know(person_id)
        return person

    async def know(self, *person_ids: int) -> None:
        """The bot has registered them; Telegram may never have heard of them."""

        async def work(tx: Tx) -> None:
            for person_id in person_ids:
                await people.ensure(tx, person_id, "Директор", self.now())

        await self.storage.apply(work)

    async def write(self, text: str, *person_ids: int, kind: LetterKind = LetterKind.REQUESTS) -> None:
        """A letter with that text to each of them."""
        await self.storage.apply(lambda tx: letters.write(tx, kind, person_ids, self.now(), text=text))

    async def outbox(self) -> list[Any]:
        """All letters as they are in the database, in the order in which they were written."""
        async with self.storage.read() as tx:
            return list(await tx.execute(tables.letters.select().order_by(tables.letters.c.id)))

    async def states(self) -> list[str]:
        """The states of all letters."""
        return [row.state for row in await self.outbox()]

    async def waiting(self) -> list[inbox.Incoming]:
        """What is in the inbox."""
        async with self.storage.read() as tx:
            return await inbox.waiting(tx)

    async def left_in_inbox(self, count: int) -> None:
        """Returns when so many updates are left there: no event tells that, so it is looked at now and then."""
        async with asyncio.timeout(30):
            while len(await self.waiting()) != count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def settle(self) -> None:
        """Receives and handles until Telegram has nothing left."""
        while True:
            await self.receiver.poll(0)
            await self.dispatcher.idle()
            if not self.telegram.pending_updates():
                return

    @contextmanager
    def locked(self) -> Iterator["Lock"]:
        """A lock on the database that somebody else holds while it is shut."""
        lock = Lock(self.database)
        try:
            yield lock
        finally:
            lock.close()

    async def close(self) -> None:
        """Ends what runs."""
        await self.dispatcher.stop()
        await self.unsaved.stop()
        await self.bot.session.close()
        await self.storage.close()

    async def _handle(self, tx: Tx, update: Update, now: datetime, _unshown: int | None) -> Decided:
        # So that every commit is told of, as if each put something into the outbox.
        tx.filled_outbox = True
        return Decided(await self.handle(tx, update, now))

    async def _render(
        self, _tx: Tx, batch: Sequence[Letter], _now: datetime
    ) -> AsyncIterator[Rendered | Postponed | None]:
        for letter in batch:
            try:
                made = self.render(letter)
            except Postponed as held:
                yield held
            else:
                yield made

    def _held(self, letter: Letter, now: datetime) -> datetime | None:
        return self.held_until(letter, now)

    async def _unreachable(self, person_id: int, _why: Failure) -> None:
        self.unreachable.append(person_id)

    def _submit(self, batch: list[inbox.Incoming]) -> None:
        self.submit(batch)

    def _after(self) -> None:
        self.committed += 1
        self.on_commit()


class Lock:
    """Another program's transaction on the SQLite file: while it is open, nobody else can write."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(database, isolation_level=None, timeout=30)

    def shut(self) -> None:
        """Nobody else can write from now on."""
        self._connection.execute("BEGIN IMMEDIATE")

    def open(self) -> None:
        """Others can write again."""
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """The other program ends."""
        self._connection.close()


def spied(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What the speaker calls from now on, as it says it, also what nobody answers."""
    calls: list[tuple[str, dict[str, Any]]] = []

    async def noted(bot: Bot, name: str, seconds: float | None = None, /, **values: Any) -> Any:
        calls.append((name, values))
        return await call(bot, name, seconds, **values)

    monkeypatch.setattr(line, "call", noted)
    return calls


async def echo(_tx: Tx, update: Update, _now: datetime) -> list[Saying]:
    """A handler that says what it heard."""
    assert update.message is not None
    return [Send(update.message.chat.id, Screen(f"эхо: {update.message.text}"))]


def _text(letter: Letter) -> Rendered:
    return Rendered(Screen(letter.data["text"]))


def _at_any_hour(_letter: Letter, _now: datetime) -> datetime | None:
    return None


@asynccontextmanager
async def opened(telegram: Simulator, folder: Path, per_second: float = 0) -> AsyncIterator[Office]:
    """An office on the database of the folder; a second one there is a restart."""
    await make_database(folder / "bot.db")
    office = Office(telegram, folder, per_second)
    try:
        yield office
    finally:
        await office.close()


def texts(messages: list[dict[str, Any]]) -> list[str]:
    """What the messages say."""
    return [str(message["text"]) for message in messages]
