"""Reports on schedule: each month, and when a round has closed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("monthly", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("staff", sa.Column("monthly_at", sa.DateTime(timezone=True)))
    op.add_column("staff", sa.Column("closings", sa.Boolean(), server_default=sa.false(), nullable=False))
    waits = sa.text("state = 'waiting' AND kind = 'report'")
    op.create_index("ix_letters_slow", "letters", ["send_after"], sqlite_where=waits, postgresql_where=waits)
    op.add_column("rounds", sa.Column("reported_at", sa.DateTime(timezone=True)))
    # Rounds that closed before this version are no news; those open now are reported when they close, by the clock.
    op.execute("UPDATE rounds SET reported_at = closes_at WHERE closes_at < CURRENT_TIMESTAMP")
