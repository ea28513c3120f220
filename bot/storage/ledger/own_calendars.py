"""What people's own calendars have been told of deadlines: a file can only add to what an earlier one has said."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import sqlalchemy as sa

from bot.domain.agenda import Deadline
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared, Upsert

_DEADLINE = Mapped(Deadline, t.own_deadlines)
_BEGIN = Prepared.insert(t.own_calendars, lambda rows: rows.on_conflict_do_nothing(index_elements=["person_id"]))
_SAID = Upsert(
    t.own_deadlines,
    ("person_id", "obligation_id"),
    ("title", "due_at", "changed_at", "sequence", "cancelled"),
)


async def begin(tx: Tx, person_id: int) -> None:
    """Gives the person's calendar its key, unless it has one."""
    await _BEGIN.run(tx, person_id=person_id, key=str(uuid4()))


async def key(tx: Tx, person_id: int) -> UUID | None:
    """By which the events of the person's files are known, and the person is not; None: they have asked for no file."""
    query = sa.select(t.own_calendars.c.key).where(t.own_calendars.c.person_id == person_id)
    stored = (await tx.execute(query)).scalar()
    return UUID(stored) if stored is not None else None


async def said(tx: Tx, person_id: int) -> list[Deadline]:
    """Each deadline as the last file with it has said it."""
    query = sa.select(*_DEADLINE.columns).where(t.own_deadlines.c.person_id == person_id)
    return [_DEADLINE(row) for row in await tx.execute(query)]


async def has_standing(tx: Tx, person_id: int) -> bool:
    """Whether a file has said a deadline that none has taken back."""
    standing = sa.select(t.own_deadlines.c.obligation_id).where(
        t.own_deadlines.c.person_id == person_id, ~t.own_deadlines.c.cancelled
    )
    return (await tx.execute(standing.limit(1))).first() is not None


async def say(tx: Tx, person_id: int, deadlines: Sequence[Deadline]) -> None:
    """Notes what a file has said."""
    await _SAID.run_each(
        tx,
        [
            {
                "person_id": person_id,
                "obligation_id": deadline.obligation_id,
                "title": deadline.title,
                "due_at": deadline.due_at,
                "changed_at": deadline.changed_at,
                "sequence": deadline.sequence,
                "cancelled": deadline.cancelled,
            }
            for deadline in deadlines
        ],
    )
