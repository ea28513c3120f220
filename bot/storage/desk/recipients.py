"""Who gets an announcement, and what became of each copy. Unlike letters, recipients are never pruned."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.desk.announcement import Recipient, Tally
from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.names import natural
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared
from bot.storage.post import audit

_RECIPIENT = Mapped(
    Recipient,
    t.recipients,
    person_name=t.people.c.name,
    organization_name=t.organizations.c.name,
    organization_label=t.organizations.c.label,
)
NOT_GONE = t.letters.c.state.in_((LetterState.WAITING, LetterState.HELD))


def copies(announcement_id: int | sa.BindParameter[int]) -> sa.ColumnElement[bool]:
    """The condition that a letter brings the announcement."""
    return sa.and_(
        t.letters.c.announcement_id == announcement_id,
        t.letters.c.kind.in_((LetterKind.ANNOUNCEMENT, LetterKind.ACKNOWLEDGE)),
    )


async def acknowledge(tx: Tx, announcement_id: int, person_id: int, now: datetime) -> bool:
    """Notes that the person has read it; False if they said so before, or it was not for them."""
    changed = await tx.execute(
        sa.update(t.recipients)
        .where(
            t.recipients.c.announcement_id == announcement_id,
            t.recipients.c.person_id == person_id,
            t.recipients.c.acknowledged_at.is_(None),
        )
        .values(acknowledged_at=now)
    )
    if changed.rowcount:
        await audit.record(tx, now, person_id, "announcement.acknowledged", announcement=announcement_id)
    return changed.rowcount > 0


async def get(tx: Tx, announcement_id: int, person_id: int) -> Recipient | None:
    """What became of the person's copy; None if it was not for them."""
    recipients = await _recipients(
        tx, t.recipients.c.announcement_id == announcement_id, t.recipients.c.person_id == person_id
    )
    return recipients[0] if recipients else None


_READY = Prepared(
    sa.select(t.recipients.c.person_id, t.recipients.c.acknowledged_at)
    .select_from(t.recipients.join(t.people))
    .where(
        t.recipients.c.announcement_id == sa.bindparam("its"),
        t.recipients.c.person_id.in_(sa.bindparam("whose", expanding=True)),
        t.people.c.stopped_at.is_(None),
        sa.or_(t.people.c.paused_until.is_(None), t.people.c.paused_until <= sa.bindparam("now")),
    )
)


async def ready(tx: Tx, announcement_id: int, person_ids: Collection[int], now: datetime) -> dict[int, bool]:
    """Which of the people are to get it and want messages now, each with whether they have acknowledged it before."""
    rows = await _READY.all(tx, its=announcement_id, whose=list(person_ids), now=now)
    return {row.person_id: row.acknowledged_at is not None for row in rows}


async def all_of(tx: Tx, announcement_id: int) -> list[Recipient]:
    """Everybody whom it was for, by organization and name."""
    return await _recipients(tx, t.recipients.c.announcement_id == announcement_id)


async def tally(tx: Tx, announcement_id: int) -> Tally:
    """How many copies are in which state."""
    column = t.recipients.c

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)), 0)

    row = (
        await tx.execute(
            sa.select(
                sa.func.count(),
                count(column.sent_at.is_not(None)),
                count(column.sent_at.is_(None), column.failure.is_not(None)),
                count(column.acknowledged_at.is_not(None)),
            ).where(column.announcement_id == announcement_id)
        )
    ).one()
    total, sent, failed, acknowledged = (int(value) for value in row)
    under_way = sa.select(sa.func.count()).where(copies(announcement_id), NOT_GONE)
    waiting = int((await tx.execute(under_way)).scalar_one())
    return Tally(total, sent, waiting, failed, max(0, total - sent - failed - waiting), acknowledged)


async def pace(tx: Tx, announcement_id: int, now: datetime) -> float:
    """Copies a second, on average of the last minute."""
    query = sa.select(sa.func.count()).where(
        copies(announcement_id),
        t.letters.c.state == LetterState.SENT,
        t.letters.c.settled_at > now - timedelta(minutes=1),
    )
    return int((await tx.execute(query)).scalar_one()) / 60


async def _recipients(tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[Recipient]:
    query = (
        sa.select(*_RECIPIENT.columns)
        .select_from(t.recipients.join(t.people).outerjoin(t.organizations))
        .where(*conditions)
    )
    recipients = [_RECIPIENT(row) for row in await tx.execute(query)]
    return sorted(
        recipients,
        key=lambda recipient: (
            natural(recipient.organization_name or ""),
            recipient.organization_id or 0,
            natural(recipient.person_name),
        ),
    )
