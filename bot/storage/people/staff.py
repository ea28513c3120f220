"""The department's staff: their roles and limits, and the links that make somebody a member."""

from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from bot.domain.directives.directive import Directive
from bot.domain.people.member import Limits, Person, Place, StaffInvitation, StaffRole
from bot.storage import schema as t
from bot.storage.engine import holding
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.people import links, people
from bot.storage.people.invitations import digest, new_token
from bot.storage.post import audit

# A link that opens the department's doors lives shorter than one that gives a seat.
LIFETIME = timedelta(days=7)

_BY_LINK = sa.exists().where(
    t.staff_invitations.c.used_by == t.staff.c.person_id, t.staff_invitations.c.used_at >= t.staff.c.since
)
_CURATOR_BY_SEAT = (t.staff.c.role == StaffRole.CURATOR, ~_BY_LINK)
_INVITATION = Mapped(StaffInvitation, t.staff_invitations, loads={"limits": Limits.load})
_ADMINS = Prepared(
    sa.select(t.staff.c.person_id, t.staff.c.limits)
    .where(t.staff.c.role == StaffRole.ADMIN)
    .order_by(t.staff.c.person_id)
)


async def members(tx: Tx) -> list[Person]:
    """All staff: by role, administrators first, then by name, namesakes by id."""
    rows = await tx.execute(sa.select(*people.PERSON.columns).select_from(t.people.join(t.staff)))
    order = list(StaffRole)
    everybody = [people.PERSON(row) for row in rows]
    return sorted(
        everybody,
        key=lambda person: (order.index(person.staff_role or StaffRole.VIEWER), person.name.casefold(), person.id),
    )


async def since(tx: Tx) -> dict[int, datetime]:
    """When each staff member joined."""
    return {row.person_id: row.since for row in await tx.execute(sa.select(t.staff.c.person_id, t.staff.c.since))}


async def curators(tx: Tx, directive: Directive | None, place: Place | None, *, but: int | None = None) -> list[int]:
    """Ids of administrators and of the curators whose matter the directive and the organization are.

    `directive`, `place` None: the matter is about none; `but`: a person to leave out, who did it.
    """
    return [
        person.id
        for person in await members(tx)
        if person.id != but
        and person.may_curate
        and (not person.limits.are_of_places if place is None else person.limits.covers_place(place))
        and (directive is None or person.limits.covers(directive))
    ]


async def hold(tx: Tx, person_id: int) -> None:
    """Of two who change the member's rights, or what hangs on them, at once, one sees what the other has done."""
    await holding.hold(tx, t.staff.c.person_id, person_id)


async def grant(
    tx: Tx,
    person_id: int,
    role: StaffRole,
    by: int | None,
    now: datetime,
    limits: Limits = Limits(),  # noqa: B008
) -> bool:
    """Gives a role in the department to a person who has none; False if they have one."""
    statement = insert(tx, t.staff).values(person_id=person_id, role=role, since=now, limits=limits.dump())
    changed = await tx.execute(statement.on_conflict_do_nothing(index_elements=["person_id"]))
    if not changed.rowcount:
        return False
    await audit.record(tx, now, by, "staff.granted", person=person_id, role=role, **limits.dump())
    return True


async def change(tx: Tx, person_id: int, role: StaffRole, limits: Limits, by: int | None, now: datetime) -> bool:
    """Changes the role or the limits of a staff member.

    False if the person is none any more, if nothing would change, or if no administrator would be left.
    """
    row = (await tx.execute(sa.select(t.staff).where(t.staff.c.person_id == person_id))).first()
    if row is None or (row.role, row.limits) == (role, limits.dump()):
        return False
    if not (role is StaffRole.ADMIN and limits.are_none) and await is_last_admin(tx, person_id):
        return False
    await tx.execute(sa.update(t.staff).where(t.staff.c.person_id == person_id).values(role=role, limits=limits.dump()))
    # Administrators alone make links, within their limits.
    await links.end_of(tx, person_id, limits if role is StaffRole.ADMIN else None, by, now)
    await audit.record(tx, now, by, "staff.granted", person=person_id, role=role, **limits.dump())
    return True


async def revoke(tx: Tx, person_id: int, by: int | None, now: datetime) -> bool:
    """Takes the role away; False if the person has none, or if no administrator would be left."""
    if await is_last_admin(tx, person_id):
        return False
    gone = await tx.execute(sa.delete(t.staff).where(t.staff.c.person_id == person_id))
    if gone.rowcount:
        await links.end_of(tx, person_id, None, by, now)
        await audit.record(tx, now, by, "staff.revoked", person=person_id)
    return gone.rowcount > 0


async def is_last_admin(tx: Tx, person_id: int) -> bool:
    """Whether the person is the only administrator. Nobody changes that until this transaction ends.

    Whom the settings name and who has never opened the bot is none yet, nor is one with limits.
    """
    # The rows are locked: on PostgreSQL two administrators who withdraw each other at once would both succeed.
    rows = await tx.execute(
        sa.select(t.staff.c.person_id, t.staff.c.limits, t.people.c.consent_at)
        .select_from(t.staff.join(t.people))
        .where(t.staff.c.role == StaffRole.ADMIN)
        .order_by(t.staff.c.person_id)
        .with_for_update(of=t.staff)
    )
    able = {row.person_id: row.consent_at is not None and Limits.load(row.limits).are_none for row in rows}
    return person_id in able and not any(is_able for admin, is_able in able.items() if admin != person_id)


