"""What was asked of a person before each of their last deeds, for deeds that come in another order."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("handled_id", sa.BigInteger(), nullable=True))
    op.add_column("people", sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("waited", sa.JSON(), nullable=True))
