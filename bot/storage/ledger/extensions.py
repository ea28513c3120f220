"""Requests for more time: a head asks, the first curator decides, an answer settles the matter.

A request waits as long as there is something to decide: its obligation wants an answer, takes one, and is due
earlier than was asked for.
"""

from datetime import datetime

import sqlalchemy as sa

from bot.domain.ledger.extension import Asked
from bot.domain.ledger.obligation import UNANSWERED, Extension, Obligation
from bot.domain.people.member import Limits
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.ledger import obligations
from bot.storage.people.organizations import within
from bot.storage.post import audit
from bot.storage.schema import EXTENSION_WAITS, extensions, people
from bot.storage.schema import obligations as obligation_rows
from bot.storage.schema import rounds as round_rows

_ASKER, _DECIDER = people.alias("asker"), people.alias("decider")

# There is something to decide at the moment `now` of the statement.
_WAITS = (
    EXTENSION_WAITS,
    obligation_rows.c.state.in_(UNANSWERED),
    obligation_rows.c.due_at < extensions.c.until,
    sa.or_(round_rows.c.closes_at > sa.bindparam("now"), obligation_rows.c.due_at > sa.bindparam("now")),
)
_EXTENSION = Mapped(Extension, extensions, asked_by_name=_ASKER.c.name, decided_by_name=_DECIDER.c.name)
_SELECT = sa.select(*_EXTENSION.columns).select_from(
    extensions.join(obligation_rows, obligation_rows.c.id == extensions.c.obligation_id)
    .join(round_rows, round_rows.c.id == obligation_rows.c.round_id)
    .outerjoin(_ASKER, _ASKER.c.id == extensions.c.asked_by)
    .outerjoin(_DECIDER, _DECIDER.c.id == extensions.c.decided_by)
)
_OF_OBLIGATION = Prepared(_SELECT.where(extensions.c.obligation_id == sa.bindparam("its"), *_WAITS))
_SETTLE = Prepared(
    sa.update(extensions)
    .where(extensions.c.obligation_id == sa.bindparam("its"), EXTENSION_WAITS)
    .values(decided_at=sa.bindparam("at"))
)


async def ask(tx: Tx, obligation: Obligation, until: datetime, reason: str, by: int, now: datetime) -> Extension | None:
    """Asks for more time; None if the organization waits for a decision already."""
    if await of_obligation(tx, obligation.id, now) is not None:
        return None
    # What nobody has to decide any more does not stand in the way.
    await settle(tx, obligation.id, now)
    statement = insert(tx, extensions).values(
        obligation_id=obligation.id, asked_by=by, asked_at=now, until=until, reason=reason
    )
    statement = statement.on_conflict_do_nothing(index_elements=["obligation_id"], index_where=EXTENSION_WAITS)
    added: int | None = (await tx.execute(statement.returning(extensions.c.id))).scalar()
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
    """The request for more time, decided or not."""
    found = await _load(tx, extensions.c.id == extension_id)
    return found[0] if found else None


async def of_obligation(tx: Tx, obligation_id: int, now: datetime) -> Extension | None:
    """The request that waits for a decision about the obligation."""
    row = await _OF_OBLIGATION.first(tx, its=obligation_id, now=now)
    return _EXTENSION(row) if row else None


async def waits(tx: Tx, extension_id: int, now: datetime) -> bool:
    """Whether there is anything to decide."""
    return bool(await _load(tx, extensions.c.id == extension_id, *_WAITS, now=now))


async def waiting(tx: Tx, limits: Limits, now: datetime) -> list[Asked]:
    """Requests that wait for a decision and are a matter of somebody with these limits, oldest first."""
    found = await _load(tx, *_WAITS, *within(obligation_rows.c.organization_id, limits), now=now)
    about = {
        obligation.id: obligation
        for obligation in await obligations.of_ids(tx, [extension.obligation_id for extension in found])
    }
    return [
        Asked(extension, about[extension.obligation_id])
        for extension in found
        if limits.covers(about[extension.obligation_id].round.directive)
    ]


async def decide(tx: Tx, asked: Asked, granted: bool, by: int, now: datetime) -> bool:
    """Grants or refuses; False if somebody has decided, or the answer has come, meanwhile.

    Moving the due date is the caller's: this only records the decision.
    """
    changed = await tx.execute(
        sa.update(extensions)
        .where(extensions.c.id == asked.extension.id, EXTENSION_WAITS)
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
    return True


async def settle(tx: Tx, obligation_id: int, now: datetime) -> None:
    """Nobody has to decide about the obligation's request any more: the answer has come, or it is moot."""
    await _SETTLE.run(tx, its=obligation_id, at=now)


async def _load(tx: Tx, *conditions: sa.ColumnElement[bool], now: datetime | None = None) -> list[Extension]:
    query = _SELECT.where(*conditions).order_by(extensions.c.id)
    return [_EXTENSION(row) for row in await tx.execute(query, {"now": now} if now else {})]
