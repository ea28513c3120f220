"""Links that can be used still, by whomever they were made; how they end, and what they have given."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.domain.letter import LetterKind
from bot.domain.people.member import NO_LIMITS, Gift, Limits, Link, Person, StaffRole, Succession
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.people import seats
from bot.storage.people.belonging import within
from bot.storage.people.invitations import role_of, usable, waits
from bot.storage.post import audit, letters

_MAKER = t.people.alias("maker")


async def usable_now(
    tx: Tx, now: datetime, limits: Limits = NO_LIMITS, *, organization_id: int | None = None
) -> list[Link]:
    """The links within the limits, those that end first before the others; `organization_id`: to it alone."""
    conditions = [*usable(now), *within(t.invitations.c.organization_id, limits)]
    if organization_id is not None:
        conditions.append(t.invitations.c.organization_id == organization_id)
    found = await _to_seats(tx, *conditions)
    if organization_id is None:
        found += [link for link in await _to_roles(tx, *role_usable(now)) if limits.include(link.limits)]
    return sorted(found, key=lambda link: (link.expires_at, link.organization_label, link.id))


async def end(tx: Tx, links: Collection[Link], by: int | None, now: datetime) -> int:
    """Recalls the links, as far as nobody has used them meanwhile; returns how many."""
    to_seats = [link.id for link in links if link.organization_id is not None]
    to_roles = [link.id for link in links if link.organization_id is None]
    ended = await _end_seats(tx, by, now, t.invitations.c.id.in_(to_seats), *usable(now)) if to_seats else 0
    if not to_roles:
        return ended
    rows = await tx.execute(
        sa.update(t.staff_invitations)
        .where(t.staff_invitations.c.id.in_(to_roles), *role_usable(now))
        .values(ended_at=now)
        .returning(t.staff_invitations.c.role)
    )
    for row in rows.all():
        ended += 1
        await audit.record(tx, now, by, "staff.uninvited", role=row.role)
    return ended


async def end_of(tx: Tx, person_id: int, left: Limits | None, by: int | None, now: datetime) -> None:
    """Recalls those links of the person's that they could not make any more; `left` None: none of them."""
    own = t.invitations.c
    beyond = sa.true() if left is None else sa.not_(sa.and_(sa.true(), *within(own.organization_id, left)))
    await _end_seats(tx, by, now, own.by_id == person_id, beyond, sa.or_(sa.and_(*usable(now)), sa.and_(*waits())))
    roles = await _to_roles(tx, t.staff_invitations.c.by_id == person_id, *role_usable(now))
    await end(tx, [link for link in roles if left is None or not left.include(link.limits)], by, now)


async def end_beyond(tx: Tx, organization_ids: Collection[int], by: int | None, now: datetime) -> None:
    """Recalls links to organizations that have gone elsewhere, of whoever could not make them there."""
    own = t.invitations.c
    alive = sa.or_(sa.and_(*usable(now)), sa.and_(*waits()))
    makers = sa.select(own.by_id).where(one_of(own.organization_id, organization_ids), alive)
    staff = sa.select(t.staff.c.person_id, t.staff.c.limits).where(t.staff.c.person_id.in_(makers))
    for row in (await tx.execute(staff)).all():
        await end_of(tx, row.person_id, Limits.load(row.limits), by, now)


async def _end_seats(tx: Tx, by: int | None, now: datetime, *conditions: sa.ColumnElement[bool]) -> int:
    own = t.invitations.c
    rows = await tx.execute(
        sa.update(t.invitations)
        .where(*conditions)
        .values(ended_at=now)
        .returning(own.id, own.organization_id, own.role, own.used_by)
    )
    ended = rows.all()
    deeds = [(row.organization_id, {"role": str(role_of(row.role)["role"])}) for row in ended]
    if deeds:
        await audit.record_each(tx, now, by, "invitation.ended", deeds)
    for row in ended:
        if row.used_by is not None:
            # Whoever waits for the department's word hears that there will be none.
            await letters.write(tx, LetterKind.UNLINKED, [row.used_by], now, invitation=row.id)
    return len(ended)


