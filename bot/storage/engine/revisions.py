"""Migrations by Alembic. It takes ten megabytes and a quarter of a second, so only an upgrade loads it."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

# From here on migrations only add.
_EXPANDING_FROM = "0019"


def config(migrations: Path) -> Config:
    """Alembic's settings, which say where the migrations are."""
    made = Config()
    made.set_main_option("script_location", str(migrations))
    made.set_main_option("path_separator", "os")
    return made


def known(migrations: Path) -> frozenset[str]:
    """The schemas that the folder has migrations to."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(config(migrations)).walk_revisions())


def upgrade(migrations: Path, connection: sa.Connection) -> None:
    """Applies the missing migrations, in the connection's transaction."""
    settings = config(migrations)
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


def compatible_from(migrations: Path) -> str:
    """The oldest schema whose program may serve on the newest one: the latest that made something unused which a later
    migration has then taken away (`unused_since`)."""
    scripts = ScriptDirectory.from_config(config(migrations)).walk_revisions()
    return max([_EXPANDING_FROM, *(getattr(script.module, "unused_since", "") for script in scripts)])
