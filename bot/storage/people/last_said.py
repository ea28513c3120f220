"""What the department has said last of each role and seat: a backup that is put back is held to it.

An entry is a line: a digest of whose it is and where, since when, and what it is. Nobody is named. It is found by
looking at what there is now and was before, so that no way in which a right is lost can be forgotten.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.domain.people.member import Limits, Role, SeatState, StaffRole
from bot.storage import schema as t
from bot.storage.engine.database import Storage, StorageError, Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import streamed
from bot.storage.people import links
from bot.storage.post import audit, meta

_log = logging.getLogger(__name__)

# What somebody may be, in the department or at an organization.
_KNOWN = frozenset({*StaffRole, *Role})
# With one of these begins whatever the log calls a deed that gives or takes a right.
_DEEDS = ("seat.", "staff.", "person.")
_NEWEST = Prepared(sa.select(sa.func.max(t.audit.c.id)))


@dataclass(frozen=True, slots=True)
class _Said:
    """`what` None: there is no such role or seat any more."""

    at: datetime
    what: dict[str, Any] | None


async def newest_entry(tx: Tx) -> int:
    """The number of the newest entry of the log."""
    return int(await _NEWEST.scalar(tx) or 0)


async def any_deed(tx: Tx, after: int) -> bool:
    """Whether a deed that may have changed a right has been logged after the entry of that number."""
    own = t.audit.c
    query = sa.select(own.id).where(own.id > after, sa.or_(*map(own.action.startswith, _DEEDS)))
    return (await tx.execute(query.limit(1))).first() is not None


async def look(tx: Tx, now: datetime) -> frozenset[str]:
    """All entries, as they are now."""
    return await tx.aside(_compared, await meta.get(tx, meta.RIGHTS) or "", await _held(tx), now)


async def look_at_any(storage: Storage, now: datetime) -> frozenset[str]:
    """The same of a database of whatever version; empty if it does not tell."""
    try:
        async with storage.read() as tx:
            return await look(tx, now)
    except (StorageError, DBAPIError):
        return frozenset()


async def note(storage: Storage, now: datetime) -> frozenset[str] | None:
    """Notes what has changed, and returns all entries; None if somebody else has noted something meanwhile.

    Everybody is looked through: meanwhile others are served, and nobody waits for a lock.
    """
    async with storage.read() as tx:
        known = await meta.get(tx, meta.RIGHTS) or ""
        entries = await tx.aside(_compared, known, await _held(tx), now)
    text = await asyncio.to_thread(_text, entries)

    async def keep(tx: Tx) -> bool:
        if (await meta.get(tx, meta.RIGHTS) or "") != known:
            return False
        await meta.put(tx, meta.RIGHTS, text)
        return True

    return entries if text == known or await storage.apply(keep) else None


def newest(entries: Iterable[str]) -> frozenset[str]:
    """Of each role and seat what was said last."""
    return _lines(_newest(entries))


async def is_behind(tx: Tx, entries: Iterable[str]) -> bool:
    """Whether more has been said by these entries than this database knows of: it is an older copy."""
    said = _newest(entries)
    known = [*(each.at for each in (await _known(tx)).values()), await meta.get_moment(tx, meta.RIGHTS_UNTIL)]
    until = max((at for at in known if at is not None), default=None)
    return bool(said) and (until is None or until < max(each.at for each in said.values()))


async def hold(tx: Tx, entries: Collection[str], now: datetime) -> tuple[int, int]:
    """Takes from a backup what has been taken away by the entries since; how many roles and seats lost something.

    Nothing is given. A role that was narrowed is as narrow, one that was changed in another way as it was said last.
    """
    said, known = _newest(entries), await _known(tx)
    due = {whose: each for whose, each in said.items() if whose not in known or known[whose].at < each.at}
    roles = seats = 0
    for role in (await tx.execute(_ROLES)).all():
        if (each := due.get(_digest(role.person_id))) is not None and await _lessen_role(tx, role, each.what, now):
            known[_digest(role.person_id)] = each
            roles += 1
    for seat in (await tx.execute(_SEATS)).all():
        whose = _digest(seat.person_id, seat.code)
        if (each := due.get(whose)) is not None and await _lessen_seat(tx, seat, each.what, now):
            known[whose] = each
            seats += 1
    await _keep(tx, _lines(known))
    if said:
        await meta.put_moment(tx, meta.RIGHTS_UNTIL, max(each.at for each in said.values()))
    return roles, seats


_ROLES = sa.select(t.staff.c.person_id, t.staff.c.role, t.staff.c.limits, sa.literal("").label("code"))
_SEATS = (
    sa.select(t.seats.c.id, t.seats.c.person_id, t.seats.c.role, t.organizations.c.code, t.seats.c.organization_id)
    .select_from(t.seats.join(t.organizations))
    .where(t.seats.c.state == SeatState.SEATED)
)


async def _lessen_role(tx: Tx, row: Any, what: Mapping[str, Any] | None, now: datetime) -> bool:
    if what is None:
        await tx.execute(sa.delete(t.staff).where(t.staff.c.person_id == row.person_id))
        await links.end_of(tx, row.person_id, None, None, now)
        await audit.record(tx, now, None, "staff.revoked", person=row.person_id)
        return True
    held, held_limits = StaffRole(row.role), Limits.load(row.limits)
    said, limits = StaffRole(what["role"]), Limits.load(what)
    if held.rank >= said.rank and limits.include(held_limits):
        return False
    role = max(held, said, key=lambda each: each.rank)
    mine = t.staff.c.person_id == row.person_id
    await tx.execute(sa.update(t.staff).where(mine).values(role=role, limits=limits.dump()))
    await links.end_of(tx, row.person_id, limits if role is StaffRole.ADMIN else None, None, now)
    await audit.record(tx, now, None, "staff.granted", person=row.person_id, role=role, **limits.dump())
    return True


async def _lessen_seat(tx: Tx, row: Any, what: Mapping[str, Any] | None, now: datetime) -> bool:
    here, about = t.seats.c.id == row.id, {"organization_id": row.organization_id, "person": row.person_id}
    if what is None:
        await tx.execute(sa.update(t.seats).where(here).values(state=SeatState.LEFT, until=now))
        await audit.record(tx, now, None, "seat.vacated", role=row.role, **about)
        return True
    if what["role"] == row.role or row.role == Role.DEPUTY:
        return False
    await tx.execute(sa.update(t.seats).where(here).values(role=what["role"]))
    await audit.record(tx, now, None, "seat.seated", role=what["role"], **about)
    return True


async def _held(tx: Tx) -> list[Any]:
    """The rows of all roles and seats."""
    return [row for query in (_ROLES, _SEATS) async for row in streamed(tx, query)]


def _compared(known: str, held: Iterable[Any], now: datetime) -> frozenset[str]:
    """All entries, by the known ones and by what is held."""
    before = _newest(known.splitlines())
    present = {
        _digest(row.person_id, row.code): {"role": row.role, **(Limits.load(row.limits).dump() if not row.code else {})}
        for row in held
    }
    # Later than whatever has been said before, though a clock be set back.
    at = max([now, *(said.at + timedelta(microseconds=1) for said in before.values())])
    news = {
        whose: _Said(at, present.get(whose))
        for whose in before.keys() | present.keys()
        if whose not in before or before[whose].what != present.get(whose)
    }
    return _lines(before | news)


def _digest(person_id: int, code: str = "") -> str:
    """Whose role in the department it is, or whose seat at the organization of that code."""
    return hashlib.sha256(f"right of {person_id} {code}".encode()).hexdigest()


async def _known(tx: Tx) -> dict[str, _Said]:
    return _newest((await meta.get(tx, meta.RIGHTS) or "").splitlines())


async def _keep(tx: Tx, entries: Iterable[str]) -> None:
    await meta.put(tx, meta.RIGHTS, _text(entries))


def _text(entries: Iterable[str]) -> str:
    return "\n".join(sorted(entries))


def _newest(entries: Iterable[str]) -> dict[str, _Said]:
    newest: dict[str, _Said] = {}
    for entry in entries:
        try:
            whose, said = _read(entry)
        except (ValueError, TypeError, KeyError):
            # Somebody has had the file in an editor, or a disk has damaged it: the other lines hold all the same.
            _log.warning("a line of what has been said last of roles and seats cannot be read, and is left out")
            continue
        if whose not in newest or newest[whose].at < said.at:
            newest[whose] = said
    return newest


def _read(entry: str) -> tuple[str, _Said]:
    """Raises ValueError, TypeError or KeyError if it is no entry."""
    whose, at, what = entry.split(" ", 2)
    said = _Said(datetime.fromisoformat(at), json.loads(what))
    if said.at.tzinfo is None or (said.what is not None and said.what["role"] not in _KNOWN):
        raise ValueError
    return whose, said


def _lines(said: Mapping[str, _Said]) -> frozenset[str]:
    return frozenset(
        f"{whose} {each.at.isoformat()} {json.dumps(each.what, sort_keys=True)}" for whose, each in said.items()
    )
