"""One-time deep links that seat their bearer at once. Only a hash of the token is kept."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.people.member import Invitation, Role
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.holding import hold
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.rows import one_of
from bot.storage.post import audit, meta

# An invitation on paper can be handed out after the summer.
LIFETIME = timedelta(days=60)
# A batch of invitations is rendered within this time: its letters go out within minutes, unless Telegram is down.
WORDED_WITHIN = timedelta(days=3)

# The role that the table keeps for a head who does not replace the present one.
_BESIDE = "head-beside"
_SEED = "invitation_seed:"
_INVITATION = Mapped(
    Invitation,
    t.invitations,
    but=("role", "beside"),
    organization_name=t.organizations.c.name,
    left_at=t.organizations.c.left_at,
)


def digest(token: str) -> str:
    """What the database keeps of a token. A token is random and long, so a plain hash will do."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """128 random bits in the alphabet that deep links allow (A-Z, a-z, 0-9, _ and -)."""
    return secrets.token_urlsafe(16)


async def create(
    tx: Tx, organization_id: int, role: Role, by: int | None, now: datetime, *, beside: bool = False
) -> str:
    """Makes an invitation; returns its token, which is kept nowhere. `beside`: the present head stays."""
    token = new_token()
    await _add(tx, {organization_id: token}, role, by, now, beside=beside)
    return token


async def create_batch(tx: Tx, organization_ids: Collection[int], role: Role, by: int, now: datetime) -> str:
    """Makes an invitation for each of the organizations; returns the name of the batch, for `batch_tokens`.

    A letter is rendered when it is sent and must not hold tokens, since letters are kept for 90 days. So the tokens of
    a batch are derived from its secret, which is forgotten after WORDED_WITHIN: from then on a copy of the database
    opens no seat, as with any other invitation.
    """
    batch, seed = secrets.token_hex(4), secrets.token_hex(32)
    await meta.put(tx, _SEED + batch, f"{now.isoformat()} {seed}")
    await _add(
        tx, {organization_id: _derive(seed, organization_id) for organization_id in organization_ids}, role, by, now
    )
    return batch


async def batch_tokens(tx: Tx, batch: str, organization_ids: Collection[int], now: datetime) -> dict[int, str] | None:
    """The batch's tokens of usable invitations, by organization; None if its secret is forgotten."""
    kept = await meta.get(tx, _SEED + batch)
    if kept is None:
        return None
    tokens = {organization_id: _derive(kept.split()[1], organization_id) for organization_id in organization_ids}
    query = sa.select(t.invitations.c.token_hash).where(
        one_of(t.invitations.c.organization_id, organization_ids), *usable(now)
    )
    hashes = set((await tx.execute(query)).scalars())
    return {organization_id: token for organization_id, token in tokens.items() if digest(token) in hashes}


async def forget_seeds(tx: Tx, now: datetime) -> None:
    """Forgets the secrets of batches that were made more than WORDED_WITHIN ago."""
    rows = await tx.execute(sa.select(t.meta).where(t.meta.c.key.startswith(_SEED, autoescape=True)))
    for key, value in rows.all():
        if datetime.fromisoformat(value.split()[0]) <= now - WORDED_WITHIN:
            await meta.remove(tx, key)


async def pending(tx: Tx, organization_id: int, now: datetime) -> int:
    """How many invitations of the organization can still be used."""
    query = sa.select(sa.func.count()).where(t.invitations.c.organization_id == organization_id, *usable(now))
    return int((await tx.execute(query)).scalar_one())


async def find(tx: Tx, token: str) -> Invitation | None:
    """The invitation of that token, used or not; None if there is none."""
    return await _load(tx, t.invitations.c.token_hash == digest(token))


async def use(tx: Tx, token: str, person_id: int, now: datetime) -> Invitation | None:
    """Uses the invitation up, for one person only; None if it is unknown, expired, recalled or used."""
    changed = await tx.execute(
        sa.update(t.invitations)
        .where(t.invitations.c.token_hash == digest(token), *usable(now))
        .values(used_at=now, used_by=person_id)
    )
    return await find(tx, token) if changed.rowcount else None


async def get(tx: Tx, invitation_id: int) -> Invitation | None:
    """The invitation of that id, used or not."""
    return await _load(tx, t.invitations.c.id == invitation_id)


async def waiting_for(tx: Tx, person_id: int) -> Invitation | None:
    """The invitation by which the person waits to take another's place."""
    return await _load(tx, t.invitations.c.used_by == person_id, *waits())


async def give(tx: Tx, invitation: Invitation, person_id: int, now: datetime) -> bool:
    """Notes that its bearer has the seat; False if that was noted, or decided otherwise, before."""
    changed = await tx.execute(
        sa.update(t.invitations).where(t.invitations.c.id == invitation.id, *waits()).values(given_at=now)
    )
    if changed.rowcount:
        place = invitation.organization_id
        await audit.record(tx, now, person_id, "invitation.used", organization_id=place, role=invitation.role)
    return changed.rowcount > 0


async def refuse(tx: Tx, invitation: Invitation, by: int, now: datetime) -> bool:
    """Notes that its bearer does not get the seat; False if that was decided before."""
    changed = await tx.execute(
        sa.update(t.invitations).where(t.invitations.c.id == invitation.id, *waits()).values(ended_at=now)
    )
    if changed.rowcount:
        place = invitation.organization_id
        await audit.record(tx, now, by, "invitation.refused", organization_id=place, person=invitation.used_by)
    return changed.rowcount > 0


async def _add(
    tx: Tx, tokens: dict[int, str], role: Role, by: int | None, now: datetime, *, beside: bool = False
) -> None:
    if not tokens:
        return
    # Whoever ends their role at this moment ends these with it.
    await hold(tx, t.staff.c.person_id, by)
    common = {"role": _BESIDE if beside else str(role), "created_at": now, "expires_at": now + LIFETIME, "by_id": by}
    await tx.execute(
        t.invitations.insert(),
        [
            {"organization_id": organization_id, "token_hash": digest(token), **common}
            for organization_id, token in tokens.items()
        ],
    )
    for organization_id in tokens:
        await audit.record(tx, now, by, "invitation.created", organization_id=organization_id, role=role)


async def _load(tx: Tx, *conditions: sa.ColumnElement[bool]) -> Invitation | None:
    query = (
        sa.select(*_INVITATION.columns, t.invitations.c.role)
        .select_from(t.invitations.join(t.organizations))
        .where(*conditions)
        .order_by(t.invitations.c.id.desc())
    )
    row = (await tx.execute(query)).first()
    return None if row is None else _INVITATION(row, **role_of(row.role))


def role_of(stored: str) -> dict[str, Any]:
    """The role that the table keeps, and whether the present head stays, by the names of `Invitation`'s fields."""
    beside = stored == _BESIDE
    return {"role": Role.HEAD if beside else Role(stored), "beside": beside}


def waits() -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions that an invitation was used and its bearer waits to take another's place."""
    own = t.invitations.c
    return own.used_by.is_not(None), own.given_at.is_(None), own.ended_at.is_(None)


def usable(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions that somebody can still use it."""
    own = t.invitations.c
    return own.used_at.is_(None), own.ended_at.is_(None), own.expires_at > now


def _derive(seed: str, organization_id: int) -> str:
    """A token as `new_token` writes it: 128 bits that nobody knows without the seed."""
    mac = hmac.digest(bytes.fromhex(seed), str(organization_id).encode(), "sha256")
    return urlsafe_b64encode(mac[:16]).decode().rstrip("=")
