"""The log of deeds: who did what, and when. Every write is by someone; `by` None is the bot itself."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.desk.journal import Entry
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import one_of, streamed

_ADD = Prepared(t.audit.insert())


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
    """Adds an entry in the transaction of the deed. `detail` holds ids, not names: names are erased on demand."""
    values = {"at": now, "by_id": by, "action": action, "detail": detail}
    await _ADD.run(tx, **values, organization_id=organization_id, directive_id=directive_id)


async def record_each(
    tx: Tx,
    now: datetime,
    by: int | None,
    action: str,
    deeds: Iterable[tuple[int, dict[str, Any]]],
    *,
    directive_id: str | None = None,
) -> None:
    """Adds an entry for each of many organizations, by one statement; `deeds` are pairs of its id and the detail."""
    common = {"at": now, "by_id": by, "action": action, "directive_id": directive_id}
    rows = [common | {"organization_id": organization_id, "detail": detail} for organization_id, detail in deeds]
    await _ADD.run_each(tx, rows)


async def prune(tx: Tx, before: datetime) -> int:
    """Forgets what was done before that time; returns how many entries that were."""
    return (await tx.execute(sa.delete(t.audit).where(t.audit.c.at < before))).rowcount


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are wanted: an entry must fit all that is given. `by` 0: entries by nobody, which are the bot's.

    `among`: those about the organizations of that query alone.
    """

    by: int | None = None
    organization_id: int | None = None
    directive_id: str | None = None
    action: str | None = None
    since: datetime | None = None
    among: sa.Select[Any] | None = None


async def found(tx: Tx, which: Filter, limit: int, offset: int = 0) -> list[Entry]:
    """The entries that fit, the newest first."""
    conditions = []
    if which.by is not None:
        conditions.append(t.audit.c.by_id == which.by if which.by else t.audit.c.by_id.is_(None))
    if which.organization_id is not None:
        conditions.append(t.audit.c.organization_id == which.organization_id)
    if which.directive_id is not None:
        conditions.append(t.audit.c.directive_id == which.directive_id)
    if which.action is not None:
        conditions.append(t.audit.c.action == which.action)
    if which.since is not None:
        conditions.append(t.audit.c.at >= which.since)
    if which.among is not None:
        conditions.append(t.audit.c.organization_id.in_(which.among))
    # Names are looked up only for the rows that are shown.
    some = (
        sa.select(t.audit)
        .where(*conditions)
        .order_by(t.audit.c.at.desc(), t.audit.c.id.desc())
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    query = (
        sa.select(
            some,
            t.people.c.name.label("by_name"),
            t.organizations.c.name.label("organization_name"),
            t.organizations.c.label.label("organization_label"),
        )
        .select_from(
            some.outerjoin(t.people, t.people.c.id == some.c.by_id).outerjoin(
                t.organizations, t.organizations.c.id == some.c.organization_id
            )
        )
        .order_by(some.c.at.desc(), some.c.id.desc())
    )
    return [
        Entry(
            row.at,
            row.by_id,
            row.by_name,
            row.action,
            row.organization_id,
            row.organization_name,
            row.organization_label,
            row.directive_id,
            row.detail,
        )
        async for row in streamed(tx, query)
    ]


async def names(tx: Tx, person_ids: Collection[int]) -> dict[int, str]:
    """Names of the people; those whose data have been erased are missing."""
    if not person_ids:
        return {}
    rows = await tx.execute(sa.select(t.people.c.id, t.people.c.name).where(one_of(t.people.c.id, person_ids)))
    return {row.id: row.name for row in rows}
