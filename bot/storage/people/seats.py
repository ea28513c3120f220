"""Who sits where. A seat outlives the person: requests go to whoever holds it when they are sent."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.people.member import Role, Seat, SeatState
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.post import audit
from bot.storage.schema import SEAT_IS_LIVE, mutes, organizations, people, seats

_SEAT = Mapped(Seat, seats, organization_name=organizations.c.name, person_name=people.c.name)
_LIVE = (SeatState.WAITING, SeatState.SEATED)

_ROLES = Prepared(
    sa.select(seats.c.organization_id, seats.c.role).where(
        seats.c.person_id == sa.bindparam("whose"), seats.c.state == SeatState.SEATED
    )
)
_MUTED = Prepared(sa.select(mutes.c.scope, mutes.c.value).where(mutes.c.person_id == sa.bindparam("whose")))


async def take(
    tx: Tx,
    person_id: int,
    organization_id: int,
    role: Role,
    state: SeatState,
    now: datetime,
) -> Seat:
    """Asks for a seat (WAITING) or takes it (SEATED). Whoever has it already keeps it; a waiting one is seated."""
    values = {
        "role": role,
        "state": state,
        "asked_at": now,
        "since": now if state is SeatState.SEATED else None,
    }
    statement = insert(tx, seats).values(person_id=person_id, organization_id=organization_id, **values)
    statement = statement.on_conflict_do_nothing(
        index_elements=["organization_id", "person_id"], index_where=SEAT_IS_LIVE
    )
    changed = (await tx.execute(statement)).rowcount
    if not changed:
        updated = await tx.execute(
            sa.update(seats)
            .where(
                seats.c.person_id == person_id,
                seats.c.organization_id == organization_id,
                seats.c.state == SeatState.WAITING,
            )
            .values(**values)
        )
        changed = updated.rowcount
    if changed:
        await audit.record(
            tx, now, person_id, f"seat.{state}", organization_id=organization_id, role=role, person=person_id
        )
    found = await _load(
        tx,
        seats.c.person_id == person_id,
        seats.c.organization_id == organization_id,
        seats.c.state.in_(_LIVE),
    )
    return found[0]


async def decide(tx: Tx, seat_id: int, accept: bool, by: int, now: datetime) -> Seat | None:
    """Confirms or refuses a waiting seat; None if somebody has decided it, or it was given up, meanwhile."""
    state = SeatState.SEATED if accept else SeatState.REJECTED
    changed = await tx.execute(
        sa.update(seats)
        .where(seats.c.id == seat_id, seats.c.state == SeatState.WAITING)
        .values(state=state, since=now if accept else None, decided_by=by)
    )
    if not changed.rowcount:
        return None
    seat = (await _load(tx, seats.c.id == seat_id))[0]
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
        sa.update(seats)
        .where(seats.c.id == seat_id, seats.c.person_id == person_id, seats.c.state.in_(_LIVE))
        .values(state=SeatState.LEFT, until=now)
    )
    if not changed.rowcount:
        return None
    seat = (await _load(tx, seats.c.id == seat_id))[0]
    await audit.record(tx, now, person_id, "seat.left", organization_id=seat.organization_id, role=seat.role)
    return seat


async def vacate(tx: Tx, seat_id: int, by: int, now: datetime, *, replaced: bool = False) -> Seat | None:
    """Takes the seat from whoever holds it; None if they have left it meanwhile. `replaced`: for somebody else."""
    changed = await tx.execute(
        sa.update(seats)
        .where(seats.c.id == seat_id, seats.c.state == SeatState.SEATED)
        .values(state=SeatState.LEFT, until=now)
    )
    if not changed.rowcount:
        return None
    seat = (await _load(tx, seats.c.id == seat_id))[0]
    action = "seat.replaced" if replaced else "seat.vacated"
    await audit.record(tx, now, by, action, organization_id=seat.organization_id, role=seat.role, person=seat.person_id)
    return seat


async def get(tx: Tx, seat_id: int) -> Seat | None:
    """The seat, in whatever state."""
    found = await _load(tx, seats.c.id == seat_id)
    return found[0] if found else None


async def of_person(tx: Tx, person_id: int) -> list[Seat]:
    """The seats that a person holds or waits for."""
    return await _load(tx, seats.c.person_id == person_id, seats.c.state.in_(_LIVE))


async def holders(tx: Tx, organization_ids: Collection[int]) -> list[Seat]:
    """Who is seated at the organizations."""
    return await _load(tx, seats.c.organization_id.in_(organization_ids), seats.c.state == SeatState.SEATED)


async def roles(tx: Tx, person_id: int) -> dict[int, Role]:
    """As what the person is seated, by organization."""
    return {row.organization_id: Role(row.role) for row in await _ROLES.all(tx, whose=person_id)}


async def heads(tx: Tx, organization_id: int) -> list[Seat]:
    """The heads of the organization: one, unless the department wants it otherwise."""
    return [seat for seat in await holders(tx, [organization_id]) if seat.role is Role.HEAD]


async def former(tx: Tx, organization_id: int, limit: int) -> list[Seat]:
    """Who sat at the organization, the last to leave first."""
    rows = await tx.execute(
        _query()
        .where(seats.c.organization_id == organization_id, seats.c.state == SeatState.LEFT, seats.c.since.is_not(None))
        .order_by(seats.c.until.desc(), seats.c.id.desc())
        .limit(limit)
    )
    return [_SEAT(row) for row in rows]


async def waiting(tx: Tx) -> list[Seat]:
    """Seats that the department has not decided about, oldest first."""
    return await _load(tx, seats.c.state == SeatState.WAITING)


async def rejected(tx: Tx, person_id: int) -> list[Seat]:
    """Seats that the person was refused."""
    return await _load(tx, seats.c.person_id == person_id, seats.c.state == SeatState.REJECTED)


async def muted(tx: Tx, person_id: int) -> set[tuple[str, str]]:
    """What the person does not want to be written about: pairs of scope (`type`, `topic`) and value."""
    return {(row.scope, row.value) for row in await _MUTED.all(tx, whose=person_id)}


async def toggle_mute(tx: Tx, person_id: int, scope: str, value: str, now: datetime) -> bool:
    """Mutes or unmutes; whether it is muted now."""
    key = (mutes.c.person_id == person_id, mutes.c.scope == scope, mutes.c.value == value)
    gone = (await tx.execute(sa.delete(mutes).where(*key))).rowcount > 0
    if not gone:
        await tx.execute(mutes.insert().values(person_id=person_id, scope=scope, value=value))
    action = "subscription.on" if gone else "subscription.off"
    await audit.record(tx, now, person_id, action, scope=scope, value=value)
    return not gone


def _query() -> sa.Select[Any]:
    return sa.select(*_SEAT.columns).select_from(
        seats.join(organizations).join(people, people.c.id == seats.c.person_id)
    )


async def _load(tx: Tx, *conditions: Any) -> list[Seat]:
    rows = await tx.execute(_query().where(*conditions).order_by(seats.c.id))
    return [_SEAT(row) for row in rows]
