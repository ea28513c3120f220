"""The outbox: what is to be said is a row of the transaction that caused it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.letter import Letter, LetterKind, LetterState
from bot.domain.people.member import SeatState
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.engine.rows import one_of
from bot.storage.post import whereabouts

_WRITE = Prepared(t.letters.insert())
_WRITE_ONCE = Prepared.insert(
    t.letters, lambda rows: rows.on_conflict_do_nothing(index_elements=["dedup"], index_where=t.LETTER_IS_UNCLAIMED)
)


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


async def will_be_asked(tx: Tx, person_id: int) -> bool:
    """Whether a letter waits that asks the person for what they have not been asked yet, or is under way."""
    query = sa.select(t.letters.c.id).where(
        t.letters.c.person_id == person_id, t.letters.c.kind == LetterKind.REQUESTS, t.LETTER_WAITS
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def of_message(tx: Tx, person_id: int, message_id: int) -> tuple[LetterKind, tuple[int, ...]] | None:
    """What the letter was that the message of the person's chat has brought, and the obligations that it names."""
    own = t.letters.c
    query = sa.select(own.kind, own.data).where(
        own.person_id == person_id, own.message_id == message_id, own.chat_id.is_(None)
    )
    row = (await tx.execute(query.order_by(own.id))).first()
    if row is None:
        return None
    named = row.data.get("obligations") or ([row.data["obligation"]] if row.data.get("obligation") else [])
    return LetterKind(row.kind), tuple(named)


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
