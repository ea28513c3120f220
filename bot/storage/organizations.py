"""The roster: organizations with their types and tags."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.directive import AudiencePart
from bot.domain.organization import Organization, RosterEntry
from bot.storage import audit
from bot.storage.engine import Tx
from bot.storage.schema import organization_tags, organization_types, organizations

# How the code of an organization begins that a head typed in; the roster's codes come from its file.
_TYPED_IN = "own-"


async def get(tx: Tx, organization_id: int) -> Organization | None:
    """The organization, None if there is no such one."""
    found = await _load(tx, organizations.c.id == organization_id)
    return found[0] if found else None


async def by_name(tx: Tx, name: str) -> Organization | None:
    """The active organization of exactly that name."""
    found = await _load(tx, organizations.c.name == name, organizations.c.active)
    return found[0] if found else None


async def alike(tx: Tx, name: str) -> Organization | None:
    """The organization of that name in whatever capitals, even one that waits for its confirmation.

    Two people who type the same organization in mean one. Compared here: SQLite knows no Cyrillic capitals.
    """
    for condition in (organizations.c.active, organizations.c.active.is_(False)):
        for one in await _load(tx, condition):
            if one.name.casefold() == name.casefold():
                return one
    return None


async def of_types(tx: Tx, types: Collection[str]) -> list[Organization]:
    """Active organizations that have any of the types, by name."""
    of_type = sa.select(organization_types.c.organization_id).where(organization_types.c.type.in_(types))
    return await _load(tx, organizations.c.id.in_(of_type), organizations.c.active)


async def all_active(tx: Tx) -> list[Organization]:
    """All active organizations, by name."""
    return await _load(tx, organizations.c.active)


def in_audience(audience: Iterable[AudiencePart]) -> sa.ColumnElement[bool]:
    """The condition on `organizations` that it is active and one of the parts speaks of it."""
    parts: list[sa.ColumnElement[bool]] = []
    for part in audience:
        conditions = [
            sa.exists().where(
                organization_types.c.organization_id == organizations.c.id,
                organization_types.c.type == part.type,
            )
        ]
        conditions += [
            sa.exists().where(organization_tags.c.organization_id == organizations.c.id, organization_tags.c.tag == tag)
            for tag in part.tags
        ]
        parts.append(sa.and_(*conditions))
    return sa.and_(organizations.c.active, sa.or_(sa.false(), *parts))


def is_typed_in(organization: Organization) -> bool:
    """Whether a head typed the organization in, because the roster lacked it."""
    return organization.code.startswith(_TYPED_IN)


async def add(
    tx: Tx,
    name: str,
    types: Collection[str],
    by: int | None,
    now: datetime,
    *,
    code: str | None = None,
    active: bool = True,
) -> int:
    """Adds an organization and returns its id.

    `code` None: a head typed it in, and a code is made up. Not `active`: it is asked nothing yet.
    """
    code = code or f"{_TYPED_IN}{secrets.token_hex(4)}"
    row = await tx.execute(organizations.insert().values(code=code, name=name, active=active, created_at=now))
    organization_id: int = row.inserted_primary_key[0]  # type: ignore[index]
    await _set(tx, organization_types, "type", organization_id, types)
    await audit.record(tx, now, by, "organization.added", organization_id=organization_id, name=name)
    return organization_id


async def activate(tx: Tx, organization_id: int, by: int, now: datetime) -> bool:
    """The department has confirmed an organization that a head typed in; True if that is news."""
    changed = await tx.execute(
        sa.update(organizations)
        .where(organizations.c.id == organization_id, organizations.c.active.is_(False))
        .values(active=True)
    )
    if changed.rowcount:
        await audit.record(tx, now, by, "organization.confirmed", organization_id=organization_id)
    return changed.rowcount > 0


async def sync(tx: Tx, roster: Iterable[RosterEntry], now: datetime) -> list[int]:
    """Brings the table to the roster's file, by code; ids of those that are new or asked differently now.

    Organizations that the file does not name stay: heads typed some in, and others have answered already.
    """
    rows = await tx.execute(sa.select(organizations.c.code, organizations.c.id))
    known: dict[str, int] = {row.code: row.id for row in rows}
    before = {organization.id: organization for organization in await _load(tx)}
    changed = []
    for entry in roster:
        organization_id = known.get(entry.code)
        if organization_id is None:
            organization_id = await add(tx, entry.name, entry.types, None, now, code=entry.code)
            await _set(tx, organization_tags, "tag", organization_id, entry.tags)
            changed.append(organization_id)
            continue
        was = before[organization_id]
        if (was.name, was.types, was.tags) == (entry.name, entry.types, entry.tags):
            continue
        await tx.execute(sa.update(organizations).where(organizations.c.id == organization_id).values(name=entry.name))
        await _set(tx, organization_types, "type", organization_id, entry.types)
        await _set(tx, organization_tags, "tag", organization_id, entry.tags)
        await audit.record(tx, now, None, "organization.changed", organization_id=organization_id)
        changed.append(organization_id)
    return changed


async def _set(tx: Tx, table: sa.Table, column: str, organization_id: int, values: Collection[str]) -> None:
    await tx.execute(sa.delete(table).where(table.c.organization_id == organization_id))
    if values:
        await tx.execute(
            table.insert(),
            [{"organization_id": organization_id, column: value} for value in sorted(values)],
        )


async def _load(tx: Tx, *conditions: Any) -> list[Organization]:
    rows = (await tx.execute(sa.select(organizations).where(*conditions))).all()
    chosen = sa.select(organizations.c.id).where(*conditions)
    types: dict[int, set[str]] = {}
    tags: dict[int, set[str]] = {}
    for table, column, into in ((organization_types, "type", types), (organization_tags, "tag", tags)):
        for row in await tx.execute(
            sa.select(table.c.organization_id, table.c[column]).where(table.c.organization_id.in_(chosen))
        ):
            into.setdefault(row[0], set()).add(row[1])
    found = [
        Organization(
            row.id,
            row.code,
            row.name,
            frozenset(types.get(row.id, ())),
            frozenset(tags.get(row.id, ())),
        )
        for row in rows
    ]
    # Sorted here: SQLite and PostgreSQL order Cyrillic differently.
    return sorted(found, key=lambda one: one.name.casefold())
