"""Labels leave out all of «Героя Советского Союза, лётчика А. Леонова», and keep «с. Б. Куналей» whole."""

import sqlalchemy as sa
from alembic import op

from bot.domain.people.labels import Named, labels
from bot.domain.people.sought import findable

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_ORGANIZATIONS = sa.table(
    "organizations",
    *map(sa.column, ("id", "code", "name", "short", "label", "words")),
    sa.column("active", sa.Boolean),
)


def upgrade() -> None:
    connection, own = op.get_bind(), _ORGANIZATIONS.c
    query = sa.select(own.id, own.code, own.name, own.short, own.label, own.active).order_by(own.id)
    rows = sorted(connection.execute(query), key=lambda row: not row.active)
    named = [Named(row.code, row.name, row.short) for row in rows]
    active = sum(row.active for row in rows)
    # The program's own function makes the labels, not a copy of it: new organizations are told apart from these.
    made = zip(rows, labels(named[:active], named[active:]), strict=True)
    # What words they are found by is learned when the list is made or changed next.
    changed = [
        {"its": row.id, "made": label, "said": findable(row.code, [row.name, row.short, label])}
        for row, label in made
        if row.label != label
    ]
    if changed:
        update = sa.update(_ORGANIZATIONS).where(own.id == sa.bindparam("its"))
        connection.execute(update.values(label=sa.bindparam("made"), words=sa.bindparam("said")), changed)
