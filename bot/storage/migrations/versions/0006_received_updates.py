"""Received updates are remembered one by one: with a webhook they come in any order."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The last poll of the previous version took at most 100 updates, and may not have confirmed them.
_UNCONFIRMED = 200


def upgrade() -> None:
    received = op.create_table(
        "received",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_received")),
    )
    op.create_index(op.f("ix_received_at"), "received", ["at"], unique=False)
    connection = op.get_bind()
    mark = connection.execute(sa.text("SELECT value FROM meta WHERE key = 'last_update'")).scalar()
    if mark is None:
        return
    number, at = mark.split()
    moment = datetime.fromisoformat(at).astimezone(UTC)
    numbers = range(max(0, int(number) - _UNCONFIRMED + 1), int(number) + 1)
    op.bulk_insert(received, [{"update_id": update_id, "at": moment} for update_id in numbers])
    connection.execute(sa.text("DELETE FROM meta WHERE key = 'last_update'"))
