"""Of which types an organization was when it was asked something, or told."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What is there already is left empty: nobody knows of which types its organizations were.
    op.add_column("obligations", sa.Column("types", sa.Text(), nullable=True))
    op.add_column("destinations", sa.Column("types", sa.Text(), nullable=True))
