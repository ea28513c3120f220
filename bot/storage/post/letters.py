"""The outbox: what is to be said is a row of the transaction that caused it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.letter import Letter, LetterKind, LetterState, Urgency
from bot.domain.people.member import SeatState
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.engine.rows import given, one_of, together
from bot.storage.post import whereabouts
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
_WRITE = Prepared(t.letters.insert())
_WRITE_ONCE = Prepared.insert(
    t.letters, lambda rows: rows.on_conflict_do_nothing(index_elements=["dedup"], index_where=t.LETTER_IS_UNCLAIMED)
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


async def write(
    tx: Tx,
    kind: LetterKind,
    person_ids: Collection[int],
    now: datetime,
    *,
    hours: WorkCalendar | None = None,
    send_after: datetime | None = None,
    dedup: bool | str = False,
    chat_id: int | None = None,
    announcement_id: int | None = None,
    **data: Any,
) -> None:
    """Writes a letter to each of the people; `chat_id`: it goes into the department's chat instead.

    `hours`: it goes in working hours of that calendar, or of that by which somebody lives, not before `send_after`.
    `dedup`: none is written if a letter of the same kind (and about the same matter, if `dedup` names one) waits for
    that person already.
    """
    if not person_ids:
        return
    tx.filled_outbox = True
    after = dict.fromkeys(person_ids, send_after or now)
    if hours is not None:
        after = await _work_moments(tx, person_ids, hours, send_after or now)
    where = {"chat_id": chat_id, "announcement_id": announcement_id}
    rows = [_row(kind, person_id, now, after[person_id], dedup=dedup, data=data) | where for person_id in person_ids]
    await (_WRITE_ONCE if dedup else _WRITE).run_each(tx, rows)


async def write_each(
    tx: Tx,
    kind: LetterKind,
    each: Sequence[tuple[int, str, dict[str, Any]]],
    now: datetime,
    hours: WorkCalendar | None = None,
) -> None:
    """Writes many letters of one kind, of a person, a matter and data each (`dedup` and `hours` as of `write`)."""
    if not each:
        return
    tx.filled_outbox = True
    after = dict.fromkeys((person_id for person_id, _, _ in each), now)
    if hours is not None:
        after = await _work_moments(tx, after.keys(), hours, now)
    nowhere = {"chat_id": None, "announcement_id": None}
    rows = [
        _row(kind, person_id, now, after[person_id], dedup=dedup, data=data) | nowhere
        for person_id, dedup, data in each
    ]
    await _WRITE_ONCE.run_each(tx, rows)


async def _work_moments(
    tx: Tx, person_ids: Collection[int], hours: WorkCalendar, after: datetime
) -> dict[int, datetime]:
    """The first moment after that in the working hours of each of the people."""
    theirs = await whereabouts.calendars(tx, person_ids, hours)
    moments = {id(calendar): calendar.next_work_moment(after) for calendar in theirs.values()}
    return {person_id: moments[id(calendar)] for person_id, calendar in theirs.items()}


def _row(
    kind: LetterKind, person_id: int, now: datetime, send_after: datetime, *, dedup: bool | str, data: dict[str, Any]
) -> dict[str, Any]:
    return {
        "kind": kind,
        "person_id": person_id,
        "data": data,
        "urgency": kind.urgency,
        "dedup": _dedup(kind, person_id, dedup),
        "created_at": now,
        "send_after": send_after,
        "state": LetterState.WAITING,
        "attempts": 0,
    }


def _dedup(kind: LetterKind, person_id: int, dedup: bool | str) -> str | None:
    if not dedup:
        return None
    return f"{kind}:{person_id}" if dedup is True else f"{kind}:{person_id}:{dedup}"


async def ask(
    tx: Tx, organization_ids: Collection[int] | sa.Select[Any], calendar: WorkCalendar, now: datetime
) -> None:
    """Has everybody seated at the organizations asked, in working hours, for what they have not been asked yet.

    Whom of them it addresses (a head, or a deputy in the head's place) is decided when the letter is sent.
    """
    await _write_to_seated(tx, LetterKind.REQUESTS, organization_ids, now, calendar)


async def ask_at_once(tx: Tx, organization_ids: Collection[int], now: datetime) -> None:
    """Does what `ask` does, at any hour: somebody there has just registered or come back, and waits for it."""
    await _write_to_seated(tx, LetterKind.REQUESTS, organization_ids, now, None)


async def written(tx: Tx, kind: LetterKind, person_id: int, dedup: str) -> bool:
    """Whether such a letter has been written, sent or not."""
    query = sa.select(t.letters.c.id).where(
        t.letters.c.person_id == person_id, t.letters.c.dedup == f"{kind}:{person_id}:{dedup}"
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def written_after(tx: Tx, letter: Letter) -> list[dict[str, Any]]:
    """The data of the letters of its kind that wait for its person and were written after it."""
    own = t.letters.c
    query = sa.select(own.data).where(
        own.person_id == letter.person_id, t.LETTER_WAITS, own.kind == letter.kind, own.id > letter.id
    )
    return list((await tx.execute(query)).scalars())


async def order_report(tx: Tx, person_id: int, key: str, most: int, now: datetime, **data: Any) -> bool:
    """Has a report made, unless the same one is awaited or being made; False if the person awaits `most` already."""
    query = sa.select(t.letters.c.dedup).where(
        t.letters.c.person_id == person_id, t.LETTER_WAITS, t.letters.c.kind == LetterKind.REPORT
    )
    awaited = (await tx.execute(query)).scalars().all()
    if _dedup(LetterKind.REPORT, person_id, key) in awaited:
        return True
    if len(awaited) >= most:
        return False
    await write(tx, LetterKind.REPORT, [person_id], now, dedup=key, **data)
    return True


async def remind(tx: Tx, organization_ids: Collection[int], calendar: WorkCalendar, now: datetime) -> None:
    """Has everybody seated there reminded of all that is unanswered, in working hours and in one letter each."""
    await _write_to_seated(tx, LetterKind.REMINDER, organization_ids, now, calendar)


async def _write_to_seated(
    tx: Tx,
    kind: LetterKind,
    organization_ids: Collection[int] | sa.Select[Any],
    now: datetime,
    hours: WorkCalendar | None,
) -> None:
    tx.filled_outbox = True
    moment = t.letters.c.created_at.type
    send_after: sa.ColumnElement[Any] = sa.literal(hours.of("").next_work_moment(now) if hours else now, moment)
    theirs = (
        sa.select(t.seats.c.person_id)
        .where(one_of(t.seats.c.organization_id, organization_ids), t.seats.c.state == SeatState.SEATED)
        .distinct()
    )
    if hours and hours.others:
        # Whoever sits in several territories hears as soon as one of them works.
        by_territory = {key: sa.literal(its.next_work_moment(now), moment) for key, its in hours.others.items() if key}
        moments = sa.case(by_territory, value=t.organizations.c.territory, else_=send_after)
        theirs = theirs.join(t.organizations, t.organizations.c.id == t.seats.c.organization_id)
        theirs = theirs.add_columns(sa.type_coerce(sa.func.min(moments), moment).label("after"))
        theirs = theirs.group_by(t.seats.c.person_id)
    seated = theirs.subquery()
    if "after" in seated.c:
        send_after = seated.c.after
    recipients = sa.select(
        sa.literal(str(kind)),
        seated.c.person_id,
        sa.literal({}, t.letters.c.data.type),
        sa.literal(int(kind.urgency)),
        sa.literal(f"{kind}:").concat(sa.cast(seated.c.person_id, sa.Text)),
        sa.literal(now, moment),
        send_after,
        sa.literal(str(LetterState.WAITING)),
        sa.literal(0),
        # SQLite mistakes ON CONFLICT after a bare FROM for a join's ON, so there is a WHERE.
    ).where(sa.true())
    columns = [
        "kind", "person_id", "data", "urgency", "dedup", "created_at", "send_after", "state", "attempts",
    ]  # fmt: skip
    # All recipients take one statement, not a loop: a region has 50,000 of them. If a letter waits already, the earlier
    # of the two times wins.
    statement = insert(tx, t.letters).from_select(columns, recipients)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["dedup"],
            index_where=t.LETTER_IS_UNCLAIMED,
            set_={"send_after": statement.excluded.send_after},
            where=t.letters.c.send_after > statement.excluded.send_after,
        )
    )


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


async def will_be_asked(tx: Tx, person_id: int) -> bool:
    """Whether a letter waits that asks the person for what they have not been asked yet, or is under way."""
    query = sa.select(t.letters.c.id).where(
        t.letters.c.person_id == person_id, t.letters.c.kind == LetterKind.REQUESTS, t.LETTER_WAITS
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def last_reminded(tx: Tx, person_id: int) -> datetime | None:
    """When the person last got a reminder, None if none is remembered."""
    query = sa.select(sa.func.max(t.letters.c.settled_at)).where(
        t.letters.c.person_id == person_id,
        t.letters.c.kind == LetterKind.REMINDER,
        t.letters.c.state == LetterState.SENT,
    )
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment


async def last_written(tx: Tx, person_id: int, kind: LetterKind) -> datetime | None:
    """When the newest letter of that kind was written to the person, None if none is remembered."""
    query = sa.select(sa.func.max(t.letters.c.created_at)).where(
        t.letters.c.person_id == person_id, t.letters.c.kind == kind
    )
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment


async def last_settled(tx: Tx) -> datetime | None:
    """When the newest letter was settled, None if none is remembered."""
    moment: datetime | None = (await tx.execute(sa.select(sa.func.max(t.letters.c.settled_at)))).scalar()
    return moment


async def count(tx: Tx, state: LetterState) -> int:
    """How many letters are in the state."""
    query = sa.select(sa.func.count()).where(t.letters.c.state == state)
    return int((await tx.execute(query)).scalar_one())


async def prune(tx: Tx, before: datetime) -> int:
    """Forgets letters that were settled before that time; returns how many."""
    gone = await tx.execute(sa.delete(t.letters).where(t.letters.c.settled_at < before))
    return gone.rowcount