async def successions(
    tx: Tx, limits: Limits, *, organization_id: int | None = None, invitation_id: int | None = None
) -> list[Succession]:
    """Whoever waits to take another's place, within the limits; the oldest first."""
    own = t.invitations.c
    conditions = [*waits(), *within(own.organization_id, limits)]
    if organization_id is not None:
        conditions.append(own.organization_id == organization_id)
    if invitation_id is not None:
        conditions.append(own.id == invitation_id)
    query = (
        sa.select(
            own.id,
            own.organization_id,
            t.organizations.c.name,
            t.organizations.c.label,
            t.people.c.id.label("person_id"),
            t.people.c.name.label("person_name"),
            _MAKER.c.name.label("by_name"),
        )
        .select_from(
            t.invitations.join(t.organizations)
            .join(t.people, t.people.c.id == own.used_by)
            .outerjoin(_MAKER, _MAKER.c.id == own.by_id)
        )
        .where(*conditions)
        .order_by(own.used_at, own.id)
    )
    return [
        Succession(
            row.id,
            row.organization_id,
            row.name,
            row.label,
            row.person_id,
            row.person_name,
            row.by_name,
            tuple(head for head in await seats.heads(tx, row.organization_id) if head.person_id != row.person_id),
        )
        for row in (await tx.execute(query)).all()
    ]


async def gifts(tx: Tx, person: Person, since: datetime) -> list[Gift]:
    """What links have given others since then, within the limits of the person who is told of it; the oldest first."""
    own, roles = t.invitations.c, t.staff_invitations.c
    seats_given = (
        sa.select(
            own.given_at, own.role, t.people.c.name, _MAKER.c.name.label("by_name"), own.organization_id,
            t.organizations.c.name.label("place"), t.organizations.c.label,
        )
        .select_from(
            t.invitations.join(t.organizations)
            .join(t.people, t.people.c.id == own.used_by)
            .outerjoin(_MAKER, _MAKER.c.id == own.by_id)
        )
        .where(own.given_at >= since, own.used_by != person.id, *within(own.organization_id, person.limits))
        .order_by(own.id)
    )  # fmt: skip
    roles_given = (
        sa.select(roles.used_at, roles.role, roles.limits, t.people.c.name, _MAKER.c.name.label("by_name"))
        .select_from(
            t.staff_invitations.join(t.people, t.people.c.id == roles.used_by).outerjoin(
                _MAKER, _MAKER.c.id == roles.by_id
            )
        )
        .where(roles.used_at >= since, roles.used_by != person.id)
        .order_by(roles.id)
    )
    found = [
        Gift(
            row.given_at,
            row.name,
            row.by_name,
            role_of(row.role)["role"],
            row.organization_id,
            row.place,
            row.label,
        )
        for row in await tx.execute(seats_given)
    ]
    found += [
        Gift(row.used_at, row.name, row.by_name, StaffRole(row.role))
        for row in await tx.execute(roles_given)
        if person.limits.include(Limits.load(row.limits))
    ]
    return sorted(found, key=lambda gift: gift.at)


async def _to_seats(tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[Link]:
    own = t.invitations.c
    query = (
        sa.select(
            own.id, own.role, own.expires_at, own.organization_id, _MAKER.c.name.label("by_name"),
            t.organizations.c.name, t.organizations.c.label,
        )
        .select_from(t.invitations.join(t.organizations).outerjoin(_MAKER, _MAKER.c.id == own.by_id))
        .where(*conditions)
    )  # fmt: skip
    return [
        Link(
            row.id,
            by_name=row.by_name,
            expires_at=row.expires_at,
            organization_id=row.organization_id,
            organization_name=row.name,
            organization_label=row.label,
            **role_of(row.role),
        )
        for row in await tx.execute(query)
    ]


async def _to_roles(tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[Link]:
    own = t.staff_invitations.c
    query = (
        sa.select(own.id, own.role, own.expires_at, own.limits, _MAKER.c.name.label("by_name"))
        .select_from(t.staff_invitations.outerjoin(_MAKER, _MAKER.c.id == own.by_id))
        .where(*conditions)
    )
    return [
        Link(row.id, StaffRole(row.role), row.by_name, row.expires_at, Limits.load(row.limits))
        for row in await tx.execute(query)
    ]


def role_usable(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions that somebody can still use a link to a role in the department."""
    own = t.staff_invitations.c
    return own.used_at.is_(None), own.ended_at.is_(None), own.expires_at > now
