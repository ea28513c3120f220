"""Scheduled reports: who wants them, and which have not been ordered yet."""

from datetime import datetime

import sqlalchemy as sa

from bot.domain.ledger.obligation import Round
from bot.domain.people.member import Person
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.ledger import rounds
from bot.storage.people import people


def _waits_for(month: datetime | sa.BindParameter[datetime]) -> tuple[sa.ColumnElement[bool], ...]:
    return (t.staff.c.monthly, sa.or_(t.staff.c.monthly_at.is_(None), t.staff.c.monthly_at < month))


def _has_closed(now: datetime | sa.BindParameter[datetime]) -> tuple[sa.ColumnElement[bool], ...]:
    return (t.rounds.c.closes_at <= now, t.rounds.c.reported_at.is_(None), t.rounds.c.opened_at.is_not(None))


_IS_DUE = Prepared(
    sa.select(
        sa.or_(
            sa.exists().where(*_waits_for(sa.bindparam("month", type_=t.Moment))),
            sa.exists().where(*_has_closed(sa.bindparam("now", type_=t.Moment))),
        )
    )
)


async def is_due(tx: Tx, month: datetime, now: datetime) -> bool:
    """Whether `claim_month` or `claim_closed` has anything to do: an idle tick only looks."""
    return bool(await _IS_DUE.scalar(tx, month=month, now=now))


async def claim_month(tx: Tx, month: datetime, now: datetime) -> list[int]:
    """Claims the reports of the month that ended when `month` began: returns who gets one, each once.

    A person who switched it on after that moment waits for the next one.
    """
    rows = await tx.execute(
        sa.update(t.staff).where(*_waits_for(month)).values(monthly_at=now).returning(t.staff.c.person_id)
    )
    return sorted(rows.scalars())


async def claim_closed(tx: Tx, now: datetime) -> list[Round]:
    """Claims the reports of rounds that have closed: returns the rounds, each once."""
    rows = await tx.execute(
        sa.update(t.rounds).where(*_has_closed(now)).values(reported_at=now).returning(t.rounds.c.id)
    )
    ids = list(rows.scalars())
    return await rounds.select(tx, t.rounds.c.id.in_(ids)) if ids else []


async def want_closings(tx: Tx) -> list[Person]:
    """Staff who want a report of each round that closes."""
    query = sa.select(t.staff.c.person_id).where(t.staff.c.closings).order_by(t.staff.c.person_id)
    readers = [await people.get(tx, person_id) for person_id in (await tx.execute(query)).scalars().all()]
    return [person for person in readers if person is not None]
