"""How organizations stand: whether somebody sits there and can be written to, what they owe, when they answered."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.obligation import UNANSWERED, ObligationState
from bot.domain.ledger.standing import Count, Debt
from bot.domain.people.member import Role, SeatState
from bot.storage.engine.database import Tx
from bot.storage.schema import obligations, organization_types, organizations, people, replies, rounds, seats


async def counts(tx: Tx) -> dict[str, Count]:
    """By type; an organization of two types counts for both."""
    rows = await tx.execute(
        sa.select(organization_types.c.type, *_counted())
        .select_from(organization_types.join(organizations))
        .where(organizations.c.active)
        .group_by(organization_types.c.type)
    )
    return {row[0]: _count(row[1:]) for row in rows}


async def total(tx: Tx, types: frozenset[str] = frozenset()) -> Count:
    """Of all organizations, or of those that have any of the types."""
    query = sa.select(*_counted()).where(organizations.c.active)
    if types:
        of_type = sa.select(organization_types.c.organization_id).where(organization_types.c.type.in_(types))
        query = query.where(organizations.c.id.in_(of_type))
    return _count((await tx.execute(query)).one())


async def vacant(tx: Tx) -> set[int]:
    """Ids of active organizations without a head."""
    return set((await tx.execute(sa.select(organizations.c.id).where(organizations.c.active, _VACANT))).scalars())


async def silent(tx: Tx) -> set[int]:
    """Ids of active organizations where somebody sits, but nobody to whom messages come."""
    return set((await tx.execute(sa.select(organizations.c.id).where(organizations.c.active, _SILENT))).scalars())


async def debt(tx: Tx, organization_id: int, now: datetime) -> Debt:
    """What the organization is asked now, and when it last answered anything."""
    owed = sa.func.coalesce(sa.func.sum(sa.case((obligations.c.state.in_(UNANSWERED), 1), else_=0)), 0)
    row = (
        await tx.execute(
            sa.select(sa.func.count(), owed)
            .select_from(obligations.join(rounds))
            .where(
                obligations.c.organization_id == organization_id,
                obligations.c.state != ObligationState.EXCUSED,
                rounds.c.opened_at.is_not(None),
                sa.or_(rounds.c.closes_at > now, obligations.c.due_at > now),
            )
        )
    ).one()
    last = (
        await tx.execute(
            sa.select(replies.c.at, people.c.name)
            .select_from(replies.join(obligations).outerjoin(people, people.c.id == replies.c.by_id))
            .where(obligations.c.organization_id == organization_id)
            .order_by(replies.c.at.desc(), replies.c.id.desc())
            .limit(1)
        )
    ).first()
    return Debt(int(row[0]), int(row[1]), last.at if last else None, last.name if last else None)


def _seated(*conditions: sa.ColumnElement[bool]) -> sa.Exists:
    return (
        sa.exists()
        .select_from(seats.join(people, people.c.id == seats.c.person_id))
        .where(seats.c.organization_id == organizations.c.id, seats.c.state == SeatState.SEATED, *conditions)
    )


# A vacation ends by itself; a blocked bot or «/stop» may never.
_SILENT = sa.and_(_seated(), ~_seated(people.c.unreachable_at.is_(None), people.c.stopped_at.is_(None)))
_VACANT = ~_seated(seats.c.role == Role.HEAD)


def _counted() -> tuple[sa.ColumnElement[Any], ...]:
    vacant, silent = (
        sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in (_VACANT, _SILENT)
    )
    return sa.func.count(), vacant, silent


def _count(row: Any) -> Count:
    return Count(*map(int, row))
