"""Whom an audience reaches as of now: organizations, and the people seated there."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.desk.announcement import Addressee, Reach, Vacancy
from bot.domain.desk.audience import Audience
from bot.domain.ledger.obligation import UNANSWERED
from bot.domain.people.failure import Failure
from bot.domain.people.labels import official
from bot.domain.people.member import Limits, Role, SeatState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of, streamed
from bot.storage.people.belonging import within


def organization_ids(audience: Audience, limits: Limits, *, ever: bool = False) -> sa.Select[Any]:
    """Active organizations of the audience within the limits, as a query for use in another.

    `ever`: those too that could still be of an audience of its moment, whatever they have done by now.
    """
    return sa.select(t.organizations.c.id).where(
        t.organizations.c.active, _speaks_of(audience, ever=ever), *within(t.organizations.c.id, limits)
    )


async def names(tx: Tx, audience: Audience, limits: Limits) -> list[str]:
    """Whole names of the organizations of the audience, in order."""
    chosen = t.organizations.c.id.in_(organization_ids(audience, limits))
    query = sa.select(t.organizations.c.name, t.organizations.c.label).where(chosen)
    rows = await tx.execute(query.order_by(*t.ORGANIZATIONS_IN_ORDER))
    return [official(row.name, row.label) for row in rows]


async def gone(tx: Tx, audience: Audience, limits: Limits) -> list[str]:
    """Names of the organizations chosen by hand within the limits that have left the roster since."""
    chosen = one_of(t.organizations.c.id, audience.organizations)
    left = (chosen, t.organizations.c.left_at.is_not(None), *within(t.organizations.c.id, limits))
    query = sa.select(t.organizations.c.name).where(*left).order_by(*t.ORGANIZATIONS_IN_ORDER)
    return list((await tx.execute(query)).scalars())


async def size(tx: Tx, audience: Audience, *limits: Limits, ever: bool = False) -> int:
    """How many organizations of the audience are within all of the limits; `ever`: see `organization_ids`."""
    query = sa.select(sa.func.count()).select_from(t.organizations)
    for bounds in limits or (Limits(),):
        query = query.where(t.organizations.c.id.in_(organization_ids(audience, bounds, ever=ever)))
    return int((await tx.execute(query)).scalar_one())


async def narrowed(tx: Tx, audience: Audience, limits: Limits) -> Audience:
    """The part of the audience within the limits, as far as organizations chosen by hand go too."""
    part = audience.within(limits)
    if not limits.are_of_places or not part.organizations:
        return part
    chosen = organization_ids(Audience(organizations=part.organizations), limits)
    return replace(part, organizations=tuple(sorted((await tx.execute(chosen)).scalars())))


async def counts_by_type(tx: Tx, limits: Limits) -> dict[str, int]:
    """How many active organizations within the limits are of each type."""
    return await _counts(tx, t.organization_types.c.type, t.organization_types.c.organization_id, limits)


async def counts_by_tag(tx: Tx, limits: Limits) -> dict[str, int]:
    """How many active organizations within the limits carry each tag."""
    return await _counts(tx, t.organization_tags.c.tag, t.organization_tags.c.organization_id, limits)


async def counts_by_territory(tx: Tx, limits: Limits) -> dict[str, int]:
    """How many active organizations within the limits each territory has."""
    return await _counts(tx, t.organizations.c.territory, t.organizations.c.id, limits)


async def _counts(tx: Tx, what: sa.Column[Any], organization: sa.Column[Any], limits: Limits) -> dict[str, int]:
    everybody = organization_ids(Audience(everyone=True), limits)
    query = sa.select(what, sa.func.count()).where(organization.in_(everybody)).group_by(what)
    return {value: int(count) for value, count in await tx.execute(query)}


async def reach(
    tx: Tx, audience: Audience, limits: Limits, now: datetime, *, organization_id: int | None = None
) -> Reach:
    """Whom a message reaches now: the head of each organization, or the deputies while no head can be written to.

    A person who sits at several organizations stands at each. `organization_id`: only that one, if the audience has it.
    """
    chosen = organization_ids(audience, limits)
    if organization_id is not None:
        chosen = chosen.where(t.organizations.c.id == organization_id)
    held = sa.and_(t.seats.c.organization_id == t.organizations.c.id, t.seats.c.state == SeatState.SEATED)
    query = (
        sa.select(
            t.organizations.c.id.label("organization_id"),
            t.organizations.c.name.label("organization_name"),
            t.organizations.c.label.label("organization_label"),
            t.people.c.id.label("person_id"),
            t.people.c.name.label("person_name"),
            t.people.c.stopped_at,
            t.people.c.paused_until,
            t.people.c.unreachable_at,
            t.people.c.unreachable_why,
            t.seats.c.role,
        )
        .select_from(t.organizations.outerjoin(t.seats, held).outerjoin(t.people, t.people.c.id == t.seats.c.person_id))
        .where(t.organizations.c.id.in_(chosen))
        .order_by(*t.ORGANIZATIONS_IN_ORDER, t.seats.c.id)
    )
    seated: dict[Vacancy, list[Addressee]] = {}
    async for row in streamed(tx, query):
        place = Vacancy(row.organization_id, row.organization_name, row.organization_label)
        there = seated.setdefault(place, [])
        if row.person_id is not None:
            there.append(_addressee(row, now))
    return _choose(seated)


def _choose(seated: Mapping[Vacancy, list[Addressee]]) -> Reach:
    addressees: list[Addressee] = []
    obstructed: list[Addressee] = []
    for there in seated.values():
        free = [addressee for addressee in there if addressee.obstacle is None]
        heads = [addressee for addressee in free if addressee.role is Role.HEAD]
        addressees += heads or free
        if not free:
            obstructed += there
    vacant = [organization for organization, there in seated.items() if not there]
    return Reach(tuple(addressees), tuple(obstructed), tuple(vacant))


def _addressee(row: Any, now: datetime) -> Addressee:
    obstacle = None
    if row.unreachable_at is not None:
        obstacle = Failure(row.unreachable_why or Failure.UNREACHABLE)
    elif row.stopped_at is not None:
        obstacle = Failure.STOPPED
    elif row.paused_until is not None and row.paused_until > now:
        obstacle = Failure.AWAY
    return Addressee(
        row.person_id,
        row.person_name,
        row.organization_id,
        row.organization_name,
        row.organization_label,
        Role(row.role),
        obstacle,
    )


def _speaks_of(audience: Audience, *, ever: bool = False) -> sa.ColumnElement[bool]:
    if audience.unanswered is not None:
        owes = sa.true() if ever else t.obligations.c.state.in_(UNANSWERED)
        owing = sa.select(t.obligations.c.organization_id).where(t.obligations.c.round_id == audience.unanswered, owes)
        return t.organizations.c.id.in_(owing)
    if audience.unacknowledged is not None:
        silent = sa.and_(t.destinations.c.reached_at.is_not(None), t.destinations.c.acknowledged_at.is_(None))
        return t.organizations.c.id.in_(_destinations(audience.unacknowledged, sa.true() if ever else silent))
    if audience.unreached is not None:
        missed = t.destinations.c.reached_at.is_(None)
        return t.organizations.c.id.in_(_destinations(audience.unreached, sa.true() if ever else missed))
    parts: list[sa.ColumnElement[bool]] = [one_of(t.organizations.c.id, audience.organizations)]
    if audience.is_general:
        conditions: list[sa.ColumnElement[bool]] = [sa.true()]
        if audience.types and not audience.everyone:
            conditions.append(t.organizations.c.id.in_(_of_types(audience.types)))
        elif audience.but:
            of_others = sa.select(t.organization_types.c.organization_id).where(
                t.organization_types.c.type.not_in(audience.but)
            )
            left_out = t.organizations.c.id.in_(_of_types(audience.but))
            conditions.append(sa.or_(sa.not_(left_out), t.organizations.c.id.in_(of_others)))
        for tag in audience.tags:
            tagged = sa.select(t.organization_tags.c.organization_id).where(t.organization_tags.c.tag == tag)
            conditions.append(t.organizations.c.id.in_(tagged))
        if audience.territories:
            conditions.append(t.organizations.c.territory.in_(audience.territories))
        parts.append(sa.and_(*conditions))
    return sa.or_(*parts)


def _of_types(types: Iterable[str]) -> sa.Select[Any]:
    return sa.select(t.organization_types.c.organization_id).where(t.organization_types.c.type.in_(list(types)))


def _destinations(announcement_id: int, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(t.destinations.c.organization_id).where(
        t.destinations.c.announcement_id == announcement_id, condition
    )
