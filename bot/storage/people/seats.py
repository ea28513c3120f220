"""Who sits where. A seat outlives the person: a request goes to whoever holds it when it is sent."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.people.member import NO_LIMITS, Limits, Role, Seat, SeatState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.engine.rows import one_of
from bot.storage.people import addresses
from bot.storage.people.belonging import within
from bot.storage.post import audit

_SEAT = Mapped(
    Seat,
    t.seats,
    organization_name=t.organizations.c.name,
    left_at=t.organizations.c.left_at,
    organization_label=t.organizations.c.label,
    person_name=t.people.c.name,
)
_LIVE = (SeatState.WAITING, SeatState.SEATED)

_ROLES = Prepared(
    sa.select(t.seats.c.organization_id, t.seats.c.role).where(
        t.seats.c.person_id == sa.bindparam("whose"), t.seats.c.state == SeatState.SEATED
    )
)
_MUTED = Prepared(sa.select(t.mutes.c.scope, t.mutes.c.value).where(t.mutes.c.person_id == sa.bindparam("whose")))


async def take(
    tx: Tx,
    person_id: int,
    organization_id: int,
    role: Role,
    state: SeatState,
    now: datetime,
) -> Seat:
    """Asks for a seat (WAITING) or takes it (SEATED). A seat that is held stays as it is; a waiting one changes."""
    values = {
        "role": role,
        "state": state,
        "asked_at": now,
        "since": now if state is SeatState.SEATED else None,
    }
    statement = insert(tx, t.seats).values(person_id=person_id, organization_id=organization_id, **values)
    statement = statement.on_conflict_do_nothing(
        index_elements=["organization_id", "person_id"], index_where=t.SEAT_IS_LIVE
    )
    changed = (await tx.execute(statement)).rowcount
    if not changed:
        updated = await tx.execute(
            sa.update(t.seats)
            .where(
                t.seats.c.person_id == person_id,
                t.seats.c.organization_id == organization_id,
                t.seats.c.state == SeatState.WAITING,
            )
            .values(**values)
        )
        changed = updated.rowcount
    if changed:
        await audit.record(
            tx, now, person_id, f"seat.{state}", organization_id=organization_id, role=role, person=person_id
        )
    seats = await _load(
        tx,
        t.seats.c.person_id == person_id,
        t.seats.c.organization_id == organization_id,
        t.seats.c.state.in_(_LIVE),
    )
    return seats[0]


async def asked(tx: Tx, person_id: int, since: datetime) -> int:
    """How often the person has asked for a seat since then, those included that were given up."""
    query = sa.select(sa.func.count()).where(
        t.audit.c.by_id == person_id, t.audit.c.action == f"seat.{SeatState.WAITING}", t.audit.c.at >= since
    )
    return (await tx.execute(query)).scalar_one()


async def decide(tx: Tx, seat_id: int, accept: bool, by: int, now: datetime) -> Seat | None:
    """Confirms or refuses a waiting seat; None if somebody has decided it, or it was given up, meanwhile."""
    state = SeatState.SEATED if accept else SeatState.REJECTED
    changed = await tx.execute(
        sa.update(t.seats)
        .where(t.seats.c.id == seat_id, t.seats.c.state == SeatState.WAITING)
        .values(state=state, since=now if accept else None, decided_by=by)
    )
    if not changed.rowcount:
        return None
    seat = (await _load(tx, t.seats.c.id == seat_id))[0]
    await audit.record(
        tx,
        now,
        by,
        f"seat.{state}",
        organization_id=seat.organization_id,
        role=seat.role,
        person=seat.person_id,
    )
    return seat


async def leave(tx: Tx, seat_id: int, person_id: int, now: datetime) -> Seat | None:
    """Gives up the person's own seat; None if it is not theirs or they have left it."""
    changed = await tx.execute(
        sa.update(t.seats)
        .where(t.seats.c.id == seat_id, t.seats.c.person_id == person_id, t.seats.c.state.in_(_LIVE))
        .values(state=SeatState.LEFT, until=now)
    )
    if not changed.rowcount:
        return None
    seat = (await _load(tx, t.seats.c.id == seat_id))[0]
    await addresses.end_unseated(tx, person_id)
    await audit.record(tx, now, person_id, "seat.left", organization_id=seat.organization_id, role=seat.role)
    return seat


