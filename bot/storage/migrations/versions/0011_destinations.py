"""What came of an announcement is kept by organization; why somebody cannot be written to is kept too."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Of announcements that went out before, those organizations are known that somebody had a copy for.
_DESTINATIONS = """
INSERT INTO destinations
    (announcement_id, organization_id, added_at, vacant, reached_at, acknowledged_at, acknowledged_by)
SELECT announcement_id, organization_id, min(added_at), false, coalesce(min(sent_at), min(acknowledged_at)),
    min(acknowledged_at),
    (
        SELECT person_id FROM recipients AS first
        WHERE first.announcement_id = recipients.announcement_id
            AND first.organization_id = recipients.organization_id
            AND first.acknowledged_at IS NOT NULL
        ORDER BY first.acknowledged_at, first.person_id
        LIMIT 1
    )
FROM recipients
WHERE organization_id IS NOT NULL
GROUP BY announcement_id, organization_id
"""
_ADDRESSEES = """
INSERT INTO addressees (announcement_id, person_id, organization_id)
SELECT announcement_id, person_id, organization_id FROM recipients WHERE organization_id IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "destinations",
        sa.Column("announcement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vacant", sa.Boolean(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.BigInteger(), nullable=True),
        *_references("destinations", "announcement", "organization"),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"], ["people.id"], name=op.f("fk_destinations_acknowledged_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("announcement_id", "organization_id", name=op.f("pk_destinations")),
    )
    op.create_index(op.f("ix_destinations_organization_id"), "destinations", ["organization_id"])
    op.create_table(
        "addressees",
        sa.Column("announcement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("obstacle", sa.Text(), nullable=True),
        *_references("addressees", "announcement", "person", "organization"),
        sa.PrimaryKeyConstraint("announcement_id", "person_id", "organization_id", name=op.f("pk_addressees")),
    )
    op.create_index(op.f("ix_addressees_person_id"), "addressees", ["person_id"])
    op.add_column("recipients", sa.Column("words", sa.Text(), nullable=True))
    op.add_column("people", sa.Column("unreachable_why", sa.Text(), nullable=True))
    op.execute(_DESTINATIONS)
    op.execute(_ADDRESSEES)


def _references(table: str, *to: str) -> list[sa.ForeignKeyConstraint]:
    tables = {"announcement": "announcements", "organization": "organizations", "person": "people"}
    return [
        sa.ForeignKeyConstraint(
            [f"{name}_id"], [f"{tables[name]}.id"], name=op.f(f"fk_{table}_{name}_id"), ondelete="CASCADE"
        )
        for name in to
    ]
