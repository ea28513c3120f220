"""Brings the database to the schema of this version, at every start."""

from pathlib import Path

import sqlalchemy as sa

from bot.storage.engine.database import SchemaTooNew, Storage, Tx

MIGRATIONS = Path(__file__).parents[1] / "migrations"
# Alembic's own table.
_VERSION = sa.table("alembic_version", sa.column("version_num", sa.Text))


def newest_revision() -> str:
    """The schema of this version, by the names of the files."""
    return max(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def known_revisions() -> frozenset[str]:
    """The schemas that this version knows."""
    from bot.storage.engine import revisions  # noqa: PLC0415 - see there

    return revisions.known(MIGRATIONS)


def _current(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSION.name):
        return None
    revision: str | None = connection.execute(sa.select(_VERSION.c.version_num)).scalar()
    return revision


async def revision_of(tx: Tx) -> str | None:
    """The schema of the database, None of one without tables of ours."""
    return await tx.run_sync(_current)


async def is_behind(storage: Storage) -> bool:
    """Whether an older version of the program wrote the database; False for an empty one."""
    async with storage.read() as tx:
        current = await revision_of(tx)
    return current is not None and current != newest_revision()


def _upgrade(connection: sa.Connection) -> None:
    current = _current(connection)
    if current == newest_revision():
        return
    if current is not None and current not in known_revisions():
        raise SchemaTooNew(f"{SchemaTooNew.__doc__} (schema {current})")
    from bot.storage.engine import revisions  # noqa: PLC0415 - see there

    revisions.upgrade(MIGRATIONS, connection)


async def migrate(storage: Storage) -> None:
    """Applies the missing migrations in one transaction. Raises SchemaTooNew if a newer version wrote the database."""
    async with storage.write() as tx:
        await migrate_in(tx)


async def migrate_in(tx: Tx) -> None:
    """The same, in a transaction of the caller's."""
    await tx.run_sync(_upgrade)
