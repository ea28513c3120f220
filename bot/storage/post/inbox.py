"""Updates that Telegram handed over, until their handlers have finished."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import given, one_of, together
from bot.storage.post.replicas import ALONE, is_gone

# What the body of a press has, and no other: within a text its quotes would be escaped.
PRESS = '"callback_query": {'
# The owner of an update whose handling has failed in a way that nobody foresaw: a start tries it again, and meanwhile
# neither its person's next update nor another replica waits for it.
SET_ASIDE = -1
# The number of an update that was handled is remembered for this long. Telegram keeps an unconfirmed one for a day, and
# its numbers do not begin anew within a week.
REMEMBERED = timedelta(days=2)

_WAITS = t.inbox.c.finished_at.is_(None)
_THESE = one_of(t.inbox.c.update_id, "these")
_OWNER = sa.bindparam("owner", type_=sa.BigInteger)
_MINE = t.inbox.c.owner_id == _OWNER
_APPLIED = Prepared(
    sa.update(t.inbox)
    .where(t.inbox.c.update_id == sa.bindparam("its"), _MINE, t.inbox.c.applied_at.is_(None))
    .values(
        applied_at=sa.bindparam("at"),
        sayings=sa.bindparam("said", type_=t.inbox.c.sayings.type),
        noted=sa.bindparam("note", type_=sa.JSON(none_as_null=True)),
    )
)
# Of somebody who has just been erased nothing is noted: there is no row.
_NOTE = (
    sa.update(t.people)
    .values(handled_id=t.inbox.c.update_id, handled_at=t.inbox.c.applied_at, waited=t.inbox.c.noted)
    .where(_THESE, _MINE, t.inbox.c.noted.is_not(None), t.people.c.id == t.inbox.c.person_id)
)
# Nobody's, and without a word of what they said.
_END = (
    sa.update(t.inbox)
    .where(_THESE, _MINE, _WAITS)
    .values(
        finished_at=sa.bindparam("at"), person_id=0, body="", sayings=sa.null(), noted=sa.null(), applied_at=sa.null()
    )
)
# A server does both at once: each finds what was there before.
_FINISH = Prepared({"postgresql": _END.add_cte(_NOTE.cte("noting")), "sqlite": _END})
_NOTE_BEFORE = Prepared(_NOTE)
_FRESH = ("person_id", "body", "received_at", "finished_at", "owner_id")
_EARLIER = t.inbox.alias("earlier")


def _earlier(person_id: sa.ColumnElement[int], update_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Of the same person, and not finished."""
    return sa.and_(
        _EARLIER.c.person_id == person_id,
        _EARLIER.c.update_id < update_id,
        _EARLIER.c.finished_at.is_(None),
        _EARLIER.c.owner_id != SET_ASIDE,
    )


_ARRIVED = {"update_id": sa.BigInteger(), "person_id": sa.BigInteger(), "body": sa.Text()}


def _taken(arrived: sa.FromClause, rows: Any, *further: sa.ColumnElement[Any]) -> Any:
    """A number that is known from before `since` belongs to Telegram's new count."""
    at = sa.bindparam("at", type_=t.inbox.c.received_at.type)
    # Without a condition SQLite would take what follows for that of a join.
    batch = sa.select(*arrived.c, at, sa.null(), _OWNER).where(arrived.c.update_id.is_not(None))
    return (
        rows.from_select(["update_id", *_FRESH], batch)
        .on_conflict_do_update(
            index_elements=["update_id"],
            set_={name: rows.excluded[name] for name in _FRESH},
            where=t.inbox.c.finished_at < sa.bindparam("since"),
        )
        .returning(t.inbox.c.update_id, *further)
    )


def _take(*further: sa.ColumnElement[Any]) -> Prepared:
    return together(lambda arrived, insert: _taken(arrived, insert(t.inbox), *further), **_ARRIVED)


_TAKE = _take()
# Within RETURNING the row that is stored has no other way into a query of the same table.
_THAN_STORED = _earlier(sa.literal_column("inbox.person_id"), sa.literal_column("inbox.update_id"))
_TAKE_AMONG_OTHERS = _take(sa.exists().where(_THAN_STORED, _EARLIER.c.owner_id != _OWNER).label("is_behind"))
_FIRST_PRESS = Prepared(
    sa.select(sa.func.min(_EARLIER.c.update_id)).where(
        _earlier(sa.bindparam("whose"), sa.bindparam("its")), _EARLIER.c.body.contains(PRESS, autoescape=True)
    )
)
_BEHIND = Prepared(
    sa.select(t.inbox.c.update_id).where(_THESE, sa.exists().where(_earlier(t.inbox.c.person_id, t.inbox.c.update_id)))
)
_OF_MINE = Prepared(sa.select(t.inbox.c.update_id).where(_MINE, _WAITS))
_DECIDED = Prepared(
    sa.select(t.inbox.c.applied_at, t.inbox.c.sayings).where(t.inbox.c.update_id == sa.bindparam("its"), _MINE, _WAITS)
)
_SET_ASIDE = Prepared(sa.update(t.inbox).where(_THESE, _MINE, _WAITS).values(owner_id=SET_ASIDE))


def _adopted(*which: sa.ColumnElement[bool]) -> Prepared:
    free = sa.select(t.inbox.c.update_id).where(_WAITS, is_gone(t.inbox.c.owner_id), *which)
    return Prepared(
        sa.update(t.inbox)
        # Who is about to decide one has it, dead or not: it is looked at again.
        .where(t.inbox.c.update_id.in_(free.with_for_update(skip_locked=True)))
        .values(owner_id=_OWNER)
        .returning(t.inbox.c.update_id)
    )


