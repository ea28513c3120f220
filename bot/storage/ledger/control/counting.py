"""How many obligations of rounds stand alike, by whole stretches of `ix_obligations_standing`.

To group its entries is to compare each with the one before: a region's 400,000 took three times as long. Here the index
is asked for the next due date, the next types, and how many entries have them.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.obligation import ObligationState
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.engine.rows import one_of

_OBLIGATIONS = t.obligations.alias("its")
_ITS = _OBLIGATIONS.c
# Before all types, and those of nobody.
_NONE = sa.literal("", t.obligations.c.types.type)


def standing(round_ids: Collection[int], limits: Limits) -> sa.Select[Any]:
    """The query for round_id, state, due_at, unnoted and number, one row or more for each three of the former.

    Of limits it knows types: `number` counts those within them that have noted what they were, `unnoted` those that
    have not.
    """
    due = _due(round_ids)
    if not limits.types:
        number = _count(*_same(due)).label("number")
        return sa.select(*due, sa.literal(0).label("unnoted"), number).where(due.due_at.is_not(None))
    types = _types(due)
    covered = sa.or_(*(types.types.contains(f",{each},", autoescape=True) for each in sorted(limits.types)))
    begins = types.types == _NONE
    unnoted = sa.case((begins, _count(*_same(types), _ITS.types.is_(None))), else_=0).label("unnoted")
    number = sa.case((begins, 0), else_=_count(*_same(types), _ITS.types == types.types)).label("number")
    return sa.select(types.round_id, types.state, types.due_at, unnoted, number).where(sa.or_(begins, covered))


def _due(round_ids: Collection[int]) -> sa.ColumnCollection[str, Any]:
    """The due dates of each state in each of the rounds, and an empty one after the last."""
    state = t.obligations.c.state.type
    states = sa.union_all(*(sa.select(sa.literal(each, state).label("state")) for each in ObligationState)).subquery()
    here = (_ITS.round_id == t.rounds.c.id, _ITS.state == states.c.state)
    first = sa.select(t.rounds.c.id.label("round_id"), states.c.state, _least(_ITS.due_at, *here).label("due_at"))
    first = first.select_from(t.rounds.join(states, sa.true())).where(one_of(t.rounds.c.id, round_ids))
    found = first.cte("due", recursive=True)
    beyond = (_ITS.round_id == found.c.round_id, _ITS.state == found.c.state, _ITS.due_at > found.c.due_at)
    after = sa.select(found.c.round_id, found.c.state, _least(_ITS.due_at, *beyond))
    return found.union_all(after.where(found.c.due_at.is_not(None))).c


def _types(due: Any) -> Any:
    """The types that were noted with those of each due date; `_NONE` before the first, and nothing after the last."""
    begun = sa.select(due.round_id, due.state, due.due_at, _NONE.label("types")).where(due.due_at.is_not(None))
    found = begun.cte("noted", recursive=True)
    here = (*_same(found.c), _ITS.types > found.c.types)
    after = sa.select(found.c.round_id, found.c.state, found.c.due_at, _least(_ITS.types, *here))
    return found.union_all(after.where(found.c.types.is_not(None))).c


def _same(found: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return _ITS.round_id == found.round_id, _ITS.state == found.state, _ITS.due_at == found.due_at


def _least(column: sa.ColumnElement[Any], *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.min(column)).where(*conditions).scalar_subquery()


def _count(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(_OBLIGATIONS).where(*conditions).scalar_subquery()
