"""What somebody says to an announcement, or to another message, is kept as that."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def _refer_to_announcements(table: str) -> None:
    """Adds a column of an announcement; Alembic's batch would make the table anew (see 0002)."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN announcement_id {kind} "
        f"CONSTRAINT fk_{table}_announcement_id REFERENCES announcements (id) ON DELETE SET NULL"
    )
    op.create_index(op.f(f"ix_{table}_announcement_id"), table, ["announcement_id"])


def upgrade() -> None:
    _refer_to_announcements("threads")
    _refer_to_announcements("strays")
    op.add_column("strays", sa.Column("html", sa.Text(), nullable=True))
    for table in ("strays", "notes"):
        op.add_column(table, sa.Column("reply_to", sa.BigInteger(), nullable=True))
    op.create_table(
        "showings",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("announcement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_showings_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_showings_announcement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "message_id", name=op.f("pk_showings")),
    )
    op.create_index(op.f("ix_showings_announcement_id"), "showings", ["announcement_id"])
