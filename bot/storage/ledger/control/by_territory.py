"""How rounds stand in each territory.

An obligation counts where its organization was when it was asked, so that totals of past periods stay.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.domain.ledger.control import Counts, There
from bot.domain.ledger.obligation import UNANSWERED, ObligationState
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger.control.unreached import UNREACHED
from bot.storage.people import belonging

_OWN = t.obligations.c
_THEN = belonging.territory_then(t.obligations)
# As the index of territories has it.
NOTED = _OWN.territory != sa.literal_column("''")
UNNOTED = sa.or_(_OWN.territory.is_(None), _OWN.territory == sa.literal_column("''"))


def within(territory: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition that an obligation counts in that territory; None: wherever, which is no condition."""
    return () if territory is None else (_THEN.in_((territory,)),)


async def of_round(tx: Tx, round_id: int, limits: Limits, now: datetime) -> list[There]:
    """How the round stands within the limits in each territory that it asks, in no order."""
    theirs = (_OWN.round_id == round_id, *belonging.within_then(t.obligations, limits))
    groups = (_THEN.label("there"), _OWN.state, _OWN.due_at)
    query = sa.select(*groups, sa.func.count(), sa.func.max(_OWN.reminded_at).label("reminded_at"))
    counted: dict[str, Counter[str]] = {}
    reminded: dict[str, datetime] = {}
    for row in await tx.execute(query.where(*theirs).group_by("there", _OWN.state, _OWN.due_at)):
        its, number = counted.setdefault(row.there, Counter()), row[3]
        its[row.state] += number
        if row.state not in UNANSWERED:
            continue
        if row.due_at < now:
            its["late"] += number
            its["overdue"] += number if row.state == ObligationState.OPEN else 0
        if row.reminded_at is not None:
            reminded[row.there] = max(row.reminded_at, reminded.get(row.there, row.reminded_at))
    not_ours = (t.OBLIGATION_NOT_OURS, _OWN.state == ObligationState.ANSWERED, _OWN.not_ours_version == _OWN.version)
    await _count(tx, counted, "not_ours", *theirs, *not_ours)
    return [There(territory, Counts(**its), reminded.get(territory)) for territory, its in counted.items()]


async def unreached(tx: Tx, round_id: int, limits: Limits) -> dict[str, int]:
    """How many organizations within the limits the round has not reached in each territory."""
    counted: dict[str, Counter[str]] = {}
    theirs = (_OWN.round_id == round_id, *belonging.within_then(t.obligations, limits))
    await _count(tx, counted, "unreached", *theirs, UNREACHED)
    return {territory: its["unreached"] for territory, its in counted.items()}


async def _count(tx: Tx, counted: dict[str, Counter[str]], name: str, *conditions: sa.ColumnElement[bool]) -> None:
    territory = _THEN.label("there")
    for row in await tx.execute(sa.select(territory, sa.func.count()).where(*conditions).group_by("there")):
        counted.setdefault(row[0], Counter())[name] += row[1]


async def of_rounds(tx: Tx, round_ids: Collection[int], limits: Limits) -> list[There]:
    """What the rounds come to together within the limits in each territory: how many stand in each state."""
    counted: dict[str, Counter[str]] = {}
    conditions = [_OWN.round_id.in_(round_ids), *belonging.within_then(t.obligations, limits)]
    if not limits.types:
        # As the index has them: the ledger is read for those alone of whom no territory is noted.
        here = [_OWN.territory.in_(limits.territories)] if limits.territories else []
        groups = (_OWN.round_id, _OWN.territory, _OWN.state)
        its = sa.select(*groups, sa.func.count()).where(_OWN.round_id.in_(round_ids), NOTED, *here)
        for _, territory, state, number in await tx.execute(its.group_by(*groups)):
            counted.setdefault(territory, Counter())[state] += number
        conditions += [_OWN.round_id.in_(await beyond(tx, round_ids)), UNNOTED]
    query = sa.select(_THEN.label("there"), _OWN.state, sa.func.count()).where(*conditions)
    for territory, state, number in await tx.execute(query.group_by("there", _OWN.state)):
        counted.setdefault(territory, Counter())[state] += number
    return [There(territory, Counts(**its)) for territory, its in counted.items()]


async def beyond(tx: Tx, round_ids: Collection[int]) -> list[int]:
    """Those of the rounds that have asked somebody of whom no territory is noted, or who was of none."""
    every, noted = await _number(tx, round_ids), await _number(tx, round_ids, NOTED)
    return [round_id for round_id, number in every.items() if number > noted.get(round_id, 0)]


async def _number(tx: Tx, round_ids: Collection[int], *conditions: sa.ColumnElement[bool]) -> dict[int, int]:
    query = sa.select(_OWN.round_id, sa.func.count()).where(_OWN.round_id.in_(round_ids), *conditions)
    return {row[0]: row[1] for row in await tx.execute(query.group_by(_OWN.round_id))}
