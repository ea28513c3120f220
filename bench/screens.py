"""Screens of a region: what each costs the bot, for how long it holds the event loop, and how many statements it takes.

Updates go the whole way, from the inbox to a Telegram in a process of its own.
"""

import asyncio
import selectors
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from bench import region
from bench.harness import serving
from bot.app import App
from bot.domain.ledger.control import Part
from bot.domain.ledger.obligation import ObligationState
from bot.domain.timing.recurrence import occurrences
from bot.domain.timing.schedule import Occurrence
from bot.storage import schema as t
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import obligations, rounds
from bot.storage.post import letters
from bot.views import callbacks
from bot.views.callbacks.control import Answer, Finished, InRound
from bot.views.callbacks.department import Control, Journal, Roster
from bot.views.callbacks.journal import Page
from bot.views.callbacks.people import Card, Listed
from scheduler.reminders import remind_due
from tests.postgres import fresh_database, postgres, postgres_missing
from tests.reports import ledgers
from tests.storage.plans import statements

TIMES = 5
# The message in which a button is pressed.
_SCREEN = 100


class Watched(selectors.DefaultSelector):
    """Notes for how long the loop's thread worked between two looks at what has arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self._since = time.thread_time()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Waits as any selector does."""
        self.longest = max(self.longest, time.thread_time() - self._since)
        try:
            return super().select(timeout)
        finally:
            self._since = time.thread_time()


@dataclass(slots=True)
class Cost:
    """What one thing took, time after time: seconds of the bot's processor and of the wall, and the longest hold."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)
    statements: int = 0

    def shown(self) -> str:
        """A part of a line: the first time is not in it."""
        cpu, wall, held = (1000 * statistics.median(each[1:] or each) for each in (self.cpu, self.wall, self.held))
        return f"{wall:>9.1f} {cpu:>8.1f} {held:>9.1f} {self.statements:>6}   {1000 * self.wall[0]:>8.1f}"


class Bot:
    """A bot on a filled database, and the people who use it."""

    def __init__(self, app: App, watched: Watched) -> None:
        self.app = app
        self._watched = watched
        self._last = int(time.time())

    async def says(self, person: int, text: str) -> None:
        """Somebody writes."""
        await self._take(message=_message(person, text, self._next()))

    async def presses(self, person: int, data: str) -> None:
        """Somebody presses a button of the screen that stands in their chat."""
        message = _message(person, "Экран", _SCREEN) | {"from": {"id": 42, "is_bot": True, "first_name": "Bench"}}
        query = {"id": str(self._next()), "from": _person(person), "message": message, "chat_instance": "1"}
        await self._take(callback_query=query | {"data": data})

    @contextmanager
    def measured(self, cost: Cost) -> Iterator[None]:
        """Adds what the block takes."""
        with _counted(self.app.storage) as seen:
            self._watched.longest = 0.0
            cpu, wall = time.process_time(), time.perf_counter()
            yield
            cost.wall.append(time.perf_counter() - wall)
            cost.cpu.append(time.process_time() - cpu)
            cost.held.append(self._watched.longest)
        cost.statements = len(seen)

    def _next(self) -> int:
        self._last += 1
        return self._last

    async def _take(self, **update: Any) -> None:
        await self.app.intake.take([{"update_id": self._next(), **update}])
        await self.app.dispatcher.idle()


def _person(person: int) -> dict[str, Any]:
    return {"id": person, "is_bot": False, "first_name": "Мария", "language_code": "ru"}


def _message(person: int, text: str, number: int) -> dict[str, Any]:
    chat = {"id": person, "first_name": "Мария", "type": "private"}
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
    return {
        "message_id": number, "from": _person(person), "chat": chat, "date": int(time.time()), "text": text,
        "entities": entities,
    }  # fmt: skip


@contextmanager
def _counted(storage: Storage) -> Iterator[list[Any]]:
    """The statements within the block."""
    if storage.is_sqlite:
        with statements() as seen:
            yield seen
        return
    found: list[Any] = []

    def note(*arguments: Any) -> None:
        found.append(arguments[2])

    sa.event.listen(storage.engine.sync_engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(storage.engine.sync_engine, "before_cursor_execute", note)


def measure(*, large: bool) -> None:
    """Prints the tables."""
    watched = Watched()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(watched)) as runner:
        runner.run(_measure(watched, 50_000 if large else 5000))


async def _measure(watched: Watched, count: int) -> None:
    for kind in ("sqlite", "postgresql"):
        async with database(kind) as url:
            if url is None:
                print(f"\nNo PostgreSQL: {postgres_missing()}")
                continue
            storage = Storage(url)
            begun = time.perf_counter()
            rows = await region.fill(storage, count, ledgers.NOW)
            await storage.close()
            print(
                f"\n{kind}: {count:,} organizations, {rows:,} obligations, made in {time.perf_counter() - begun:.0f} s"
            )
            await show(url, watched)


@asynccontextmanager
async def database(kind: str) -> AsyncIterator[str | None]:
    """The address of an empty database; None: there is no such server here."""
    if kind == "sqlite":
        with TemporaryDirectory(prefix="bench-") as folder:
            yield f"sqlite+aiosqlite:///{folder}/bot.db"
    elif postgres_missing():
        yield None
    else:
        with postgres() as server:
            async with fresh_database(server.url) as url:
                yield url


async def show(url: str, watched: Watched) -> None:
    """Prints the table of one filled database."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving())
        moment = [ledgers.NOW]
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
        app = App(region.settings(url, server.url, folder), ledgers.catalog(), lambda: moment[0])
        bot = Bot(app, watched)
        await app.introduction.asked()
        await show_screens(bot, ledgers.NOW)
        await _ticks(bot, moment)
        await app.close()


