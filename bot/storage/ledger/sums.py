"""Sums that are proposed to a territory's department: of what its organizations have answered to another directive."""

from collections.abc import Collection
from decimal import Decimal

import sqlalchemy as sa

from bot.domain.directives import form
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Summed
from bot.domain.fields.values import NUMERIC
from bot.domain.ledger.obligation import Obligation, ObligationState
from bot.domain.ledger.sums import Sum
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import by_territory, directives


async def proposed(tx: Tx, obligation: Obligation, staff_types: Collection[str]) -> dict[str, Sum]:
    """The sums by the fields of the obligation that sum up others; none where it is no department of a territory.

    They are of the present: from the newest answers of the round for the same period, or else of the newest round.
    """
    summing = {field.id: field.sums for field in obligation.round.directive.fields if field.sums is not None}
    if not summing or not obligation.territory or obligation.types.isdisjoint(staff_types):
        return {}
    found = {field: await _sum(tx, obligation, sums) for field, sums in summing.items()}
    return {field: its for field, its in found.items() if its is not None}


async def _sum(tx: Tx, obligation: Obligation, sums: Summed) -> Sum | None:
    """None: nothing was asked of anybody there that could be summed up."""
    asked = await _round(tx, obligation, sums.directive)
    if asked is None:
        return None
    round_id, key, directive = asked
    field = next((field for field in directive.fields if field.id == sums.field and field.kind in NUMERIC), None)
    if field is None or (field.only_in and key not in field.only_in):
        return None
    newest = t.replies
    query = (
        sa.select(t.organizations.c.label, t.obligations.c.version, newest.c["values"], newest.c.not_ours)
        .select_from(
            t.obligations.join(t.organizations, t.organizations.c.id == t.obligations.c.organization_id).outerjoin(
                newest,
                sa.and_(newest.c.obligation_id == t.obligations.c.id, newest.c.version == t.obligations.c.version),
            )
        )
        .where(
            t.obligations.c.round_id == round_id,
            t.obligations.c.organization_id != obligation.organization_id,
            t.obligations.c.state != ObligationState.EXCUSED,
            *by_territory.within(obligation.territory),
        )
        .order_by(t.organizations.c.label)
    )
    rows = (await tx.execute(query)).all()
    if not rows:
        return None
    answers = [form.prune(directive, key, row[2]) for row in rows if row.version and row.not_ours is None]
    numbers = [Decimal(str(values[field.id])) for values in answers if values.get(field.id) is not None]
    return Sum(sum(numbers, Decimal(0)), len(numbers), tuple(row.label for row in rows if not row.version))


async def _round(tx: Tx, obligation: Obligation, directive_id: str) -> tuple[int, str, Directive] | None:
    """The round of that directive for the obligation's period, or the newest that had opened by its end."""
    own = t.rounds.c
    query = (
        sa.select(own.id, own.key, t.directive_versions.c.body)
        .join(t.directive_versions, t.directive_versions.c.id == own.directive_version_id)
        .where(own.directive_id == directive_id, own.opened_at.is_not(None), own.opens_at < obligation.closes_at)
        .order_by(sa.case((own.period == obligation.round.period, 0), else_=1), own.opens_at.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).first()
    return (row.id, row.key, directives.restore(row.body)) if row is not None else None
