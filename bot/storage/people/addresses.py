"""Secret addresses of people's own calendars. Of what is secret only a hash is kept: nobody is shown theirs twice."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.people.member import SeatState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared, Upsert
from bot.storage.people.invitations import digest

# Nobody guesses 256 bits, however long an address lives.
_BYTES = 32
# What HTTP tells moments by.
_SECOND = timedelta(seconds=1)

_SEATED = sa.select(t.seats.c.id).where(
    t.seats.c.person_id == t.calendar_addresses.c.person_id, t.seats.c.state == SeatState.SEATED
)
# That the seat and the wish to be written to are still there is asked with each look, whoever was to end the address.
_OF_HASH = Prepared(
    sa.select(t.calendar_addresses)
    .join(t.people, t.people.c.id == t.calendar_addresses.c.person_id)
    .where(
        t.calendar_addresses.c.token_hash == sa.bindparam("its"), t.people.c.stopped_at.is_(None), sa.exists(_SEATED)
    )
)
_MAKE = Upsert(t.calendar_addresses, ("person_id",), ("token_hash", "made_at", "content_hash", "changed_at"))


@dataclass(frozen=True, slots=True)
class Address:
    """Whose calendar is looked up there; what it said last, by its hash, and since when; None: nobody has looked."""

    person_id: int
    made_at: datetime
    content_hash: str | None
    changed_at: datetime | None


async def make(tx: Tx, person_id: int, now: datetime) -> str:
    """Gives the person an address in place of the one before; returns what is secret in it, which is kept nowhere."""
    token = secrets.token_urlsafe(_BYTES)
    await _MAKE.run(tx, person_id=person_id, token_hash=digest(token), made_at=now, content_hash=None, changed_at=None)
    return token


async def end(tx: Tx, person_id: int) -> bool:
    """Takes the person's address away; False: there is none."""
    gone = await tx.execute(sa.delete(t.calendar_addresses).where(t.calendar_addresses.c.person_id == person_id))
    return gone.rowcount > 0


async def end_unseated(tx: Tx, person_id: int) -> None:
    """Takes it away from whoever sits nowhere: a seat that they take later is another matter."""
    await tx.execute(
        sa.delete(t.calendar_addresses).where(t.calendar_addresses.c.person_id == person_id, ~sa.exists(_SEATED))
    )


async def end_all(tx: Tx) -> None:
    """Takes all of them away: an older database does not know which have been taken away since."""
    await tx.execute(sa.delete(t.calendar_addresses))


async def made_at(tx: Tx, person_id: int) -> datetime | None:
    """Since when the person has an address; None: they have none."""
    query = sa.select(t.calendar_addresses.c.made_at).where(t.calendar_addresses.c.person_id == person_id)
    made: datetime | None = (await tx.execute(query)).scalar()
    return made


async def hashes(tx: Tx) -> list[str]:
    """By which all addresses are found, the newest last."""
    query = sa.select(t.calendar_addresses.c.token_hash).order_by(t.calendar_addresses.c.made_at)
    return list((await tx.execute(query)).scalars())


async def of_hash(tx: Tx, token_hash: str) -> Address | None:
    """The address, if its person has a seat and has not stopped the messages."""
    row = await _OF_HASH.first(tx, its=token_hash)
    return Address(row.person_id, row.made_at, row.content_hash, row.changed_at) if row is not None else None


async def said(tx: Tx, address: Address, content_hash: str, now: datetime) -> datetime:
    """Notes what is said there from now on; returns since when, by HTTP's clock: no two contents are of one second."""
    whole = now.replace(microsecond=0)
    since = whole if address.changed_at is None else max(whole, address.changed_at + _SECOND)
    await tx.execute(
        sa.update(t.calendar_addresses)
        .where(t.calendar_addresses.c.person_id == address.person_id)
        .values(content_hash=content_hash, changed_at=since)
    )
    return since
