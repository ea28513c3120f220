"""Rounds: one directive for one period, opened once however often the clock ticks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.directives.directive import Directive
from bot.domain.ledger.ladder import next_of_round, next_reminder
from bot.domain.ledger.obligation import UNANSWERED, ObligationState, Round
from bot.domain.people.member import Limits
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.recurrence import Reminder
from bot.domain.timing.schedule import Occurrence
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.engine.rows import one_of
from bot.storage.ledger import directives
from bot.storage.people import organizations
from bot.storage.post import audit

ROUND = Mapped(
    Round, t.rounds, prefix="round_", loads={"directive": directives.restore}, directive=t.directive_versions.c.body
)

_KNOWN = Prepared(
    sa.select(t.rounds.c.directive_id, t.rounds.c.period).where(
        one_of(t.rounds.c.directive_id, "directives"), one_of(t.rounds.c.period, "periods")
    )
)


async def known(tx: Tx, directive_id: str, periods: Collection[str]) -> set[str]:
    """The periods that have a round already, opened or not."""
    return {period for _, period in await known_of_each(tx, [(directive_id, period) for period in periods])}


async def known_of_each(tx: Tx, pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the pairs, of a directive's id and a period, that have a round already, opened or not."""
    directive_ids, periods = {directive_id for directive_id, _ in pairs}, {period for _, period in pairs}
    rows = await _KNOWN.all(tx, directives=sorted(directive_ids), periods=sorted(periods))
    return {(row.directive_id, row.period) for row in rows} & set(pairs)


async def open_round(
    tx: Tx,
    directive: Directive,
    occurrence: Occurrence,
    calendar: WorkCalendar,
    now: datetime,
    *,
    by: int | None = None,
    chosen: sa.Select[Any] | None = None,
) -> int | None:
    """Opens the round with an obligation for each organization in its audience; returns its id.

    None if there is a round of that period already: if two ticks come together, one opens it. `by`: who opens it, if
    not the clock; `chosen`: a query of organizations that are asked instead of the directive's audience.
    """
    round_id = await _add(tx, directive, occurrence, now, opened_at=now, by=by)
    if round_id is None:
        return None
    reminder = next_reminder(
        directive.reminders, calendar, occurrence.opens_at, occurrence.due_at, occurrence.closes_at, now
    )
    audience = organizations.in_audience(directive.audience) if chosen is None else t.organizations.c.id.in_(chosen)
    await _oblige(tx, round_id, occurrence.due_at, reminder, audience)
    await audit.record(tx, now, by, "round.opened", directive_id=directive.id, round=round_id, period=occurrence.period)
    return round_id


async def miss(tx: Tx, directive: Directive, occurrence: Occurrence, now: datetime) -> int | None:
    """Notes a round whose time passed too long ago to open it unasked; returns its id, None if it is known."""
    round_id = await _add(tx, directive, occurrence, now, opened_at=None)
    if round_id is not None:
        await audit.record(
            tx,
            now,
            None,
            "round.missed",
            directive_id=directive.id,
            round=round_id,
            period=occurrence.period,
        )
    return round_id


async def open_missed(tx: Tx, round_: Round, calendar: WorkCalendar, by: int, now: datetime) -> bool:
    """Opens a missed round, due later by as much as it opens late; False if somebody has decided about it meanwhile."""
    late = now - round_.opens_at
    due_at = calendar.ends(calendar.work_day((round_.due_at + late).astimezone(calendar.zone).date()))
    round_ = replace(round_, due_at=due_at, closes_at=due_at + (round_.closes_at - round_.due_at))
    changed = await tx.execute(
        sa.update(t.rounds)
        .where(t.rounds.c.id == round_.id, t.rounds.c.opened_at.is_(None), t.rounds.c.skipped_at.is_(None))
        .values(opened_at=now, due_at=round_.due_at, closes_at=round_.closes_at)
    )
    if not changed.rowcount:
        return False
    audience = organizations.in_audience(round_.directive.audience)
    await _oblige(tx, round_.id, round_.due_at, next_of_round(round_, round_.due_at, calendar, now), audience)
    await audit.record(
        tx, now, by, "round.opened", directive_id=round_.directive.id, round=round_.id, period=round_.period
    )
    return True


async def skip_missed(tx: Tx, round_id: int, by: int, now: datetime) -> bool:
    """Decides that a missed round is not asked; False if somebody has decided about it meanwhile."""
    changed = await tx.execute(
        sa.update(t.rounds)
        .where(t.rounds.c.id == round_id, t.rounds.c.opened_at.is_(None), t.rounds.c.skipped_at.is_(None))
        .values(skipped_at=now)
    )
    if changed.rowcount:
        directive_id = sa.select(t.rounds.c.directive_id).where(t.rounds.c.id == round_id)
        skipped = (await tx.execute(directive_id)).scalar()
        await audit.record(tx, now, by, "round.skipped", directive_id=skipped, round=round_id)
    return changed.rowcount > 0


async def get(tx: Tx, round_id: int) -> Round | None:
    """The round of that id."""
    rounds = await select(tx, t.rounds.c.id == round_id)
    return rounds[0] if rounds else None


async def of_ids(tx: Tx, round_ids: Collection[int]) -> dict[int, Round]:
    """The rounds of these ids."""
    return {round_.id: round_ for round_ in await select(tx, t.rounds.c.id.in_(round_ids))}


async def missed(tx: Tx) -> list[Round]:
    """Missed rounds about which the department has not decided."""
    return await select(tx, t.rounds.c.opened_at.is_(None), t.rounds.c.skipped_at.is_(None))


