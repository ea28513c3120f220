"""Updates that Telegram handed over, until their handlers have finished."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared

# The number of an update that was handled is remembered for this long. Telegram keeps an unconfirmed one for a day, and
# its numbers do not begin anew within a week.
REMEMBERED = timedelta(days=2)

_WAITS = t.inbox.c.finished_at.is_(None)
_THESE = t.inbox.c.update_id.in_(sa.bindparam("these", expanding=True))
_APPLIED = Prepared(
    sa.update(t.inbox)
    .where(t.inbox.c.update_id == sa.bindparam("its"))
    .values(
        applied_at=sa.bindparam("at"),
        sayings=sa.bindparam("said", type_=t.inbox.c.sayings.type),
        noted=sa.bindparam("note", type_=sa.JSON(none_as_null=True)),
    )
)
# Of somebody who has just been erased nothing is noted: there is no row.
_NOTE = Prepared(
    sa.update(t.people)
    .values(handled_id=t.inbox.c.update_id, handled_at=t.inbox.c.applied_at, waited=t.inbox.c.noted)
    .where(_THESE, t.inbox.c.noted.is_not(None), t.people.c.id == t.inbox.c.person_id)
)
# Nobody's, and without a word of what they said.
_FINISH = Prepared(
    sa.update(t.inbox)
    .where(_THESE, _WAITS)
    .values(
        finished_at=sa.bindparam("at"), person_id=0, body="", sayings=sa.null(), noted=sa.null(), applied_at=sa.null()
    )
)
_FRESH = ("person_id", "body", "received_at", "finished_at")
# A number that is known from before `since` belongs to Telegram's new count.
_TAKE = Prepared.insert(
    t.inbox,
    lambda rows: rows.on_conflict_do_update(
        index_elements=["update_id"],
        set_={name: rows.excluded[name] for name in _FRESH},
        where=t.inbox.c.finished_at < sa.bindparam("since"),
    ).returning(t.inbox.c.update_id),
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update that has not been finished. `sayings`: what its handler decided to say; None: it was not applied.

    `unshown`: the number of the first press of the same person that had not been answered when this came: what the
    press was to change still stood on the screen. None: there was none.
    """

    update_id: int
    person_id: int
    body: str
    sayings: list[dict[str, Any]] | None = None
    unshown: int | None = None


async def take(tx: Tx, batch: Iterable[Incoming], since: datetime, now: datetime) -> list[Incoming]:
    """Stores those that are new, and returns them by their numbers; what waits already, or has been finished since
    `since`, stays as it is (Telegram redelivered it)."""
    taken = []
    for update in sorted(batch, key=lambda incoming: incoming.update_id):
        row = {"update_id": update.update_id, "person_id": update.person_id, "body": update.body}
        if await _TAKE.first(tx, **row, received_at=now, finished_at=None, since=since) is not None:
            taken.append(update)
    return taken


async def forget_finished(tx: Tx, before: datetime) -> int:
    """Forgets the numbers of what had been finished by that moment; returns how many."""
    return (await tx.execute(sa.delete(t.inbox).where(t.inbox.c.finished_at < before))).rowcount


async def waiting(tx: Tx, only: Iterable[int] | None = None) -> list[Incoming]:
    """Updates that have not been finished, in the order in which they came; `only`: of these ids."""
    query = sa.select(t.inbox).where(_WAITS).order_by(t.inbox.c.update_id)
    if only is not None:
        query = query.where(t.inbox.c.update_id.in_(list(only)))
    rows = await tx.execute(query)
    return [Incoming(row.update_id, row.person_id, row.body, row.sayings if row.applied_at else None) for row in rows]


async def count(tx: Tx) -> int:
    """How many updates have not been finished."""
    return int((await tx.execute(sa.select(sa.func.count()).select_from(t.inbox).where(_WAITS))).scalar_one())


async def applied(
    tx: Tx, update_id: int, sayings: list[dict[str, Any]], now: datetime, note: list[Any] | None = None
) -> None:
    """Marks the update in the transaction of its handler: a second run only repeats what was said. `note`: what is
    noted of its sender when it is finished."""
    await _APPLIED.run(tx, its=update_id, at=now, said=sayings, note=note)


async def finished(tx: Tx, update_ids: Sequence[int], now: datetime) -> None:
    """Handlers have finished with these updates: their numbers stay, and with the senders what was noted of them.

    Of one sender there is one at a time.
    """
    await _NOTE.run(tx, these=list(update_ids))
    await _FINISH.run(tx, these=list(update_ids), at=now)
