"""Who is sending which letter: replicas claim the most urgent ones, and record how sending them ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.letter import Letter, LetterKind, LetterState, Urgency
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import given, one_of, together
from bot.storage.post.replicas import ALONE, SAME_CLOCK, is_gone

# Replicas claim one after the other: each sees whose letters the others have. Any number that nothing else uses.
_CLAIMS_LOCK = 4127
# What asks a person for answers. Each is worded by what the ones before it have said, so they go one after the other.
_ASKING = (LetterKind.REQUESTS, LetterKind.REMINDER)

# In a letter's data: the numbers of its messages that have been sent, when the others have to wait.
BEGUN = "begun"


def _under_way(its: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether somebody who is alive is just sending it."""
    alive = sa.or_(its.c.claimed_by == ALONE, ~is_gone(its.c.claimed_by))
    return sa.and_(its.c.claimed_by.is_not(None), its.c.settled_at.is_(None), alive)


UNDER_WAY = _under_way(t.letters)


def _waits_for_another() -> sa.ColumnElement[bool]:
    """Whether another letter has to be recorded before this one may be worded.

    A letter of the same kind that was written before it or is under way; and for a reminder, which is of less urgency,
    any request that may go now. By the id, which never changes: two couriers that look at once agree which is first.
    """
    # The person's letters first: OFFSET keeps the other conditions out. A server that has no figures of the table yet
    # would look through all that wait, for each letter of a round.
    its = t.letters.alias("its")
    read = (its.c.id, its.c.kind, its.c.urgency, its.c.state, its.c.send_after, its.c.claimed_by, its.c.settled_at)
    theirs = sa.select(*read)
    before = theirs.where(its.c.person_id == t.letters.c.person_id).correlate(t.letters).offset(0).subquery()
    first = sa.or_(before.c.urgency < t.letters.c.urgency, before.c.id < t.letters.c.id)
    return sa.and_(
        t.letters.c.kind.in_(_ASKING),
        sa.exists().where(
            before.c.id != t.letters.c.id,
            before.c.kind.in_(_ASKING),
            before.c.state == LetterState.WAITING,
            before.c.urgency <= t.letters.c.urgency,
            before.c.send_after <= sa.bindparam("now"),
            sa.or_(_under_way(before), first),
        ),
    )


def _due(*, slow: bool) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        t.LETTER_WAITS,
        t.LETTER_IS_SLOW if slow else ~t.LETTER_IS_SLOW,
        t.letters.c.send_after <= sa.bindparam("now"),
        ~UNDER_WAY,
        *(() if slow else (~_waits_for_another(),)),
    )


def _of_others(*, slow: bool) -> sa.ColumnElement[bool]:
    """Whether another replica is writing to the chat, or has just done so: one chat's letters keep their order, and
    their distance. What is claimed of a chat by one replica is the beginning of what waits for it."""
    its = t.letters.alias("its")
    is_slow = its.c.kind == LetterKind.REPORT
    theirs = sa.select(sa.func.coalesce(its.c.chat_id, its.c.person_id)).where(its.c.claimed_by != sa.bindparam("me"))
    chat = sa.func.coalesce(t.letters.c.chat_id, t.letters.c.person_id)
    return sa.or_(
        chat.in_(theirs.where(_under_way(its), is_slow if slow else ~is_slow)),
        # A replica whose clock is ahead must not keep the others from its chats until theirs are there.
        chat.in_(theirs.where(its.c.settled_at > sa.bindparam("recent"), its.c.settled_at < sa.bindparam("soon"))),
    )


def _last_served() -> sa.ScalarSelect[Any]:
    """When the letter's person last got a slow letter: whoever waits longest is next, however many others order."""
    theirs = t.letters.alias("theirs")
    return (
        sa.select(sa.func.max(theirs.c.settled_at))
        .where(theirs.c.person_id == t.letters.c.person_id, theirs.c.kind == LetterKind.REPORT)
        .scalar_subquery()
    )


