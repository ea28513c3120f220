"""Letters are claimed by replicas; the order in which they go is that of one index."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None

_WAITS = sa.text("state = 'waiting'")
_IS_CLAIMED = sa.text("claimed_by IS NOT NULL AND settled_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_letters_claimed_by",
        "letters",
        ["claimed_by"],
        unique=False,
        sqlite_where=_IS_CLAIMED,
        postgresql_where=_IS_CLAIMED,
    )
    op.drop_index("ix_letters_waiting", table_name="letters")
    op.create_index(
        "ix_letters_waiting",
        "letters",
        ["urgency", "send_after", "id"],
        unique=False,
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )
    # How many messages a replica has sent beyond its share of the pace: the others leave it so many.
    op.add_column("replicas", sa.Column("ahead", sa.Integer(), server_default="0", nullable=False))
