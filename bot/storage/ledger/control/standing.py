"""How organizations stand: whether somebody there can be written to, what they owe, and when they answered."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.obligation import UNANSWERED, ObligationState
from bot.domain.ledger.standing import Count, Debt
from bot.domain.people.member import NO_LIMITS, Limits
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import directives
from bot.storage.ledger.closing import takes_answers
from bot.storage.people import listing
from bot.storage.people.belonging import within

_TYPED = t.organization_types.c


async def counts(tx: Tx, limits: Limits = NO_LIMITS) -> tuple[Count, dict[str, Count]]:
    """The count of all organizations within the limits, and counts by type.

    An organization of two types counts for both.
    """
    total = await listing.count(tx, listing.Which(limits=limits))
    vacant, silent = await _vacant(tx, limits, total), await _of(tx, limits, listing.SILENT)
    counted = (await _by_type(tx, limits), vacant[1], silent[1])
    by_type = {type_id: Count(*(each.get(type_id, 0) for each in counted)) for type_id in sorted(counted[0])}
    return Count(total, vacant[0], silent[0]), by_type


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
                takes_answers(now),
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


async def _by_type(tx: Tx, limits: Limits) -> dict[str, int]:
    """How many active organizations are of each of the limits' types."""
    every = {type_id: int(number) for type_id, number in await tx.execute(_typed(limits))}
    # The few that are not active are counted by themselves, not looked for among all.
    gone = await tx.execute(_typed(limits).where(_TYPED.organization_id.in_(listing.GONE)))
    left = {type_id: int(number) for type_id, number in gone}
    return {
        type_id: number - left.get(type_id, 0) for type_id, number in every.items() if number > left.get(type_id, 0)
    }


async def _vacant(tx: Tx, limits: Limits, total: int) -> tuple[int, dict[str, int]]:
    """What `_of` tells, of those without a head, as the database tells it of so many the soonest."""
    if tx.dialect.name != "sqlite":
        return await _of(tx, limits, listing.VACANT)
    # What it has in one order it goes through side by side; to make use of that it wants a limit, which is none.
    left = sa.select(_TYPED.organization_id).except_(sa.select(t.seats.c.organization_id).where(*listing.HEADED))
    vacant = _TYPED.organization_id.in_(left.order_by(left.selected_columns.organization_id).limit(-1))
    by_type = await tx.execute(_typed(limits).where(vacant, _TYPED.organization_id.not_in(listing.GONE)))
    return total - await listing.headed(tx, limits), {type_id: int(number) for type_id, number in by_type}


async def _of(tx: Tx, limits: Limits, condition: sa.ColumnElement[bool]) -> tuple[int, dict[str, int]]:
    """How many active organizations there are for which it holds, and how many are of each of the limits' types."""
    theirs = (listing.ACTIVE, condition, *within(t.organizations.c.id, limits))
    chosen = sa.select(t.organizations.c.id).where(*theirs).cte("chosen")
    total = sa.select(sa.null(), sa.func.count()).select_from(chosen)
    # In whichever order a server has them.
    both: sa.CompoundSelect[Any] = sa.union_all(
        total, _typed(limits).where(_TYPED.organization_id.in_(sa.select(chosen.c.id)))
    )
    by_type: dict[Any, int] = {row[0]: int(row[1]) for row in await tx.execute(both)}
    return by_type.pop(None), by_type


def _typed(limits: Limits) -> sa.Select[Any]:
    """The query for how many organizations are of each of the limits' types."""
    query = sa.select(_TYPED.type, sa.func.count()).where(*within(_TYPED.organization_id, limits))
    return (query.where(_TYPED.type.in_(limits.types)) if limits.types else query).group_by(_TYPED.type)
