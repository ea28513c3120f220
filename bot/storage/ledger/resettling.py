"""What organizations owe when they go to a territory that lives by another clock."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.domain.ledger.ladder import next_of_round
from bot.domain.ledger.obligation import Obligation
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.ledger import apart, obligations, rounds
from bot.storage.ledger.apart import Opening
from bot.storage.ledger.leaving import open_at


async def resettle(tx: Tx, former: Mapping[int, str], calendar: WorkCalendar, now: datetime) -> None:
    """Has organizations that are in another territory now owe by its times; `former`: where they were, by their ids.

    What they were asked stays asked, also where its hour has not come in the new territory; a due date that somebody
    has moved stays. What has opened there, and had not where they were, they are obliged to.
    """
    if not calendar.others:
        return
    owed = await obligations.of_ids(tx, [row.id for row in await tx.execute(open_at(former, now))])
    openings = await apart.of_rounds(tx, {obligation.round.id for obligation in owed})
    alike: dict[tuple[Opening, Opening, datetime], list[Obligation]] = defaultdict(list)
    for obligation in owed:
        known = openings.get(obligation.round.id)
        if known is None:
            continue
        before, after = (
            known.get(territory, known[""])
            for territory in (former[obligation.organization_id], obligation.organization_territory)
        )
        alike[before, after, obligation.due_at].append(obligation)
    for (before, after, due_at), together in alike.items():
        due = after.due_at if due_at == before.due_at else due_at
        its = together[0]
        reminder = next_of_round(its.round, due, calendar, now, its.organization_territory, after.closes_at)
        await tx.execute(
            sa.update(t.obligations)
            .where(one_of(t.obligations.c.id, [obligation.id for obligation in together]))
            .values(
                due_at=due,
                first_due_at=after.due_at,
                closes_at=after.closes_at,
                next_reminder_at=reminder.at if reminder else None,
                next_reminder_days=reminder.days if reminder else None,
            )
        )
    await rounds.join(tx, former.keys(), calendar, now)
