"""Whom an audience comes to, as things stand: organizations, and the people seated there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.desk.announcement import Addressee, Obstacle, Reach
from bot.domain.desk.audience import Audience
from bot.domain.ledger.obligation import UNANSWERED
from bot.domain.people.member import Limits, Role, SeatState
from bot.storage.engine.database import Tx
from bot.storage.people.organizations import within
from bot.storage.schema import (
    ORGANIZATIONS_IN_ORDER,
    obligations,
    organization_tags,
    organization_types,
    organizations,
    people,
    recipients,
    seats,
)


def organization_ids(audience: Audience, limits: Limits) -> sa.Select[Any]:
    """Active organizations of the audience that are within the limits, as a query to be built into another."""
    return sa.select(organizations.c.id).where(
        organizations.c.active, _speaks_of(audience), *within(organizations.c.id, limits)
    )


async def names(tx: Tx, audience: Audience, limits: Limits) -> list[str]:
    """Names of the organizations of the audience, in order."""
    chosen = organizations.c.id.in_(organization_ids(audience, limits))
    query = sa.select(organizations.c.name).where(chosen).order_by(*ORGANIZATIONS_IN_ORDER)
    return list((await tx.execute(query)).scalars())


async def size(tx: Tx, audience: Audience, *limits: Limits) -> int:
    """How many organizations the audience comes to that are within all of the limits."""
    query = sa.select(sa.func.count()).select_from(organizations)
    for one in limits or (Limits(),):
        query = query.where(organizations.c.id.in_(organization_ids(audience, one)))
    return int((await tx.execute(query)).scalar_one())


async def counts_by_type(tx: Tx, limits: Limits) -> dict[str, int]:
    """How many active organizations within the limits are of each type."""
    return await _counts(tx, organization_types.c.type, organization_types.c.organization_id, limits)


async def counts_by_tag(tx: Tx, limits: Limits) -> dict[str, int]:
    """How many active organizations within the limits carry each tag."""
    return await _counts(tx, organization_tags.c.tag, organization_tags.c.organization_id, limits)


async def _counts(tx: Tx, what: sa.Column[Any], organization: sa.Column[Any], limits: Limits) -> dict[str, int]:
    everybody = organization_ids(Audience(everyone=True), limits)
    query = sa.select(what, sa.func.count()).where(organization.in_(everybody)).group_by(what)
    return {value: int(count) for value, count in await tx.execute(query)}


async def reach(
    tx: Tx, audience: Audience, limits: Limits, now: datetime, *, organization_id: int | None = None
) -> Reach:
    """Who would get something now: the head of each organization, or the deputies while no head can be written to.

    Whoever sits at several organizations gets it once. `organization_id`: only that one, if it is in the audience.
    """
    chosen = organization_ids(audience, limits)
    if organization_id is not None:
        chosen = chosen.where(organizations.c.id == organization_id)
    held = sa.and_(seats.c.organization_id == organizations.c.id, seats.c.state == SeatState.SEATED)
    query = (
        sa.select(
            organizations.c.id.label("organization_id"),
            organizations.c.name.label("organization_name"),
            people.c.id.label("person_id"),
            people.c.name.label("person_name"),
            people.c.stopped_at,
            people.c.paused_until,
            people.c.unreachable_at,
            seats.c.role,
        )
        .select_from(organizations.outerjoin(seats, held).outerjoin(people, people.c.id == seats.c.person_id))
        .where(organizations.c.id.in_(chosen))
        .order_by(*ORGANIZATIONS_IN_ORDER, seats.c.id)
    )
    if audience.unacknowledged is not None:
        query = query.where(people.c.id.in_(_unacknowledged(audience.unacknowledged)))
    seated: dict[tuple[str, int], list[Addressee]] = {}
    for row in await tx.execute(query):
        at = seated.setdefault((row.organization_name, row.organization_id), [])
        if row.person_id is not None:
            at.append(_addressee(row, now))
    return _choose(seated)


def _choose(seated: dict[tuple[str, int], list[Addressee]]) -> Reach:
    addressees: dict[int, Addressee] = {}
    obstructed: dict[int, Addressee] = {}
    vacant = []
    for (name, _), there in seated.items():
        if not there:
            vacant.append(name)
        free = [addressee for addressee in there if addressee.obstacle is None]
        heads = [addressee for addressee in free if addressee.role is Role.HEAD]
        for addressee in heads or free:
            addressees.setdefault(addressee.person_id, addressee)
        if not free:
            for addressee in there:
                obstructed.setdefault(addressee.person_id, addressee)
    return Reach(tuple(addressees.values()), tuple(obstructed.values()), tuple(vacant))


def _addressee(row: Any, now: datetime) -> Addressee:
    obstacle = None
    if row.unreachable_at is not None:
        obstacle = Obstacle.UNREACHABLE
    elif row.stopped_at is not None:
        obstacle = Obstacle.STOPPED
    elif row.paused_until is not None and row.paused_until > now:
        obstacle = Obstacle.AWAY
    return Addressee(
        row.person_id, row.person_name, row.organization_id, row.organization_name, Role(row.role), obstacle
    )


def _speaks_of(audience: Audience) -> sa.ColumnElement[bool]:
    if audience.unanswered is not None:
        owing = sa.select(obligations.c.organization_id).where(
            obligations.c.round_id == audience.unanswered, obligations.c.state.in_(UNANSWERED)
        )
        return organizations.c.id.in_(owing)
    if audience.unacknowledged is not None:
        silent = sa.select(seats.c.organization_id).where(
            seats.c.state == SeatState.SEATED, seats.c.person_id.in_(_unacknowledged(audience.unacknowledged))
        )
        return organizations.c.id.in_(silent)
    parts: list[sa.ColumnElement[bool]] = [organizations.c.id.in_(audience.organizations)]
    if audience.everyone or audience.types or audience.tags:
        conditions: list[sa.ColumnElement[bool]] = [sa.true()]
        if audience.types and not audience.everyone:
            conditions.append(organizations.c.id.in_(_of_types(audience.types)))
        for tag in audience.tags:
            tagged = sa.select(organization_tags.c.organization_id).where(organization_tags.c.tag == tag)
            conditions.append(organizations.c.id.in_(tagged))
        parts.append(sa.and_(*conditions))
    return sa.or_(*parts)


def _of_types(types: Iterable[str]) -> sa.Select[Any]:
    return sa.select(organization_types.c.organization_id).where(organization_types.c.type.in_(list(types)))


def _unacknowledged(announcement_id: int) -> sa.Select[Any]:
    return sa.select(recipients.c.person_id).where(
        recipients.c.announcement_id == announcement_id, recipients.c.acknowledged_at.is_(None)
    )