async def limits_by_seat(tx: Tx, person_id: int) -> Limits | None:
    """The limits of a curator whose role came with a seat; None: the person is none."""
    own = t.staff.c
    row = (await tx.execute(sa.select(own.limits).where(own.person_id == person_id, *_CURATOR_BY_SEAT))).first()
    return Limits.load(row.limits) if row is not None else None


async def revoke_curator(tx: Tx, person_id: int, now: datetime) -> bool:
    """Takes back the role of a curator that came with a seat; True if there was one.

    An administrator stays one, and so does a curator who has become one by a link.
    """
    gone = await tx.execute(sa.delete(t.staff).where(t.staff.c.person_id == person_id, *_CURATOR_BY_SEAT))
    if gone.rowcount:
        await audit.record(tx, now, person_id, "staff.revoked", person=person_id)
    return gone.rowcount > 0


async def invite(tx: Tx, role: StaffRole, limits: Limits, by: int, now: datetime) -> str:
    """Makes a link that gives its bearer the role; returns its token, which is kept nowhere."""
    # Whoever ends their role at this moment ends this link with it.
    await hold(tx, by)
    token = new_token()
    await tx.execute(
        t.staff_invitations.insert().values(
            token_hash=digest(token),
            role=role,
            limits=limits.dump(),
            created_at=now,
            expires_at=now + LIFETIME,
            by_id=by,
        )
    )
    await audit.record(tx, now, by, "staff.invited", role=role, **limits.dump())
    return token


async def find_invitation(tx: Tx, token: str) -> StaffInvitation | None:
    """The invitation of that token, used or not; None if there is none."""
    query = sa.select(*_INVITATION.columns).where(t.staff_invitations.c.token_hash == digest(token))
    row = (await tx.execute(query)).first()
    return _INVITATION(row) if row else None


async def use_invitation(tx: Tx, token: str, person_id: int, now: datetime) -> StaffInvitation | None:
    """Uses the link up, for one person only; None if it is unknown, expired, recalled or used."""
    changed = await tx.execute(
        sa.update(t.staff_invitations)
        .where(t.staff_invitations.c.token_hash == digest(token), *links.role_usable(now))
        .values(used_at=now, used_by=person_id)
    )
    if not changed.rowcount:
        return None
    invitation = await find_invitation(tx, token)
    if invitation is not None:
        await audit.record(tx, now, person_id, "staff.joined", role=invitation.role)
    return invitation


async def make_admin(tx: Tx, person_id: int, by: int | None, now: datetime) -> None:
    """Makes the person an administrator without limits, whatever their role was."""
    statement = insert(tx, t.staff).values(person_id=person_id, role=StaffRole.ADMIN, since=now)
    changed = await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id"],
            set_={"role": StaffRole.ADMIN, "limits": {}},
            where=sa.or_(t.staff.c.role != StaffRole.ADMIN, sa.cast(t.staff.c.limits, sa.Text) != "{}"),
        )
    )
    if changed.rowcount:
        await audit.record(tx, now, by, "staff.granted", person=person_id, role=StaffRole.ADMIN)


async def admins(tx: Tx) -> list[int]:
    """Ids of the administrators who may do everything."""
    return [person_id for person_id, limits in await _admins(tx) if limits.are_none]


async def managers(tx: Tx, place: Place, *, but: int | None = None) -> list[int]:
    """Ids of those who say who sits at the organization: administrators, and the chiefs of its territory."""
    return [
        person_id
        for person_id, limits in await _admins(tx)
        if person_id != but and limits.are_of_territories and limits.covers_place(place)
    ]


async def givers(tx: Tx, limits: Limits) -> list[int]:
    """Ids of those who may give a role with these limits."""
    return [id for id, own in await _admins(tx) if own.are_of_territories and own.include(limits)]


async def _admins(tx: Tx) -> list[tuple[int, Limits]]:
    return [(row.person_id, Limits.load(row.limits)) for row in await _ADMINS.all(tx)]


async def wants_digest(tx: Tx, person_id: int) -> bool:
    """Whether the staff member gets the morning digest."""
    return bool((await tx.execute(sa.select(t.staff.c.digest).where(t.staff.c.person_id == person_id))).scalar())


async def toggle_digest(tx: Tx, person_id: int, now: datetime) -> None:
    """Switches the morning digest on or off."""
    await tx.execute(
        sa.update(t.staff).where(t.staff.c.person_id == person_id).values(digest=sa.not_(t.staff.c.digest))
    )
    await audit.record(tx, now, person_id, "digest.toggled")


async def wants_reports(tx: Tx, person_id: int) -> tuple[bool, bool]:
    """Whether the staff member gets the report of each month, and one of each round that closes."""
    row = (
        await tx.execute(sa.select(t.staff.c.monthly, t.staff.c.closings).where(t.staff.c.person_id == person_id))
    ).first()
    return (row.monthly, row.closings) if row else (False, False)


async def toggle_report(tx: Tx, person_id: int, which: Literal["monthly", "closings"], now: datetime) -> None:
    """Switches a scheduled report on or off. The first monthly report covers the current month."""
    values: dict[str, Any] = {which: sa.not_(t.staff.c[which])}
    if which == "monthly":
        values["monthly_at"] = now
    await tx.execute(sa.update(t.staff).where(t.staff.c.person_id == person_id).values(**values))
    await audit.record(tx, now, person_id, "report.toggled", which=which)
