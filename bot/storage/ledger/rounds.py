"""Rounds: one directive for one period, opened once however often the clock ticks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.directives.directive import Directive
from bot.domain.ledger.obligation import UNANSWERED, Round
from bot.domain.people.member import Limits
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.elsewhere import Elsewhere, by_hand, last_of
from bot.domain.timing.schedule import Occurrence
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.engine.rows import one_of
from bot.storage.ledger import apart, directives
from bot.storage.ledger.apart import Opening
from bot.storage.ledger.obliging import oblige
from bot.storage.people import belonging
from bot.storage.post import audit

ROUND: Mapped[Round] = Mapped(
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
    """Opens the round with an obligation for each organization in its audience, everywhere now; returns its id.

    None if there is a round of that period already: if two ticks come together, one opens it. `by`: who opens it, if
    not the clock; `chosen`: a query of organizations that are asked instead of the directive's audience. `occurrence`
    is by `calendar`; in territories that live by another it is due and closes at the same hours of theirs.
    """
    own, there = by_hand(occurrence, calendar)
    round_id = await _add(tx, directive, own, there, now, opened_at=now, by=by)
    if round_id is None:
        return None
    audience = belonging.in_audience(directive.audience) if chosen is None else t.organizations.c.id.in_(chosen)
    known = {
        territory: Opening(round_id, territory, its.opens_at, its.due_at, its.closes_at)
        for territory, its in {"": own, **{territory: each.period for territory, each in there.items()}}.items()
    }
    await oblige(tx, directive.reminders, known.values(), known, calendar, now, audience)
    await audit.record(tx, now, by, "round.opened", directive_id=directive.id, round=round_id, period=occurrence.period)
    return round_id


async def begin(
    tx: Tx, directive: Directive, occurrence: Occurrence, there: Mapping[str, Elsewhere], now: datetime
) -> int | None:
    """Notes a round that opens in territories at their own hours; returns its id, None if it is known.

    It is open nowhere yet: see `open_in` and `miss_in`.
    """
    return await _add(tx, directive, occurrence, there, now)


async def open_in(
    tx: Tx, round_: Round, openings: Collection[Opening], calendar: WorkCalendar, now: datetime, by: int | None = None
) -> list[str]:
    """Opens the round in these territories; returns those in which nobody else has done so meanwhile."""
    opened = await apart.settle(tx, openings, opened_at=now)
    if not opened:
        return []
    at = sa.func.coalesce(t.rounds.c.opened_at, sa.literal(now, t.rounds.c.opened_at.type))
    await tx.execute(sa.update(t.rounds).where(t.rounds.c.id == round_.id).values(opened_at=at))
    known = (await apart.of_rounds(tx, [round_.id]))[round_.id]
    audience = belonging.in_audience(round_.directive.audience)
    await oblige(tx, round_.directive.reminders, opened, known, calendar, now, audience)
    territories = sorted(opening.territory for opening in opened)
    await audit.record(
        tx,
        now,
        by,
        "round.opened",
        directive_id=round_.directive.id,
        round=round_.id,
        period=round_.period,
        territories=territories,
    )
    return territories


async def miss_in(tx: Tx, round_: Round, openings: Collection[Opening], now: datetime) -> bool:
    """Notes that the round was not opened in these territories in its time; False if somebody has done so meanwhile."""
    missed = await apart.settle(tx, openings, missed_at=now)
    if missed:
        await audit.record(
            tx,
            now,
            None,
            "round.missed",
            directive_id=round_.directive.id,
            round=round_.id,
            period=round_.period,
            territories=sorted(opening.territory for opening in missed),
        )
    return bool(missed)


async def miss(tx: Tx, directive: Directive, occurrence: Occurrence, now: datetime) -> int | None:
    """Notes a round whose time passed too long ago to open it unasked; returns its id, None if it is known."""
    round_id = await _add(tx, directive, occurrence, {}, now)
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
    if (calendar.others or round_.is_open) and await _is_undecided(tx, round_.id):
        return await _open_missed_in(tx, round_, calendar, by, now)
    opening = _later(_of_all(round_), calendar, now)
    changed = await tx.execute(
        sa.update(t.rounds)
        .where(t.rounds.c.id == round_.id, t.rounds.c.opened_at.is_(None), t.rounds.c.skipped_at.is_(None))
        .values(opened_at=now, due_at=opening.due_at, closes_at=opening.closes_at)
    )
    if not changed.rowcount:
        return False
    audience = belonging.in_audience(round_.directive.audience)
    await oblige(tx, round_.directive.reminders, [opening], {""}, calendar, now, audience)
    await audit.record(
        tx, now, by, "round.opened", directive_id=round_.directive.id, round=round_.id, period=round_.period
    )
    return True


async def _open_missed_in(tx: Tx, round_: Round, calendar: WorkCalendar, by: int, now: datetime) -> bool:
    """The same where it was missed in territories: each one's due date moves."""
    known = (await apart.of_rounds(tx, [round_.id]))[round_.id]
    later = [_later(opening, calendar, now) for opening in known.values() if opening.is_undecided]
    for opening in later:
        await apart.put_off(tx, opening)
    own = {opening.territory: opening.due_at for opening in later}
    last = max(round_.closes_at, *(opening.closes_at for opening in later))
    await tx.execute(
        sa.update(t.rounds).where(t.rounds.c.id == round_.id).values(due_at=own.get("", round_.due_at), closes_at=last)
    )
    return bool(await open_in(tx, round_, later, calendar, now, by))