def _claim(*, slow: bool, alone: bool) -> sa.Executable:
    turn = (_last_served().nulls_first(),) if slow else ()
    due = (
        sa.select(t.letters.c.id)
        .where(*_due(slow=slow), *(() if alone else (~_of_others(slow=slow),)))
        .order_by(*turn, t.letters.c.urgency, t.letters.c.send_after, t.letters.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .with_for_update(skip_locked=True)
        # PostgreSQL may run a subquery again for each row, and would find others beyond the limit; a CTE runs once.
        .cte("due")
    )
    return (
        sa.update(t.letters)
        .where(t.letters.c.id.in_(sa.select(due.c.id)))
        .values(claimed_until=sa.bindparam("now"), claimed_by=sa.bindparam("me"), attempts=t.letters.c.attempts + 1)
        .returning(t.letters)
    )


_MINE = sa.and_(t.letters.c.claimed_by == sa.bindparam("me"), t.letters.c.settled_at.is_(None))
_ANY_DUE = {slow: Prepared(sa.select(t.letters.c.id).where(*_due(slow=slow)).limit(1)) for slow in (False, True)}
_CLAIM = {(slow, alone): Prepared(_claim(slow=slow, alone=alone)) for slow in (False, True) for alone in (False, True)}
_LOCK = Prepared(sa.select(sa.func.pg_advisory_xact_lock(_CLAIMS_LOCK)))
_HOLD = Prepared(sa.select(t.letters.c.id).where(t.letters.c.id == sa.bindparam("its"), _MINE).with_for_update())
_ENDED = together(
    lambda ends, _: (
        sa.update(t.letters)
        # `_MINE`, written so that SQLite goes by the ids: by an index of either it would compare each with each.
        .where(
            t.letters.c.id == ends.c.its,
            t.letters.c.claimed_by + 0 == sa.bindparam("me"),
            sa.func.coalesce(t.letters.c.settled_at, sa.null()).is_(None),
        )
        .values(state=ends.c.ended, error=ends.c.why, message_id=ends.c.message, settled_at=sa.bindparam("now"))
        .returning(t.letters.c.id)
    ),
    its=sa.BigInteger(),
    ended=sa.Text(),
    why=sa.Text(),
    message=sa.BigInteger(),
)
# Their state is left alone: it may have become HELD meanwhile.
_AGAIN = Prepared(
    sa.update(t.letters)
    .where(t.letters.c.id == sa.bindparam("its"), _MINE)
    .values(
        claimed_by=None,
        send_after=sa.bindparam("then"),
        error=sa.bindparam("why"),
        attempts=t.letters.c.attempts - sa.bindparam("untried", type_=sa.Integer),
    )
)
_GIVE_BACK = Prepared(
    sa.update(t.letters)
    .where(one_of(t.letters.c.id, "ids"), _MINE)
    .values(claimed_by=None, attempts=t.letters.c.attempts - 1)
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How sending a letter ended. A WAITING letter goes again after `send_after`; the attempt counts if `tried`."""

    letter_id: int
    state: LetterState
    message_id: int | None = None
    send_after: datetime | None = None
    error: str | None = None
    tried: bool = True


async def any_due(tx: Tx, now: datetime, *, slow: bool = False) -> bool:
    """Whether there is a letter to claim."""
    return await _ANY_DUE[slow].first(tx, now=now) is not None


async def claim(
    tx: Tx, now: datetime, limit: int, replica_id: int = ALONE, *, slow: bool = False, recent: datetime | None = None
) -> list[Letter]:
    """Claims the most urgent letters that are due: nobody else gets them as long as the replica is alive.

    `slow`: those that take time to be made; otherwise the others. None goes into a chat to which another replica is
    writing, or has written after `recent`. On a server it waits for others who claim until they commit, so it comes
    last in its transaction, which has no snapshot.
    """
    alone = replica_id == ALONE
    values: dict[str, Any] = {"now": now, "most": limit, "me": replica_id}
    if not alone:
        values |= {"recent": recent or now, "soon": now + SAME_CLOCK}
        if tx.dialect.name == "postgresql":
            await _LOCK.all(tx)
    rows = await _CLAIM[slow, alone].all(tx, **values)
    claimed = [
        Letter(
            row.id,
            LetterKind(row.kind),
            row.person_id,
            row.data,
            Urgency(row.urgency),
            row.attempts,
            row.created_at,
            row.send_after,
            row.chat_id,
            row.announcement_id,
        )
        for row in rows
    ]
    return sorted(claimed, key=lambda letter: (letter.urgency, letter.send_after, letter.id))


async def settle(tx: Tx, settlements: Collection[Settlement], now: datetime, replica_id: int = ALONE) -> set[int]:
    """Records how the sendings ended; returns the ids of the letters that were the replica's to settle.

    Of the others nothing is recorded: they were taken from it while it could not say that it is alive.
    """
    ended = [settlement for settlement in settlements if settlement.state is not LetterState.WAITING]
    again = [settlement for settlement in settlements if settlement.state is LetterState.WAITING]
    mine = await _end(tx, ended, now, replica_id)
    for settlement in again:
        # They have been claimed once: a newer letter of the same kind may wait beside them.
        changed = await _AGAIN.run(
            tx,
            its=settlement.letter_id,
            then=settlement.send_after,
            why=settlement.error,
            untried=int(not settlement.tried),
            me=replica_id,
        )
        if changed:
            mine.add(settlement.letter_id)
    return mine


async def _end(tx: Tx, ended: Collection[Settlement], now: datetime, replica_id: int) -> set[int]:
    if not ended:
        return set()
    ends = given(
        tx,
        its=[settlement.letter_id for settlement in ended],
        ended=[str(settlement.state) for settlement in ended],
        why=[settlement.error for settlement in ended],
        message=[settlement.message_id for settlement in ended],
    )
    return {row.id for row in await _ENDED.all(tx, **ends, now=now, me=replica_id)}


async def give_back(tx: Tx, letter_ids: Collection[int], replica_id: int = ALONE) -> None:
    """Returns claimed letters that were not tried, so the attempt does not count."""
    if letter_ids:
        await _GIVE_BACK.run(tx, ids=list(letter_ids), me=replica_id)


async def give_back_all(tx: Tx, replica_id: int, *, slow: bool) -> None:
    """Returns all that the replica has claimed of that lane and not settled: it carries none of it."""
    theirs = sa.and_(
        t.letters.c.claimed_by == replica_id,
        t.letters.c.settled_at.is_(None),
        t.LETTER_IS_SLOW if slow else ~t.LETTER_IS_SLOW,
    )
    await tx.execute(sa.update(t.letters).where(theirs).values(claimed_by=None, attempts=t.letters.c.attempts - 1))


async def hold(tx: Tx, letter_id: int, replica_id: int) -> bool:
    """Whether the letter is still the replica's; nobody takes it before the transaction ends."""
    return await _HOLD.first(tx, its=letter_id, me=replica_id) is not None


async def begun(tx: Tx, letter: Letter, messages: list[int], replica_id: int) -> None:
    """Records the messages of the letter that have been sent already; the rest of it follows."""
    if await hold(tx, letter.id, replica_id):
        data = {**letter.data, BEGUN: messages}
        await tx.execute(sa.update(t.letters).where(t.letters.c.id == letter.id).values(data=data))


async def release(tx: Tx) -> int:
    """Frees what a process held that served alone and is gone; returns how many. What a dead replica held is free."""
    held = sa.and_(t.letters.c.claimed_by == ALONE, t.letters.c.settled_at.is_(None))
    return (await tx.execute(sa.update(t.letters).where(held).values(claimed_by=None))).rowcount


async def next_due(tx: Tx) -> datetime | None:
    """When the next waiting letter may go, None if none waits."""
    query = sa.select(sa.func.min(t.letters.c.send_after)).where(t.LETTER_WAITS)
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment
