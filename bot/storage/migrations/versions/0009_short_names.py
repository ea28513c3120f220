"""Organizations have short names, and labels that tell them apart where there is little room."""

import sqlalchemy as sa
from alembic import op

from bot.domain.people.labels import Named, labels

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ORGANIZATIONS = sa.table(
    "organizations",
    *map(sa.column, ("id", "code", "name", "label")),
    sa.column("active", sa.Boolean),
)


def upgrade() -> None:
    for name in ("short", "label"):
        op.add_column("organizations", sa.Column(name, sa.Text(), server_default="", nullable=False))
    connection = op.get_bind()
    query = sa.select(_ORGANIZATIONS.c.id, _ORGANIZATIONS.c.code, _ORGANIZATIONS.c.name, _ORGANIZATIONS.c.active)
    rows = sorted(connection.execute(query), key=lambda row: not row.active)
    active = [Named(row.code, row.name) for row in rows if row.active]
    # The program's own function makes the labels, not a copy of it: new organizations are told apart from these.
    made = labels(active, [Named(row.code, row.name) for row in rows if not row.active])
    if rows:
        filled = sa.update(_ORGANIZATIONS).where(_ORGANIZATIONS.c.id == sa.bindparam("its"))
        connection.execute(
            filled.values(label=sa.bindparam("made")),
            [{"its": row.id, "made": label} for row, label in zip(rows, made, strict=True)],
        )
