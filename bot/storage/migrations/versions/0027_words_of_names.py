"""A name is looked for by the index of all words of names, not by reading all names."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only in a column of type INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_ORGANIZATIONS = sa.table("organizations", sa.column("id"), sa.column("words"), sa.column("learned"))
_WORDS = sa.table("organization_words", sa.column("word"), sa.column("organization_id"))
# Organizations whose words are put together at a time.
_PORTION = 1000


def upgrade() -> None:
    op.create_table(
        "organization_words",
        sa.Column("word", _BYTEWISE, nullable=False),
        sa.Column("organization_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_organization_words_organization_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "organization_id", name="pk_organization_words"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    _fill(connection)
    # Only now: nobody else reads the table of a server from here to the end.
    op.add_column("organizations", sa.Column("learned", sa.Text(), nullable=True))
    own = _ORGANIZATIONS.c
    connection.execute(sa.update(_ORGANIZATIONS).where(own.words != "").values(learned=own.words))
    condition = sa.text("learned IS NULL OR learned != words")
    op.create_index(
        "ix_organizations_unlearned",
        "organizations",
        ["id"],
        unique=False,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _fill(connection: sa.Connection) -> None:
    own = _ORGANIZATIONS.c
    said = connection.execute(sa.select(own.id, own.words).where(own.words != "").order_by(own.id)).all()
    for first in range(0, len(said), _PORTION):
        portion = said[first : first + _PORTION]
        rows = [{"word": word, "organization_id": row.id} for row in portion for word in set(row.words.split())]
        connection.execute(sa.insert(_WORDS), rows)
