"""Messages whose place nobody knows are kept until their senders say; corrections that were begun are found."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "strays",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("album", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("file_kind", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_strays_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "message_id", name=op.f("pk_strays")),
    )
    op.create_index(op.f("ix_strays_at"), "strays", ["at"])
    op.create_index(
        "ix_drafts_correcting",
        "drafts",
        ["obligation_id", "person_id"],
        sqlite_where=sa.text("base_version > 0"),
        postgresql_where=sa.text("base_version > 0"),
    )
