"""One-time deep links that seat their bearer at once. Only a hash of the token is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.member import Invitation, Role
from bot.storage import audit
from bot.storage.engine import Tx
from bot.storage.schema import invitations, organizations

# Long enough for a letter on paper to be handed out after the summer.
LIFETIME = timedelta(days=60)


def digest(token: str) -> str:
    """What the database keeps of a token. It is random and long, so a plain hash does."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """128 random bits in the alphabet that deep links allow (A-Z, a-z, 0-9, _ and -)."""
    return secrets.token_urlsafe(16)


async def create(tx: Tx, organization_id: int, role: Role, by: int | None, now: datetime) -> str:
    """Makes an invitation; returns its token, which is nowhere else."""
    token = new_token()
    await tx.execute(
        invitations.insert().values(
            token_hash=digest(token),
            organization_id=organization_id,
            role=role,
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    await audit.record(tx, now, by, "invitation.created", organization_id=organization_id, role=role)
    return token


async def find(tx: Tx, token: str) -> Invitation | None:
    """The invitation of that token, used or not; None if there is none."""
    query = (
        sa.select(
            invitations.c.id,
            invitations.c.organization_id,
            organizations.c.name.label("organization_name"),
            invitations.c.role,
            invitations.c.expires_at,
            invitations.c.used_at,
        )
        .select_from(invitations.join(organizations))
        .where(invitations.c.token_hash == digest(token))
    )
    row = (await tx.execute(query)).first()
    return Invitation(**{**row._mapping, "role": Role(row.role)}) if row else None


async def use(tx: Tx, token: str, person_id: int, now: datetime) -> Invitation | None:
    """Uses the invitation up; None if it is unknown, expired or used. Of two people only one gets it."""
    changed = await tx.execute(
        sa.update(invitations)
        .where(
            invitations.c.token_hash == digest(token),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
        .values(used_at=now, used_by=person_id)
    )
    return await find(tx, token) if changed.rowcount else None
