"""Since when the roster lists an organization no more; those that had left before are known by the log."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COLUMNS = ("id", "active", "code", "created_at", "left_at")
_ORGANIZATIONS = sa.table("organizations", *(sa.column(name) for name in _COLUMNS))
_AUDIT = sa.table("audit", sa.column("organization_id"), sa.column("action"), sa.column("at"))


def upgrade() -> None:
    op.add_column("organizations", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    removed = (
        sa.select(sa.func.max(_AUDIT.c.at))
        .where(_AUDIT.c.organization_id == _ORGANIZATIONS.c.id, _AUDIT.c.action == "organization.removed")
        .scalar_subquery()
    )
    op.execute(
        sa.update(_ORGANIZATIONS)
        # One that a head typed in waits for its confirmation.
        .where(_ORGANIZATIONS.c.active.is_(sa.false()), _ORGANIZATIONS.c.code.not_like("own-%"))
        .values(left_at=sa.func.coalesce(removed, _ORGANIZATIONS.c.created_at))
    )
