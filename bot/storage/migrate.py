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


def known_revisions() -> frozenset[str]:
    """The schemas that this version knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


async def is_behind(storage: Storage) -> bool:
    """Whether an older version of the program wrote the database; False for an empty one."""
    async with storage.read() as tx:
        current = await tx.run_sync(lambda connection: MigrationContext.configure(connection).get_current_revision())
    return current is not None and current != ScriptDirectory.from_config(_config()).get_current_head()


def _upgrade(connection: sa.Connection) -> None:
    config = _config()
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known_revisions():
        raise SchemaTooNew(f"{SchemaTooNew.__doc__} (schema {current})")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def migrate(storage: Storage) -> None:
    """Applies what is missing in one transaction; SchemaTooNew if a newer version wrote the database."""
    async with storage.write() as tx:
        await tx.run_sync(_upgrade)
