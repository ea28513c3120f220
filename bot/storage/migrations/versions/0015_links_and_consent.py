"""Who made a link, what it gave and when it was recalled; what of an announcement somebody has agreed to."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_INVITATIONS = sa.table(
    "invitations",
    *(sa.column(name) for name in ("id", "organization_id", "by_id", "created_at", "used_at", "given_at")),
)
_AUDIT = sa.table("audit", *(sa.column(name) for name in ("by_id", "action", "at", "organization_id")))


def _refer_to_people(table: str, column: str) -> None:
    """Adds a column of a person; Alembic's batch would make the table anew (see 0002)."""
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} BIGINT "
        f"CONSTRAINT fk_{table}_{column} REFERENCES people (id) ON DELETE SET NULL"
    )


def upgrade() -> None:
    _refer_to_people("invitations", "by_id")
    for name in ("given_at", "ended_at"):
        op.add_column("invitations", sa.Column(name, _MOMENT, nullable=True))
    op.add_column("staff_invitations", sa.Column("ended_at", _MOMENT, nullable=True))
    for name in ("submitted", "proposed"):
        op.add_column("announcements", sa.Column(name, sa.JSON(), nullable=True))
    _refer_to_people("announcements", "proposed_by")
    made_by = (
        sa.select(sa.func.max(_AUDIT.c.by_id))
        .where(
            _AUDIT.c.action == "invitation.created",
            _AUDIT.c.organization_id == _INVITATIONS.c.organization_id,
            _AUDIT.c.at == _INVITATIONS.c.created_at,
        )
        .scalar_subquery()
    )
    # Until now a link gave its seat when it was used.
    op.execute(sa.update(_INVITATIONS).values(by_id=made_by, given_at=_INVITATIONS.c.used_at))
