"""How organizations stand: whether somebody there can be written to, what they owe, and when they answered."""

from datetime import datetime

import sqlalchemy as sa

from bot.domain.ledger.obligation import UNANSWERED, ObligationState
from bot.domain.ledger.standing import Count, Debt
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import directives
from bot.storage.ledger.closing import takes_answers
from bot.storage.people import listing
from bot.storage.people.listing import NO_LIMITS
from bot.storage.people.organizations import within


async def counts(tx: Tx, limits: Limits = NO_LIMITS) -> tuple[Count, dict[str, Count]]:
    """The count of all organizations within the limits, and counts by type.

    An organization of two types counts for both.
    """
    counted = [await _by_type(tx, limits, *conditions) for conditions in ((), (listing.VACANT,), (listing.SILENT,))]
    total = Count(*(by_type.get(None, 0) for by_type in counted))
    ids = {type_id for type_id in counted[0] if type_id is not None}
    return total, {type_id: Count(*(by_type.get(type_id, 0) for by_type in counted)) for type_id in sorted(ids)}


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


async def _by_type(tx: Tx, limits: Limits, *conditions: sa.ColumnElement[bool]) -> dict[str | None, int]:
    """How many active organizations are of each of the limits' types; in all under None."""
    own = t.organization_types.c
    by_type = sa.select(own.type, sa.func.count()).group_by(own.type)
    total = sa.select(sa.null(), sa.func.count())
    if conditions:
        chosen = sa.select(t.organizations.c.id).where(listing.ACTIVE, *conditions).cte("chosen")
        by_type, total = by_type.join(chosen, chosen.c.id == own.organization_id), total.select_from(chosen)
        id = chosen.c.id
    else:
        by_type, total = by_type.where(own.organization_id.not_in(listing.GONE)), total.where(listing.ACTIVE)
        id = t.organizations.c.id
    total, by_type = total.where(*within(id, limits)), by_type.where(*within(own.organization_id, limits))
    if limits.types:
        by_type = by_type.where(own.type.in_(limits.types))
    rows = await tx.execute(sa.union_all(total, by_type))
    return {type_id: int(number) for type_id, number in rows}
