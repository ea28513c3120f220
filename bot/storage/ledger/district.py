"""What the organizations of a round have answered, in the order in which they did."""

from dataclasses import dataclass

import sqlalchemy as sa

from bot.domain.fields.field import Values
from bot.domain.ledger.obligation import UNANSWERED, ObligationState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger.control import by_territory


@dataclass(frozen=True, slots=True)
class Answers:
    """How many organizations a round asks, how many of them have answered, and their answers.

    `values` are the newest versions, in the order of the first ones, without those that say «не относится к нам».
    """

    asked: int
    answered: int
    values: tuple[Values, ...]


async def answers(tx: Tx, round_id: int, territory: str | None = None) -> Answers:
    """Everybody's answers to the round, in that territory or wherever.

    `bot.domain.ledger.district` says what of them may be told.
    """
    first = t.replies.alias("first_reply")
    newest = t.replies.alias("newest_reply")
    asked_there = (t.obligations.c.round_id == round_id, *by_territory.within(territory))
    wanted = sa.select(sa.func.count()).where(*asked_there, t.obligations.c.state != ObligationState.EXCUSED)
    query = (
        sa.select(newest.c["values"], newest.c.not_ours)
        .select_from(
            t.obligations.join(first, sa.and_(first.c.obligation_id == t.obligations.c.id, first.c.version == 1)).join(
                newest,
                sa.and_(newest.c.obligation_id == t.obligations.c.id, newest.c.version == t.obligations.c.version),
            )
        )
        .where(
            *asked_there,
            t.obligations.c.state.not_in([*UNANSWERED, ObligationState.EXCUSED]),
        )
        .order_by(first.c.at, t.obligations.c.id)
    )
    rows = (await tx.execute(query)).all()
    asked = int((await tx.execute(wanted)).scalar_one())
    return Answers(asked, len(rows), tuple(row[0] for row in rows if row.not_ours is None))
