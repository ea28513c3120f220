"""Whoever decides by what they have read, and writes something else, holds the row that both have to do with."""

from typing import Any

import sqlalchemy as sa

from bot.storage.engine.database import Tx


async def hold(tx: Tx, key: sa.Column[Any], value: Any) -> None:
    """Of those who hold the row with that key at once one goes first; the others are run again, and see what it did.

    The row is written, unchanged. A lock is not enough: whoever has waited for it goes on with what they had read
    before, by the snapshot of a transaction that began meanwhile.
    """
    await tx.execute(sa.update(key.table).where(key == value).values({key: key}))
