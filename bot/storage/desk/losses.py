"""What organizations leave behind that a change of the roster would end or narrow, as things stand before it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.obligation import ObligationState
from bot.domain.people.heirs import Wishes
from bot.domain.people.leaving import Loss
from bot.domain.people.member import Role, Seat, SeatState
from bot.domain.people.organization import RosterEntry
from bot.domain.people.proposal import Proposal, planned_change
from bot.domain.people.roster import RosterChange
from bot.storage import schema as t
from bot.storage.desk import announcements
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.ledger.changes import leaving
from bot.storage.ledger.closing import takes_answers
from bot.storage.people import organizations, seats, territories

_Gathered = defaultdict[int, dict[str, list[Any]]]


NO_WISHES = Wishes()


async def propose(
    tx: Tx, entries: Sequence[RosterEntry], decided: Mapping[str, bool], now: datetime, wishes: Wishes = NO_WISHES
) -> Proposal:
    """What the rows of a table would change, and what that costs; `decided`: which pairs are said to be one."""
    present = await organizations.every(tx)
    # In a thread: of a region's thousands it takes its time, and others are served meanwhile.
    renamings, change, after = await tx.aside(planned_change, present, entries, decided, wishes)
    moving = await leaving.owed_by(tx, [changed.before.id for changed in change.moved], now) if change.moved else {}
    return Proposal(
        change,
        await of(tx, change, now),
        renamings,
        decided,
        await _territories(tx, change),
        after,
        sum(map(len, moving.values())),
        await leaving.heritage(tx, change, now) if change.heirs or change.parts else {},
        {each.id: each.name for each in present if each.id in change.heirs and each.left_at is not None},
    )


async def _territories(tx: Tx, change: RosterChange) -> dict[str, str]:
    """What all territories are called where an organization leaves one."""
    if all(each.before.territory in ("", each.after.territory) for each in change.changed):
        return {}
    return {known.id: known.short for known in (await territories.every(tx)).values()}


async def of(tx: Tx, change: RosterChange, now: datetime) -> dict[int, Loss]:
    """What each organization loses, by its id; those that lose nothing are missing."""
    falling = await leaving.falling(tx, change, now)
    removed = [organization.id for organization in change.removed]
    gathered: _Gathered = defaultdict(lambda: defaultdict(list))
    for organization_id, obligations in falling.items():
        gathered[organization_id]["obligations"] += obligations
    _seated(gathered, await seats.holders(tx, {*removed, *falling}))
    if removed:
        await _of_removed(tx, removed, gathered, now)
    narrowed = {obligation: place for place, fallen in falling.items() for obligation in fallen if place not in removed}
    await _drafts_and_extensions(tx, narrowed, gathered)
    losses = {place: Loss(**{name: tuple(ids) for name, ids in lost.items()}) for place, lost in gathered.items()}
    return {place: loss for place, loss in losses.items() if loss}


def _seated(gathered: _Gathered, held: Iterable[Seat]) -> None:
    for seat in sorted(held, key=lambda seat: (seat.role is not Role.HEAD, seat.id)):
        name = "people" if seat.state is SeatState.SEATED else "applicants"
        gathered[seat.organization_id][name].append((seat.person_id, seat.person_name, seat.role))


async def _of_removed(tx: Tx, ids: list[int], gathered: _Gathered, now: datetime) -> None:
    _seated(gathered, [seat for seat in await seats.waiting(tx) if seat.organization_id in ids])
    # Corrections of answers that were sent are lost with the rest: nothing of it can be sent any more.
    open_ = (
        sa.select(t.obligations.c.id, t.obligations.c.organization_id)
        .join(t.rounds)
        .where(
            one_of(t.obligations.c.organization_id, ids),
            t.obligations.c.state.not_in((ObligationState.EXCUSED, ObligationState.ACCEPTED)),
            takes_answers(now),
        )
    )
    await _drafts_and_extensions(tx, {row.id: row.organization_id for row in await tx.execute(open_)}, gathered)
    waiting = sa.select(t.threads.c.organization_id, t.threads.c.id).where(
        one_of(t.threads.c.organization_id, ids), t.threads.c.waits
    )
    for row in await tx.execute(waiting.order_by(t.threads.c.id)):
        gathered[row.organization_id]["threads"].append(row.id)
    usable = sa.select(t.invitations.c.organization_id, t.invitations.c.id).where(
        one_of(t.invitations.c.organization_id, ids),
        t.invitations.c.used_at.is_(None),
        t.invitations.c.expires_at > now,
    )
    for row in await tx.execute(usable.order_by(t.invitations.c.id)):
        gathered[row.organization_id]["invitations"].append(row.id)
    for announcement in await announcements.planned(tx):
        for organization_id in sorted({*announcement.audience.organizations} & {*ids}):
            gathered[organization_id]["announcements"].append(announcement.id)


async def _drafts_and_extensions(tx: Tx, obligations: Mapping[int, int], gathered: _Gathered) -> None:
    """`obligations`: the organization of each."""
    drafts = sa.select(t.drafts.c.person_id, t.drafts.c.obligation_id).where(
        one_of(t.drafts.c.obligation_id, obligations)
    )
    for row in await tx.execute(drafts.order_by(t.drafts.c.obligation_id, t.drafts.c.person_id)):
        gathered[obligations[row.obligation_id]]["drafts"].append((row.person_id, row.obligation_id))
    asked = sa.select(t.extensions.c.id, t.extensions.c.obligation_id).where(
        one_of(t.extensions.c.obligation_id, obligations), t.EXTENSION_WAITS
    )
    for row in await tx.execute(asked.order_by(t.extensions.c.id)):
        gathered[obligations[row.obligation_id]]["extensions"].append(row.id)
