"""What nobody has touched in a round, and people in the order of their names, are in indexes of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    untouched = sa.text("version = 0 AND seen_at IS NULL")
    op.create_index(
        "ix_obligations_untouched",
        "obligations",
        ["round_id", "state", "organization_id", "id"],
        unique=False,
        sqlite_where=untouched,
        postgresql_where=untouched,
    )
    # By the bytes of names, as SQLite sorts, whatever the collation of a server.
    by_bytes = {"name": 'COLLATE "C"'}
    op.create_index("ix_people_name_id", "people", ["name", "id"], unique=False, postgresql_ops=by_bytes)
