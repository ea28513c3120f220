"""Requests for more time: a head asks, the first curator decides, an answer settles the matter.

A request waits as long as there is something to decide: its obligation wants an answer, still takes one, and is due
earlier than was asked for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from bot.domain.ledger import extension as rules
from bot.domain.ledger.extension import Asked
from bot.domain.ledger.obligation import UNANSWERED, Extension, Obligation
from bot.domain.people.member import Limits
from bot.domain.people.roster import Changed
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.engine.rows import one_of
from bot.storage.ledger import drafts, obligations
from bot.storage.ledger.closing import takes_answers
from bot.storage.people.belonging import within_then
from bot.storage.post import audit

_ASKER, _DECIDER = t.people.alias("asker"), t.people.alias("decider")

# The conditions that there is something to decide at the statement's `now`.
_WAITS = (
    t.EXTENSION_WAITS,
    t.obligations.c.state.in_(UNANSWERED),
    t.obligations.c.due_at < t.extensions.c.until,
    takes_answers(sa.bindparam("now")),
)
_EXTENSION = Mapped(Extension, t.extensions, asked_by_name=_ASKER.c.name, decided_by_name=_DECIDER.c.name)
_SELECT = sa.select(*_EXTENSION.columns).select_from(
    t.extensions.join(t.obligations, t.obligations.c.id == t.extensions.c.obligation_id)
    .join(t.rounds, t.rounds.c.id == t.obligations.c.round_id)
    .outerjoin(_ASKER, _ASKER.c.id == t.extensions.c.asked_by)
    .outerjoin(_DECIDER, _DECIDER.c.id == t.extensions.c.decided_by)
)
_OF_OBLIGATION = Prepared(_SELECT.where(t.extensions.c.obligation_id == sa.bindparam("its"), *_WAITS))
_OF_OBLIGATIONS = Prepared(_SELECT.where(one_of(t.extensions.c.obligation_id, "ids"), *_WAITS))
_SETTLE = Prepared(
    sa.update(t.extensions)
    .where(t.extensions.c.obligation_id == sa.bindparam("its"), t.EXTENSION_WAITS)
    .values(decided_at=sa.bindparam("at"))
)


async def ask(tx: Tx, obligation: Obligation, until: datetime, reason: str, by: int, now: datetime) -> Extension | None:
    """Records a request for more time; None if the organization waits for a decision already."""
    if await of_obligation(tx, obligation.id, now) is not None:
        return None
    # A request that nobody has to decide any more does not stand in the way.
    await settle(tx, obligation.id, now)
    statement = insert(tx, t.extensions).values(
        obligation_id=obligation.id, asked_by=by, asked_at=now, until=until, reason=reason
    )
    statement = statement.on_conflict_do_nothing(index_elements=["obligation_id"], index_where=t.EXTENSION_WAITS)
    added: int | None = (await tx.execute(statement.returning(t.extensions.c.id))).scalar()
    if added is None:
        return None
    await audit.record(
        tx,
        now,
        by,
        "extension.asked",
        organization_id=obligation.organization_id,
        directive_id=obligation.round.directive.id,
        obligation=obligation.id,
        until=until.isoformat(),
    )
    return await get(tx, added)


async def get(tx: Tx, extension_id: int) -> Extension | None:
    """The request of that id, decided or not."""
    extensions = await _load(tx, t.extensions.c.id == extension_id)
    return extensions[0] if extensions else None


async def of_obligation(tx: Tx, obligation_id: int, now: datetime) -> Extension | None:
    """The request that waits for a decision about the obligation."""
    row = await _OF_OBLIGATION.first(tx, its=obligation_id, now=now)
    return _EXTENSION(row) if row else None


async def of_obligations(tx: Tx, owed: Collection[Obligation], now: datetime) -> dict[int, Extension]:
    """The requests that wait for a decision, by the obligation's id."""
    rows = await _OF_OBLIGATIONS.all(tx, ids=[obligation.id for obligation in owed], now=now)
    return {row.obligation_id: _EXTENSION(row) for row in rows}


async def waits(tx: Tx, extension_id: int, now: datetime) -> bool:
    """Whether the request waits for a decision."""
    return bool(await _load(tx, t.extensions.c.id == extension_id, *_WAITS, now=now))


async def waiting(tx: Tx, limits: Limits, now: datetime) -> list[Asked]:
    """Requests within the limits that wait for a decision, oldest first."""
    undecided = await _load(tx, *_WAITS, *within_then(t.obligations, limits), now=now)
    about = {
        obligation.id: obligation
        for obligation in await obligations.of_ids(tx, [extension.obligation_id for extension in undecided])
    }
    return [
        Asked(extension, about[extension.obligation_id])
        for extension in undecided
        if limits.covers(about[extension.obligation_id].round.directive)
    ]


async def decide(tx: Tx, asked: Asked, granted: bool, by: int, now: datetime) -> bool:
    """Records that the request is granted or refused; the caller moves the due date.

    False if somebody has decided, or the answer has come, meanwhile.
    """
    changed = await tx.execute(
        sa.update(t.extensions)
        .where(t.extensions.c.id == asked.extension.id, t.EXTENSION_WAITS)
        .values(decided_at=now, decided_by=by, granted=granted)
    )
    if not changed.rowcount:
        return False
    await audit.record(
        tx,
        now,
        by,
        "extension.granted" if granted else "extension.refused",
        organization_id=asked.obligation.organization_id,
        directive_id=asked.obligation.round.directive.id,
        obligation=asked.obligation.id,
        until=asked.extension.until.isoformat(),
    )
    # The form in the chat says that a decision is awaited.
    await drafts.redraw(tx, t.obligations.c.id == asked.obligation.id, now)
    return True


async def settle(tx: Tx, obligation_id: int, now: datetime) -> None:
    """Notes that nobody has to decide about the obligation's request: the answer has come, or the request is moot."""
    await _SETTLE.run(tx, its=obligation_id, at=now)


async def follow(tx: Tx, moved: Iterable[Changed], calendar: WorkCalendar) -> None:
    """What organizations that go to another territory have asked for ends with the day that they named, by the clock of
    where they are now."""
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    for changed in moved:
        together[changed.before.territory, changed.after.territory].append(changed.before.id)
    for (before, after), organization_ids in together.items():
        theirs = (
            sa.select(t.extensions.c.id, t.extensions.c.until)
            .join(t.obligations, t.obligations.c.id == t.extensions.c.obligation_id)
            .where(one_of(t.obligations.c.organization_id, organization_ids), t.EXTENSION_WAITS)
        )
        for extension_id, asked in (await tx.execute(theirs)).all():
            day = asked.astimezone(calendar.of(before).zone).date()
            then = rules.until(calendar.of(after), day)
            await tx.execute(sa.update(t.extensions).where(t.extensions.c.id == extension_id).values(until=then))


async def _load(tx: Tx, *conditions: sa.ColumnElement[bool], now: datetime | None = None) -> list[Extension]:
    query = _SELECT.where(*conditions).order_by(t.extensions.c.id)
    return [_EXTENSION(row) for row in await tx.execute(query, {"now": now} if now else {})]
