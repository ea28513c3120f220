"""An update that has been handled stays in the inbox as its number: whatever comes again is known by one look."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("noted", sa.JSON(), nullable=True))
    op.add_column("inbox", sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_inbox_finished_at"), "inbox", ["finished_at"], unique=False)
    op.execute(
        "INSERT INTO inbox (update_id, person_id, body, received_at, finished_at) "
        "SELECT update_id, 0, '', at, at FROM received "
        "WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.update_id = received.update_id)"
    )
    op.drop_index(op.f("ix_received_at"), table_name="received")
    op.drop_table("received")
