"""Who has something open: a conversation that is going on, or an answer that is being put together."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Tx


@dataclass(frozen=True, slots=True)
class Opening:
    """What a person has touched last. `obligation_id` None: a conversation that is about no request."""

    person_id: int
    obligation_id: int | None
    touched_at: datetime


async def touched(tx: Tx, since: datetime) -> list[Opening]:
    """Of everybody who has touched something since then what they touched last."""
    newest: dict[int, Opening] = {}
    talks = sa.select(t.dialogues).where(t.dialogues.c.updated_at >= since, t.dialogues.c.kind != "")
    for row in await tx.execute(talks):
        obligation_id = row.data.get("obligation")
        newest[row.person_id] = Opening(
            row.person_id, obligation_id if isinstance(obligation_id, int) else None, row.updated_at
        )
    forms = (
        sa.select(t.drafts.c.person_id, t.drafts.c.obligation_id, t.drafts.c.updated_at)
        .where(t.drafts.c.updated_at >= since)
        .order_by(t.drafts.c.updated_at)
    )
    for row in await tx.execute(forms):
        known = newest.get(row.person_id)
        if known is None or row.updated_at > known.touched_at:
            newest[row.person_id] = Opening(row.person_id, row.obligation_id, row.updated_at)
    return list(newest.values())


async def since(tx: Tx, person_id: int, moment: datetime) -> bool:
    """Whether the person has touched anything after that moment."""
    for table in (t.dialogues, t.drafts):
        query = sa.select(table.c.person_id).where(table.c.person_id == person_id, table.c.updated_at > moment)
        if (await tx.execute(query.limit(1))).first() is not None:
            return True
    return False
