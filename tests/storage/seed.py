"""A small district in code: a calendar without holidays, a few directives, and hands to fill the ledger with."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.domain.directives.directive import AudiencePart, Directive
from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.obligation import UNANSWERED, Obligation, Round
from bot.domain.people.member import Role, Seat, SeatState
from bot.domain.people.organization import RosterEntry
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.schedule import Monthly, Occurrence, Schedule
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import obligations, replies, rounds
from bot.storage.people import people, seats
from tests.rosters import sync

T = TypeVar("T")

CALENDAR = WorkCalendar(ZoneInfo("Asia/Irkutsk"), lambda day: False)
# A Monday, 09:00 in Irkutsk.
NOW = datetime(2026, 10, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Ids of Telegram have outgrown 32 bits.
OLGA = 5_111_222_333
IVAN = 5_111_222_444
ADMIN = 7_000_000_007


def directive(id: str, topic: str, *audience: AudiencePart) -> Directive:
    """A directive with one question, due ten days after it opens."""
    return Directive(
        id=id,
        number="2.1",
        title=f"Поручение {id}",
        text="Обеспечить «исполнение»",
        topic=topic,
        prompt="Просим сообщить",
        audience=audience,
        fields=(Field("done", FieldKind.YES_NO, "Исполнено"),),
        schedule=Schedule(Monthly(5, 10)),
    )


SCHOOL, PRESCHOOL = AudiencePart("school"), AudiencePart("preschool")
SAFETY = directive("safety", "safety", SCHOOL)
SPORT = directive("sport", "sport", SCHOOL)
# For schools and kindergartens alike.
STAFFING = directive("staffing", "staff", SCHOOL, PRESCHOOL)
# For upper schools in the country only.
EXAMS = directive("exams", "exams", AudiencePart("school", ("rural", "upper")))


def occurrence(opens_at: datetime = NOW, due: timedelta = 10 * DAY, closes: timedelta = 24 * DAY) -> Occurrence:
    """A period that opens then; `due` and `closes` count from the opening."""
    period = f"{opens_at:%Y-%m-%d}"
    return Occurrence(period, "october", "октябрь 2026", opens_at, opens_at + due, opens_at + closes)


class Seed:
    """Fills a database, each call a transaction of its own."""

    def __init__(self, storage: Storage, another: Storage) -> None:
        self.storage = storage
        self._both = (storage, another)

    async def see(self, look: Callable[[Tx], Awaitable[T]]) -> T:
        """What a reading transaction finds."""
        async with self.storage.read() as tx:
            return await look(tx)

    async def crowd(self, number: int, work: Callable[[Tx, int], Awaitable[T]]) -> list[T | BaseException]:
        """What becomes of work that many do at once, in two processes."""

        async def one(index: int) -> T:
            return await self._both[index % 2].apply(lambda tx: work(tx, index))

        return await asyncio.gather(*(one(index) for index in range(number)), return_exceptions=True)

    async def at_once(self, *works: Callable[[Tx], Awaitable[Any]]) -> list[Any]:
        """What becomes of works each of which has seen the database before any has changed it; SQLite lets in one after
        the other."""
        seen = asyncio.Barrier(len(works))

        async def one(index: int) -> Any:
            is_first_run = not self.storage.is_sqlite

            async def work(tx: Tx) -> Any:
                nonlocal is_first_run
                await tx.execute(sa.select(1))
                if is_first_run:
                    is_first_run = False
                    await seen.wait()
                return await works[index](tx)

            return await self._both[index % 2].apply(work)

        return await asyncio.gather(*(one(index) for index in range(len(works))))

    async def person(self, id: int, name: str = "Ольга Сергеевна") -> int:
        """Somebody who wrote to the bot."""
        await self.storage.apply(lambda tx: people.ensure(tx, id, name, NOW))
        return id

    async def organization(self, name: str, *types: str, tags: frozenset[str] = frozenset()) -> int:
        """An organization of the roster; a school unless types are given. Its code is its name."""
        entry = RosterEntry(name, name, frozenset(types or ("school",)), tags)
        return (await self.storage.apply(lambda tx: sync(tx, [entry], NOW)))[0]

    async def seat(
        self,
        person_id: int,
        organization_id: int,
        role: Role = Role.HEAD,
        state: SeatState = SeatState.SEATED,
        at: datetime = NOW,
    ) -> Seat:
        """A seat of somebody who need not have written before."""

        async def work(tx: Tx) -> Seat:
            await people.ensure(tx, person_id, "", at)
            return await seats.take(tx, person_id, organization_id, role, state, at)

        return await self.storage.apply(work)

    async def open(self, what: Directive = SAFETY, when: Occurrence | None = None) -> Round:
        """An open round, at its own time."""
        period = when or occurrence()

        async def work(tx: Tx) -> Round | None:
            round_id = await rounds.open_round(tx, what, period, CALENDAR, period.opens_at)
            return await rounds.get(tx, round_id) if round_id else None

        opened = await self.storage.apply(work)
        if opened is None:
            raise LookupError(f"a round of {what.id} {period.period} was there already")
        return opened

    async def owed(self, found: Round, organization_id: int) -> Obligation:
        """What an organization owes for a round that it has not answered."""
        owing = await self.see(lambda tx: obligations.of_round(tx, found.id, UNANSWERED))
        return next(obligation for obligation in owing if obligation.organization_id == organization_id)

    async def answer(
        self, obligation: Obligation, by: int, at: datetime = NOW, *, done: bool = True, not_ours: str | None = None
    ) -> Obligation:
        """A reply over whatever there is; the obligation as it is then."""

        async def work(tx: Tx) -> Obligation:
            now = await obligations.get(tx, obligation.id) or obligation
            values = {} if not_ours else {"done": done}
            version = await replies.submit(tx, now, values, not_ours, now.version, by, at)
            return replace(now, version=version)

        return await self.storage.apply(work)
