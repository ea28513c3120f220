"""What an organization need not be asked, because those whose work it goes on with, or was a part of, have been."""

from datetime import datetime

import sqlalchemy as sa

from bot.storage import schema as t


def spared(round_id: int) -> sa.Select[tuple[int]]:
    """Ids of organizations whose forerunners were asked in that round before they were there, as a query.

    A forerunner's forerunners count too: two are merged, and what came of that is split.
    """
    own = t.successions.c
    lines = sa.select(own.successor_id.label("heir"), own.organization_id.label("before"), own.at)
    # Within the query: an INSERT that begins with WITH has no count of rows on SQLite.
    line = lines.cte("line", recursive=True, nesting=True)
    further = sa.select(line.c.heir, own.organization_id, own.at).join(t.successions, own.successor_id == line.c.before)
    # What the forerunner's forerunner was asked after it had gone on by itself is its own.
    line = line.union(further.where(own.at <= line.c.at))
    heirs, theirs = t.organizations.alias("heirs"), t.obligations.alias("theirs")
    when = asked_at(theirs)
    return (
        sa.select(line.c.heir)
        .join(theirs, theirs.c.organization_id == line.c.before)
        .join(t.rounds, t.rounds.c.id == theirs.c.round_id)
        .join(heirs, heirs.c.id == line.c.heir)
        .where(theirs.c.round_id == round_id, when <= line.c.at, when <= heirs.c.created_at)
    )


def asked_at(obligations: sa.FromClause) -> sa.ColumnElement[datetime]:
    """When those rows of the ledger were asked, in a query of `rounds` too: with the others of their territory."""
    own = obligations.c
    openings = (
        sa.select(t.openings.c.opened_at)
        .where(t.openings.c.round_id == own.round_id, t.openings.c.territory == place)
        .scalar_subquery()
        for place in (own.territory, sa.literal_column("''"))
    )
    return sa.func.coalesce(*openings, t.rounds.c.opened_at)
