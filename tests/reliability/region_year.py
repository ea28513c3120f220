"""A school year of a region on PostgreSQL: the bot with its own ticks and couriers under a clock that is moved.

Heads answer, and the department decides, by statements: so many of each round answer early, late, or not at all, by a
seeded die. Letters are written and claimed by the bot itself, and go to a Telegram that answers at once; of what is due
at one moment `posted` go that way, and a statement settles the others as the courier would have.
"""

import asyncio
import json
import random
import statistics
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench import region
from bench.harness import Server, serving
from bench.screens import Bot, Cost, Watched
from bot.app import App
from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import Directive
from bot.domain.ledger.history import SUBMITTED
from bot.domain.people.member import Role, SeatState
from bot.domain.people.organization import RosterEntry
from bot.domain.timing.recurrence import occurrences
from bot.domain.timing.schedule import Occurrence
from bot.storage import schema as t
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.migrate import migrate
from tests.reports import ledgers
from tests.rosters import sync

BEGIN, END = date(2026, 8, 31), date(2027, 8, 31)
# When the working day begins, and when it has ended: what is due in between is said at the next of the two.
_HOURS = (9, 18)
# The deputy at the organization of that id; every second organization has one.
_DEPUTIES = 1_000_000
# Of a hundred: the die of those who answer, and days after the opening or, if negative, after the due date. The last of
# them are late, and twelve never answer.
_EARLY, _IN_TIME, _LATE = 55, 80, 88
_NOT_OURS = 2
_VARIANTS = 20

_DUE = "state = 'waiting' AND kind <> 'report' AND claimed_by IS NULL AND send_after <= :now"
# As the courier settles: a deputy has nothing to do while the head is there; whoever is asked has been asked.
_SETTLE = f"""
    WITH settled AS (
        UPDATE letters SET settled_at = :now, claimed_until = :now, claimed_by = 0, attempts = 1,
               state = CASE WHEN person_id >= {_DEPUTIES} THEN 'dropped' ELSE 'sent' END
        WHERE {_DUE} AND id > (SELECT max(id) FROM (SELECT id FROM letters WHERE {_DUE} ORDER BY id LIMIT :posted) kept)
        RETURNING person_id, kind
    ), asked AS (
        INSERT INTO askings (person_id, obligation_id, at)
        SELECT settled.person_id, o.id, :now FROM settled
        JOIN seats s ON s.person_id = settled.person_id AND s.role = 'head' AND s.state = 'seated'
        JOIN obligations o ON o.organization_id = s.organization_id AND o.state = 'open'
        JOIN rounds r ON r.id = o.round_id AND r.closes_at > :now
        WHERE settled.kind = 'requests'
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM settled WHERE person_id < {_DEPUTIES}
"""
_ANSWER = f"""
    WITH answered AS (
        UPDATE obligations o SET state = 'answered', version = 1, next_reminder_at = NULL, next_reminder_days = NULL,
               seen_at = coalesce(o.seen_at, :at), seen_by = coalesce(o.seen_by, h.person_id),
               not_ours_version = CASE WHEN die.fell < {_NOT_OURS} THEN 1 END
        FROM seats h, LATERAL (SELECT (hashint8(h.organization_id + :luck) & 2147483647) % 100 AS fell) die
        WHERE o.round_id = :round AND o.state = 'open' AND h.organization_id = o.organization_id
          AND h.role = 'head' AND h.state = 'seated' AND die.fell >= :low AND die.fell < :high
        RETURNING o.id, o.organization_id, h.person_id, o.not_ours_version
    ), given AS (
        INSERT INTO replies (obligation_id, version, values, not_ours, at, by_id, entered)
        SELECT id, 1,
               CASE WHEN not_ours_version IS NULL
                    THEN CAST(:variants AS json) -> CAST(id % {_VARIANTS} AS int) ELSE '{{}}' END,
               CASE WHEN not_ours_version IS NOT NULL THEN 'Нет 10–11 классов' END, :at, person_id, false
        FROM answered
    )
    INSERT INTO audit (at, by_id, action, organization_id, directive_id, detail)
    SELECT :at, person_id, '{SUBMITTED}', organization_id, :directive, '{{}}' FROM answered
"""
_ACCEPT = """
    UPDATE obligations SET state = 'accepted', decided_at = :at
    WHERE round_id = :round AND state = 'answered' AND not_ours_version IS NULL AND id % 2 = 0
"""
_SIZES = """
    SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 2 DESC
"""


