"""People: Telegram id, name, and whether they may be written to. Nothing else is kept of them."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.domain.people.failure import Failure
from bot.domain.people.member import Limits, Person
from bot.domain.people.messenger import Messenger, messenger_of
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.engine.rows import one_of
from bot.storage.people import addresses
from bot.storage.post import audit

PERSON = Mapped(Person, t.people, loads={"limits": Limits.load}, staff_role=t.staff.c.role, limits=t.staff.c.limits)
_THEIRS = t.people.c.id == sa.bindparam("whose")
_PEOPLE = sa.select(*PERSON.columns).select_from(t.people.outerjoin(t.staff))
_GET = Prepared(_PEOPLE.where(_THEIRS))
_EACH = Prepared(_PEOPLE.where(one_of(t.people.c.id, "whose")))
_REMINDER = Prepared(sa.select(t.people.c.reminder_message_id).where(_THEIRS))
_REACHABILITY = Prepared(
    sa.select(t.people.c.id, t.people.c.unreachable_at.is_(None)).where(one_of(t.people.c.id, "whose"))
)


async def get(tx: Tx, person_id: int) -> Person | None:
    """The person, None for a stranger."""
    row = await _GET.first(tx, whose=person_id)
    return PERSON(row) if row else None


async def each(tx: Tx, person_ids: Collection[int]) -> dict[int, Person]:
    """The people by id; strangers are missing."""
    return {person.id: person for person in map(PERSON, await _EACH.all(tx, whose=list(person_ids)))}


async def anybody(tx: Tx) -> bool:
    """Whether anybody has written to the bot, or is its administrator."""
    return (await tx.execute(sa.select(t.people.c.id).limit(1))).first() is not None


async def messengers(tx: Tx) -> frozenset[Messenger]:
    """The messengers in which they are, of two at most."""
    row = (await tx.execute(sa.select(sa.func.min(t.people.c.id), sa.func.max(t.people.c.id)))).one()
    return frozenset(messenger_of(person_id) for person_id in row if person_id is not None)


async def ensure(tx: Tx, person_id: int, name: str, now: datetime) -> None:
    """Adds the person, or brings the name of a known one up to date; an empty name changes none."""
    statement = insert(tx, t.people).values(id=person_id, name=name, created_at=now)
    if name:
        statement = statement.on_conflict_do_update(index_elements=["id"], set_={"name": name})
    else:
        statement = statement.on_conflict_do_nothing(index_elements=["id"])
    await tx.execute(statement)


async def consent(tx: Tx, person_id: int, now: datetime) -> None:
    """Notes that the person agrees to their data being kept; a second time changes nothing."""
    changed = await tx.execute(
        sa.update(t.people).where(t.people.c.id == person_id, t.people.c.consent_at.is_(None)).values(consent_at=now)
    )
    if changed.rowcount:
        await audit.record(tx, now, person_id, "person.consented")


async def stop(tx: Tx, person_id: int, now: datetime) -> None:
    """Stops messages to the person until `resume`."""
    await tx.execute(sa.update(t.people).where(t.people.c.id == person_id).values(stopped_at=now))
    await addresses.end(tx, person_id)
    await audit.record(tx, now, person_id, "person.stopped")


async def resume(tx: Tx, person_id: int, now: datetime) -> None:
    """Lets messages to the person go again, and ends a vacation."""
    await tx.execute(sa.update(t.people).where(t.people.c.id == person_id).values(stopped_at=None, paused_until=None))
    await audit.record(tx, now, person_id, "person.resumed")


async def pause(tx: Tx, person_id: int, until: datetime, now: datetime) -> None:
    """Stops messages to the person until that moment."""
    await tx.execute(sa.update(t.people).where(t.people.c.id == person_id).values(paused_until=until))
    await audit.record(tx, now, person_id, "person.paused", until=until.isoformat())


async def back_from_pause(tx: Tx, now: datetime) -> list[int]:
    """Ends the vacations that are over; returns whose they were."""
    rows = await tx.execute(
        sa.update(t.people).where(t.people.c.paused_until <= now).values(paused_until=None).returning(t.people.c.id)
    )
    return list(rows.scalars())


async def reachability(tx: Tx, person_ids: Collection[int]) -> dict[int, bool]:
    """Whether Telegram delivers to the people, as far as is known; strangers are missing."""
    return {row[0]: bool(row[1]) for row in await _REACHABILITY.all(tx, whose=list(person_ids))}


async def unreachable(tx: Tx, person_id: int, now: datetime, why: Failure = Failure.UNREACHABLE) -> bool:
    """Notes that Telegram does not deliver to the person, and why; True if that is news."""
    changed = await tx.execute(
        sa.update(t.people)
        .where(t.people.c.id == person_id, t.people.c.unreachable_at.is_(None))
        .values(unreachable_at=now, unreachable_why=why)
    )
    if not changed.rowcount:
        return False
    await audit.record(tx, now, None, "person.unreachable", person=person_id)
    return True


async def reachable(tx: Tx, person_id: int, now: datetime) -> bool:
    """Notes that Telegram delivers to the person, who wrote or unblocked the bot; True if that is news."""
    changed = await tx.execute(
        sa.update(t.people)
        .where(t.people.c.id == person_id, t.people.c.unreachable_at.is_not(None))
        .values(unreachable_at=None, unreachable_why=None)
    )
    if not changed.rowcount:
        return False
    await audit.record(tx, now, None, "person.reachable", person=person_id)
    return True


async def reminder_message(tx: Tx, person_id: int) -> int | None:
    """The number of the reminder that stands in the person's chat."""
    message_id: int | None = await _REMINDER.scalar(tx, whose=person_id)
    return message_id


async def set_reminder_message(tx: Tx, person_id: int, message_id: int | None) -> None:
    """Remembers the reminder that stands in the chat, or that none does."""
    await tx.execute(sa.update(t.people).where(t.people.c.id == person_id).values(reminder_message_id=message_id))