async def show_screens(bot: Bot, now: datetime) -> None:
    """Prints what each screen takes at that moment, at which a round is open and somebody has answered."""
    print(f"median of {TIMES}; ms{'wall':>43} {'CPU':>8} {'held':>9} {'SQL':>6}   {'first':>8}")
    for name, steps in (await _screens(bot.app.storage, now)).items():
        cost = Cost()
        for _ in range(TIMES + 1):
            *before, last = steps
            for step in before:
                await do(bot, step)
            with bot.measured(cost):
                await do(bot, last)
        print(f"{name:>52} {cost.shown()}", flush=True)


Step = tuple[int, str]


async def do(bot: Bot, step: Step) -> None:
    """Takes a step: what is pressed has a » before it, the rest is written."""
    person, what = step
    if what.startswith("»"):
        await bot.presses(person, what[1:])
    else:
        await bot.says(person, what)


async def _screens(storage: Storage, now: datetime) -> dict[str, list[Step]]:
    """Each screen by the steps that lead there: the last one is measured. What is pressed has a » before it."""
    admin, curator = region.ADMIN, region.CURATOR
    async with storage.read() as tx:
        running = await rounds.open_now(tx, now)
        asked = sa.select(t.obligations.c.round_id, sa.func.count()).group_by(t.obligations.c.round_id)
        sizes: dict[int, int] = {row.round_id: row[1] for row in await tx.execute(asked)}
        wide = max(running, key=lambda each: sizes.get(each.id, 0))
        owed = (await obligations.of_round(tx, wide.id, (ObligationState.ANSWERED,), limit=1))[0]
    last = sizes[wide.id] // 8
    places, everywhere = f"»{Listed(type='general').pack()}", f"»{Listed().pack()}"
    head = region.HEADS + owed.organization_id

    def within(part: Part, page: int = 0) -> str:
        return f"»{InRound(round=wide.id, part=part, page=page).pack()}"

    return {
        "/panel": [(admin, "/panel")],
        "/panel, a curator of one type": [(curator, "/panel")],
        "/status": [(admin, "/status")],
        "/status, a curator of one type": [(curator, "/status")],
        "/status, second page": [(admin, f"»{Control(page=1).pack()}")],
        "finished rounds": [(admin, f"»{Finished().pack()}")],
        "finished rounds, a curator of one type": [(curator, f"»{Finished().pack()}")],
        "finished rounds, last page": [(admin, f"»{Finished(page=999).pack()}")],
        "a round": [(admin, within(Part.ALL))],
        "a round, a curator of one type": [(curator, within(Part.ALL))],
        "a round, middle page": [(admin, within(Part.ALL, last // 2))],
        "a round, last page": [(admin, within(Part.ALL, last))],
        "a round, who owes": [(admin, within(Part.OWING))],
        "a round, whose answer waits": [(admin, within(Part.WAITING))],
        "a round, whom it has not reached": [(admin, within(Part.UNREACHED))],
        "an answer": [(admin, f"»{Answer(obligation=owed.id).pack()}")],
        "people": [(admin, f"»{Roster().pack()}")],
        "list of a type": [(admin, places)],
        "list of all": [(admin, everywhere)],
        "list of all, a curator of one type": [(curator, everywhere)],
        "list of all, last page": [(admin, f"»{Listed(page=99_999).pack()}")],
        "list, without a head": [(admin, f"»{Listed(show='vacant').pack()}")],
        "list, nothing comes": [(admin, f"»{Listed(show='silent').pack()}")],
        "card of an organization": [(admin, f"»{Card(organization=owed.organization_id).pack()}")],
        "search «Сосанск 12»": [(admin, everywhere), (admin, "Сосанск 12")],
        "search «школа»": [(admin, everywhere), (admin, "школа")],
        "search «школа 1»": [(admin, everywhere), (admin, "школа 1")],
        "search by a person": [(admin, everywhere), (admin, "сосанскева мария")],
        "search with a typo «Сосаснк школа 12»": [(admin, everywhere), (admin, "Сосаснк школа 12")],
        "search of nothing «щщщъъъ»": [(admin, everywhere), (admin, "щщщъъъ")],
        "search, second page": [(admin, everywhere), (admin, "школа 1"), (admin, f"»{Listed(page=1).pack()}")],
        "journal": [(admin, f"»{Journal().pack()}")],
        "journal, by whom": [(admin, f"»{Page(to='p').pack()}")],
        "journal, by organization": [(admin, f"»{Page(to='o').pack()}")],
        "journal, a search": [(admin, f"»{Page(to='o').pack()}"), (admin, "Сосанск 12")],
        "head: /tasks": [(head, "/tasks")],
        "head: /history": [(head, "/history")],
        "head: /history, last page": [(head, f"»{callbacks.History(page=9).pack()}")],
        "head: a request": [(head, f"»{callbacks.Open(obligation=owed.id).pack()}")],
    }


async def _ticks(bot: Bot, moment: list[Any]) -> None:
    cost, app = Cost(), bot.app
    await app.tick()
    for _ in range(TIMES + 1):
        moment[0] += timedelta(seconds=30)
        with bot.measured(cost):
            await app.tick()
    print(f"{'an idle tick':>52} {cost.shown()}", flush=True)
    await _opening(bot, moment)
    await _reminders(bot, moment)


async def _opening(bot: Bot, moment: list[Any]) -> None:
    """Opens another round of the directive that asks most, with a letter to each head, in one transaction."""
    catalog, storage, now = bot.app.catalog, bot.app.storage, moment[0]
    directive = max(catalog.directives.values(), key=lambda each: len(each.audience))
    last = max(occurrences(directive.schedule, catalog.calendar, now - timedelta(days=400), now), key=_opens_at)
    cost = Cost()
    for number in range(3):
        period = replace(last, period=f"bench-{number}", due_at=now + timedelta(days=9), closes_at=now + timedelta(20))

        async def work(tx: Tx, period: Occurrence = period) -> None:
            opened = await rounds.open_round(tx, directive, period, catalog.calendar, now)
            assert opened is not None
            await letters.ask(tx, rounds.owing(opened), catalog.calendar, now)

        with bot.measured(cost):
            await storage.apply(work)
        await storage.apply(lambda tx: tx.execute(sa.delete(t.letters)))
    print(f"{f'opening a round, {await _size(storage):,}':>52} {cost.shown()}", flush=True)


async def _reminders(bot: Bot, moment: list[Any]) -> None:
    """Reminds all whom the last of these rounds has asked."""
    storage, now, cost = bot.app.storage, moment[0], Cost()
    asked = sa.select(sa.func.max(t.obligations.c.round_id)).scalar_subquery()
    due = sa.update(t.obligations).where(t.obligations.c.round_id == asked).values(next_reminder_at=now)
    none = sa.update(t.obligations).where(t.obligations.c.next_reminder_at <= now).values(next_reminder_at=None)
    for _ in range(3):
        await storage.apply(lambda tx: tx.execute(none))
        await storage.apply(lambda tx: tx.execute(due))
        with bot.measured(cost):
            await remind_due(storage, bot.app.catalog.calendar, now)
        await storage.apply(lambda tx: tx.execute(sa.delete(t.letters)))
    print(f"{f'reminders, {await _size(storage):,}':>52} {cost.shown()}", flush=True)


def _opens_at(period: Occurrence) -> Any:
    return period.opens_at


async def _size(storage: Storage) -> int:
    asked = sa.select(sa.func.max(t.obligations.c.round_id)).scalar_subquery()
    query = sa.select(sa.func.count()).where(t.obligations.c.round_id == asked)
    async with storage.read() as tx:
        return int((await tx.execute(query)).scalar_one())
