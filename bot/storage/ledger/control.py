"""How rounds stand within a curator's limits: counts, and the organizations of a round by pages."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.control import Counts, Entry, Part
from bot.domain.ledger.obligation import UNANSWERED, Obligation, ObligationState, Round
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations, rounds, unreached
from bot.storage.people import organizations

STATES = {
    Part.ALL: tuple(ObligationState),
    Part.OWING: UNANSWERED,
    Part.WAITING: (ObligationState.ANSWERED,),
    Part.UNREACHED: (ObligationState.OPEN,),
}


async def running(tx: Tx, limits: Limits, now: datetime) -> list[Round]:
    """Rounds that take answers, by due date: open ones, and those with an obligation extended beyond their closing."""
    extended = sa.exists().where(
        t.obligations.c.round_id == t.rounds.c.id,
        t.obligations.c.due_at > now,
        t.obligations.c.state.not_in((ObligationState.ACCEPTED, ObligationState.EXCUSED)),
    )
    selected = await rounds.select(tx, t.rounds.c.opened_at.is_not(None), sa.or_(t.rounds.c.closes_at > now, extended))
    return await rounds.within(tx, selected, limits)


async def closed(tx: Tx, limits: Limits, now: datetime) -> list[Round]:
    """Rounds that have closed, the newest first."""
    selected = await rounds.select(tx, t.rounds.c.opened_at.is_not(None), t.rounds.c.closes_at <= now, newest=True)
    return await rounds.within(tx, selected, limits)


async def open_of(tx: Tx, round_ids: Collection[int]) -> list[int]:
    """Those of the rounds that were not taken back."""
    query = sa.select(t.rounds.c.id).where(t.rounds.c.id.in_(round_ids), t.rounds.c.opened_at.is_not(None))
    return list((await tx.execute(query)).scalars())


async def counts(tx: Tx, round_ids: Collection[int], limits: Limits, now: datetime) -> dict[int, Counts]:
    """The counts of the rounds; a round that asks nobody within the limits is missing."""
    late = sa.case((sa.and_(t.obligations.c.state.in_(UNANSWERED), t.obligations.c.due_at < now), 1), else_=0)
    not_theirs = sa.case(
        (sa.and_(t.obligations.c.state == ObligationState.ANSWERED, t.replies.c.not_ours.is_not(None)), 1), else_=0
    )
    query = (
        sa.select(
            t.obligations.c.round_id, t.obligations.c.state, sa.func.count(), sa.func.sum(late), sa.func.sum(not_theirs)
        )
        .select_from(_with_newest())
        .where(t.obligations.c.round_id.in_(round_ids), *organizations.within_then(t.obligations, limits))
        .group_by(t.obligations.c.round_id, t.obligations.c.state)
    )
    by_round: dict[int, dict[str, int]] = {}
    for round_id, state, number, late_ones, not_ours in await tx.execute(query):
        counted = by_round.setdefault(round_id, {"late": 0, "overdue": 0, "not_ours": 0})
        counted[state] = int(number)
        counted["late"] += int(late_ones)
        counted["overdue"] += int(late_ones) if state == ObligationState.OPEN else 0
        counted["not_ours"] += int(not_ours)
    return {round_id: Counts(**counted) for round_id, counted in by_round.items()}


async def page(
    tx: Tx, round_id: int, part: Part, limits: Limits, limit: int, offset: int, now: datetime
) -> list[Entry]:
    """A page of a round's organizations, in order."""
    listed = await obligations.of_round(
        tx,
        round_id,
        STATES[part],
        *organizations.within_then(t.obligations, limits),
        *([unreached.UNREACHED] if part is Part.UNREACHED else []),
        limit=limit,
        offset=offset,
    )
    return await entries(tx, listed, now)


async def entries(tx: Tx, listed: Collection[Obligation], now: datetime) -> list[Entry]:
    """The obligations, of one round, as entries of a list."""
    ids = [obligation.id for obligation in listed]
    query = (
        sa.select(
            t.replies.c.obligation_id,
            sa.func.min(t.replies.c.at).label("first_at"),
            sa.func.max(
                sa.case((t.replies.c.version == t.obligations.c.version, t.replies.c.not_ours), else_=None)
            ).label("why"),
        )
        .select_from(t.replies.join(t.obligations, t.obligations.c.id == t.replies.c.obligation_id))
        .where(t.replies.c.obligation_id.in_(ids))
        .group_by(t.replies.c.obligation_id)
    )
    known: dict[int, Any] = {row.obligation_id: row for row in await tx.execute(query)}
    missed = await unreached.reasons(tx, listed, now)
    return [
        Entry(obligation, known[obligation.id].first_at, known[obligation.id].why is not None)
        if obligation.id in known
        else Entry(obligation, None, False, missed.get(obligation.id))
        for obligation in listed
    ]


async def members(tx: Tx, round_id: int, part: Part, limits: Limits) -> list[Obligation]:
    """The round's obligations of that part, in the order of organizations."""
    return await obligations.of_round(tx, round_id, STATES[part], *organizations.within_then(t.obligations, limits))


async def beside(tx: Tx, obligation: Obligation, part: Part, limits: Limits) -> tuple[int, int | None]:
    """How many others of that part of the round there are, and the id of the next one in the order of lists."""
    here = t.organizations.alias("here")
    comes_after = sa.tuple_(*t.ORGANIZATIONS_IN_ORDER) > sa.tuple_(here.c.sort_key, here.c.id)
    query = (
        sa.select(t.obligations.c.id, sa.func.count().over().label("others"))
        .select_from(t.obligations.join(t.organizations).join(here, here.c.id == obligation.organization_id))
        .where(
            t.obligations.c.round_id == obligation.round.id,
            t.obligations.c.id != obligation.id,
            t.obligations.c.state.in_(STATES[part]),
            *organizations.within_then(t.obligations, limits),
        )
        # Behind the last one the list begins anew.
        .order_by(comes_after.desc(), *t.ORGANIZATIONS_IN_ORDER)
        .limit(1)
    )
    row = (await tx.execute(query)).first()
    return (row.others, row.id) if row is not None else (0, None)


def _with_newest() -> sa.FromClause:
    return t.obligations.outerjoin(
        t.replies,
        sa.and_(t.replies.c.obligation_id == t.obligations.c.id, t.replies.c.version == t.obligations.c.version),
    )
