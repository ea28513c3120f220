"""Directives that are not asked for the time being."""

from datetime import datetime

import sqlalchemy as sa

from bot.domain.directives.pause import Pause
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import insert
from bot.storage.post import audit


async def every(tx: Tx) -> dict[str, Pause]:
    """The last pauses by directive, also of directives that were resumed or have left the catalog."""
    rows = await tx.execute(sa.select(t.directive_pauses))
    return {row.directive_id: Pause(row.paused_at, row.resumed_at) for row in rows}


async def of(tx: Tx, directive_id: str) -> Pause | None:
    """The directive's last pause; None: there was none."""
    query = sa.select(t.directive_pauses).where(t.directive_pauses.c.directive_id == directive_id)
    row = (await tx.execute(query)).first()
    return Pause(row.paused_at, row.resumed_at) if row else None


async def pause(tx: Tx, directive_id: str, by: int, now: datetime) -> bool:
    """Pauses the directive: it is not asked from now on. False if it was paused already."""
    values = {"paused_at": now, "resumed_at": None, "by_id": by}
    changed = await tx.execute(
        insert(tx, t.directive_pauses)
        .values(directive_id=directive_id, **values)
        .on_conflict_do_update(
            index_elements=["directive_id"], set_=values, where=t.directive_pauses.c.resumed_at.is_not(None)
        )
    )
    if changed.rowcount:
        await audit.record(tx, now, by, "directive.paused", directive_id=directive_id)
    return changed.rowcount > 0


async def resume(tx: Tx, directive_id: str, by: int, now: datetime) -> bool:
    """Resumes the directive: it is asked again. False if it was not paused."""
    changed = await tx.execute(
        sa.update(t.directive_pauses)
        .where(t.directive_pauses.c.directive_id == directive_id, t.directive_pauses.c.resumed_at.is_(None))
        .values(resumed_at=now, by_id=by)
    )
    if changed.rowcount:
        await audit.record(tx, now, by, "directive.resumed", directive_id=directive_id)
    return changed.rowcount > 0
