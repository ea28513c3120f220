"""What screens count and look for is in indexes: they do not read the ledger of years, nor all names."""

import sqlalchemy as sa
from alembic import op

from bot.domain.people.sought import findable, words_of

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

_ORGANIZATIONS = sa.table("organizations", *map(sa.column, ("id", "code", "name", "short", "label", "words")))
_WORDS = sa.table("name_words", sa.column("word"))


def upgrade() -> None:
    op.add_column("obligations", sa.Column("not_ours_version", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE obligations SET not_ours_version = version WHERE EXISTS (SELECT 1 FROM replies WHERE "
        "replies.obligation_id = obligations.id AND replies.version = obligations.version "
        "AND replies.not_ours IS NOT NULL)"
    )
    op.create_index(
        "ix_obligations_standing",
        "obligations",
        ["round_id", "state", "due_at", "types", "organization_id"],
        unique=False,
    )
    _partial(
        "ix_obligations_not_ours",
        "obligations",
        ["round_id", "state", "not_ours_version", "version"],
        "not_ours_version IS NOT NULL",
    )
    _organizations()
    op.create_index("ix_organization_types_type_organization_id", "organization_types", ["type", "organization_id"])
    _partial("ix_people_cut_off", "people", ["id"], "unreachable_at IS NOT NULL OR stopped_at IS NOT NULL")
    _partial("ix_seats_held", "seats", ["organization_id", "role", "person_id"], "state = 'seated'")
    _partial("ix_seats_waiting", "seats", ["id"], "state = 'waiting'")


def _organizations() -> None:
    op.create_index("ix_organizations_sort_key_id", "organizations", ["sort_key", "id"], unique=False)
    postgresql = op.get_bind().dialect.name == "postgresql"
    _partial("ix_organizations_inactive", "organizations", ["id"], "NOT active" if postgresql else "active = 0")
    op.add_column("organizations", sa.Column("words", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "name_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_name_words"),
    )
    connection = op.get_bind()
    # The program's own function makes the texts, not a copy of it: whoever looks expects what it makes.
    said = {
        row.id: findable(row.code, [row.name, row.short, row.label])
        for row in connection.execute(sa.select(*_ORGANIZATIONS.c["id", "code", "name", "short", "label"]))
    }
    if said:
        filled = sa.update(_ORGANIZATIONS).where(_ORGANIZATIONS.c.id == sa.bindparam("its"))
        texts = [{"its": its, "text": text} for its, text in said.items()]
        connection.execute(filled.values(words=sa.bindparam("text")), texts)
        words = sorted({word for text in said.values() for word in words_of(text)})
        connection.execute(sa.insert(_WORDS), [{"word": word} for word in words])


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=False, sqlite_where=condition, postgresql_where=condition)
