"""Refusals of Telegram's that nobody knows the meaning of, and how often administrators are told of each."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.domain.desk.digest import Unknown
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import insert


async def add(tx: Tx, counted: Mapping[tuple[str, str], int], now: datetime) -> None:
    """Adds to how often each text of a method has come."""
    if not counted:
        return
    statement = insert(tx, t.unheard)
    rows = [
        {"method": method, "text": text, "times": times, "told": 0, "last_at": now}
        for (method, text), times in sorted(counted.items())
    ]
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["method", "text"],
            set_={"times": t.unheard.c.times + statement.excluded.times, "last_at": statement.excluded.last_at},
        ),
        rows,
    )


async def turn(tx: Tx) -> None:
    """Begins a new day: what has come since the last one is what administrators are told now."""
    await tx.execute(sa.update(t.unheard).values(told=t.unheard.c.times, times=0))


async def told(tx: Tx) -> list[Unknown]:
    """What administrators are told of, the most frequent first."""
    query = sa.select(t.unheard).where(t.unheard.c.told > 0)
    rows = await tx.execute(query.order_by(t.unheard.c.told.desc(), t.unheard.c.method, t.unheard.c.text))
    return [Unknown(row.method, row.text, row.told) for row in rows]


async def prune(tx: Tx, before: datetime) -> int:
    """Forgets what has not come since that time; returns how many."""
    gone = await tx.execute(sa.delete(t.unheard).where(t.unheard.c.last_at < before))
    return gone.rowcount
