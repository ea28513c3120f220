"""Who gets an announcement, and what became of each copy. Unlike letters, recipients are never pruned."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState, Recipient, Tally
from bot.domain.letter import LetterState
from bot.domain.people.member import SeatState
from bot.storage import schema as t
from bot.storage.desk import destinations
from bot.storage.desk.destinations import NOT_GONE, copies
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import one_of
from bot.storage.post import audit

_RECIPIENT = Mapped(Recipient, t.recipients, person_name=t.people.c.name)
_GET = Prepared(
    sa.select(*_RECIPIENT.columns)
    .select_from(t.recipients.join(t.people))
    .where(t.recipients.c.announcement_id == sa.bindparam("its"), t.recipients.c.person_id == sa.bindparam("whose"))
)
_COPIES = Prepared(
    sa.select(t.recipients.c.announcement_id, t.recipients.c.messages).where(
        t.recipients.c.person_id == sa.bindparam("whose"), t.recipients.c.sent_at.is_not(None)
    )
)
_ACKNOWLEDGE = Prepared(
    sa.update(t.recipients)
    .where(
        t.recipients.c.announcement_id == sa.bindparam("its"),
        t.recipients.c.person_id == sa.bindparam("whose"),
        t.recipients.c.acknowledged_at.is_(None),
    )
    .values(acknowledged_at=sa.bindparam("now"))
)


async def acknowledge(tx: Tx, announcement_id: int, person_id: int, now: datetime) -> bool | None:
    """Notes that the person has read it, for all of their organizations that it is for.

    False if nothing of that is news, None if it was not for them. A press that is repeated counts for a seat that has
    been taken since the first.
    """
    is_first = await _ACKNOWLEDGE.run(tx, its=announcement_id, whose=person_id, now=now) > 0
    if not is_first and await get(tx, announcement_id, person_id) is None:
        return None
    counts = await destinations.acknowledge(tx, announcement_id, person_id, now)
    if is_first and not counts:
        # The person sits nowhere any more, or somebody else was first: it still says who has read it.
        await audit.record(tx, now, person_id, "announcement.acknowledged", announcement=announcement_id)
    return counts or is_first


async def get(tx: Tx, announcement_id: int, person_id: int) -> Recipient | None:
    """What became of the person's copy; None if it was not for them."""
    row = await _GET.first(tx, its=announcement_id, whose=person_id)
    return _RECIPIENT(row) if row else None


async def to_acknowledge(tx: Tx, person_id: int, most: int) -> list[int]:
    """Ids of the announcements, the newest first, that the person has got and has not said to have read."""
    its, of = t.announcements.c, t.recipients.c
    query = (
        sa.select(of.announcement_id)
        .select_from(t.recipients.join(t.announcements))
        .where(of.person_id == person_id, of.sent_at.is_not(None), of.acknowledged_at.is_(None))
        .where(its.acknowledge, its.state.in_([state for state in AnnouncementState if state.is_sent_off]))
        .order_by(of.sent_at.desc(), of.announcement_id.desc())
    )
    return list((await tx.execute(query.limit(most))).scalars())


async def copied(tx: Tx, person_id: int, message_id: int) -> int | None:
    """The id of the announcement that the message of the person's chat is a copy of."""
    rows = await _COPIES.all(tx, whose=person_id)
    return next((row.announcement_id for row in rows if message_id in row.messages), None)


async def places(tx: Tx, announcement_id: int, person_id: int) -> dict[int, str]:
    """The organizations through which it came to the person, in order: the label of each by its id."""
    query = (
        sa.select(t.organizations.c.id, t.organizations.c.label)
        .select_from(t.addressees.join(t.organizations, t.organizations.c.id == t.addressees.c.organization_id))
        .where(t.addressees.c.announcement_id == announcement_id, t.addressees.c.person_id == person_id)
        .order_by(*t.ORGANIZATIONS_IN_ORDER)
    )
    return {row.id: row.label for row in await tx.execute(query)}


def _still_there(announcement_id: sa.BindParameter[int]) -> sa.ColumnElement[bool]:
    """The condition that the recipient sits at an organization of the list that the announcement was for."""
    return (
        sa.exists()
        .select_from(
            t.seats.join(t.destinations, t.destinations.c.organization_id == t.seats.c.organization_id).join(
                t.organizations, t.organizations.c.id == t.seats.c.organization_id
            )
        )
        .where(
            t.seats.c.person_id == t.recipients.c.person_id,
            t.seats.c.state == SeatState.SEATED,
            t.destinations.c.announcement_id == announcement_id,
            t.organizations.c.left_at.is_(None),
        )
    )


_SEATED = Prepared(
    sa.select(t.recipients.c.person_id).where(
        t.recipients.c.announcement_id == sa.bindparam("its"),
        one_of(t.recipients.c.person_id, "whose"),
        _still_there(sa.bindparam("its")),
    )
)
_READY = Prepared(
    sa.select(t.recipients.c.person_id, t.recipients.c.acknowledged_at)
    .select_from(t.recipients.join(t.people))
    .where(
        t.recipients.c.announcement_id == sa.bindparam("its"),
        one_of(t.recipients.c.person_id, "whose"),
        _still_there(sa.bindparam("its")),
        t.people.c.stopped_at.is_(None),
        sa.or_(t.people.c.paused_until.is_(None), t.people.c.paused_until <= sa.bindparam("now")),
    )
)


async def seated(tx: Tx, announcement_id: int, person_ids: Collection[int]) -> set[int]:
    """Which of the people sit at an organization that it was for; of the others it is no matter any more."""
    rows = await _SEATED.all(tx, its=announcement_id, whose=list(person_ids))
    return {row.person_id for row in rows}


async def ready(tx: Tx, announcement_id: int, person_ids: Collection[int], now: datetime) -> dict[int, bool]:
    """Which of the people are still to get it and want messages now, each with whether they have acknowledged it."""
    rows = await _READY.all(tx, its=announcement_id, whose=list(person_ids), now=now)
    return {row.person_id: row.acknowledged_at is not None for row in rows}


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
