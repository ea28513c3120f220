"""Until when organizations may answer."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.storage import schema as t


def closes_at(owed: sa.FromClause = t.obligations, rounds: sa.FromClause = t.rounds) -> sa.ColumnElement[Any]:
    """When the round closes for the organization, whatever its own due date."""
    return sa.func.coalesce(owed.c.closes_at, rounds.c.closes_at)


def takes_answers(
    now: datetime | sa.BindParameter[Any], owed: sa.FromClause = t.obligations, rounds: sa.FromClause = t.rounds
) -> sa.ColumnElement[bool]:
    """The opposite of Obligation.is_closed as a condition: an extended due date keeps the obligation open."""
    return sa.or_(closes_at(owed, rounds) > now, owed.c.due_at > now)
