"""Who did what, and when. Every write is by someone; `by` None is the bot itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

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


async def record_each(
    tx: Tx, now: datetime, by: int | None, action: str, organizations: Iterable[tuple[int, dict[str, Any]]]
) -> None:
    """A row for each of many organizations, by one statement: pairs of its id and the detail."""
    rows = [
        {"at": now, "by_id": by, "action": action, "organization_id": organization_id, "detail": detail}
        for organization_id, detail in organizations
    ]
    if rows:
        await tx.execute(audit.insert(), rows)


async def forget(tx: Tx, person_id: int) -> None:
    """Takes the person's id out of the details: the rows stay and say what happened, but to whom no longer.

    `by_id` is emptied by the database itself.
    """
    # As text first: the integers of JSON paths are 32 bits wide on PostgreSQL, ids of Telegram are not.
    person = sa.cast(audit.c.detail["person"].as_string(), sa.BigInteger)
    rows = (await tx.execute(sa.select(audit.c.id, audit.c.detail).where(person == person_id))).all()
    for row in rows:
        rest = {key: value for key, value in row.detail.items() if key != "person"}
        await tx.execute(sa.update(audit).where(audit.c.id == row.id).values(detail=rest))