async def vacate(tx: Tx, seat_id: int, by: int, now: datetime, *, replaced: bool = False) -> Seat | None:
    """Takes the seat from whoever holds it; None if they have left it meanwhile. `replaced`: for somebody else."""
    changed = await tx.execute(
        sa.update(t.seats)
        .where(t.seats.c.id == seat_id, t.seats.c.state == SeatState.SEATED)
        .values(state=SeatState.LEFT, until=now)
    )
    if not changed.rowcount:
        return None
    seat = (await _load(tx, t.seats.c.id == seat_id))[0]
    await addresses.end_unseated(tx, seat.person_id)
    action = "seat.replaced" if replaced else "seat.vacated"
    await audit.record(tx, now, by, action, organization_id=seat.organization_id, role=seat.role, person=seat.person_id)
    return seat


async def get(tx: Tx, seat_id: int) -> Seat | None:
    """The seat, in whatever state."""
    seats = await _load(tx, t.seats.c.id == seat_id)
    return seats[0] if seats else None


async def of_person(tx: Tx, person_id: int) -> list[Seat]:
    """The seats that a person holds or waits for."""
    return await _load(tx, t.seats.c.person_id == person_id, t.seats.c.state.in_(_LIVE))


async def holders(tx: Tx, organization_ids: Collection[int]) -> list[Seat]:
    """The seats that are held at the organizations."""
    return await _load(tx, one_of(t.seats.c.organization_id, organization_ids), t.seats.c.state == SeatState.SEATED)


async def names(tx: Tx, organization_ids: Collection[int]) -> list[tuple[int, str]]:
    """Whose seats are held at the organizations: pairs of its id and the person's name."""
    own = t.seats.c
    query = sa.select(own.organization_id, t.people.c.name).join(t.people, t.people.c.id == own.person_id)
    rows = await tx.execute(query.where(one_of(own.organization_id, organization_ids), t.SEAT_IS_HELD).order_by(own.id))
    return [(row.organization_id, row.name) for row in rows]


async def roles(tx: Tx, person_id: int) -> dict[int, Role]:
    """The person's roles by organization."""
    return {row.organization_id: Role(row.role) for row in await _ROLES.all(tx, whose=person_id)}


async def of_several(tx: Tx, person_ids: Collection[int]) -> set[int]:
    """Those of the people who sit at more than one organization."""
    if not person_ids:
        return set()
    own = t.seats.c
    query = sa.select(own.person_id).where(one_of(own.person_id, person_ids), t.SEAT_IS_HELD)
    return {row.person_id for row in await tx.execute(query.group_by(own.person_id).having(sa.func.count() > 1))}


async def heads(tx: Tx, organization_id: int) -> list[Seat]:
    """The heads of the organization: one, unless the department wants several."""
    return [seat for seat in await holders(tx, [organization_id]) if seat.role is Role.HEAD]


async def former(tx: Tx, organization_id: int, limit: int) -> list[Seat]:
    """The seats that were held at the organization; the last one left comes first."""
    rows = await tx.execute(
        _query()
        .where(
            t.seats.c.organization_id == organization_id,
            t.seats.c.state == SeatState.LEFT,
            t.seats.c.since.is_not(None),
        )
        .order_by(t.seats.c.until.desc(), t.seats.c.id.desc())
        .limit(limit)
    )
    return [_SEAT(row) for row in rows]


async def waiting(tx: Tx, limits: Limits = NO_LIMITS) -> list[Seat]:
    """Seats within the limits that the department has not decided about, oldest first."""
    # Not by the index of organizations: SQLite would go through all that are within the limits.
    place = t.seats.c.organization_id + sa.literal_column("0")
    return await _load(tx, t.SEAT_WAITS, *within(place, limits))


async def muted(tx: Tx, person_id: int) -> set[tuple[str, str]]:
    """What the person does not want to be written about: pairs of scope (`type`, `topic`) and value."""
    return {(row.scope, row.value) for row in await _MUTED.all(tx, whose=person_id)}


async def toggle_mute(tx: Tx, person_id: int, scope: str, value: str, now: datetime) -> bool:
    """Mutes a scope's value or unmutes it; returns whether it is muted now."""
    key = (t.mutes.c.person_id == person_id, t.mutes.c.scope == scope, t.mutes.c.value == value)
    gone = (await tx.execute(sa.delete(t.mutes).where(*key))).rowcount > 0
    if not gone:
        await tx.execute(t.mutes.insert().values(person_id=person_id, scope=scope, value=value))
    action = "subscription.on" if gone else "subscription.off"
    await audit.record(tx, now, person_id, action, scope=scope, value=value)
    return not gone


def _query() -> sa.Select[Any]:
    return sa.select(*_SEAT.columns).select_from(
        t.seats.join(t.organizations).join(t.people, t.people.c.id == t.seats.c.person_id)
    )


async def _load(tx: Tx, *conditions: Any) -> list[Seat]:
    rows = await tx.execute(_query().where(*conditions).order_by(t.seats.c.id))
    return [_SEAT(row) for row in rows]
