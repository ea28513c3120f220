"""Updates that Telegram handed over, until their handlers have finished."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared

# A received update is remembered for this long. Telegram keeps an unconfirmed one for a day, and its numbers do not
# begin anew within a week.
REMEMBERED = timedelta(days=2)

_ITS = t.inbox.c.update_id == sa.bindparam("its")
_APPLIED = Prepared(
    sa.update(t.inbox)
    .where(_ITS)
    .values(applied_at=sa.bindparam("at"), sayings=sa.bindparam("said", type_=t.inbox.c.sayings.type))
)
_FINISHED = Prepared(sa.delete(t.inbox).where(_ITS))
_ADD = Prepared.insert(t.inbox, lambda rows: rows.on_conflict_do_nothing(index_elements=["update_id"]))
# A number that is known from before `since` belongs to Telegram's new count.
_NEW = Prepared.insert(
    t.received,
    lambda rows: rows.on_conflict_do_update(
        index_elements=["update_id"], set_={"at": rows.excluded.at}, where=t.received.c.at < sa.bindparam("since")
    ).returning(t.received.c.update_id),
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A stored update. `sayings` is what its handler decided to say, None while it has not been applied.

    `unshown`: the number of the first press of the same person that had not been answered when this came: what the
    press was to change still stood on the screen. None: there was none.
    """

    update_id: int
    person_id: int
    body: str
    sayings: list[dict[str, Any]] | None = None
    unshown: int | None = None


async def add(tx: Tx, batch: Sequence[Incoming], now: datetime) -> None:
    """Stores a batch; an update that is stored already (Telegram redelivered it) stays as it is."""
    if not batch:
        return
    rows = [
        {"update_id": update.update_id, "person_id": update.person_id, "body": update.body, "received_at": now}
        for update in batch
    ]
    await _ADD.run_each(tx, rows)


async def news(tx: Tx, update_ids: Sequence[int], since: datetime, now: datetime) -> set[int]:
    """Marks the updates as received; returns those that are not known to have been received since `since`."""
    return {
        update_id
        for update_id in sorted(update_ids)
        if await _NEW.first(tx, update_id=update_id, at=now, since=since) is not None
    }


async def forget_received(tx: Tx, before: datetime) -> int:
    """Forgets which updates were received before that moment; returns how many."""
    return (await tx.execute(sa.delete(t.received).where(t.received.c.at < before))).rowcount


async def waiting(tx: Tx, only: Iterable[int] | None = None) -> list[Incoming]:
    """Updates that have not been finished, in the order in which they came; `only`: of these ids."""
    query = sa.select(t.inbox).order_by(t.inbox.c.update_id)
    if only is not None:
        query = query.where(t.inbox.c.update_id.in_(list(only)))
    rows = await tx.execute(query)
    return [Incoming(row.update_id, row.person_id, row.body, row.sayings if row.applied_at else None) for row in rows]


async def count(tx: Tx) -> int:
    """How many updates have not been finished."""
    return int((await tx.execute(sa.select(sa.func.count()).select_from(t.inbox))).scalar_one())


async def applied(tx: Tx, update_id: int, sayings: list[dict[str, Any]], now: datetime) -> None:
    """Marks the update in the transaction of its handler: a second run only repeats what was said."""
    await _APPLIED.run(tx, its=update_id, at=now, said=sayings)


async def finished(tx: Tx, update_ids: Sequence[int]) -> None:
    """Removes updates whose handlers have finished."""
    await _FINISHED.run_each(tx, [{"its": update_id} for update_id in update_ids])
