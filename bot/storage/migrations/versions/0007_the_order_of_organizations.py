"""Lists of organizations have one order, which both engines keep: № 2 before № 10."""

import sqlalchemy as sa
from alembic import op

from bot.domain.people.names import natural

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ORGANIZATIONS = sa.table("organizations", sa.column("id"), sa.column("name"), sa.column("sort_key"))


def upgrade() -> None:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("organizations", sa.Column("sort_key", kind, server_default="", nullable=False))
    connection = op.get_bind()
    # The program's own function makes the keys, not a copy of it: new organizations are sorted among these.
    keys = [
        {"its": row.id, "key": natural(row.name)}
        for row in connection.execute(sa.select(_ORGANIZATIONS.c.id, _ORGANIZATIONS.c.name))
    ]
    if keys:
        filled = sa.update(_ORGANIZATIONS).where(_ORGANIZATIONS.c.id == sa.bindparam("its"))
        connection.execute(filled.values(sort_key=sa.bindparam("key")), keys)
