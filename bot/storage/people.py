"""People: Telegram id, name, and whether they may be written to. Nothing else is kept."""

import hashlib
from datetime import datetime

import sqlalchemy as sa

from bot.domain.member import Person, StaffRole
from bot.storage import audit, letters
from bot.storage.engine import Tx, insert
from bot.storage.schema import dialogues, people, staff

_COLUMNS = (
    people.c.id,
    people.c.name,
    people.c.consent_at,
    people.c.stopped_at,
    people.c.paused_until,
    people.c.unreachable_at,
    staff.c.role.label("staff_role"),
)


async def get(tx: Tx, person_id: int) -> Person | None:
    """The person, None for a stranger."""
    query = sa.select(*_COLUMNS).select_from(people.outerjoin(staff)).where(people.c.id == person_id)
    row = (await tx.execute(query)).first()
    if row is None:
        return None
    fields = dict(row._mapping)
    fields["staff_role"] = StaffRole(row.staff_role) if row.staff_role else None
    return Person(**fields)


async def ensure(tx: Tx, person_id: int, name: str, now: datetime) -> None:
    """Adds the person, or brings the name up to date; an empty name changes nothing."""
    statement = insert(tx, people).values(id=person_id, name=name, created_at=now)
    if name:
        statement = statement.on_conflict_do_update(index_elements=["id"], set_={"name": name})
    else:
        statement = statement.on_conflict_do_nothing(index_elements=["id"])
    await tx.execute(statement)


async def consent(tx: Tx, person_id: int, now: datetime) -> None:
    """The person agrees to their data being kept. A second time changes nothing."""
    changed = await tx.execute(
        sa.update(people).where(people.c.id == person_id, people.c.consent_at.is_(None)).values(consent_at=now)
    )
    if changed.rowcount:
        await audit.record(tx, now, person_id, "person.consented")


async def stop(tx: Tx, person_id: int, now: datetime) -> None:
    """No more messages until `resume`."""
    await tx.execute(sa.update(people).where(people.c.id == person_id).values(stopped_at=now))
    await audit.record(tx, now, person_id, "person.stopped")


async def resume(tx: Tx, person_id: int, now: datetime) -> None:
    """Messages again, and an end to a vacation."""
    await tx.execute(sa.update(people).where(people.c.id == person_id).values(stopped_at=None, paused_until=None))
    await audit.record(tx, now, person_id, "person.resumed")


async def pause(tx: Tx, person_id: int, until: datetime, now: datetime) -> None:
    """No messages until that moment."""
    await tx.execute(sa.update(people).where(people.c.id == person_id).values(paused_until=until))
    await audit.record(tx, now, person_id, "person.paused", until=until.isoformat())


async def back_from_pause(tx: Tx, now: datetime) -> list[int]:
    """Ends the pauses that are over; whose they were."""
    rows = await tx.execute(
        sa.update(people).where(people.c.paused_until <= now).values(paused_until=None).returning(people.c.id)
    )
    return list(rows.scalars())


async def unreachable(tx: Tx, person_id: int, now: datetime) -> bool:
    """Telegram will not deliver to the person; True if that is news."""
    changed = await tx.execute(
        sa.update(people).where(people.c.id == person_id, people.c.unreachable_at.is_(None)).values(unreachable_at=now)
    )
    if not changed.rowcount:
        return False
    await audit.record(tx, now, None, "person.unreachable", person=person_id)
    return True


async def reachable(tx: Tx, person_id: int, now: datetime) -> bool:
    """The person wrote or unblocked the bot; True if that is news."""
    changed = await tx.execute(
        sa.update(people)
        .where(people.c.id == person_id, people.c.unreachable_at.is_not(None))
        .values(unreachable_at=None)
    )
    if not changed.rowcount:
        return False
    await audit.record(tx, now, None, "person.reachable", person=person_id)
    return True


async def erase(tx: Tx, person_id: int, now: datetime) -> None:
    """Erases all that is kept about the person. Answers stay, as the organization's, without a name.

    The log holds a hash of the id: enough to show that a given request was carried out.
    """
    await tx.execute(sa.delete(dialogues).where(dialogues.c.person_id == person_id))
    await letters.forget(tx, person_id)
    await audit.forget(tx, person_id)
    await tx.execute(sa.delete(people).where(people.c.id == person_id))
    digest = hashlib.sha256(f"erased person {person_id}".encode()).hexdigest()
    await audit.record(tx, now, None, "person.erased", digest=digest)


async def make_staff(tx: Tx, person_id: int, role: StaffRole, by: int | None, now: datetime) -> bool:
    """Gives a role in the department to somebody who has none; True if it was news."""
    statement = insert(tx, staff).values(person_id=person_id, role=role, since=now)
    changed = await tx.execute(statement.on_conflict_do_nothing(index_elements=["person_id"]))
    if not changed.rowcount:
        return False
    await audit.record(tx, now, by, "staff.granted", person=person_id, role=role)
    return True


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
            set_={"role": StaffRole.ADMIN},
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


async def reminder_message(tx: Tx, person_id: int) -> int | None:
    """The reminder that stands in the person's chat."""
    query = sa.select(people.c.reminder_message_id).where(people.c.id == person_id)
    return (await tx.execute(query)).scalar()


async def set_reminder_message(tx: Tx, person_id: int, message_id: int | None) -> None:
    """Remembers the reminder that stands in the chat, or that none does."""
    await tx.execute(sa.update(people).where(people.c.id == person_id).values(reminder_message_id=message_id))
