"""The version after this one: its migrations are this one's, and one more."""

from pathlib import Path
from shutil import copytree, ignore_patterns

from bot.storage.engine import migrate

# What it may do: each table of a conversation has something that this version does not know.
ADDS = """
    for table in ("people", "seats", "obligations", "replies", "drafts", "letters", "inbox", "meta"):
        op.add_column(table, sa.Column("next_word", sa.Text()))
        op.add_column(table, sa.Column("next_count", sa.Integer(), nullable=False, server_default="0"))
    op.create_table("hobbies", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))
    op.create_index("ix_people_name", "people", ["name"])
"""
_NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"
{mark}

def upgrade() -> None:
    {deeds}
"""


def next_migrations(folder: Path, deeds: str = ADDS, unused_since: str = "") -> Path:
    """A folder within that one, with the migrations of the version that does these deeds."""
    made = folder / f"migrations{len(list(folder.glob('migrations*')))}"
    copytree(migrate.MIGRATIONS, made, ignore=ignore_patterns("__pycache__"))
    mark = f'unused_since = "{unused_since}"' if unused_since else ""
    text = _NEXT.format(before=migrate.newest_revision(), mark=mark, deeds=deeds)
    (made / "versions" / "9999_next.py").write_text(text)
    return made