@dataclass(slots=True)
class Tick:
    """A tick, and what it cost."""

    at: datetime
    cost: Cost

    @property
    def wall(self) -> float:
        """Seconds."""
        return self.cost.wall[0]

    def __str__(self) -> str:
        cpu, held, statements = self.cost.cpu[0], self.cost.held[0], self.cost.statements
        return (
            f"{self.at:%d.%m.%Y %H:%M} {self.wall:.3f} s, CPU {cpu:.3f} s, held {1000 * held:.0f} ms, {statements} SQL"
        )


@dataclass(slots=True)
class Year:
    """The life of a region of so many `organizations`; `posted`: letters of a moment that really go."""

    app: App
    bot: Bot
    telegram: Server
    moment: list[datetime]
    organizations: int
    posted: int
    luck: random.Random
    ticks: list[Tick] = field(default_factory=list)
    # What the courier took, how long it did, and what a statement settled in its place.
    taken: int = 0
    post: Cost = field(default_factory=Cost)
    settled: int = 0
    _lucks: dict[int, int] = field(default_factory=dict)
    # Of which territory each organization is, by the number in the roster; none: there is no such level.
    territories: Sequence[str] = ()

    @property
    def storage(self) -> Storage:
        """The bot's own."""
        return self.app.storage

    async def pass_by(self, hours: Sequence[int] = _HOURS) -> None:
        """A day after the other, with a tick at each of the hours."""
        await self.begin()
        day = BEGIN
        while day <= END:
            for hour in hours:
                self.moment[0] = datetime.combine(day, time(hour), ledgers.ZONE)
                cost = Cost()
                with self.bot.measured(cost):
                    await self.app.tick()
                self.ticks.append(Tick(self.moment[0], cost))
                await self._send()
            await self._live(self.moment[0])
            day += timedelta(days=1)
            if day.day == 1:
                await self.clean()

    async def begin(self) -> None:
        now = self.moment[0]
        await self.storage.apply(lambda tx: sync(tx, self.roster(), now))
        await self.storage.apply(lambda tx: region.seat(tx, now))
        await self.storage.apply(lambda tx: _deputies(tx, now))
        await self._run("UPDATE staff SET monthly = true, closings = true WHERE person_id = :admin", admin=region.ADMIN)
        await self.clean()
        await self.app.introduction.asked()

    def roster(self) -> list[RosterEntry]:
        """The organizations, each in its territory."""
        entries = region.roster(self.organizations)
        if not self.territories:
            return entries
        return [
            replace(entry, territory=self.territories[number % len(self.territories)])
            for number, entry in enumerate(entries)
        ]

    async def clean(self) -> None:
        """What a server does by itself; the server of the tests is told not to."""
        async with self.storage.engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).exec_driver_sql("VACUUM ANALYZE")

    async def _send(self) -> None:
        now = self.moment[0]
        if await self.number(f"SELECT count(*) FROM letters WHERE {_DUE}", now=now) > self.posted:
            async with self.storage.write() as tx:
                settled = await tx.execute(sa.text(_SETTLE), {"now": now, "posted": self.posted})
                self.settled += int(settled.scalar_one())
        with self.bot.measured(self.post):
            while taken := await self.app.courier.deliver():
                self.taken += taken

    async def _live(self, now: datetime) -> None:
        """Heads answer on the second day and on the last, or late; then the department looks at what has come."""
        query = "SELECT id, directive_id, key, opens_at, due_at FROM rounds WHERE closes_at > :now"
        for round_id, directive_id, key, opens_at, due_at in await self.rows(query, now=now):
            directive, day = self.app.catalog.directives[directive_id], timedelta(days=1)
            if opens_at + day <= now:
                await self._answer(round_id, directive, key, 0, _EARLY)
            if due_at - day <= now < due_at:
                await self._answer(round_id, directive, key, _EARLY, _IN_TIME)
            if due_at + day <= now:
                await self._answer(round_id, directive, key, _IN_TIME, _LATE)
                await self._run(_ACCEPT, round=round_id, at=now)

    async def _answer(self, round_id: int, directive: Directive, key: str, low: int, high: int) -> None:
        luck = self._lucks.setdefault(round_id, self.luck.randrange(2**40))
        die = ledgers.Die(random.Random(luck))
        variants = json.dumps([die.values(directive, key) for _ in range(_VARIANTS)], ensure_ascii=False)
        its = {"round": round_id, "luck": luck, "low": low, "high": high, "variants": variants}
        await self._run(_ANSWER, **its, at=self.moment[0], directive=directive.id)

    def expected(self) -> dict[tuple[str, str], int]:
        """The rounds that the calendar wants opened, each with how many organizations it asks."""
        begin, end = self.ticks[0].at, self.ticks[-1].at
        roster, catalog = self.roster(), self.app.catalog
        return {
            (directive.id, period.period): sum(
                any(part.type in one.types and one.tags.issuperset(part.tags) for part in directive.audience)
                for one in roster
            )
            for directive in catalog.directives.values()
            for period in _within(occurrences(directive.schedule, catalog.calendar, begin, end), begin)
        }

    async def rows(self, query: str, **values: Any) -> list[Any]:
        """What the database says."""
        async with self.storage.read() as tx:
            return list((await tx.execute(sa.text(query), values)).all())

    async def number(self, query: str, **values: Any) -> int:
        """One number that it says."""
        ((found,),) = await self.rows(query, **values)
        return int(found)

    async def _run(self, statement: str, **values: Any) -> None:
        async with self.storage.write() as tx:
            await tx.execute(sa.text(statement), values)

    async def sizes(self) -> list[tuple[str, int, int]]:
        """Tables with their rows and bytes, the largest first."""
        return [
            (table, await self.number(f'SELECT count(*) FROM "{table}"'), size)
            for table, size in await self.rows(_SIZES)
        ]

    def told(self) -> str:
        """What ticks and the post came to."""
        walls = sorted(self.ticks, key=lambda tick: tick.wall)
        sending = sum(self.post.wall)
        lines = [
            f"{len(self.ticks)} ticks, median {statistics.median(tick.wall for tick in self.ticks) * 1000:.1f} ms, "
            f"longest hold {1000 * max(tick.cost.held[0] for tick in self.ticks):.0f} ms; the slowest:",
            *(f"  {tick}" for tick in walls[:-6:-1]),
            f"the courier took {self.taken:,} in {sending:.0f} s ({self.taken / sending:.0f}/s, CPU "
            f"{1000 * sum(self.post.cpu) / self.taken:.2f} ms each, longest hold {1000 * max(self.post.held):.0f} ms), "
            f"a statement settled {self.settled:,}",
        ]
        return "\n".join(lines)


