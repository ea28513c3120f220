"""Organizations may belong to territories, each with times of its own; a round opens at each one's hour."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only in a column of type INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_HAS_ONE = sa.text("territory != ''")


def upgrade() -> None:
    op.create_table(
        "territories",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_territories"),
    )
    op.add_column("organizations", sa.Column("territory", sa.Text(), server_default="", nullable=False))
    for table in ("obligations", "destinations"):
        op.add_column(table, sa.Column("territory", sa.Text(), nullable=True))
    for moment in ("first_due_at", "closes_at"):
        op.add_column("obligations", sa.Column(moment, sa.DateTime(timezone=True), nullable=True))
    _partial("ix_organizations_territory", "organizations", ["territory", "sort_key", "id"])
    _partial("ix_obligations_territory", "obligations", ["round_id", "territory", "state"])
    op.create_table(
        "openings",
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("skipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name="fk_openings_round_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("round_id", "territory", name="pk_openings"),
    )
    waits = sa.text("opened_at IS NULL AND missed_at IS NULL AND skipped_at IS NULL")
    op.create_index(
        "ix_openings_waiting", "openings", ["opens_at"], unique=False, sqlite_where=waits, postgresql_where=waits
    )
    op.create_table(
        "successions",
        sa.Column("organization_id", _ID, nullable=False),
        sa.Column("successor_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_successions_organization_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["organizations.id"], name="fk_successions_successor_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_successions_by_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("organization_id", "successor_id", name="pk_successions"),
    )
    op.create_index("ix_successions_successor_id", "successions", ["successor_id"], unique=False)


def _partial(name: str, table: str, columns: list[str]) -> None:
    op.create_index(name, table, columns, unique=False, sqlite_where=_HAS_ONE, postgresql_where=_HAS_ONE)
