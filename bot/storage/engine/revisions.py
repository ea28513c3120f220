"""Alembic at work. Loaded only where there is something to upgrade: it is ten megabytes and a quarter of a second."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.storage.engine import migrate


def config() -> Config:
    """Where Alembic finds the migrations."""
    made = Config()
    made.set_main_option("script_location", str(migrate.MIGRATIONS))
    made.set_main_option("path_separator", "os")
    return made


def known() -> frozenset[str]:
    """The schemas that this version knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(config()).walk_revisions())


def upgrade(connection: sa.Connection) -> None:
    """Applies what is missing, in the connection's transaction."""
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
