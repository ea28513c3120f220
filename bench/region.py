"""A region on which screens are measured: organizations with a head each, and the ledger of three years."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from bench.harness import TOKEN
from bot.config import Settings
from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import Directive
from bot.domain.ledger.history import SUBMITTED
from bot.domain.ledger.obligation import ObligationState
from bot.domain.people.member import Limits, Role, SeatState, StaffRole
from bot.domain.people.organization import RosterEntry
from bot.domain.people.territory import Territory
from bot.domain.timing.recurrence import occurrences
from bot.domain.timing.schedule import Occurrence
from bot.storage import schema as t
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.migrate import migrate
from bot.storage.ledger import directives
from bot.storage.people import belonging, people, staff
from tests.reports import ledgers
from tests.rosters import sync

ADMIN, CURATOR = 900, 901
# The head of the organization of that id has that id and this.
HEADS = 10_000
_YEARS = timedelta(days=3 * 365)
_BEGINNINGS = "Ал Бар Вос Гор Дол Еро Жар Зав Ил Киж Лун Май Нов Ок Пет Ряб Сос Тар Ус Хол"
_ENDINGS = "анск бинск винка горск дино ерск жинга зерки ильск ково линск мово нинск овка ранск совка"
_PERSONS = ("Ю. А. Гагарина", "Х. Намсараева", "А. С. Пушкина", "В. И. Чапаева", "М. В. Ломоносова")
_NURSERIES = ("Золотой ключик", "Ручеёк", "Солнышко", "Берёзка", "Огонёк", "Теремок", "Радуга", "Сказка")
# Of a hundred answers: so many are still owed when a round has closed, and while it runs; said to be none of theirs.
_OWED, _OWED_NOW, _NOT_OURS = 5, 40, 2


def roster(count: int, territories: Sequence[str] = ()) -> list[RosterEntry]:
    """Schools and kindergartens of some 300 places, with names as long as real ones; in the territories by turns."""
    places = [first + last for first in _BEGINNINGS.split() for last in _ENDINGS.split()]
    entries = [_entry(number, places[number % len(places)]) for number in range(1, count + 1)]
    if not territories:
        return entries
    turns = cycle(territories)
    return [replace(entry, territory=next(turns)) for entry in entries]


def territorial(catalog: Catalog, count: int) -> Catalog:
    """The catalog with so many territories, called as real ones are."""
    names = [first + last for last in _ENDINGS.split() for first in _BEGINNINGS.split()][:count]
    named = {f"t{number}": name for number, name in enumerate(names, start=1)}
    its = {id: Territory(id, f"{name}ий район", f"{name}ий", catalog.calendar) for id, name in named.items()}
    return replace(catalog, territories=its)


def _entry(number: int, place: str) -> RosterEntry:
    its = number // 300 + 1
    if number % 3:
        person = _PERSONS[number % len(_PERSONS)]
        name = f"МБОУ «{place} средняя общеобразовательная школа № {its} имени {person}»"
        return RosterEntry(f"s{number}", name, frozenset({"general"}), frozenset({"upper-secondary"}))
    name = f"МАДОУ «Детский сад № {its} «{_NURSERIES[number % len(_NURSERIES)]}» г. {place}»"
    return RosterEntry(f"k{number}", name, frozenset({"preschool"}))


def settings(database_url: str, telegram_url: str, folder: Path) -> Settings:
    """Of a bot that serves the region, says things as fast as it can, and reads no roster from the folder."""
    return Settings(
        bot_token=SecretStr(TOKEN),
        telegram_api_url=telegram_url,
        database_url=database_url,
        backups_keep=0,
        messages_per_second=0,
        directives_file=ledgers.DATA / "directives.yaml",
        calendar_file=ledgers.DATA / "calendar.yaml",
        organizations_file=folder / "none.yaml",
    )


async def fill(storage: Storage, count: int, now: datetime, territories: Sequence[str] = ()) -> int:
    """Fills an empty database; returns the number of obligations. What is still open has been asked for."""
    await migrate(storage)
    begin = now - _YEARS
    await storage.apply(lambda tx: sync(tx, roster(count, territories), begin))
    await storage.apply(lambda tx: seat(tx, begin))
    await _clean(storage)
    catalog = ledgers.catalog()
    for directive in catalog.directives.values():
        for period in occurrences(directive.schedule, catalog.calendar, begin, now):
            await storage.apply(partial(_ask, directive=directive, period=period, now=now))
    await _clean(storage)
    async with storage.read() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(t.obligations))).scalar_one())


async def _clean(storage: Storage) -> None:
    """What a server does by itself; SQLite is never told to."""
    if not storage.is_sqlite:
        async with storage.engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).exec_driver_sql("VACUUM ANALYZE")


async def seat(tx: Tx, at: datetime) -> None:
    """Seats a head at each organization but for one of fifty, of whom one of a hundred cannot be written to."""
    for person_id, role in ((ADMIN, StaffRole.ADMIN), (CURATOR, StaffRole.CURATOR)):
        await people.ensure(tx, person_id, "Дарима Баировна Цыренова", at)
        await people.consent(tx, person_id, at)
        await staff.grant(tx, person_id, role, None, at)
    await staff.change(tx, CURATOR, StaffRole.CURATOR, Limits(types=frozenset({"preschool"})), ADMIN, at)
    ids = list((await tx.execute(sa.select(t.organizations.c.id).where(t.organizations.c.active))).scalars())
    seated = [its for its in ids if its % 50]
    await tx.execute(
        t.people.insert(),
        [
            {
                "id": HEADS + its,
                "name": f"{_BEGINNINGS.split()[its % 20]}{_ENDINGS.split()[its % 16]}ева Мария {its % 7 * 'а'}",
                "created_at": at,
                "consent_at": at,
                "unreachable_at": None if its % 100 != 7 else at,
            }
            for its in seated
        ],
    )
    seat = {"role": Role.HEAD, "state": SeatState.SEATED, "asked_at": at, "since": at}
    await tx.execute(t.seats.insert(), [{"organization_id": its, "person_id": HEADS + its, **seat} for its in seated])


async def _ask(tx: Tx, directive: Directive, period: Occurrence, now: datetime) -> None:
    """Adds a round with its obligations, answers and entries of the log, a statement each."""
    row = await tx.execute(
        t.rounds.insert().values(
            directive_id=directive.id,
            period=period.period,
            key=period.key,
            title=period.title,
            directive_version_id=await directives.keep(tx, directive, period.opens_at),
            opens_at=period.opens_at,
            due_at=period.due_at,
            closes_at=period.closes_at,
            opened_at=period.opens_at,
            reported_at=period.closes_at if period.closes_at <= now else None,
        )
    )
    round_id: int = row.inserted_primary_key[0]  # type: ignore[index]
    owed = _OWED if period.closes_at <= now else _OWED_NOW
    # A die that falls the same way each time.
    die = (t.organizations.c.id * 7919 + round_id * 104_729) % 100
    state = sa.case(
        (die < owed, ObligationState.OPEN),
        (die < owed + (100 - owed) // 2, ObligationState.ANSWERED),
        else_=ObligationState.ACCEPTED,
    )
    kept = {
        "round_id": sa.literal(round_id),
        "organization_id": t.organizations.c.id,
        "state": state,
        "due_at": sa.literal(period.due_at, t.obligations.c.due_at.type),
        "version": sa.case((die < owed, 0), else_=1),
        "types": belonging.typed(t.organizations.c.id),
        "territory": t.organizations.c.territory,
    }
    asked = sa.select(*kept.values()).where(belonging.in_audience(directive.audience))
    await tx.execute(t.obligations.insert().from_select([*kept], asked))
    values = ledgers.Die(random.Random(round_id)).values(directive, period.key)
    await _answer(tx, directive, round_id, values, period.due_at - timedelta(days=2))


async def _answer(tx: Tx, directive: Directive, round_id: int, values: dict[str, Any], at: datetime) -> None:
    own = t.obligations.c
    answered = (own.round_id == round_id, own.version == 1)
    moment = sa.literal(at, t.replies.c.at.type)
    waived = (own.organization_id * 31 + round_id) % 100 < _NOT_OURS
    theirs = sa.select(sa.func.min(t.seats.c.person_id)).where(t.seats.c.organization_id == own.organization_id)
    # Where nobody sits the department has entered it.
    by = sa.func.coalesce(theirs.scalar_subquery(), ADMIN)
    its = {
        "obligation_id": own.id,
        "version": own.version,
        "values": sa.literal(values, t.replies.c["values"].type),
        "not_ours": sa.case((waived, "Нет 10–11 классов")),
        "at": moment,
        "by_id": by,
    }
    await tx.execute(t.replies.insert().from_select([*its], sa.select(*its.values()).where(*answered)))
    await tx.execute(sa.update(t.obligations).where(*answered, waived).values(not_ours_version=own.version))
    asked = sa.select(t.seats.c.person_id, own.id, moment).join(
        t.obligations, own.organization_id == t.seats.c.organization_id
    )
    await tx.execute(
        t.askings.insert().from_select(["person_id", "obligation_id", "at"], asked.where(own.round_id == round_id))
    )
    told = {
        "at": moment,
        "by_id": by,
        "action": sa.literal(SUBMITTED),
        "organization_id": own.organization_id,
        "directive_id": sa.literal(directive.id),
        "detail": sa.literal({}, t.audit.c.detail.type),
    }
    await tx.execute(t.audit.insert().from_select([*told], sa.select(*told.values()).where(*answered)))
