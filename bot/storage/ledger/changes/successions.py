"""Who goes on with the work of an organization that was merged or split, and what is asked of them in its place.

What it has answered stays its own, under its name; so do the totals of that time. Of an organization that goes on
itself they are what was made out of a part of it: noted while it is in the list, before it leaves if it ever does.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.obligation import UNANSWERED, ObligationState
from bot.domain.people.organization import Organization
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import insert
from bot.storage.engine.rows import one_of
from bot.storage.ledger.changes import leaving
from bot.storage.ledger.changes.leaving import SUCCEEDED
from bot.storage.people import organizations, seats
from bot.storage.people.belonging import noted, typed
from bot.storage.post import audit

SUCCEEDS = "organization.succeeds"
DIVIDED, DETACHED = "organization.divided", "organization.detached"

_OWN = t.successions.c
# What the heirs are asked when, as the organization was.
_TIMES = ("round_id", "due_at", "first_due_at", "closes_at", "next_reminder_at", "next_reminder_days")


@dataclass(frozen=True, slots=True)
class Kin:
    """Organizations whose work one goes on with, and those that go on with its own; in the order of lists.

    `wholes`: what it was made out of; `parts`: what was made out of it. They are in the list beside it.
    """

    before: Sequence[Organization] = ()
    after: Sequence[Organization] = ()
    wholes: Sequence[Organization] = ()
    parts: Sequence[Organization] = ()


async def of(tx: Tx, organization_id: int) -> Kin:
    """The kin of the organization."""
    left = sa.and_(t.organizations.c.left_at.is_not(None), _OWN.at >= t.organizations.c.left_at)
    query = (
        sa.select(_OWN.organization_id, _OWN.successor_id, left.label("had_left"))
        .join(t.organizations, t.organizations.c.id == _OWN.organization_id)
        .where(sa.or_(_OWN.organization_id == organization_id, _OWN.successor_id == organization_id))
    )
    rows = (await tx.execute(query)).all()
    ids = {each for row in rows for each in (row.organization_id, row.successor_id)} - {organization_id}
    found = await organizations.of_ids(tx, ids)
    kin: list[list[Organization]] = []
    for had_left in (True, False):
        pairs = [(row.organization_id, row.successor_id) for row in rows if bool(row.had_left) is had_left]
        kin += ([each for each in found if each.id in {pair[side] for pair in pairs}] for side in (0, 1))
    return Kin(*kin)


async def succeed(
    tx: Tx,
    organization_id: int,
    heirs: Collection[int],
    takers: Collection[int],
    owed: Collection[int],
    calendar: WorkCalendar,
    by: int | None,
    now: datetime,
    *,
    is_part: bool = False,
) -> None:
    """Notes the heirs, and has the takers among them owe what the organization owes, before that is taken off it.

    A taker that is asked the same itself answers once; it has time for as long as any of them had. `is_part`: the
    organization stays, and they were a part of it.
    """
    await organizations.hold(tx, organization_id)
    rows = [
        {"organization_id": organization_id, "successor_id": heir, "at": now, "by_id": by} for heir in sorted(heirs)
    ]
    statement = insert(tx, t.successions)
    # What was made out of a part of it may go on with the rest later.
    new = {"at": statement.excluded.at, "by_id": statement.excluded.by_id}
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["organization_id", "successor_id"], set_=new), rows
    )
    handed = sorted(owed) if takers else []
    if handed:
        await _take_up(tx, takers, handed, calendar, now)
        await _oblige(tx, takers, handed)
    told: dict[str, Any] = {"heirs": sorted(heirs), "takers": sorted(takers)} | (
        {"obligations": handed} if handed else {}
    )
    action = DIVIDED if is_part else SUCCEEDED
    await audit.record(tx, now, by, action, organization_id=organization_id, **told)
    for heir in sorted(heirs):
        action = DETACHED if is_part else SUCCEEDS
        await audit.record(tx, now, by, action, organization_id=heir, organization=organization_id)


async def end(tx: Tx, organization_id: int, left_at: datetime) -> None:
    """The organization that left then is in the roster again: nobody goes on with its work."""
    await tx.execute(sa.delete(t.successions).where(_OWN.organization_id == organization_id, _OWN.at >= left_at))


async def _take_up(
    tx: Tx, takers: Collection[int], owed: Collection[int], calendar: WorkCalendar, now: datetime
) -> None:
    """Has takers owe again what a change of the roster had ended for them, in rounds of what they take now."""
    rounds = sa.select(t.obligations.c.round_id).where(one_of(t.obligations.c.id, owed))
    for taker in takers:
        ended = await leaving.ended(tx, taker, now, t.obligations.c.round_id.in_(rounds))
        again = [*ended.open, *ended.handed]
        for obligation in again:
            await leaving.reopen(tx, obligation, calendar, now)
        if again:
            seated = {seat.person_id for seat in await seats.holders(tx, [taker])}
            await leaving.ask_anew(tx, [obligation.id for obligation in again], seated)


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
