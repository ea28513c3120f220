"""Who did what, and when. Every write is by someone; `by` None is the bot itself."""

from datetime import datetime
from typing import Any

from bot.storage.engine import Tx
from bot.storage.schema import audit


async def record(
    tx: Tx,
    now: datetime,
    by: int | None,
    action: str,
    *,
    organization_id: int | None = None,
    directive_id: str | None = None,
    **detail: Any,
) -> None:
    """Adds a row in the transaction of the deed. `detail` holds ids, not names: names are erased on demand."""
    await tx.execute(
        audit.insert().values(
            at=now,
            by_id=by,
            action=action,
            organization_id=organization_id,
            directive_id=directive_id,
            detail=detail,
        )
    )
