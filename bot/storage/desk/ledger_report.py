"""The ledger as reports read it: rounds of a period, their organizations, and the rows of some organizations at a time.

A row comes with its newest answer. Memory depends on how many organizations are read at a time, not on how long the
ledger is.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.domain.ledger.obligation import UNANSWERED, ObligationState, Remark, Reply, Round
from bot.domain.ledger.report import Debtor, Execution, Line, Order
from bot.domain.people.member import Limits
from bot.domain.people.names import same
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.rows import one_of, streamed
from bot.storage.ledger import rounds
from bot.storage.people import belonging, organizations

_first = t.replies.alias("first_reply")
_newest = t.replies.alias("newest_reply")
_REPLY = Mapped(Reply, t.replies, by_name=t.people.c.name)
_REMARK = Mapped(Remark, t.remarks, by_name=t.people.c.name)


async def of_order(
    tx: Tx, order: Order, zone: ZoneInfo, zones: Mapping[str, ZoneInfo] = MappingProxyType({})
) -> list[Round]:
    """The order's rounds within its limits, by opening; without missed ones. `zones` of territories whose days or hours
    are others: what opens or is due there on a day of the order's belongs to it as well."""
    theirs = order.limits.territories
    places = {territory: its for territory, its in zones.items() if not theirs or territory in theirs}
    openings = t.openings.c

    def there(day: date, is_within: Callable[[datetime], sa.ColumnElement[bool]]) -> list[sa.ColumnElement[bool]]:
        if not places:
            return []
        of_zones = [
            sa.and_(
                openings.territory.in_([territory for territory, own in places.items() if own == its]),
                is_within(datetime.combine(day, time(), its)),
            )
            for its in set(places.values())
        ]
        return [sa.exists().where(openings.round_id == t.rounds.c.id, sa.or_(*of_zones))]

    conditions: list[sa.ColumnElement[bool]] = [t.rounds.c.opened_at.is_not(None)]
    if order.rounds:
        conditions.append(t.rounds.c.id.in_(order.rounds))
    if order.directive is not None:
        conditions.append(t.rounds.c.directive_id == order.directive)
    if order.first is not None:
        due = t.rounds.c.due_at >= datetime.combine(order.first, time(), zone)
        conditions.append(sa.or_(due, *there(order.first, openings.due_at.__ge__)))
    if order.last is not None:
        after = order.last + timedelta(days=1)
        opens = t.rounds.c.opens_at < datetime.combine(after, time(), zone)
        conditions.append(sa.or_(opens, *there(after, openings.opens_at.__lt__)))
    selected = await rounds.within(tx, await rounds.select(tx, *conditions), order.limits)
    return sorted(selected, key=lambda round_: (round_.opens_at, round_.id))


async def debtors(tx: Tx, round_ids: Collection[int], limits: Limits) -> list[Debtor]:
    """The organizations that the rounds ask, within the limits, in the order of all lists."""
    asked = sa.select(t.obligations.c.organization_id).where(
        t.obligations.c.round_id.in_(round_ids), *belonging.within_then(t.obligations, limits)
    )
    types = await organizations.types_of(tx, asked)
    query = (
        sa.select(t.organizations.c.id, t.organizations.c.name, t.organizations.c.label)
        .where(t.organizations.c.id.in_(asked))
        .order_by(*t.ORGANIZATIONS_IN_ORDER)
    )
    asked_of = [Debtor(row.id, row.name, row.label, types[row.id]) async for row in streamed(tx, query)]
    times = Counter(same(debtor.name) for debtor in asked_of)
    # Where several have one name, a table calls them by what tells them apart.
    return [replace(debtor, name=debtor.label) if times[same(debtor.name)] > 1 else debtor for debtor in asked_of]


