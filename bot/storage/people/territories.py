"""What the ledger remembers of the catalog's territories: names, their order, and those that are gone."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from bot.domain.people.territory import Known, Territory
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import insert

_OWN = t.territories.c
_SAID = (_OWN.name, _OWN.short, _OWN.place, _OWN.left_at)


async def mirror(tx: Tx, territories: Iterable[Territory], now: datetime) -> None:
    """Keeps what the catalog's territories are called. One that it no longer has stays, and has left since `now`."""
    held = {row.id: tuple(row)[1:] for row in await tx.execute(sa.select(_OWN.id, *_SAID))}
    said = {each.id: (each.name, each.short, place, None) for place, each in enumerate(territories)}
    gone = [id for id, (*_, left_at) in held.items() if left_at is None and id not in said]
    if gone:
        await tx.execute(sa.update(t.territories).where(_OWN.id.in_(gone)).values(left_at=now))
    rows = [
        {"id": id, **{column.name: value for column, value in zip(_SAID, its, strict=True)}}
        for id, its in said.items()
        if held.get(id) != its
    ]
    if rows:
        statement = insert(tx, t.territories)
        changed = {column.name: statement.excluded[column.name] for column in _SAID}
        await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), rows)


async def every(tx: Tx) -> dict[str, Known]:
    """All territories that there are or have been, by id: those of the catalog in its order, then those that left."""
    query = sa.select(_OWN.id, *_SAID).order_by(_OWN.left_at.is_not(None), _OWN.place, _OWN.id)
    return {row.id: Known(row.id, row.name, row.short, row.left_at) for row in await tx.execute(query)}
