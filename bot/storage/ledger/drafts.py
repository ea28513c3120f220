"""Drafts of answers, and which message of a chat is about what."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.drafting import is_complete
from bot.domain.ledger.obligation import Draft, Obligation, ObligationState
from bot.domain.letter import LetterKind
from bot.domain.people.member import SeatState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared, Upsert
from bot.storage.engine.rows import given, one_of, together
from bot.storage.ledger.closing import closes_at
from bot.storage.post import letters

_ITS = sa.and_(t.drafts.c.person_id == sa.bindparam("whose"), t.drafts.c.obligation_id == sa.bindparam("which"))
_DRAFT = Mapped(Draft, t.drafts)
_KEYS = ("person_id", "obligation_id")
# What has been sent already, and which of the answers that is.
_SENT = (t.replies.c["values"].label("sent"), t.replies.c.not_ours.label("sent_not_ours"))
_IS_NEWEST = sa.and_(
    t.replies.c.obligation_id == t.drafts.c.obligation_id, t.replies.c.version == t.obligations.c.version
)
_GET = Prepared(sa.select(*_DRAFT.columns).where(_ITS))
# Beside another class in a row.
BEGUN = Mapped(Draft, t.drafts, prefix="draft_")
_DROP = Prepared(sa.delete(t.drafts).where(_ITS))
_PUT = Upsert(t.drafts, _KEYS, (*(column.name for column in _DRAFT.columns if column.name not in _KEYS), "updated_at"))
_REMEMBER = Upsert(t.messages, ("person_id", "message_id"), ("obligation_id", "field"))
_REMEMBER_FORMS = together(
    lambda forms, insert: (
        insert(t.messages)
        # Without a condition SQLite would take what follows for that of a join.
        .from_select([*forms.c.keys()], sa.select(*forms.c).where(sa.true()))
        .on_conflict_do_update(
            index_elements=["person_id", "message_id"],
            set_={"obligation_id": sa.literal_column("excluded.obligation_id"), "field": None},
        )
    ),
    person_id=sa.BigInteger(),
    message_id=sa.BigInteger(),
    obligation_id=sa.BigInteger(),
)
_ABOUT = Prepared(
    sa.select(t.messages.c.obligation_id, t.messages.c.field).where(
        t.messages.c.person_id == sa.bindparam("whose"), t.messages.c.message_id == sa.bindparam("message")
    )
)
_FORGET = Prepared(
    sa.delete(t.messages).where(
        t.messages.c.person_id == sa.bindparam("whose"), one_of(t.messages.c.message_id, "messages")
    )
)
_FORMS = Prepared(
    sa.select(t.messages.c.message_id)
    .where(
        t.messages.c.person_id == sa.bindparam("whose"),
        t.messages.c.obligation_id == sa.bindparam("which"),
        t.messages.c.field.is_(None),
    )
    .order_by(t.messages.c.message_id)
)


async def get(tx: Tx, person_id: int, obligation_id: int) -> Draft | None:
    """The person's draft of the answer."""
    row = await _GET.first(tx, whose=person_id, which=obligation_id)
    return _DRAFT(row) if row else None


async def filled_in(tx: Tx, person_id: int, owing: Sequence[Obligation]) -> dict[int, Draft]:
    """The person's drafts, by obligation, that could be sent as they are: what was returned has been changed."""
    ids = {obligation.id: obligation for obligation in owing}
    query = (
        sa.select(*_DRAFT.columns, *_SENT)
        .select_from(t.drafts.join(t.obligations).outerjoin(t.replies, _IS_NEWEST))
        .where(t.drafts.c.person_id == person_id, t.drafts.c.obligation_id.in_(ids))
    )
    drafts = [_DRAFT(row) for row in await tx.execute(query) if _changes(row)]
    return {draft.obligation_id: draft for draft in drafts if is_complete(ids[draft.obligation_id], draft)}