def _later(opening: Opening, calendar: WorkCalendar, now: datetime) -> Opening:
    """What is opened now instead: due later by as much as it opens late."""
    its = calendar.of(opening.territory)
    due_at = its.ends(its.work_day((opening.due_at + (now - opening.opens_at)).astimezone(its.zone).date()))
    return replace(opening, due_at=due_at, closes_at=due_at + (opening.closes_at - opening.due_at))


async def _is_undecided(tx: Tx, round_id: int) -> bool:
    query = sa.select(t.rounds.c.id).where(
        t.rounds.c.id == round_id, t.rounds.c.skipped_at.is_(None), apart.ANY_UNDECIDED
    )
    return (await tx.execute(query)).first() is not None


async def skip_missed(tx: Tx, round_id: int, by: int, now: datetime) -> bool:
    """Decides that a missed round is not asked; False if somebody has decided about it meanwhile.

    Where it was missed in territories alone, it is not asked there.
    """
    changed = await tx.execute(
        sa.update(t.rounds)
        .where(t.rounds.c.id == round_id, t.rounds.c.opened_at.is_(None), t.rounds.c.skipped_at.is_(None))
        .values(skipped_at=now)
    )
    if not changed.rowcount:
        changed = await tx.execute(
            sa.update(t.openings)
            .where(
                t.openings.c.round_id == round_id,
                apart.IS_UNDECIDED,
                t.openings.c.round_id.in_(sa.select(t.rounds.c.id).where(t.rounds.c.opened_at.is_not(None))),
            )
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


async def titles(tx: Tx, round_ids: Collection[int]) -> dict[int, str]:
    """What the periods of these rounds are called, however many; those that are gone are missing."""
    if not round_ids:
        return {}
    rows = await tx.execute(sa.select(t.rounds.c.id, t.rounds.c.title).where(one_of(t.rounds.c.id, round_ids)))
    return {row.id: row.title for row in rows}


async def missed(tx: Tx) -> list[Round]:
    """Missed rounds about which the department has not decided, also of those missed in some territory alone."""
    nowhere = sa.and_(t.rounds.c.opened_at.is_(None), ~apart.ANY)
    return await select(tx, t.rounds.c.skipped_at.is_(None), sa.or_(nowhere, apart.ANY_UNDECIDED))


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
    theirs = [round_ for round_ in found if limits.covers(round_.directive) and round_.directive.id in ids]
    if not limits.territories or not theirs:
        return theirs
    # What asks nobody there, or has not opened there yet, is no matter of theirs.
    there = await _asked_there(tx, {round_.id for round_ in theirs}, limits.territories)
    return [round_ for round_ in theirs if round_.id in there]


async def _asked_there(tx: Tx, round_ids: set[int], territories: Collection[str]) -> set[int]:
    """Those of the rounds that have asked somebody in these territories.

    An index tells it of all but those that were asked when no organization had a territory.
    """
    own = t.obligations.c
    anybody = sa.exists().where(own.round_id == t.rounds.c.id)

    async def those(among: set[int], condition: sa.ColumnElement[bool]) -> set[int]:
        query = sa.select(t.rounds.c.id).where(t.rounds.c.id.in_(among), condition)
        return set((await tx.execute(query)).scalars()) if among else set()

    noted = own.territory != sa.literal_column("''"), own.territory.in_(territories)
    there = await those(round_ids, anybody.where(*noted))
    first = sa.select(own.territory).where(own.round_id == t.rounds.c.id).order_by(own.organization_id).limit(1)
    of_old = await those(round_ids - there, first.scalar_subquery().is_(None))
    # Of whom no territory is noted, they are looked for among those that are there now.
    now_there = belonging.within(own.organization_id, Limits(territories=frozenset(territories)))
    return there | await those(of_old, anybody.where(own.territory.is_(None), *now_there))


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
            .where(t.rounds.c.directive_id.in_(by_hand), *belonging.within_then(t.obligations, limits))
        )
        asked = set((await tx.execute(query)).scalars())
    everything = not limits.are_of_places
    return {directive.id for directive in covered if directive.audience or everything or directive.id in asked}


