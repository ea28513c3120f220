"""The department's people: their roles, what they are limited to, and the links that make somebody one of them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.directive import Directive
from bot.domain.member import Limits, Person, StaffRole
from bot.storage import audit, people
from bot.storage.engine import Tx, insert
from bot.storage.schema import people as people_rows
from bot.storage.schema import staff


async def members(tx: Tx) -> list[Person]:
    """Everybody with a role, administrators first, then by name."""
    rows = await tx.execute(sa.select(*people.COLUMNS).select_from(people_rows.join(staff)))
    order = list(StaffRole)
    found = [people.from_row(row) for row in rows]
    return sorted(found, key=lambda one: (order.index(one.staff_role or StaffRole.VIEWER), one.name.casefold()))


async def curators(tx: Tx, directive: Directive | None, types: frozenset[str], *, but: int | None = None) -> list[int]:
    """Ids of administrators and of the curators whose matter this is: a directive, and an organization of the types.

    `directive` None: about no directive; `but`: not this one, who did it.
    """
    return [
        one.id
        for one in await members(tx)
        if one.id != but
        and one.may_curate
        and one.limits.covers_types(types)
        and (directive is None or one.limits.covers(directive))
    ]


async def grant(
    tx: Tx,
    person_id: int,
    role: StaffRole,
    by: int | None,
    now: datetime,
    limits: Limits = Limits(),  # noqa: B008
) -> bool:
    """Gives a role in the department to somebody who has none; True if it was news."""
    statement = insert(tx, staff).values(person_id=person_id, role=role, since=now, limits=_dump(limits))
    changed = await tx.execute(statement.on_conflict_do_nothing(index_elements=["person_id"]))
    if not changed.rowcount:
        return False
    await audit.record(tx, now, by, "staff.granted", person=person_id, role=role, **_dump(limits))
    return True


async def change(tx: Tx, person_id: int, role: StaffRole, limits: Limits, by: int | None, now: datetime) -> bool:
    """Another role or other limits for a staff member; False if the person is none any more, or it is no change."""
    row = (await tx.execute(sa.select(staff).where(staff.c.person_id == person_id))).first()
    if row is None or (row.role, row.limits) == (role, _dump(limits)):
        return False
    await tx.execute(sa.update(staff).where(staff.c.person_id == person_id).values(role=role, limits=_dump(limits)))
    await audit.record(tx, now, by, "staff.granted", person=person_id, role=role, **_dump(limits))
    return True


async def revoke(tx: Tx, person_id: int, by: int | None, now: datetime) -> bool:
    """Takes the role away; False if the person has none."""
    gone = await tx.execute(sa.delete(staff).where(staff.c.person_id == person_id))
    if gone.rowcount:
        await audit.record(tx, now, by, "staff.revoked", person=person_id)
    return gone.rowcount > 0


async def revoke_curator(tx: Tx, person_id: int, now: datetime) -> None:
    """Takes the role of a curator back; an administrator stays one."""
    gone = await tx.execute(sa.delete(staff).where(staff.c.person_id == person_id, staff.c.role == StaffRole.CURATOR))
    if gone.rowcount:
        await audit.record(tx, now, person_id, "staff.revoked", person=person_id)


async def make_admin(tx: Tx, person_id: int, by: int | None, now: datetime) -> None:
    """Makes the person an administrator, whatever their role was."""
    statement = insert(tx, staff).values(person_id=person_id, role=StaffRole.ADMIN, since=now)
    changed = await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id"],
            set_={"role": StaffRole.ADMIN, "limits": {}},
            where=staff.c.role != StaffRole.ADMIN,
        )
    )
    if changed.rowcount:
        await audit.record(tx, now, by, "staff.granted", person=person_id, role=StaffRole.ADMIN)


async def admins(tx: Tx) -> list[int]:
    """Ids of the administrators."""
    rows = await tx.execute(
        sa.select(staff.c.person_id).where(staff.c.role == StaffRole.ADMIN).order_by(staff.c.person_id)
    )
    return list(rows.scalars())


async def wants_digest(tx: Tx, person_id: int) -> bool:
    """Whether the staff member gets the morning digest."""
    return bool((await tx.execute(sa.select(staff.c.digest).where(staff.c.person_id == person_id))).scalar())


async def toggle_digest(tx: Tx, person_id: int, now: datetime) -> None:
    """Switches the morning digest on or off."""
    await tx.execute(sa.update(staff).where(staff.c.person_id == person_id).values(digest=sa.not_(staff.c.digest)))
    await audit.record(tx, now, person_id, "digest.toggled")


def _dump(limits: Limits) -> dict[str, Any]:
    return {name: sorted(values) for name, values in (("types", limits.types), ("topics", limits.topics)) if values}
