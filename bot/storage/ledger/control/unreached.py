"""Requests that have reached nobody at an organization, and why."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.domain.desk.audience import Audience
from bot.domain.ledger.obligation import Obligation, ObligationState
from bot.domain.letter import LetterKind
from bot.domain.people.failure import Failure
from bot.domain.people.member import Limits, SeatState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.ledger import addressing
from bot.storage.people import audiences, belonging

_ASKED = sa.exists().where(t.askings.c.obligation_id == t.obligations.c.id)
_WILL_BE_ASKED = sa.exists().where(
    t.seats.c.organization_id == t.obligations.c.organization_id,
    t.seats.c.state == SeatState.SEATED,
    t.letters.c.person_id == t.seats.c.person_id,
    t.letters.c.kind == LetterKind.REQUESTS,
    t.LETTER_WAITS,
)
# An answer, the department's own too, and a look at the request say that it is known.
UNREACHED = sa.and_(
    t.obligations.c.state == ObligationState.OPEN,
    t.OBLIGATION_IS_UNTOUCHED,
    ~_ASKED,
    ~_WILL_BE_ASKED,
)


async def count(tx: Tx, round_id: int, limits: Limits) -> int:
    """How many organizations within the limits the round has not reached and no letter waits for."""
    query = sa.select(sa.func.count()).where(*_within(round_id, limits))
    return int((await tx.execute(query)).scalar_one())


async def if_few(tx: Tx, round_id: int, limits: Limits, most: int) -> list[int] | None:
    """Ids of the obligations of these organizations, in no order; None: they are more than `most`."""
    query = sa.select(t.obligations.c.id).where(*_within(round_id, limits)).limit(most + 1)
    ids = list((await tx.execute(query)).scalars())
    return ids if len(ids) <= most else None


def _within(round_id: int, limits: Limits) -> tuple[sa.ColumnElement[bool], ...]:
    return t.obligations.c.round_id == round_id, UNREACHED, *belonging.within_then(t.obligations, limits)


async def reasons(tx: Tx, listed: Collection[Obligation], now: datetime) -> Mapping[int, tuple[Failure, ...]]:
    """Why the obligations of one round have reached nobody, as things stand now, by id; those that have are missing."""
    silent = [obligation.id for obligation in listed if obligation.state is ObligationState.OPEN]
    if not silent:
        return {}
    query = sa.select(t.obligations.c.id).where(one_of(t.obligations.c.id, silent), UNREACHED)
    ids = set((await tx.execute(query)).scalars())
    unreached = [obligation for obligation in listed if obligation.id in ids]
    if not unreached:
        return {}
    places = Audience(organizations=tuple(obligation.organization_id for obligation in unreached))
    reach = await audiences.reach(tx, places, Limits(), now)
    wanted = await addressing.addressees(tx, unreached, now)
    why: dict[int, tuple[Failure, ...]] = {vacancy.organization_id: (Failure.VACANT,) for vacancy in reach.vacancies}
    for addressee in reach.obstructed:
        known = why.get(addressee.organization_id, ())
        if addressee.obstacle is not None and addressee.obstacle not in known:
            why[addressee.organization_id] = (*known, addressee.obstacle)
    # Where somebody can be written to, they do not want it; or they came after it had closed.
    for organization_id in reach.reached:
        why[organization_id] = () if organization_id in wanted else (Failure.MUTED,)
    return {obligation.id: why.get(obligation.organization_id, (Failure.LEFT,)) for obligation in unreached}
