"""Answers. Every version is kept; the newest counts."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.fields.field import Values
from bot.domain.ledger.history import ENTERED, SUBMITTED
from bot.domain.ledger.obligation import UNANSWERED, Obligation, ObligationState, Remark, Reply
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.engine.rows import one_of
from bot.storage.ledger import extensions
from bot.storage.people.belonging import load_types, territory_then, types_then
from bot.storage.post import audit

# Whoever answers has seen the request. What is returned: whether a request for more time waits, which ends with that.
_ANSWER = Prepared(
    sa.update(t.obligations)
    .where(
        t.obligations.c.id == sa.bindparam("its"),
        t.obligations.c.version == sa.bindparam("over"),
        t.obligations.c.state.in_((*UNANSWERED, ObligationState.ANSWERED)),
    )
    .values(
        version=t.obligations.c.version + 1,
        state=ObligationState.ANSWERED,
        next_reminder_at=None,
        next_reminder_days=None,
        seen_at=sa.func.coalesce(t.obligations.c.seen_at, sa.bindparam("seen", type_=t.obligations.c.seen_at.type)),
        seen_by=sa.case((t.obligations.c.seen_at.is_(None), sa.bindparam("by")), else_=t.obligations.c.seen_by),
        not_ours_version=sa.func.coalesce(
            sa.bindparam("waived", type_=t.obligations.c.not_ours_version.type), t.obligations.c.not_ours_version
        ),
    )
    .returning(
        sa.exists().where(t.extensions.c.obligation_id == t.obligations.c.id, t.EXTENSION_WAITS).label("extension")
    )
)
_ADD = Prepared(t.replies.insert())
_REPLY = Mapped(Reply, t.replies, by_name=t.people.c.name)
_REMARK = Mapped(Remark, t.remarks, by_name=t.people.c.name)
_REPLIES = sa.select(*_REPLY.columns).select_from(t.replies.outerjoin(t.people, t.people.c.id == t.replies.c.by_id))
_VERSIONS = _REPLIES.where(t.replies.c.obligation_id == sa.bindparam("its")).order_by(t.replies.c.version.desc())
_ALL = Prepared(_VERSIONS)
_NEWEST = Prepared(_VERSIONS.limit(1))
# The conditions of an answer to an earlier round.
_EARLIER = (
    t.obligations.c.organization_id == sa.bindparam("whose"),
    t.rounds.c.directive_id == sa.bindparam("directive"),
    t.rounds.c.opens_at < sa.bindparam("before"),
    t.replies.c.version == t.obligations.c.version,
    t.replies.c.not_ours.is_(None),
)
_PREVIOUS = Prepared(
    _REPLIES.join(t.obligations, t.obligations.c.id == t.replies.c.obligation_id)
    .join(t.rounds, t.rounds.c.id == t.obligations.c.round_id)
    .where(*_EARLIER)
    .order_by(t.rounds.c.opens_at.desc(), t.rounds.c.id.desc())
    .limit(1)
)
_PREVIOUS_PLACE = Prepared(
    sa.select(types_then(t.obligations), territory_then(t.obligations))
    .select_from(
        t.replies.join(t.obligations, t.obligations.c.id == t.replies.c.obligation_id).join(
            t.rounds, t.rounds.c.id == t.obligations.c.round_id
        )
    )
    .where(*_EARLIER)
    .order_by(t.rounds.c.opens_at.desc(), t.rounds.c.id.desc())
    .limit(1)
)
_REMARKS = Prepared(
    sa.select(*_REMARK.columns)
    .select_from(t.remarks.outerjoin(t.people, t.people.c.id == t.remarks.c.by_id))
    .where(t.remarks.c.obligation_id == sa.bindparam("its"))
    .order_by(t.remarks.c.id)
)


class NewerReply(Exception):
    """Somebody else has answered since the person saw the answer."""


async def submit(
    tx: Tx,
    obligation: Obligation,
    values: Values,
    not_ours: str | None,
    base_version: int,
    by: int,
    now: datetime,
    *,
    entered: bool = False,
) -> int:
    """Adds a version of the answer and returns its number; reminders end with it.

    `entered`: by the department, for the organization. Raises NewerReply if the newest version is not `base_version`,
    the one that the person saw.
    """
    seen, seen_by = (None, None) if entered else (now, by)
    version = base_version + 1
    waived = version if not_ours is not None else None
    answered = await _ANSWER.first(tx, its=obligation.id, over=base_version, seen=seen, by=seen_by, waived=waived)
    if answered is None:
        raise NewerReply
    await _ADD.run(
        tx,
        obligation_id=obligation.id,
        version=version,
        values=values,
        not_ours=not_ours,
        at=now,
        by_id=by,
        entered=entered,
    )
    if answered.extension:
        await extensions.settle(tx, obligation.id, now)
    await audit.record(
        tx,
        now,
        by,
        ENTERED if entered else SUBMITTED,
        organization_id=obligation.organization_id,
        directive_id=obligation.round.directive.id,
        obligation=obligation.id,
        version=version,
    )
    return version


async def newest(tx: Tx, obligation_id: int) -> Reply | None:
    """The newest answer, which counts; None if there is none."""
    row = await _NEWEST.first(tx, its=obligation_id)
    return _REPLY(row) if row else None


async def newest_of(tx: Tx, obligation_ids: Collection[int]) -> dict[int, Reply]:
    """The newest answers by obligation; an obligation without an answer is missing."""
    query = (
        _REPLIES.add_columns(t.replies.c.obligation_id)
        .join(t.obligations, t.obligations.c.id == t.replies.c.obligation_id)
        .where(one_of(t.obligations.c.id, obligation_ids), t.replies.c.version == t.obligations.c.version)
    )
    return {row.obligation_id: _REPLY(row) for row in await tx.execute(query)}


async def of_versions(tx: Tx, wanted: Mapping[int, int]) -> dict[int, Reply]:
    """The answers of those versions, both by obligation; one that there is not is missing."""
    query = _REPLIES.add_columns(t.replies.c.obligation_id).where(one_of(t.replies.c.obligation_id, wanted))
    return {
        row.obligation_id: _REPLY(row) for row in await tx.execute(query) if row.version == wanted[row.obligation_id]
    }


async def versions(tx: Tx, obligation_id: int) -> list[Reply]:
    """All versions, the newest first."""
    return [_REPLY(row) for row in await _ALL.all(tx, its=obligation_id)]


async def previous(tx: Tx, obligation: Obligation) -> Reply | None:
    """The organization's newest answer to an earlier round of the directive, unless it said «не относится к нам»."""
    row = await _PREVIOUS.first(tx, **_before(obligation))
    return _REPLY(row) if row else None