async def lines(tx: Tx, round_ids: Collection[int], organization_ids: Collection[int], limits: Limits) -> list[Line]:
    """The rows of these organizations in these rounds that are within the limits, in no order."""
    conditions = (
        t.obligations.c.round_id.in_(round_ids),
        one_of(t.obligations.c.organization_id, organization_ids),
        *belonging.within_then(t.obligations, limits),
    )
    query = (
        sa.select(
            t.obligations.c.id,
            t.obligations.c.round_id,
            t.obligations.c.organization_id,
            t.obligations.c.state,
            t.obligations.c.due_at,
            t.obligations.c.first_due_at,
            t.obligations.c.seen_at,
            t.obligations.c.version,
            t.obligations.c.comment,
            _first.c.at.label("first_at"),
            _newest.c.at.label("newest_at"),
            t.people.c.name.label("by_name"),
            _newest.c["values"].label("given"),
            _newest.c.not_ours,
            _newest.c.entered,
        )
        .select_from(_with_replies().outerjoin(t.people, t.people.c.id == _newest.c.by_id))
        .where(*conditions)
    )
    rows = (await tx.execute(query)).all()
    said = await _remarks(tx, conditions)
    return [_line(row, *said.get(row.id, ((), 0))) for row in rows]


async def earlier_versions(tx: Tx, round_ids: Collection[int], limits: Limits) -> dict[int, list[Reply]]:
    """The versions before the newest, by obligation, newest first; most answers have none."""
    query = (
        sa.select(t.replies.c.obligation_id, *_REPLY.columns)
        .select_from(
            t.replies.join(t.obligations, t.obligations.c.id == t.replies.c.obligation_id).outerjoin(
                t.people, t.people.c.id == t.replies.c.by_id
            )
        )
        .where(*_of_rounds(round_ids, limits), t.replies.c.version < t.obligations.c.version)
        .order_by(t.replies.c.version.desc())
    )
    by_obligation: dict[int, list[Reply]] = defaultdict(list)
    for row in await tx.execute(query):
        by_obligation[row.obligation_id].append(_REPLY(row))
    return by_obligation


async def remarks(tx: Tx, round_ids: Collection[int], limits: Limits) -> dict[int, list[Remark]]:
    """What was sent beside the answers, by obligation, oldest first."""
    query = (
        sa.select(t.remarks.c.obligation_id, *_REMARK.columns)
        .select_from(
            t.remarks.join(t.obligations, t.obligations.c.id == t.remarks.c.obligation_id).outerjoin(
                t.people, t.people.c.id == t.remarks.c.by_id
            )
        )
        .where(*_of_rounds(round_ids, limits))
        .order_by(t.remarks.c.id)
    )
    by_obligation: dict[int, list[Remark]] = defaultdict(list)
    for row in await tx.execute(query):
        by_obligation[row.obligation_id].append(_REMARK(row))
    return by_obligation


async def executions(tx: Tx, round_ids: Collection[int], limits: Limits, now: datetime) -> dict[int, Execution]:
    """How each round stands within the limits; a round that asks nobody there is missing."""
    rows = await _executions(tx, round_ids, limits, now, t.obligations.c.round_id)
    return {row.round_id: counted for row, counted in rows}


async def executions_by_territory(
    tx: Tx, round_ids: Collection[int], limits: Limits, now: datetime
) -> dict[int, dict[str, Execution]]:
    """The same in each territory, by round and territory, as organizations belonged to them when they were asked."""
    by_round: dict[int, dict[str, Execution]] = defaultdict(dict)
    territory = belonging.territory_then(t.obligations).label("there")
    for row, counted in await _executions(tx, round_ids, limits, now, t.obligations.c.round_id, territory):
        by_round[row.round_id][row.there] = counted
    return by_round


async def territories(tx: Tx, round_ids: Collection[int], limits: Limits) -> dict[int, set[str]]:
    """The territories in which the rounds have asked each organization, by its id: one, unless it has moved."""
    there = belonging.territory_then(t.obligations)
    query = sa.select(t.obligations.c.organization_id, there).where(*_of_rounds(round_ids, limits)).distinct()
    found: dict[int, set[str]] = defaultdict(set)
    for organization_id, territory in await tx.execute(query):
        found[organization_id].add(territory)
    return found


async def moves(
    tx: Tx, round_ids: Collection[int], organization_ids: Collection[int], limits: Limits
) -> dict[tuple[int, int], str]:
    """The territory in which each of these rounds has asked each of these organizations, by the ids of both."""
    own, there = t.obligations.c, belonging.territory_then(t.obligations)
    query = sa.select(own.round_id, own.organization_id, there).where(
        *_of_rounds(round_ids, limits), one_of(own.organization_id, organization_ids)
    )
    return {(row[0], row[1]): row[2] for row in await tx.execute(query)}


