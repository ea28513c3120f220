"""What organizations owe when they go to a territory that lives by another clock."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from bot.domain.ledger.ladder import next_of
from bot.domain.ledger.obligation import Obligation
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.ledger import apart, obligations
from bot.storage.ledger.apart import Opening
from bot.storage.ledger.changes.leaving import open_at


async def resettle(tx: Tx, organization_ids: Collection[int], calendar: WorkCalendar, now: datetime) -> None:
    """Has organizations owe by the times of the territory in which they are now."""
    if not calendar.others:
        return
    owed = await obligations.of_ids(tx, [row.id for row in await tx.execute(open_at(organization_ids, now))])
    alike: dict[tuple[int, str, *tuple[datetime | None, ...]], list[Obligation]] = defaultdict(list)
    for before, after in zip(owed, await as_now(tx, owed, calendar), strict=True):
        if after is not before:
            alike[after.round.id, after.organization_territory, *moments(after).values()].append(after)
    for together in alike.values():
        its = together[0]
        reminder = next_of(its, its.due_at, calendar, now)
        await tx.execute(
            sa.update(t.obligations)
            .where(one_of(t.obligations.c.id, [obligation.id for obligation in together]))
            .values(
                **moments(its),
                next_reminder_at=reminder.at if reminder else None,
                next_reminder_days=reminder.days if reminder else None,
            )
        )


async def as_now(tx: Tx, owed: Sequence[Obligation], calendar: WorkCalendar) -> list[Obligation]:
    """The obligations with the moments that they have where their organizations are now.

    What they were asked stays asked, also where its hour has not come in the new territory; a due date that somebody
    has moved stays.
    """
    if not calendar.others:
        return [*owed]
    openings = await apart.of_rounds(tx, {obligation.round.id for obligation in owed})
    return [_as_now(obligation, openings.get(obligation.round.id)) for obligation in owed]


def moments(obligation: Obligation) -> dict[str, datetime | None]:
    """When it is due, was at first, and until when it may be answered; by the columns of `obligations`."""
    return {
        "due_at": obligation.due_at,
        "first_due_at": obligation.own_due,
        "closes_at": obligation.own_closing,
    }


def _as_now(obligation: Obligation, known: Mapping[str, Opening] | None) -> Obligation:
    if known is None:
        return obligation
    territories = obligation.due_in or "", obligation.organization_territory
    before, after = (known.get(territory, known[""]) for territory in territories)
    due_at = after.due_at if obligation.due_at == before.due_at else obligation.due_at
    return replace(obligation, due_at=due_at, own_due=after.due_at, own_closing=after.closes_at, due_in=after.territory)
