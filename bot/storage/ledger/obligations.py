"""The ledger: what each organization owes, and what a person may see of it.

Every query for a person goes through the seats, because a button that was shown proves nothing.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.obligation import UNANSWERED, Obligation, ObligationState, Round
from bot.domain.people.member import SeatState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import one_of
from bot.storage.ledger import rounds
from bot.storage.ledger.closing import takes_answers
from bot.storage.people.belonging import load_types, territory_then, typed, types_then


def _due_in() -> sa.ScalarSelect[str]:
    """The territory in which the round is due when the obligation of the query around it was due at first."""
    own = t.openings.alias("its_opening").c
    due_at = sa.func.coalesce(t.obligations.c.first_due_at, t.rounds.c.due_at)
    return (
        sa.select(own.territory)
        .where(own.round_id == t.obligations.c.round_id, own.due_at == due_at)
        # The rest, which have no name, come before territories of the same hour.
        .order_by(own.territory)
        .limit(1)
        .correlate(t.obligations, t.rounds)
        .scalar_subquery()
    )


def _mapped(prefix: str = "") -> Mapped[Obligation]:
    return Mapped(
        Obligation,
        t.obligations,
        prefix=prefix,
        but=("round", "on_behalf"),
        organization_name=t.organizations.c.name,
        left_at=t.organizations.c.left_at,
        organization_label=t.organizations.c.label,
        loads={"types": load_types},
        types=types_then(t.obligations),
        territory=territory_then(t.obligations),
        organization_territory=t.organizations.c.territory,
        due_in=_due_in(),
        own_due=t.obligations.c.first_due_at,
        own_closing=t.obligations.c.closes_at,
    )


_BY_DUE_DATE = (t.obligations.c.due_at, t.obligations.c.id)
_OBLIGATION = _mapped()
# Beside another class in a row, which has the columns of `rounds.ROUND` too.
OWED = _mapped("owed_")

# All that an obligation is read of; `read` takes its rows.
SELECT = sa.select(*_OBLIGATION.columns, *rounds.ROUND.columns).select_from(
    t.obligations.join(t.organizations)
    .join(t.rounds, t.rounds.c.id == t.obligations.c.round_id)
    .join(t.directive_versions)
)
_SEATED = sa.select(t.seats.c.organization_id).where(
    t.seats.c.person_id == sa.bindparam("whose"), t.seats.c.state == SeatState.SEATED
)
# Of the obligation `its`: whether the person `whose` is seated at its organization now.
IS_THEIRS = sa.and_(t.obligations.c.id == sa.bindparam("its"), t.obligations.c.organization_id.in_(_SEATED))
_OF_PERSON = Prepared(SELECT.where(IS_THEIRS))
_SEEN = Prepared(
    sa.update(t.obligations)
    .where(t.obligations.c.id == sa.bindparam("its"), t.obligations.c.seen_at.is_(None))
    .values(seen_at=sa.bindparam("at"), seen_by=sa.bindparam("by"))
)
_OTHERS = Prepared(
    sa.select(sa.func.count())
    .select_from(t.obligations.join(t.rounds, t.rounds.c.id == t.obligations.c.round_id))
    .where(
        t.obligations.c.organization_id.in_(_SEATED),
        t.obligations.c.state.in_(UNANSWERED),
        takes_answers(sa.bindparam("now")),
        t.obligations.c.id != sa.bindparam("its"),
    )
)


async def get(tx: Tx, obligation_id: int) -> Obligation | None:
    """The obligation, whoever asks; `of_person` says what a person may see."""
    obligations = await _load(tx, t.obligations.c.id == obligation_id)
    return obligations[0] if obligations else None


async def of_person(tx: Tx, person_id: int, obligation_id: int) -> Obligation | None:
    """The obligation if that person is seated at its organization now, otherwise None."""
    row = await _OF_PERSON.first(tx, its=obligation_id, whose=person_id)
    return read(row, {}) if row else None


async def others(tx: Tx, person_id: int, obligation_id: int, now: datetime) -> int:
    """How many answers the person's organizations still owe beside that one."""
    return int(await _OTHERS.scalar(tx, whose=person_id, its=obligation_id, now=now))


async def unanswered(tx: Tx, person_id: int, now: datetime) -> list[Obligation]:
    """What the person's organizations still owe, by due date: overdue first."""
    return await _load(
        tx,
        t.obligations.c.organization_id.in_(_seated(person_id)),
        t.obligations.c.state.in_(UNANSWERED),
        takes_answers(now),
    )