async def asked_within(tx: Tx, limits: Limits) -> dict[str, Directive]:
    """All directives and questions that were ever asked within the limits, each as it was the last time."""
    newest = await directives.newest(tx)
    theirs = await directives_within(tx, newest.values(), limits)
    return {id: directive for id, directive in newest.items() if id in theirs}


def owing(round_id: int, territories: Collection[str] | None = None, known: Collection[str] = ()) -> sa.Select[Any]:
    """The organizations of a round that have not answered, as a query to be built into another.

    `territories`: only those that go by the opening there; `known` are all territories that the round has openings for.
    """
    query = sa.select(t.obligations.c.organization_id).where(
        t.obligations.c.round_id == round_id, t.obligations.c.state.in_(UNANSWERED)
    )
    if territories is None:
        return query
    return query.join(t.organizations).where(sa.or_(*(apart.belongs(each, known) for each in territories)))


async def join(tx: Tx, organization_ids: Collection[int], calendar: WorkCalendar, now: datetime) -> int:
    """Obliges organizations that joined late to answer the open rounds; returns how many obligations that made.

    Where a round's hour has not come yet, they are asked with the others of their territory.
    """
    made = 0
    running = await open_now(tx, now)
    territories, openings = {""}, dict[int, dict[str, Opening]]()
    if calendar.others:
        own = t.organizations.c
        theirs = sa.select(own.territory).distinct().where(one_of(own.id, organization_ids))
        territories = set((await tx.execute(theirs)).scalars())
        openings = await apart.of_rounds(tx, [round_.id for round_ in running])
    for round_ in running:
        known = openings.get(round_.id) or {"": _of_all(round_)}
        asked = {known.get(territory, known[""]) for territory in territories}
        made += await oblige(
            tx,
            round_.directive.reminders,
            [opening for opening in asked if opening.opened_at is not None],
            known,
            calendar,
            now,
            belonging.in_audience(round_.directive.audience),
            one_of(t.organizations.c.id, organization_ids),
        )
    return made


def _of_all(round_: Round) -> Opening:
    """The opening of a round that has one for all."""
    return Opening(round_.id, "", round_.opens_at, round_.due_at, round_.closes_at, round_.opened_at)


async def _add(
    tx: Tx,
    directive: Directive,
    occurrence: Occurrence,
    there: Mapping[str, Elsewhere],
    now: datetime,
    *,
    opened_at: datetime | None = None,
    by: int | None = None,
) -> int | None:
    """Adds the round, with the moments of territories where its own do not hold; its id, None if it is known."""
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
            closes_at=last_of(occurrence, there),
            opened_at=opened_at,
            by_id=by,
        )
        .on_conflict_do_nothing(index_elements=["directive_id", "period"])
        .returning(t.rounds.c.id)
    )
    round_id: int | None = (await tx.execute(statement)).scalar()
    if round_id is not None and there:
        await apart.add(tx, round_id, occurrence, there, now, opened_at)
    return round_id
