"""How rounds stand within a curator's limits: counts, and the organizations of a round by pages."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.control import Counts, Entry, Part
from bot.domain.ledger.obligation import UNANSWERED, Obligation, ObligationState, Round
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.ledger import obligations, rounds
from bot.storage.ledger.control import by_territory, counting, unreached
from bot.storage.people import belonging

STATES = {
    Part.ALL: tuple(ObligationState),
    Part.OWING: UNANSWERED,
    Part.WAITING: (ObligationState.ANSWERED,),
    Part.UNREACHED: (ObligationState.OPEN,),
}
# So many obligations are sorted faster than all organizations are looked through for them.
FEW = 1000
_ALL = sa.true()


async def running(tx: Tx, limits: Limits, now: datetime) -> list[Round]:
    """Rounds that take answers, by due date: open ones, and those with an obligation extended beyond their closing."""
    # The states are named, not excluded: by them the index tells of a round of years ago without reading it through.
    extended = sa.exists().where(
        t.obligations.c.round_id == t.rounds.c.id,
        t.obligations.c.state.in_((*UNANSWERED, ObligationState.ANSWERED)),
        t.obligations.c.due_at > now,
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
    if not round_ids:
        return {}
    by_round: dict[int, Counter[str]] = {}
    if limits.territories and limits.types:
        await _count_of_both(tx, by_round, round_ids, limits, now)
    elif limits.territories:
        await _count_there(tx, by_round, round_ids, limits, now)
    else:
        await _count_of_types(tx, by_round, round_ids, limits, now)
    return await _with_not_ours(tx, by_round, round_ids, limits)


async def _count_of_types(
    tx: Tx, by_round: dict[int, Counter[str]], round_ids: Collection[int], limits: Limits, now: datetime
) -> None:
    """Counts within some types, or all."""
    unnoted: set[int] = set()
    for each in await tx.execute(counting.standing(round_ids, limits)):
        if each.unnoted:
            unnoted.add(each.round_id)
        if each.number:
            _count(by_round.setdefault(each.round_id, Counter()), each.state, each.number, late=each.due_at < now)
    if unnoted:
        # What these organizations were nobody has noted: they are looked up one by one.
        await _group(tx, by_round, now, limits, t.obligations.c.round_id.in_(unnoted), t.obligations.c.types.is_(None))


async def _count_of_both(
    tx: Tx, by_round: dict[int, Counter[str]], round_ids: Collection[int], limits: Limits, now: datetime
) -> None:
    """Counts within some types in some territories, in the ledger itself."""
    own = t.obligations.c
    groups = (own.round_id, own.state, own.due_at, own.types, own.territory)
    is_unnoted = False
    query = sa.select(*groups, sa.func.count()).where(own.round_id.in_(round_ids)).group_by(*groups)
    for each in await tx.execute(query):
        if each.types is None or each.territory is None:
            is_unnoted = True
        elif each.territory in limits.territories and limits.covers_types(belonging.load_types(each.types)):
            _count(by_round.setdefault(each.round_id, Counter()), each.state, each[-1], late=each.due_at < now)
    if is_unnoted:
        lacking = sa.or_(own.types.is_(None), own.territory.is_(None))
        await _group(tx, by_round, now, limits, own.round_id.in_(round_ids), lacking)


async def _count_there(
    tx: Tx, by_round: dict[int, Counter[str]], round_ids: Collection[int], limits: Limits, now: datetime
) -> None:
    """Counts within some territories: of the rest of the region the index alone is looked at."""
    own = t.obligations.c
    there = own.round_id.in_(round_ids), by_territory.NOTED, own.territory.in_(limits.territories)
    await _group(tx, by_round, now, Limits(), *there)
    # Of whom no territory is noted, those count that are there now.
    beyond = own.round_id.in_(await by_territory.beyond(tx, round_ids))
    unnoted = own.territory.is_(None), *belonging.within(own.organization_id, limits)
    await _group(tx, by_round, now, Limits(), beyond, *unnoted)


async def _group(
    tx: Tx, by_round: dict[int, Counter[str]], now: datetime, limits: Limits, *conditions: sa.ColumnElement[bool]
) -> None:
    """Counts the obligations within the limits for which the conditions hold, one by one."""
    own = t.obligations.c
    # Not in the order of the index of whole rounds: SQLite would read them through for it.
    groups = (own.round_id + sa.literal_column("0"), own.state, own.due_at)
    chosen = (*conditions, *belonging.within_then(t.obligations, limits))
    for each in await tx.execute(sa.select(*groups, sa.func.count()).where(*chosen).group_by(*groups)):
        _count(by_round.setdefault(each[0], Counter()), each.state, each[-1], late=each.due_at < now)


async def _with_not_ours(
    tx: Tx, by_round: dict[int, Counter[str]], round_ids: Collection[int], limits: Limits
) -> dict[int, Counts]:
    own = t.obligations.c
    not_ours = (
        sa.select(own.round_id, sa.func.count())
        .where(
            own.round_id.in_(round_ids),
            own.state == ObligationState.ANSWERED,
            t.OBLIGATION_NOT_OURS,
            own.not_ours_version == own.version,
            *belonging.within_then(t.obligations, limits),
        )
        .group_by(own.round_id)
    )
    for round_id, number in await tx.execute(not_ours):
        by_round[round_id]["not_ours"] = number
    return {round_id: Counts(**counted) for round_id, counted in by_round.items()}


def _count(counted: Counter[str], state: str, number: int, *, late: bool) -> None:
    """Adds obligations of one state that are due then."""
    counted[state] += number
    if late and state in UNANSWERED:
        counted["late"] += number
        counted["overdue"] += number if state == ObligationState.OPEN else 0


async def page(
    tx: Tx,
    round_id: int,
    part: Part,
    limits: Limits,
    limit: int,
    offset: int,
    now: datetime,
    *,
    of: int | None = None,
    territory: str | None = None,
) -> list[Entry]:
    """A page of a round's organizations, of those in the territory or of all, in order.

    `of`: how many that part has, if that is known.
    """
    conditions = (
        # Of all the ledger itself is not read.
        *([t.obligations.c.state.in_(STATES[part])] if part is not Part.ALL else []),
        *belonging.within_then(t.obligations, limits),
        *by_territory.within(territory),
        *([unreached.UNREACHED] if part is Part.UNREACHED else []),
    )
    if of is not None and of <= FEW:
        shown = await obligations.of_round(tx, round_id, STATES[part], *conditions, limit=limit, offset=offset)
    else:
        ids = await _page(tx, round_id, conditions, limit, offset, of=of)
        shown = await obligations.of_ids(tx, ids, order=t.ORGANIZATIONS_IN_ORDER)
    return await entries(tx, shown, now)


async def page_among(tx: Tx, ids: Collection[int], limit: int, offset: int, now: datetime) -> list[Entry]:
    """A page of the organizations of a round whose obligations these are, in order."""
    shown = await obligations.of_ids(tx, ids, order=t.ORGANIZATIONS_IN_ORDER, limit=limit, offset=offset)
    return await entries(tx, shown, now)


async def _page(
    tx: Tx,
    round_id: int,
    conditions: tuple[sa.ColumnElement[bool], ...],
    limit: int,
    offset: int,
    among: sa.ColumnElement[bool] = _ALL,
    of: int | None = None,
) -> list[int]:
    """Ids, in no order, of a page of the round's obligations, of all organizations or those `among` them.

    `of`: as in `page`.
    Looks organizations through in their order, and ends with the page. Joined, the two tables would be read in the
    other order, and the whole round be sorted for each page.
    """
    is_from_end = of is not None and 2 * offset > of
    if of is not None and is_from_end:
        # The end is nearer.
        limit, offset = max(0, min(limit, of - offset)), max(0, of - offset - limit)
    own = t.obligations.c
    here = sa.select(own.organization_id).where(
        own.round_id == round_id, own.organization_id == t.organizations.c.id, *conditions
    )
    its = here.correlate(t.organizations)
    # Asked whether it is there, a server looks the whole round up for it, once; asked which one, each by itself.
    asked = sa.case((its.exists(), t.organizations.c.id)) if offset > FEW else its.scalar_subquery()
    listed = sa.select(asked.label("asked"), *t.ORGANIZATIONS_IN_ORDER).where(among).subquery()
    order: list[sa.ColumnElement[Any]] = [listed.c.sort_key, listed.c.id]
    if is_from_end:
        order = [column.desc() for column in order]
    query = sa.select(listed.c.asked).where(listed.c.asked.is_not(None)).order_by(*order)
    there = list((await tx.execute(query.limit(limit).offset(offset))).scalars())
    ids = sa.select(own.id).where(own.round_id == round_id, one_of(own.organization_id, there))
    return list((await tx.execute(ids)).scalars())


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
        .where(one_of(t.replies.c.obligation_id, ids))
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


async def members(tx: Tx, round_id: int, part: Part, limits: Limits, territory: str | None = None) -> list[Obligation]:
    """The round's obligations of that part, in the territory or wherever, in the order of organizations."""
    theirs = (*belonging.within_then(t.obligations, limits), *by_territory.within(territory))
    return await obligations.of_round(tx, round_id, STATES[part], *theirs)


async def beside(
    tx: Tx, obligation: Obligation, part: Part, limits: Limits, territory: str | None = None
) -> tuple[int, int | None]:
    """How many others of that part of the round there are, in the territory or wherever, and the id of the next one."""
    conditions = (
        t.obligations.c.id != obligation.id,
        t.obligations.c.state.in_(STATES[part]),
        *belonging.within_then(t.obligations, limits),
        *by_territory.within(territory),
    )
    query = sa.select(sa.func.count()).where(t.obligations.c.round_id == obligation.round.id, *conditions)
    others = int((await tx.execute(query)).scalar_one())
    if not others:
        return 0, None
    here = sa.select(*t.ORGANIZATIONS_IN_ORDER).where(t.organizations.c.id == obligation.organization_id)
    at = (await tx.execute(here)).one()
    comes_after = sa.tuple_(*t.ORGANIZATIONS_IN_ORDER) > sa.tuple_(*map(sa.literal, at))
    # Behind the last one the list begins anew.
    found = await _page(tx, obligation.round.id, conditions, 1, 0, comes_after)
    return others, (found or await _page(tx, obligation.round.id, conditions, 1, 0))[0]