async def closed_unanswered(tx: Tx, person_id: int, since: datetime, now: datetime) -> list[Obligation]:
    """What the person's organizations still owed when it was closed, after `since`; the latest due last."""
    return await _load(
        tx,
        t.obligations.c.organization_id.in_(_seated(person_id)),
        t.organizations.c.left_at.is_(None),
        t.obligations.c.state.in_(UNANSWERED),
        t.rounds.c.opened_at.is_not(None),
        sa.not_(takes_answers(now)),
        takes_answers(since),
    )


async def answered(tx: Tx, person_id: int, limit: int, offset: int) -> tuple[list[Obligation], int]:
    """What the person's organizations answered or were excused from, the latest due first; and how many in all."""
    conditions = (
        t.obligations.c.organization_id.in_(_seated(person_id)),
        sa.or_(t.obligations.c.version > 0, t.obligations.c.state == ObligationState.EXCUSED),
    )
    order = (t.obligations.c.due_at.desc(), t.obligations.c.id)
    page = await _load(tx, *conditions, order=order, limit=limit, offset=offset)
    query = sa.select(sa.func.count()).select_from(t.obligations).where(*conditions)
    return page, int((await tx.execute(query)).scalar_one())


async def of_ids(
    tx: Tx,
    obligation_ids: Collection[int],
    *conditions: sa.ColumnElement[bool],
    order: tuple[sa.ColumnElement[Any], ...] = _BY_DUE_DATE,
    limit: int | None = None,
    offset: int = 0,
) -> list[Obligation]:
    """The obligations of these ids for which the conditions hold."""
    its = one_of(t.obligations.c.id, obligation_ids)
    return await _load(tx, its, *conditions, order=order, limit=limit, offset=offset)


async def of_round(
    tx: Tx,
    round_id: int,
    states: Collection[ObligationState],
    *conditions: sa.ColumnElement[bool],
    limit: int | None = None,
    offset: int = 0,
) -> list[Obligation]:
    """The round's obligations in any of the states, in the order of organizations."""
    return await _load(
        tx,
        t.obligations.c.round_id == round_id,
        t.obligations.c.state.in_(states),
        *conditions,
        order=t.ORGANIZATIONS_IN_ORDER,
        limit=limit,
        offset=offset,
    )


async def periods(tx: Tx, obligation_ids: Collection[int]) -> dict[int, str]:
    """What the periods of these obligations are called, however many; those that are gone are missing."""
    if not obligation_ids:
        return {}
    query = sa.select(t.obligations.c.id, t.rounds.c.title).select_from(t.obligations.join(t.rounds))
    rows = await tx.execute(query.where(one_of(t.obligations.c.id, obligation_ids)))
    return {row.id: row.title for row in rows}


async def seen_by(tx: Tx, obligation_id: int) -> str | None:
    """The name of who opened the request first; None: nobody has, or their data are erased."""
    query = (
        sa.select(t.people.c.name)
        .select_from(t.obligations.join(t.people, t.people.c.id == t.obligations.c.seen_by))
        .where(t.obligations.c.id == obligation_id)
    )
    name: str | None = (await tx.execute(query)).scalar()
    return name


async def seen(tx: Tx, obligation_id: int, person_id: int, now: datetime) -> None:
    """Notes that the person has opened the request; only the first time counts."""
    await _SEEN.run(tx, its=obligation_id, at=now, by=person_id)


async def retype(tx: Tx, organization_ids: Collection[int]) -> None:
    """Notes of which types the organizations are now with what they owe; what they have answered stays whose it was."""
    await tx.execute(
        sa.update(t.obligations)
        .where(one_of(t.obligations.c.organization_id, organization_ids), t.obligations.c.state.in_(UNANSWERED))
        .values(types=typed(t.obligations.c.organization_id))
    )


def _seated(person_id: int) -> sa.Select[Any]:
    return sa.select(t.seats.c.organization_id).where(
        t.seats.c.person_id == person_id, t.seats.c.state == SeatState.SEATED
    )


async def _load(
    tx: Tx,
    *conditions: sa.ColumnElement[bool],
    order: tuple[sa.ColumnElement[Any], ...] = _BY_DUE_DATE,
    limit: int | None = None,
    offset: int = 0,
) -> list[Obligation]:
    query = SELECT.where(*conditions).order_by(*order).limit(limit).offset(offset)
    known: dict[int, Round] = {}
    return [read(row, known) for row in await tx.execute(query)]


def read(row: Any, known: dict[int, Round]) -> Obligation:
    """The obligation of a row of the query for them, which may have other columns too; `known`: rounds read before."""
    if row.round_id not in known:
        known[row.round_id] = rounds.ROUND(row)
    return _OBLIGATION(row, round=known[row.round_id])