async def corrections(tx: Tx, closing: datetime, limit: int) -> list[tuple[Draft, bool]]:
    """Drafts over answers that were sent, of rounds that are closed by then; and whether they change anything."""
    query = (
        sa.select(*_DRAFT.columns, *_SENT)
        .select_from(
            t.drafts.join(t.obligations, t.obligations.c.id == t.drafts.c.obligation_id)
            .join(t.rounds, t.rounds.c.id == t.obligations.c.round_id)
            .join(t.replies, _IS_NEWEST)
        )
        .where(t.DRAFT_CORRECTS, t.obligations.c.state == ObligationState.ANSWERED, closes_at() <= closing)
        .order_by(t.drafts.c.obligation_id, t.drafts.c.person_id)
        .limit(limit)
    )
    return [(_DRAFT(row), _changes(row)) for row in await tx.execute(query)]


def _changes(row: Any) -> bool:
    """Whether the draft says anything else than the newest answer, if there is one."""
    draft = _DRAFT(row)
    return (draft.values, draft.not_ours) != (row.sent, row.sent_not_ours)


async def put(tx: Tx, draft: Draft, now: datetime) -> None:
    """Keeps the draft as it is now."""
    content = {field.name: getattr(draft, field.name) for field in fields(draft)}
    await _PUT.run(tx, **content, updated_at=now)


async def drop(tx: Tx, person_id: int, obligation_id: int) -> None:
    """Forgets the draft: it has been sent, or the round is closed."""
    await _DROP.run(tx, whose=person_id, which=obligation_id)


async def prune(tx: Tx, before: datetime) -> int:
    """Forgets drafts that nobody has touched since that time; returns how many."""
    return (await tx.execute(sa.delete(t.drafts).where(t.drafts.c.updated_at < before))).rowcount


async def remember_message(
    tx: Tx, person_id: int, message_id: int, obligation_id: int, field: str | None = None
) -> None:
    """Remembers that the message is about the obligation; `field`: the person typed it for that field."""
    await _REMEMBER.run(tx, person_id=person_id, message_id=message_id, obligation_id=obligation_id, field=field)


async def remember_forms(tx: Tx, forms: Sequence[tuple[int, int, int]]) -> None:
    """Remembers forms: each is a person, a message of their chat, and the obligation that it is the form of."""
    if forms:
        people, messages, obligations = zip(*forms, strict=True)
        await _REMEMBER_FORMS.run(tx, **given(tx, person_id=people, message_id=messages, obligation_id=obligations))


async def about(tx: Tx, person_id: int, message_id: int) -> tuple[int, str | None] | None:
    """The obligation that a message is about, and the field that it was typed for; None: it is about nothing."""
    row = await _ABOUT.first(tx, whose=person_id, message=message_id)
    return (row.obligation_id, row.field) if row else None


async def forms(tx: Tx, person_id: int, obligation_id: int) -> list[int]:
    """The numbers of the messages in the person's chat that are the form of the obligation, in their order."""
    return [row.message_id for row in await _FORMS.all(tx, whose=person_id, which=obligation_id)]


async def redraw(tx: Tx, which: sa.ColumnElement[bool], now: datetime) -> None:
    """Has the forms of those obligations that stand in the chats of who sits there drawn anew, without a sound."""
    query = (
        sa.select(t.messages.c.obligation_id, t.messages.c.person_id)
        .distinct()
        .join(t.obligations, t.obligations.c.id == t.messages.c.obligation_id)
        .join(
            t.seats,
            sa.and_(
                t.seats.c.organization_id == t.obligations.c.organization_id,
                t.seats.c.person_id == t.messages.c.person_id,
                t.seats.c.state == SeatState.SEATED,
            ),
        )
        .where(which, t.messages.c.field.is_(None))
        .order_by(t.messages.c.obligation_id, t.messages.c.person_id)
    )
    each = [
        (row.person_id, str(row.obligation_id), {"obligation": row.obligation_id}) for row in await tx.execute(query)
    ]
    await letters.write_each(tx, LetterKind.REDRAWN, each, now)


async def forget_message(tx: Tx, person_id: int, *message_ids: int) -> None:
    """Forgets what the messages were about: they show something else now, or are gone."""
    await _FORGET.run(tx, whose=person_id, messages=message_ids)
