"""Whole ledgers to report on: the real directives, any number of organizations, answers by a seeded die."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.catalog.loader import load
from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.audience import Audience
from bot.domain.desk.question import Question, add, compose
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field, FieldKind, Values
from bot.domain.ledger.obligation import ObligationState
from bot.domain.ledger.report import Letterhead, Order, ReportKind
from bot.domain.people.organization import RosterEntry
from bot.domain.timing.recurrence import occurrences
from bot.reports.job import Job
from bot.reports.orders import letterhead
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import rounds
from bot.storage.people import people
from bot.storage.schema import obligations, replies
from tests.databases import make_database, quick
from tests.rosters import sync
from tests.threadless import threadless

ZONE = ZoneInfo("Asia/Irkutsk")
DATA = Path(__file__).parents[2] / "data"
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
# A working day at ten in the morning.
NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
HEAD = 5_000_000_001
_BATCH = 5000


@cache
def catalog() -> Catalog:
    """What the bot comes with."""
    example = DATA / "organizations.example.yaml"
    return load(DATA / "directives.yaml", DATA / "calendar.yaml", example, ZONE, NOW)


def head() -> Letterhead:
    """The letterhead of that catalog."""
    return letterhead(catalog())


def job(kind: ReportKind = ReportKind.WORKBOOK, **order: Any) -> Job:
    """A report of the autumn."""
    return Job(Order(kind, **({"first": FIRST, "last": LAST} | order)), head(), NOW)


def roster(count: int) -> list[RosterEntry]:
    """The example's twelve and the department, then schools and kindergartens with the long names of real ones."""
    entries = list(catalog().roster)
    for number in range(1, count - 11):
        if number % 3:
            name = f"МБОУ «Кижингинская средняя общеобразовательная школа имени Х. Намсараева № {number}»"
            entries.append(RosterEntry(f"s{number}", name, frozenset({"general"}), frozenset({"upper-secondary"})))
        else:
            name = f"МАДОУ «Детский сад комбинированного вида № {number} «Золотой ключик»"
            entries.append(RosterEntry(f"k{number}", name, frozenset({"preschool"})))
    return entries[: count + 1] if count < 12 else entries


@dataclass(frozen=True, slots=True)
class Die:
    """Decides who answers what, the same each time."""

    random: random.Random

    def answers(self, directive: Directive, key: str, owed: list[int], due_at: datetime) -> Iterator[dict[str, Any]]:
        """Rows of replies to most of these obligations, of which some come late."""
        for obligation_id in owed:
            luck = self.random.random()
            if luck < 0.2:
                continue
            at = due_at + timedelta(hours=20 if luck < 0.3 else -self.random.randrange(2, 160))
            not_ours = "Нет 10–11 классов" if luck > 0.98 else None
            values = {} if not_ours else self.values(directive, key)
            yield {
                "obligation_id": obligation_id,
                "version": 1,
                "values": values,
                "not_ours": not_ours,
                "at": at,
                "by_id": HEAD,
            }

    def values(self, directive: Directive, key: str) -> Values:
        """A value for what is asked in that period and after those answers."""
        values: Values = {}
        for field in directive.fields:
            asked = not field.only_in or key in field.only_in
            if field.only_if is not None:
                asked = asked and values.get(field.only_if.field) in field.only_if.values
            if asked and (field.required or self.random.random() < 0.5):
                values[field.id] = self._value(field)
        return values

    def _value(self, field: Field) -> Any:
        match field.kind:
            case FieldKind.CHOICE:
                return self.random.choice(field.options)
            case FieldKind.MULTI_CHOICE:
                return list(field.options[: self.random.randrange(1, len(field.options) + 1)])
            case FieldKind.YES_NO:
                return self.random.random() < 0.8
            case FieldKind.WHOLE:
                return self.random.randrange(int(field.min or 0), min(int(field.max or 100), 100) + 1)
            case FieldKind.DECIMAL:
                return f"{self.random.randrange(1, 100)}.5"
            case FieldKind.DATE:
                return "2026-10-15"
            case FieldKind.LINK:
                return "https://vk.com/club1?a=1&b=2"
            case FieldKind.FILE:
                return [{"file_id": "F", "name": "Протокол № 3.pdf", "kind": "document"}]
            case _:
                return "Проведено <три> занятия & один турнир"


