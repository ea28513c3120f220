"""How organizations stand: whether somebody there can be written to, what they owe, and when they answered."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.obligation import UNANSWERED, ObligationState
from bot.domain.ledger.standing import Count, Debt
from bot.domain.people.member import Limits, Role, SeatState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import directives


async def counts(tx: Tx) -> dict[str, Count]:
    """Counts of organizations by type; an organization of two types counts for both."""
    rows = await tx.execute(
        sa.select(t.organization_types.c.type, *_counted())
        .select_from(t.organization_types.join(t.organizations))
        .where(t.organizations.c.active)
        .group_by(t.organization_types.c.type)
    )
    return {row[0]: _count(row[1:]) for row in rows}


async def total(tx: Tx, types: frozenset[str] = frozenset()) -> Count:
    """The count of all organizations, or of those of any of the types."""
    query = sa.select(*_counted()).where(t.organizations.c.active)
    if types:
        of_type = sa.select(t.organization_types.c.organization_id).where(t.organization_types.c.type.in_(types))
        query = query.where(t.organizations.c.id.in_(of_type))
    return _count((await tx.execute(query)).one())


async def vacant(tx: Tx) -> set[int]:
    """Ids of active organizations without a head."""
    return set((await tx.execute(sa.select(t.organizations.c.id).where(t.organizations.c.active, _VACANT))).scalars())


async def silent(tx: Tx) -> set[int]:
    """Ids of active organizations where people sit, but messages reach none of them."""
    return set((await tx.execute(sa.select(t.organizations.c.id).where(t.organizations.c.active, _SILENT))).scalars())


async def debt(tx: Tx, organization_id: int, limits: Limits, now: datetime) -> Debt:
    """What the organization is asked now within the limits, and when it last answered anything of that."""
    theirs = await _of_directives(tx, organization_id, limits)
    owed = sa.func.coalesce(sa.func.sum(sa.case((t.obligations.c.state.in_(UNANSWERED), 1), else_=0)), 0)
    row = (
        await tx.execute(
            sa.select(sa.func.count(), owed)
            .select_from(t.obligations.join(t.rounds))
            .where(
                t.obligations.c.organization_id == organization_id,
                t.obligations.c.state != ObligationState.EXCUSED,
                t.rounds.c.opened_at.is_not(None),
                sa.or_(t.rounds.c.closes_at > now, t.obligations.c.due_at > now),
                *theirs,
            )
        )
    ).one()
    last = (
        await tx.execute(
            sa.select(t.replies.c.at, t.people.c.name)
            .select_from(
                t.replies.join(t.obligations).join(t.rounds).outerjoin(t.people, t.people.c.id == t.replies.c.by_id)
            )
            .where(t.obligations.c.organization_id == organization_id, *theirs)
            .order_by(t.replies.c.at.desc(), t.replies.c.id.desc())
            .limit(1)
        )
    ).first()
    return Debt(int(row[0]), int(row[1]), last.at if last else None, last.name if last else None)


async def _of_directives(tx: Tx, organization_id: int, limits: Limits) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition on `rounds`, if any, that they are a matter of somebody with these limits.

    An organization of two types is asked what concerns the other one alone, too.
    """
    if limits.are_none:
        return ()
    versions = sa.select(t.rounds.c.directive_version_id).join(t.obligations)
    asked = versions.where(t.obligations.c.organization_id == organization_id)
    query = sa.select(t.directive_versions.c.id, t.directive_versions.c.body)
    rows = await tx.execute(query.where(t.directive_versions.c.id.in_(asked)))
    covered = [row.id for row in rows if limits.covers(directives.restore(row.body))]
    return (t.rounds.c.directive_version_id.in_(covered),)


def _seated(*conditions: sa.ColumnElement[bool]) -> sa.Exists:
    return (
        sa.exists()
        .select_from(t.seats.join(t.people, t.people.c.id == t.seats.c.person_id))
        .where(t.seats.c.organization_id == t.organizations.c.id, t.seats.c.state == SeatState.SEATED, *conditions)
    )


# A vacation does not make an organization silent: it ends by itself. A blocked bot or «/stop» may never end.
_SILENT = sa.and_(_seated(), ~_seated(t.people.c.unreachable_at.is_(None), t.people.c.stopped_at.is_(None)))
_VACANT = ~_seated(t.seats.c.role == Role.HEAD)


def _counted() -> tuple[sa.ColumnElement[Any], ...]:
    vacant, silent = (
        sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in (_VACANT, _SILENT)
    )
    return sa.func.count(), vacant, silent


def _count(row: Any) -> Count:
    return Count(*map(int, row))