async def open_now(tx: Tx, now: datetime) -> list[Round]:
    """Rounds that have opened and not closed, by due date; one extended beyond closing for some is not among them."""
    return await select(tx, t.rounds.c.opened_at.is_not(None), t.rounds.c.closes_at > now)


async def latest(tx: Tx, directive_id: str) -> Round | None:
    """The directive's opened round that closes last; None if none has opened."""
    mine = (t.rounds.c.directive_id == directive_id, t.rounds.c.opened_at.is_not(None))
    rounds = await select(tx, *mine, newest=True, limit=1)
    return rounds[0] if rounds else None


async def select(
    tx: Tx, *conditions: sa.ColumnElement[bool], newest: bool = False, limit: int | None = None
) -> list[Round]:
    """Rounds for which the conditions hold, by due date; `newest`: those that close last come first."""
    order = (t.rounds.c.closes_at.desc(), t.rounds.c.id.desc()) if newest else (t.rounds.c.due_at, t.rounds.c.id)
    query = (
        sa.select(*ROUND.columns)
        .select_from(t.rounds.join(t.directive_versions))
        .where(*conditions)
        .order_by(*order)
        .limit(limit)
    )
    return [ROUND(row) for row in await tx.execute(query)]


async def within(tx: Tx, found: Sequence[Round], limits: Limits) -> list[Round]:
    """Those of the rounds that are a matter of somebody with these limits, in their order."""
    ids = await directives_within(tx, [round_.directive for round_ in found], limits)
    return [round_ for round_ in found if limits.covers(round_.directive) and round_.directive.id in ids]


async def directives_within(tx: Tx, found: Iterable[Directive], limits: Limits) -> set[str]:
    """Ids of those of the directives that have been asked of organizations within the limits, or would be.

    A question to organizations that were chosen by hand names no types: it belongs to those whom it was asked of.
    """
    covered = [directive for directive in found if limits.covers(directive)]
    by_hand = [directive.id for directive in covered if not directive.audience]
    asked: set[str] = set()
    if limits.are_of_places and by_hand:
        query = (
            sa.select(t.rounds.c.directive_id)
            .distinct()
            .select_from(t.rounds.join(t.obligations, t.obligations.c.round_id == t.rounds.c.id))
            .where(t.rounds.c.directive_id.in_(by_hand), *organizations.within_then(t.obligations, limits))
        )
        asked = set((await tx.execute(query)).scalars())
    everything = not limits.are_of_places
    return {directive.id for directive in covered if directive.audience or everything or directive.id in asked}


async def asked_within(tx: Tx, limits: Limits) -> dict[str, Directive]:
    """All directives and questions that were ever asked within the limits, each as it was the last time."""
    newest = await directives.newest(tx)
    theirs = await directives_within(tx, newest.values(), limits)
    return {id: directive for id, directive in newest.items() if id in theirs}


def owing(round_id: int) -> sa.Select[Any]:
    """The organizations of a round that have not answered, as a query to be built into another."""
    return sa.select(t.obligations.c.organization_id).where(
        t.obligations.c.round_id == round_id, t.obligations.c.state.in_(UNANSWERED)
    )


async def join(tx: Tx, organization_ids: Collection[int], calendar: WorkCalendar, now: datetime) -> int:
    """Obliges organizations that joined late to answer the open rounds; returns how many obligations that made."""
    made = 0
    for round_ in await open_now(tx, now):
        made += await _oblige(
            tx,
            round_.id,
            round_.due_at,
            next_of_round(round_, round_.due_at, calendar, now),
            organizations.in_audience(round_.directive.audience),
            one_of(t.organizations.c.id, organization_ids),
        )
    return made


async def _add(
    tx: Tx,
    directive: Directive,
    occurrence: Occurrence,
    now: datetime,
    *,
    opened_at: datetime | None,
    by: int | None = None,
) -> int | None:
    version_id = await directives.keep(tx, directive, now)
    statement = (
        insert(tx, t.rounds)
        .values(
            directive_id=directive.id,
            period=occurrence.period,
            key=occurrence.key,
            title=occurrence.title,
            directive_version_id=version_id,
            opens_at=occurrence.opens_at,
            due_at=occurrence.due_at,
            closes_at=occurrence.closes_at,
            opened_at=opened_at,
            by_id=by,
        )
        .on_conflict_do_nothing(index_elements=["directive_id", "period"])
        .returning(t.rounds.c.id)
    )
    return (await tx.execute(statement)).scalar()


async def _oblige(
    tx: Tx,
    round_id: int,
    due_at: datetime,
    reminder: Reminder | None,
    *conditions: sa.ColumnElement[bool],
) -> int:
    moment = t.obligations.c.due_at.type
    at, days = (reminder.at, reminder.days) if reminder else (None, None)
    audience = sa.select(
        sa.literal(round_id),
        t.organizations.c.id,
        sa.literal(str(ObligationState.OPEN)),
        sa.literal(due_at, moment),
        sa.literal(0),
        sa.literal(at, moment),
        sa.literal(days, sa.Integer),
        organizations.typed(t.organizations.c.id),
        t.organizations.c.territory,
    )
    audience = audience.where(*conditions).order_by(t.organizations.c.id)
    statement = insert(tx, t.obligations).from_select(
        [
            "round_id",
            "organization_id",
            "state",
            "due_at",
            "version",
            "next_reminder_at",
            "next_reminder_days",
            "types",
            "territory",
        ],
        audience,
    )
    added = await tx.execute(statement.on_conflict_do_nothing(index_elements=["round_id", "organization_id"]))
    return added.rowcount