_ADOPT_ALL = _adopted()
_ADOPT = _adopted(t.inbox.c.owner_id != SET_ASIDE)


class Taken(Exception):
    """Another replica has taken the update: it is decided and said there."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update that has not been finished. `sayings`: what its handler decided to say; None: it was not applied.

    `unshown`: the number of the first press of the same person that had not been answered when this came: what the
    press was to change still stood on the screen. None: there was none. `is_behind`: another replica may have an
    earlier one of the same person.
    """

    update_id: int
    person_id: int
    body: str
    sayings: list[dict[str, Any]] | None = None
    unshown: int | None = None
    is_behind: bool = False


async def take(tx: Tx, batch: Iterable[Incoming], since: datetime, now: datetime, owner: int = ALONE) -> list[Incoming]:
    """Stores those that are new as the owner's, and returns them by their numbers; what waits already, or has been
    finished since `since`, stays as it is (Telegram redelivered it)."""
    arrived: dict[int, Incoming] = {}
    # In one order everywhere: of two replicas that store the same one waits for the other.
    for update in sorted(batch, key=lambda incoming: incoming.update_id):
        arrived.setdefault(update.update_id, update)
    if not arrived:
        return []
    people, bodies = zip(*((update.person_id, update.body) for update in arrived.values()), strict=True)
    rows = given(tx, update_id=[*arrived], person_id=people, body=bodies)
    take = _TAKE if owner == ALONE else _TAKE_AMONG_OTHERS
    stored = {row.update_id: row for row in await take.all(tx, **rows, at=now, since=since, owner=owner)}
    taken = []
    for update_id in filter(stored.__contains__, arrived):
        update = arrived[update_id]
        if owner != ALONE and stored[update_id].is_behind:
            press = await _FIRST_PRESS.scalar(tx, whose=update.person_id, its=update_id)
            update = replace(update, unshown=press, is_behind=True)
        taken.append(update)
    return taken


async def adopt(tx: Tx, owner: int, known: Collection[int] = (), *, at_start: bool = False) -> list[Incoming]:
    """Makes what is nobody's any more the owner's, and returns it in order, with what is the owner's already without
    being `known`: a commit whose success got lost has stored that. `at_start`: also what was set aside."""
    adopted = {row.update_id for row in await (_ADOPT_ALL if at_start else _ADOPT).all(tx, owner=owner)}
    if owner != ALONE:
        adopted.update(row.update_id for row in await _OF_MINE.all(tx, owner=owner) if row.update_id not in known)
    found = await waiting(tx, adopted) if adopted else []
    return [replace(incoming, is_behind=owner != ALONE) for incoming in found]


async def behind(tx: Tx, update_ids: Collection[int]) -> set[int]:
    """Those of them whose turn has not come: an earlier update of the same person is not finished."""
    return {row.update_id for row in await _BEHIND.all(tx, these=list(update_ids))}


async def set_aside(tx: Tx, update_id: int, owner: int) -> None:
    """The update could not be handled; the next start tries again."""
    await _SET_ASIDE.run(tx, these=[update_id], owner=owner)


async def decided(tx: Tx, update_id: int, owner: int) -> list[dict[str, Any]] | None:
    """What its handler has decided to say; None: nothing has been decided. Raises Taken."""
    row = await _DECIDED.first(tx, its=update_id, owner=owner)
    if row is None:
        raise Taken(update_id)
    said: list[dict[str, Any]] | None = row.sayings if row.applied_at else None
    return said


async def forget_finished(tx: Tx, before: datetime) -> int:
    """Forgets the numbers of what had been finished by that moment; returns how many."""
    return (await tx.execute(sa.delete(t.inbox).where(t.inbox.c.finished_at < before))).rowcount


async def waiting(tx: Tx, only: Iterable[int] | None = None) -> list[Incoming]:
    """Updates that have not been finished, in the order in which they came; `only`: of these ids."""
    query = sa.select(t.inbox).where(_WAITS).order_by(t.inbox.c.update_id)
    if only is not None:
        query = query.where(t.inbox.c.update_id.in_(list(only)))
    rows = await tx.execute(query)
    return [Incoming(row.update_id, row.person_id, row.body, row.sayings if row.applied_at else None) for row in rows]


async def count(tx: Tx) -> int:
    """How many updates have not been finished."""
    return int((await tx.execute(sa.select(sa.func.count()).select_from(t.inbox).where(_WAITS))).scalar_one())


async def applied(
    tx: Tx,
    update_id: int,
    sayings: list[dict[str, Any]],
    now: datetime,
    note: list[Any] | None = None,
    owner: int = ALONE,
) -> None:
    """Marks the update in the transaction of its handler: a second run only repeats what was said. `note`: what is
    noted of its sender when it is finished. Raises Taken if it is not the owner's any more, or is decided already."""
    if not await _APPLIED.run(tx, its=update_id, at=now, said=sayings, note=note, owner=owner):
        raise Taken(update_id)


async def finished(tx: Tx, update_ids: Sequence[int], now: datetime, owner: int = ALONE) -> None:
    """Handlers have finished with these updates of the owner's: their numbers stay, and with the senders what was noted
    of them.

    Of one sender there is one at a time.
    """
    if tx.dialect.name == "sqlite":
        await _NOTE_BEFORE.run(tx, these=list(update_ids), owner=owner)
    await _FINISH.run(tx, these=list(update_ids), at=now, owner=owner)
