"""Who goes on with the work of an organization that was merged or split, and what is asked of them in its place.

What it has answered stays its own, under its name; so do the totals of that time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.ledger.obligation import UNANSWERED, ObligationState
from bot.domain.people.organization import Organization
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import insert
from bot.storage.engine.rows import one_of
from bot.storage.people import organizations
from bot.storage.people.organizations import noted, typed
from bot.storage.post import audit

SUCCEEDED, SUCCEEDS = "organization.succeeded", "organization.succeeds"

_OWN = t.successions.c
# What the heirs are asked when, as the organization was.
_TIMES = ("round_id", "due_at", "first_due_at", "closes_at", "next_reminder_at", "next_reminder_days")


@dataclass(frozen=True, slots=True)
class Kin:
    """Organizations whose work one goes on with, and those that go on with its own; in the order of lists."""

    before: Sequence[Organization] = ()
    after: Sequence[Organization] = ()


async def of(tx: Tx, organization_id: int) -> Kin:
    """The kin of the organization."""
    query = sa.select(_OWN.organization_id, _OWN.successor_id).where(
        sa.or_(_OWN.organization_id == organization_id, _OWN.successor_id == organization_id)
    )
    pairs = (await tx.execute(query)).all()
    found = await organizations.of_ids(tx, {each for pair in pairs for each in pair} - {organization_id})
    before, after = ({pair[side] for pair in pairs} for side in (0, 1))
    return Kin([each for each in found if each.id in before], [each for each in found if each.id in after])


async def succeed(
    tx: Tx,
    organization_id: int,
    heirs: Collection[int],
    takers: Collection[int],
    owed: Collection[int],
    by: int | None,
    now: datetime,
) -> None:
    """Notes the heirs, and has the takers among them owe what the organization owes, before that is taken off it.

    A taker that is asked the same itself answers once; it has time for as long as any of them had.
    """
    rows = [
        {"organization_id": organization_id, "successor_id": heir, "at": now, "by_id": by} for heir in sorted(heirs)
    ]
    statement = insert(tx, t.successions).on_conflict_do_nothing(index_elements=["organization_id", "successor_id"])
    await tx.execute(statement, rows)
    if takers and owed:
        await _oblige(tx, takers, owed)
    await audit.record(
        tx, now, by, SUCCEEDED, organization_id=organization_id, heirs=sorted(heirs), takers=sorted(takers)
    )
    for heir in sorted(heirs):
        await audit.record(tx, now, by, SUCCEEDS, organization_id=heir, organization=organization_id)


async def spare(tx: Tx, organization_id: int, handed: Collection[int]) -> None:
    """Has a new heir that nobody has asked yet owe nothing of what those before it have been asked, but `handed`.

    What they have answered counts: asked of the heir as well, it would count twice.
    """
    before = t.obligations.alias("before").c
    asked = (
        sa.select(before.round_id)
        .join(t.successions, _OWN.organization_id == before.organization_id)
        .where(_OWN.successor_id == organization_id)
    )
    kept = sa.select(before.round_id).where(one_of(before.id, handed))
    await tx.execute(
        sa.delete(t.obligations).where(
            t.obligations.c.organization_id == organization_id,
            t.obligations.c.state == ObligationState.OPEN,
            t.obligations.c.version == 0,
            t.obligations.c.round_id.in_(asked),
            t.obligations.c.round_id.not_in(kept),
        )
    )


async def end(tx: Tx, organization_id: int) -> None:
    """The organization is in the roster again: nobody goes on with its work."""
    await tx.execute(sa.delete(t.successions).where(_OWN.organization_id == organization_id))


async def _oblige(tx: Tx, takers: Collection[int], owed: Collection[int]) -> None:
    theirs = t.obligations.alias("theirs")
    columns = [theirs.c[name] for name in _TIMES]
    source = sa.select(
        *columns,
        t.organizations.c.id,
        sa.literal(str(ObligationState.OPEN)),
        sa.literal(0),
        typed(t.organizations.c.id),
        noted(t.organizations.c.territory),
    )
    source = source.select_from(theirs.join(t.organizations, one_of(t.organizations.c.id, takers)))
    own, statement = t.obligations.c, insert(tx, t.obligations)
    new = statement.excluded
    statement = statement.from_select(
        [*_TIMES, "organization_id", "state", "version", "types", "territory"],
        source.where(one_of(theirs.c.id, owed), t.organizations.c.active),
    )
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["round_id", "organization_id"],
            set_={name: new[name] for name in _TIMES if name != "round_id"},
            where=sa.and_(own.state.in_(UNANSWERED), own.due_at < new.due_at),
        )
    )
