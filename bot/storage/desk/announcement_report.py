"""Announcements as reports read them: those sent off in a period, and what became of each copy."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.desk.announcement import Failure
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.people import organizations


@dataclass(frozen=True, slots=True)
class Sent:
    """An announcement that went off; its counts are of people at organizations within the limits.

    `text`: HTML. `acknowledged` counts only if `acknowledge` asks for it.
    """

    id: int
    at: datetime
    text: str
    by_name: str | None
    acknowledge: bool
    addressed: int
    delivered: int
    failed: int
    acknowledged: int


@dataclass(frozen=True, slots=True)
class Copy:
    """What became of one person's copy; `organization`: the label of where they sat then, None if that is gone."""

    organization: str | None
    person: str
    sent_at: datetime | None
    failure: Failure | None
    acknowledged_at: datetime | None


async def sent(tx: Tx, since: datetime | None, until: datetime | None, limits: Limits) -> list[Sent]:
    """Announcements that went off from `since` on and before `until` to anybody within the limits, oldest first."""

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((condition, 1), else_=0))

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
            sa.func.count().label("addressed"),
            count(t.recipients.c.sent_at.is_not(None)).label("delivered"),
            count(sa.and_(t.recipients.c.sent_at.is_(None), t.recipients.c.failure.is_not(None))).label("failed"),
            count(t.recipients.c.acknowledged_at.is_not(None)).label("acknowledged"),
        )
        .select_from(
            t.announcements.join(t.recipients, t.recipients.c.announcement_id == t.announcements.c.id).outerjoin(
                t.people, t.people.c.id == t.announcements.c.by_id
            )
        )
        .where(*period, *organizations.within(t.recipients.c.organization_id, limits))
        .group_by(t.announcements.c.id, t.people.c.name)
        .order_by(t.announcements.c.started_at, t.announcements.c.id)
    )
    return [Sent(*row) for row in await tx.execute(query)]


async def copies(tx: Tx, announcement_id: int, limits: Limits) -> AsyncIterator[Copy]:
    """The announcement's copies within the limits, by organization and name."""
    query = (
        sa.select(
            t.organizations.c.label.label("organization"),
            t.people.c.name.label("person"),
            t.recipients.c.sent_at,
            t.recipients.c.failure,
            t.recipients.c.acknowledged_at,
        )
        .select_from(
            t.recipients.join(t.people, t.people.c.id == t.recipients.c.person_id).outerjoin(
                t.organizations, t.organizations.c.id == t.recipients.c.organization_id
            )
        )
        .where(
            t.recipients.c.announcement_id == announcement_id,
            *organizations.within(t.recipients.c.organization_id, limits),
        )
        .order_by(
            *(column.nulls_first() for column in t.ORGANIZATIONS_IN_ORDER),
            sa.cast(t.people.c.name, t.Bytewise),
            t.people.c.id,
        )
    )
    async for row in await tx.stream(query):
        failure = Failure(row.failure) if row.failure else None
        yield Copy(row.organization, row.person, row.sent_at, failure, row.acknowledged_at)