async def is_as_before(tx: Tx, obligation: Obligation) -> bool:
    """Whether the organization was of the same types and territory then: the answer was the same curators' matter."""
    row = await _PREVIOUS_PLACE.first(tx, **_before(obligation))
    return row is not None and (load_types(row[0]), row[1]) == (obligation.types, obligation.territory)


def _before(obligation: Obligation) -> dict[str, Any]:
    return {
        "whose": obligation.organization_id,
        "directive": obligation.round.directive.id,
        "before": obligation.round.opens_at,
    }


async def remark(
    tx: Tx,
    obligation: Obligation,
    by: int,
    message_id: int,
    now: datetime,
    *,
    text: str | None = None,
    file_id: str | None = None,
    file_name: str | None = None,
) -> None:
    """Keeps a comment or a piece of evidence; an edited message replaces what it said before."""
    content = {"text": text, "file_id": file_id, "file_name": file_name}
    statement = insert(tx, t.remarks).values(
        obligation_id=obligation.id, at=now, by_id=by, message_id=message_id, **content
    )
    await tx.execute(statement.on_conflict_do_update(index_elements=["by_id", "message_id"], set_=content))
    await audit.record(
        tx,
        now,
        by,
        "remark.added",
        organization_id=obligation.organization_id,
        directive_id=obligation.round.directive.id,
        obligation=obligation.id,
    )


async def remark_of_message(tx: Tx, by: int, message_id: int) -> int | None:
    """The obligation that the person's message is a remark to."""
    query = sa.select(t.remarks.c.obligation_id).where(t.remarks.c.by_id == by, t.remarks.c.message_id == message_id)
    return (await tx.execute(query)).scalar()


async def remark_text(tx: Tx, by: int, message_id: int) -> str | None:
    """What the person's message says as a remark."""
    query = sa.select(t.remarks.c.text).where(t.remarks.c.by_id == by, t.remarks.c.message_id == message_id)
    return (await tx.execute(query)).scalar()


async def forget_remark(tx: Tx, by: int, message_id: int) -> None:
    """The person's message is no remark after all."""
    await tx.execute(sa.delete(t.remarks).where(t.remarks.c.by_id == by, t.remarks.c.message_id == message_id))


async def remarked(tx: Tx, obligation_ids: Collection[int]) -> set[int]:
    """Those of the obligations beside which something was sent, however many they are."""
    ids = one_of(t.remarks.c.obligation_id, obligation_ids)
    return set((await tx.execute(sa.select(t.remarks.c.obligation_id).where(ids).distinct())).scalars())


async def remarks_to(tx: Tx, obligation_id: int) -> list[Remark]:
    """Comments and evidence, oldest first."""
    return [_REMARK(row) for row in await _REMARKS.all(tx, its=obligation_id)]