def _within(periods: list[Occurrence], begin: datetime) -> list[Occurrence]:
    return [period for period in periods if period.opens_at > begin]


async def _deputies(tx: Tx, at: datetime) -> None:
    ids = list((await tx.execute(sa.select(t.organizations.c.id).where(t.organizations.c.id % 2 == 0))).scalars())
    person = {"created_at": at, "consent_at": at}
    await tx.execute(
        t.people.insert(), [{"id": _DEPUTIES + its, "name": f"Заместитель {its}", **person} for its in ids]
    )
    seat = {"role": Role.DEPUTY, "state": SeatState.SEATED, "asked_at": at, "since": at}
    await tx.execute(t.seats.insert(), [{"organization_id": its, "person_id": _DEPUTIES + its, **seat} for its in ids])


@asynccontextmanager
async def region_of(
    url: str,
    folder: Path,
    watched: Watched,
    organizations: int,
    posted: int,
    seed: int = 7,
    catalog: Catalog | None = None,
) -> AsyncIterator[Year]:
    """A region in an empty database, on the morning of the day before its year; a replica that beats."""
    moment = [datetime.combine(BEGIN, time(7), ledgers.ZONE)]
    storage = Storage(url)
    await migrate(storage)
    await storage.close()
    async with serving() as telegram:
        found = catalog or ledgers.catalog()
        app = App(region.settings(url, telegram.url, folder), found, lambda: moment[0])
        year = Year(app, Bot(app, watched), telegram, moment, organizations, posted, random.Random(seed))
        year.territories = tuple(found.territories)
        await app.replica.join()
        beating = asyncio.create_task(app.replica.run())
        try:
            yield year
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            await app.close()