async def fill(storage: Storage, count: int, first: date = FIRST, last: date = LAST, *, seed: int = 7) -> None:
    """Opens what falls into these days, and answers it as if they were over."""
    found, die = catalog(), Die(random.Random(seed))
    begin, end = (datetime.combine(day, time(), ZONE) for day in (first, last + timedelta(days=1)))

    async def begun(tx: Tx) -> None:
        await people.ensure(tx, HEAD, "Дарима Баировна Цыренова", begin)
        await sync(tx, roster(count), begin)

    await storage.apply(begun)
    for directive in found.directives.values():
        for period in occurrences(directive.schedule, found.calendar, begin, end):

            async def opened(tx: Tx, directive: Directive = directive, period: Any = period) -> None:
                round_id = await rounds.open_round(tx, directive, period, found.calendar, period.opens_at)
                owed = sa.select(obligations.c.id).where(obligations.c.round_id == round_id).order_by(obligations.c.id)
                ids = list((await tx.execute(owed)).scalars())
                given = list(die.answers(directive, period.key, ids, period.due_at))
                for start in range(0, len(given), _BATCH):
                    await tx.execute(replies.insert(), given[start : start + _BATCH])
                answered = sa.select(replies.c.obligation_id).where(obligations.c.id == replies.c.obligation_id)
                await tx.execute(
                    sa.update(obligations)
                    .where(obligations.c.round_id == round_id, answered.exists())
                    .values(version=1, state=ObligationState.ANSWERED, next_reminder_at=None)
                )
                await _decide(tx, die, ids)

            await storage.apply(opened)


async def ask(storage: Storage, number: int, text: str, due: date, at: datetime, *, seed: int = 7) -> None:
    """The department asks everybody something once; some have answered."""
    found, die = catalog(), Die(random.Random(seed))
    asked = add(Question(text, audience=Audience(everyone=True), due=due), FieldKind.WHOLE, "Сколько")
    made, period = compose(asked, number, list(found.types), found.calendar, f"запрос от {at.day}", at)

    async def opened(tx: Tx) -> None:
        round_id = await rounds.open_round(tx, made, period, found.calendar, at)
        owed = sa.select(obligations.c.id).where(obligations.c.round_id == round_id).order_by(obligations.c.id)
        ids = list((await tx.execute(owed)).scalars())
        given = [row | {"at": at} for row in die.answers(made, period.key, ids[: len(ids) // 3], period.due_at)]
        await tx.execute(replies.insert(), given)
        answered = [row["obligation_id"] for row in given]
        await tx.execute(
            sa.update(obligations)
            .where(obligations.c.id.in_(answered))
            .values(version=1, state=ObligationState.ANSWERED, next_reminder_at=None)
        )

    await storage.apply(opened)


async def _decide(tx: Tx, die: Die, ids: list[int]) -> None:
    """The department has accepted some answers, returned one, and excused somebody."""
    for state, share in ((ObligationState.ACCEPTED, 0.5), (ObligationState.RETURNED, 0.03)):
        chosen = [{"its": one, "state": state} for one in ids if die.random.random() < share]
        if chosen:
            await tx.execute(
                sa.update(obligations)
                .where(obligations.c.id == sa.bindparam("its"), obligations.c.state == ObligationState.ANSWERED)
                .values(state=sa.bindparam("state")),
                chosen,
            )
    excused = [{"its": one} for one in ids if die.random.random() < 0.02]
    if excused:
        await tx.execute(
            sa.update(obligations)
            .where(obligations.c.id == sa.bindparam("its"), obligations.c.state == ObligationState.OPEN)
            .values(state=ObligationState.EXCUSED, comment="Школа на капитальном ремонте"),
            excused,
        )


async def filled(folder: Path, count: int, first: date = FIRST, last: date = LAST) -> Storage:
    """A new database with such a ledger."""
    path, what = folder / "bot.db", (catalog().written.digest, count, first, last)
    if what in _filled:
        path.write_bytes(_filled[what])
    else:
        await make_database(path)
    storage = threadless(quick(Storage(f"sqlite+aiosqlite:///{path}")))
    if what not in _filled:
        await fill(storage, count, first, last)
        with closing(sqlite3.connect(path)) as connection:
            _filled[what] = connection.serialize()
    return storage


_filled: dict[tuple[str, int, date, date], bytes] = {}
