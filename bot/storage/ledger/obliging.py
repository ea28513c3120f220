"""Makes organizations owe the answers of a round: each by the times of its own territory."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from bot.domain.ledger.ladder import next_reminder
from bot.domain.ledger.obligation import ObligationState
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.schedule import Ladder
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import insert
from bot.storage.ledger import apart, kinship
from bot.storage.ledger.apart import Opening
from bot.storage.people import belonging


async def oblige(
    tx: Tx,
    ladder: Ladder,
    openings: Iterable[Opening],
    known: Collection[str],
    calendar: WorkCalendar,
    now: datetime,
    *conditions: sa.ColumnElement[bool],
) -> int:
    """Makes an obligation for each organization of these openings of a round for which the conditions hold.

    `known` are all territories for which the round has an opening. Returns how many obligations that made.
    """
    made = 0
    alike: dict[tuple[datetime, datetime, datetime, int], list[Opening]] = defaultdict(list)
    for opening in openings:
        alike[*opening.moments, id(calendar.of(opening.territory))].append(opening)
    for together in alike.values():
        theirs = [apart.belongs(opening.territory, known) for opening in together]
        where = conditions if len(known) == 1 else (*conditions, sa.or_(*theirs))
        made += await _add(tx, ladder, together[0], calendar, now, *where, is_apart=len(known) > 1)
    return made


async def _add(
    tx: Tx,
    ladder: Ladder,
    opening: Opening,
    calendar: WorkCalendar,
    now: datetime,
    *conditions: sa.ColumnElement[bool],
    is_apart: bool,
) -> int:
    reminder = next_reminder(ladder, calendar.of(opening.territory), *opening.moments, now)
    moment = t.obligations.c.due_at.type
    at, days = (reminder.at, reminder.days) if reminder else (None, None)
    audience = sa.select(
        sa.literal(opening.round_id),
        t.organizations.c.id,
        sa.literal(str(ObligationState.OPEN)),
        sa.literal(opening.due_at, moment),
        # The round is due as the department says, and closes with the last of all.
        sa.literal(opening.due_at if is_apart else None, moment),
        sa.literal(opening.closes_at if is_apart else None, moment),
        sa.literal(0),
        sa.literal(at, moment),
        sa.literal(days, sa.Integer),
        belonging.typed(t.organizations.c.id),
        belonging.noted(t.organizations.c.territory),
    )
    spared = t.organizations.c.id.in_(kinship.spared(opening.round_id))
    audience = audience.where(*conditions, ~spared).order_by(t.organizations.c.id)
    statement = insert(tx, t.obligations).from_select(
        [
            "round_id",
            "organization_id",
            "state",
            "due_at",
            "first_due_at",
            "closes_at",
            "version",
            "next_reminder_at",
            "next_reminder_days",
            "types",
            "territory",
        ],
        audience,
    )
    added = await tx.execute(statement.on_conflict_do_nothing(index_elements=["round_id", "organization_id"]))
    return added.rowcount
