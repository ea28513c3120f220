"""Bringing the database to the schema of this version, at every start."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.storage.engine import SchemaTooNew, Storage

_FOLDER = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: sa.Connection) -> None:
    config = _config()
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaTooNew(f"{SchemaTooNew.__doc__} (schema {current})")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def migrate(storage: Storage) -> None:
    """Applies what is missing in one transaction; SchemaTooNew if a newer version wrote the database."""
    async with storage.write() as tx:
        await tx.run_sync(_upgrade)
