"""What the screens of requests show beside the requests themselves, for many at once by one statement."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.obligation import UNANSWERED, Extension, Obligation, Remark, Reply
from bot.domain.people.member import SeatState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import one_of
from bot.storage.ledger import extensions, obligations, replies
from bot.storage.ledger.closing import takes_answers

_REPLY = Mapped(Reply, t.replies, prefix="reply_", by_name=t.people.c.name)

# A person of an obligation, and an obligation.
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Beside:
    """`newest`: the answer that counts, and when the first one came; `others`: how many other answers the person's
    organizations owe; `extension`: the request for more time that waits for a decision."""

    others: int
    newest: Reply | None
    first_at: datetime | None
    has_previous: bool
    remarks: tuple[Remark, ...]
    extension: Extension | None


def others_of(whose: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    """How many other answers the person's organizations owe, beside a row of `obligations`."""
    seats, owed, rounds = t.seats.alias("their_seats"), t.obligations.alias("owed"), t.rounds.alias("its_round")
    return (
        sa.select(sa.func.count())
        .select_from(
            seats.join(owed, owed.c.organization_id == seats.c.organization_id).join(
                rounds, rounds.c.id == owed.c.round_id
            )
        )
        .where(
            seats.c.person_id == whose,
            seats.c.state == SeatState.SEATED,
            owed.c.state.in_(UNANSWERED),
            takes_answers(sa.bindparam("now"), owed, rounds),
            owed.c.id != t.obligations.c.id,
        )
        .correlate(t.people, t.seats, t.obligations)
        .scalar_subquery()
    )


def _has_previous() -> sa.ColumnElement[bool]:
    """Whether an earlier round of the directive was answered, by something that could be answered again."""
    earlier, rounds, answers = t.obligations.alias("earlier"), t.rounds.alias("its_round"), t.replies.alias("its_reply")
    return (
        sa.exists()
        .where(
            earlier.c.organization_id == t.obligations.c.organization_id,
            rounds.c.id == earlier.c.round_id,
            rounds.c.directive_id == t.rounds.c.directive_id,
            rounds.c.opens_at < t.rounds.c.opens_at,
            answers.c.obligation_id == earlier.c.id,
            answers.c.version == earlier.c.version,
            answers.c.not_ours.is_(None),
        )
        .correlate(t.obligations, t.rounds)
    )


def _first_at() -> sa.ScalarSelect[Any]:
    first = t.replies.alias("first_reply")
    return (
        sa.select(sa.func.min(first.c.at))
        .where(first.c.obligation_id == t.obligations.c.id)
        .correlate(t.obligations)
        .scalar_subquery()
    )


_IS_REMARKED = sa.exists().where(t.remarks.c.obligation_id == t.obligations.c.id)
# What an answer that is given now does not change, for whoever gives it.
STAYS = (
    others_of(t.people.c.id).label("others"),
    _first_at().label("first_at"),
    _IS_REMARKED.label("has_remarks"),
)
_LOOK = Prepared(
    sa.select(
        t.obligations.c.id.label("its"),
        t.seats.c.person_id.label("whose"),
        *_REPLY.columns,
        sa.case((t.seats.c.person_id.is_not(None), others_of(t.seats.c.person_id))).label("others"),
        _first_at().label("first_at"),
        sa.case((t.obligations.c.version == 0, _has_previous()), else_=sa.false()).label("has_previous"),
        _IS_REMARKED.label("has_remarks"),
        sa.exists().where(t.extensions.c.obligation_id == t.obligations.c.id, t.EXTENSION_WAITS).label("has_extension"),
    )
    .select_from(
        t.obligations.join(t.rounds, t.rounds.c.id == t.obligations.c.round_id)
        .outerjoin(
            t.seats,
            sa.and_(
                t.seats.c.organization_id == t.obligations.c.organization_id,
                t.seats.c.state == SeatState.SEATED,
                one_of(t.seats.c.person_id, "people"),
            ),
        )
        .outerjoin(
            t.replies,
            sa.and_(t.replies.c.obligation_id == t.obligations.c.id, t.replies.c.version == t.obligations.c.version),
        )
        .outerjoin(t.people, t.people.c.id == t.replies.c.by_id)
    )
    .where(one_of(t.obligations.c.id, "ids"))
)


async def look(tx: Tx, pairs: Collection[tuple[int, Obligation]], now: datetime) -> Mapping[Pair, Beside]:
    """What stands beside each of these obligations for that person, by the ids of both."""
    whose = {person_id for person_id, _ in pairs}
    ids = {obligation.id for _, obligation in pairs}
    rows: dict[int, dict[int | None, Any]] = {}
    for row in await _LOOK.all(tx, people=sorted(whose), ids=sorted(ids), now=now):
        rows.setdefault(row.its, {})[row.whose] = row
    found: dict[Pair, Beside] = {}
    for person_id, obligation in pairs:
        theirs = rows[obligation.id]
        row = theirs.get(person_id) or next(iter(theirs.values()))
        # Somebody of the department looks at what is not theirs to answer.
        others = row.others if person_id in theirs else await obligations.others(tx, person_id, obligation.id, now)
        waits = row.has_extension and obligation.is_unanswered
        found[person_id, obligation.id] = Beside(
            others=others,
            newest=_REPLY(row) if row.reply_version is not None else None,
            first_at=row.first_at,
            has_previous=bool(row.has_previous),
            remarks=tuple(await replies.remarks_to(tx, obligation.id)) if row.has_remarks else (),
            extension=await extensions.of_obligation(tx, obligation.id, now) if waits else None,
        )
    return found


async def after(tx: Tx, obligation_id: int, row: Any, reply: Reply) -> Beside:
    """What stands beside the obligation once it has got the reply; `row`: has what `STAYS` as it was before."""
    return Beside(
        others=row.others,
        newest=reply,
        first_at=row.first_at or reply.at,
        has_previous=False,
        remarks=tuple(await replies.remarks_to(tx, obligation_id)) if row.has_remarks else (),
        extension=None,
    )