async def _executions(
    tx: Tx, round_ids: Collection[int], limits: Limits, now: datetime, *groups: sa.ColumnElement[Any]
) -> list[tuple[Any, Execution]]:
    answered = t.obligations.c.state.in_((ObligationState.ANSWERED, ObligationState.ACCEPTED))
    wanted = t.obligations.c.state != ObligationState.EXCUSED
    late = sa.and_(answered, _first.c.at > t.obligations.c.due_at)
    owing = t.obligations.c.state.in_(UNANSWERED)
    overdue = sa.and_(owing, t.obligations.c.due_at < now)
    counted = {
        "asked": wanted,
        "answered": answered,
        "accepted": t.obligations.c.state == ObligationState.ACCEPTED,
        "on_time": sa.and_(answered, sa.or_(_first.c.at.is_(None), _first.c.at <= t.obligations.c.due_at)),
        "late": late,
        "overdue": sa.and_(overdue, _first.c.at.is_(None)),
        "returned": sa.and_(overdue, _first.c.at.is_not(None)),
        "pending": sa.and_(owing, t.obligations.c.due_at >= now),
        "excused": ~wanted,
        "not_ours": sa.and_(t.obligations.c.state == ObligationState.ANSWERED, _newest.c.not_ours.is_not(None)),
    }
    query = (
        sa.select(
            *groups,
            *(sa.func.sum(sa.case((condition, 1), else_=0)).label(name) for name, condition in counted.items()),
        )
        .select_from(_with_replies())
        .where(t.obligations.c.round_id.in_(round_ids), *belonging.within_then(t.obligations, limits))
        .group_by(*(sa.text("there") if isinstance(group, sa.Label) else group for group in groups))
    )
    return [(row, Execution(**{name: int(getattr(row, name)) for name in counted})) for row in await tx.execute(query)]


async def _remarks(tx: Tx, conditions: Collection[sa.ColumnElement[bool]]) -> dict[int, tuple[tuple[str, ...], int]]:
    """The texts and the number of files sent beside the answers, by obligation."""
    query = (
        sa.select(t.remarks.c.obligation_id, t.remarks.c.text, t.remarks.c.file_id)
        .select_from(t.remarks.join(t.obligations, t.obligations.c.id == t.remarks.c.obligation_id))
        .where(*conditions)
        .order_by(t.remarks.c.id)
    )
    by_obligation: dict[int, tuple[tuple[str, ...], int]] = {}
    for row in await tx.execute(query):
        texts, files = by_obligation.get(row.obligation_id, ((), 0))
        by_obligation[row.obligation_id] = (
            (*texts, row.text) if row.text else texts,
            files + (row.file_id is not None),
        )
    return by_obligation


def _of_rounds(round_ids: Collection[int], limits: Limits) -> tuple[sa.ColumnElement[bool], ...]:
    return (t.obligations.c.round_id.in_(round_ids), *belonging.within_then(t.obligations, limits))


def _line(row: Any, texts: tuple[str, ...], files: int) -> Line:
    values = row.given if row.not_ours is None else None
    # The value of a file field is a list of files.
    given = sum(len(value) for value in (values or {}).values() if isinstance(value, list) and _is_files(value))
    return Line(
        row.id,
        row.round_id,
        row.organization_id,
        ObligationState(row.state),
        row.due_at,
        row.seen_at,
        row.version,
        row.comment,
        row.first_at,
        row.newest_at,
        row.by_name,
        values,
        row.not_ours,
        texts,
        files + given,
        bool(row.entered),
        row.first_due_at,
    )


def _is_files(value: list[Any]) -> bool:
    return any(isinstance(item, dict) and "file_id" in item for item in value)


def _with_replies() -> sa.FromClause:
    """Obligations with their first and their newest answer, where there is one."""
    return t.obligations.outerjoin(
        _first, sa.and_(_first.c.obligation_id == t.obligations.c.id, _first.c.version == 1)
    ).outerjoin(
        _newest, sa.and_(_newest.c.obligation_id == t.obligations.c.id, _newest.c.version == t.obligations.c.version)
    )
