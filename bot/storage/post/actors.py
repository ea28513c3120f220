"""Whoever has done anything, by the log of deeds: a region has 150,000 people."""

import sqlalchemy as sa

from bot.domain.people import search
from bot.domain.people.member import SeatState
from bot.domain.window import Window
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import named, one_of, streamed

# So many people are all put in order and ranked. More go by the bytes of their names, as databases know no Cyrillic
# capitals, and those alone are ranked whose names have each word that was typed.
_ALL = 300
# Of more than that the first are listed: a database would look up each deed of a region to count them.
AT_MOST = 5000
# So many are ranked of these. Nobody turns as many pages.
_RANKED = 200

# The organizations about which they have done something, and where they sit; None: any.
Among = sa.Select[tuple[int]] | None
# A person's id and name, and the label of an organization where they sit.
Actor = tuple[int, str, str]


async def page(tx: Tx, among: Among, number: int, size: int) -> Window[Actor]:
    """They all by name, of which that page, or the last one, is at hand. Of very many the window is cut."""
    found = await _count(tx, among, AT_MOST + 1)
    if found <= _ALL:
        return Window(await _every(tx, among))
    total = min(found, AT_MOST)
    first = size * max(0, min(number, -(-total // size) - 1))
    return Window(await _some(tx, among, min(size, total - first), first), first, total, is_cut=found > total)


async def find(tx: Tx, among: Among, typed: str) -> Window[Actor]:
    """Those that are meant, the likeliest first. Of many the likeliest alone are found, and the window is cut."""
    if await _count(tx, among, _ALL + 1) <= _ALL:
        return Window(search.rank(await _every(tx, among), typed, _names))
    found = await _some(tx, among, _RANKED + 1, 0, *named(tx, t.people.c.name, typed))
    if found:
        return Window(search.rank(found[:_RANKED], typed, _names), is_cut=len(found) > _RANKED)
    query = sa.select(t.people.c.id, t.people.c.name).where(_acted(among)).order_by(*_in_order(tx))
    every = [row async for row in streamed(tx, query)]
    meant = (await tx.aside(search.rank, every, typed, _names))[: _RANKED + 1]
    places = await _places(tx, among, [row.id for row in meant])
    return Window([(row.id, row.name, places.get(row.id, "")) for row in meant[:_RANKED]], is_cut=len(meant) > _RANKED)


async def name(tx: Tx, among: Among, person_id: int) -> str | None:
    """Somebody's name; None if they are none of them."""
    query = sa.select(t.people.c.name).where(t.people.c.id == person_id, _acted(among))
    found: str | None = (await tx.execute(query)).scalar()
    return found


def _acted(among: Among) -> sa.ColumnElement[bool]:
    here = [] if among is None else [t.audit.c.organization_id.in_(among)]
    return sa.exists().where(t.audit.c.by_id == t.people.c.id, *here)


def _in_order(tx: Tx) -> tuple[sa.ColumnElement[str], sa.ColumnElement[int]]:
    own = t.people.c
    # As SQLite has it, whatever the collation of the server.
    return own.name.collate("C") if tx.dialect.name == "postgresql" else own.name, own.id


async def _count(tx: Tx, among: Among, at_most: int) -> int:
    some = sa.select(t.people.c.id).where(_acted(among)).limit(at_most).subquery()
    return int((await tx.execute(sa.select(sa.func.count()).select_from(some))).scalar_one())


async def _every(tx: Tx, among: Among) -> list[Actor]:
    return sorted(await _some(tx, among, _ALL), key=lambda actor: (actor[1].casefold(), actor[2], actor[0]))


async def _some(tx: Tx, among: Among, limit: int, offset: int = 0, *conditions: sa.ColumnElement[bool]) -> list[Actor]:
    query = sa.select(t.people.c.id, t.people.c.name).where(_acted(among), *conditions).order_by(*_in_order(tx))
    rows = (await tx.execute(query.limit(limit).offset(offset))).all()
    places = await _places(tx, among, [row.id for row in rows])
    return [(row.id, row.name, places.get(row.id, "")) for row in rows]


async def _places(tx: Tx, among: Among, person_ids: list[int]) -> dict[int, str]:
    """The labels of organizations where they sit, by the person's id."""
    query = (
        sa.select(t.seats.c.person_id, sa.func.min(t.organizations.c.label))
        .select_from(t.seats.join(t.organizations, t.organizations.c.id == t.seats.c.organization_id))
        .where(one_of(t.seats.c.person_id, person_ids), t.seats.c.state == SeatState.SEATED)
        .group_by(t.seats.c.person_id)
    )
    if among is not None:
        query = query.where(t.seats.c.organization_id.in_(among))
    return {row[0]: row[1] for row in await tx.execute(query)}


def _names(actor: Actor) -> tuple[str]:
    return (actor[1],)
