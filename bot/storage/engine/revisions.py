"""Migrations by Alembic. It takes ten megabytes and a quarter of a second, so only an upgrade loads it."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.storage.engine import migrate


def config() -> Config:
    """Alembic's settings, which say where the migrations are."""
    made = Config()
    made.set_main_option("script_location", str(migrate.MIGRATIONS))
    made.set_main_option("path_separator", "os")
    return made


def known() -> frozenset[str]:
    """The schemas that this version knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(config()).walk_revisions())


def upgrade(connection: sa.Connection) -> None:
    """Applies the missing migrations, in the connection's transaction."""
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
