"""Announcements as reports read them: those sent off in a period, and what came of each by organization."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.desk.announcement import Coverage, Destination
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.desk import destinations
from bot.storage.desk.announcements import OVER, UNDER_WAY
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.people import belonging


@dataclass(frozen=True, slots=True)
class Sent:
    """An announcement that went off; what it counts is within the limits.

    `text`: HTML. `coverage` counts organizations; those that acknowledged count only if `acknowledge` asks for it.
    `delivered`: how many people have got a copy.
    """

    id: int
    at: datetime
    text: str
    by_name: str | None
    acknowledge: bool
    coverage: Coverage
    delivered: int


async def sent(tx: Tx, since: datetime | None, until: datetime | None, limits: Limits) -> list[Sent]:
    """Announcements that went off from `since` on and before `until` to anybody within the limits, oldest first."""
    period: list[sa.ColumnElement[bool]] = [t.announcements.c.started_at.is_not(None)]
    if since is not None:
        period.append(t.announcements.c.started_at >= since)
    if until is not None:
        period.append(t.announcements.c.started_at < until)
    query = (
        sa.select(
            t.announcements.c.id,
            t.announcements.c.started_at,
            t.announcements.c.text,
            t.people.c.name,
            t.announcements.c.acknowledge,
            t.announcements.c.state.in_(UNDER_WAY).label("is_under_way"),
            sa.func.count().label("total"),
            sa.func.count(t.destinations.c.reached_at).label("reached"),
            sa.func.count(t.destinations.c.acknowledged_at).label("acknowledged"),
        )
        .select_from(
            t.announcements.join(t.destinations, t.destinations.c.announcement_id == t.announcements.c.id).outerjoin(
                t.people, t.people.c.id == t.announcements.c.by_id
            )
        )
        .where(*period, *belonging.within_then(t.destinations, limits))
        .group_by(t.announcements.c.id, t.people.c.name)
        .order_by(t.announcements.c.started_at, t.announcements.c.id)
    )
    rows = (await tx.execute(query)).all()
    within = belonging.within_then(t.destinations, limits)
    waiting = {row.id: await destinations.waiting(tx, row.id, *within) for row in rows if row.is_under_way}
    delivered = await _delivered(tx, [row.id for row in rows], limits)
    return [
        Sent(
            row.id,
            row.started_at,
            row.text,
            row.name,
            row.acknowledge,
            Coverage(int(row.total), int(row.reached), waiting.get(row.id, 0), int(row.acknowledged)),
            delivered.get(row.id, 0),
        )
        for row in rows
    ]


async def by_organization(tx: Tx, announcement_id: int, limits: Limits) -> list[Destination]:
    """What came of the announcement at the organizations within the limits, in order."""
    return await destinations.all_of(tx, announcement_id, *belonging.within_then(t.destinations, limits))


async def unreached(tx: Tx, since: datetime, limits: Limits) -> int:
    """How many organizations within the limits have not got an announcement that went off since then and is over."""
    query = sa.select(sa.func.count(sa.distinct(t.destinations.c.organization_id))).where(
        t.destinations.c.reached_at.is_(None),
        t.destinations.c.announcement_id.in_(
            sa.select(t.announcements.c.id).where(
                t.announcements.c.started_at >= since, t.announcements.c.state.in_(OVER)
            )
        ),
        *belonging.within_then(t.destinations, limits),
    )
    return int((await tx.execute(query)).scalar_one())


async def _delivered(tx: Tx, announcement_ids: list[int], limits: Limits) -> dict[int, int]:
    query = (
        sa.select(t.recipients.c.announcement_id, sa.func.count(sa.distinct(t.recipients.c.person_id)))
        .select_from(
            t.recipients.join(
                t.addressees,
                sa.and_(
                    t.addressees.c.announcement_id == t.recipients.c.announcement_id,
                    t.addressees.c.person_id == t.recipients.c.person_id,
                ),
            ).join(
                t.destinations,
                sa.and_(
                    t.destinations.c.announcement_id == t.addressees.c.announcement_id,
                    t.destinations.c.organization_id == t.addressees.c.organization_id,
                ),
            )
        )
        .where(
            one_of(t.recipients.c.announcement_id, announcement_ids),
            t.recipients.c.sent_at.is_not(None),
            *belonging.within_then(t.destinations, limits),
        )
        .group_by(t.recipients.c.announcement_id)
    )
    return {announcement_id: int(count) for announcement_id, count in await tx.execute(query)}
