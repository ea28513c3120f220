"""Brings the database to the schema of this version, at every start.

Several versions may serve one database: a migration only adds, and what nobody uses any more goes with a later one. So
an older version goes on, and starts, on a newer schema, unless that names a newer version as its oldest.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

from bot.storage.engine.connections import code_of
from bot.storage.engine.database import NotOurs, SchemaTooNew, Storage, StorageError, Tx
from bot.storage.engine.exclusively import exclusively
from bot.storage.engine.lock import check_unserved

_log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parents[1] / "migrations"
# The oldest schema whose program may serve on the present one, in `meta`; unsaid before it was first written there.
COMPATIBLE_FROM = "compatible_from"
# Alembic's own table, and ours, as every version has them.
_VERSION = sa.table("alembic_version", sa.column("version_num", sa.Text))
_META = sa.table("meta", sa.column("key", sa.Text), sa.column("value", sa.Text))
# What is in the role's schema, but for what extensions have brought.
_TABLES = sa.text(
    "SELECT relname FROM pg_class AS c WHERE relnamespace = to_regnamespace(quote_ident(current_schema()))"
    " AND relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_depend"
    " WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')"
)
# Seconds that a change of a table waits for those who read it, since everybody else waits behind it; and seconds until
# it is tried again, in which they come through.
LOCK_WAITS, PAUSE = 2.0, 2.0
# What people write, from Buryat letters to emoji, is in these alone; the second keeps whatever it is given.
_ENCODINGS = {"UTF8", "SQL_ASCII"}
# lock_not_available; deadlock_detected, of two that wait for what the other one has; serialization_failure, when what
# the migration has read was changed before it could.
_IN_USE = {"55P03", "40P01", "40001"}


def newest_revision() -> str:
    """The schema of this version, by the names of the files."""
    return max(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def known_revisions() -> frozenset[str]:
    """The schemas that this version knows."""
    from bot.storage.engine import revisions  # noqa: PLC0415 - see there

    return revisions.known(MIGRATIONS)


def check_newer(current: str, compatible_from: str | None) -> None:
    """Raises SchemaTooNew unless this version may serve on that schema of a newer one."""
    if compatible_from is None or newest_revision() < compatible_from:
        raise SchemaTooNew(f"{SchemaTooNew.__doc__} (schema {current})")


def _current(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSION.name):
        return None
    revision: str | None = connection.execute(sa.select(_VERSION.c.version_num)).scalar()
    return revision


async def revision_of(tx: Tx) -> str | None:
    """The schema of the database, None of one without tables of ours."""
    return await tx.run_sync(_current)


def _compatible_from(connection: sa.Connection) -> str | None:
    value: str | None = connection.execute(sa.select(_META.c.value).where(_META.c.key == COMPATIBLE_FROM)).scalar()
    return value


def _lacks_migrations(connection: sa.Connection) -> bool:
    current = _current(connection)
    if current == newest_revision():
        return False
    if current in known_revisions():
        return True
    if connection.dialect.name == "postgresql":
        # A file is looked at before it is opened.
        _check_ours(connection)
    if current is None:
        return True
    check_newer(current, _compatible_from(connection))
    _log.warning("the database has the schema %s of a newer version; this version serves on it", current)
    return False


def _check_ours(connection: sa.Connection) -> None:
    """Raises NotOurs for a server's database that has tables, if ours are not among them."""
    names = _tables(connection)
    if names and not {_VERSION.name, _META.name} <= set(names):
        raise NotOurs(min(names))


def _tables(connection: sa.Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        return sa.inspect(connection).get_table_names()
    return list(connection.execute(_TABLES).scalars())


async def tables(tx: Tx) -> list[str]:
    """The tables that are there, in a server's database those of the role's schema, but for extensions'."""
    return await tx.run_sync(_tables)


async def is_behind(storage: Storage) -> bool:
    """Whether an older version of the program wrote the database; False for an empty one. Raises SchemaTooNew."""
    async with storage.read() as tx:
        return await tx.run_sync(_current) is not None and await tx.run_sync(_lacks_migrations)


async def is_ready(storage: Storage) -> bool:
    """Whether the database has all that this version needs. Raises SchemaTooNew, or NotOurs."""
    async with storage.read() as tx:
        return not await tx.run_sync(_lacks_migrations)


async def try_out(storage: Storage) -> bool:
    """Whether the database has all that this version needs; it is written to as by a start, and nothing of that stays.

    Raises what `migrate` raises.
    """
    async with storage.write() as tx, tx.connection.begin_nested() as attempt:
        is_ready = await tx.run_sync(_tried_out)
        await attempt.rollback()
    return is_ready


def _tried_out(connection: sa.Connection) -> bool:
    if not _lacks_migrations(connection):
        connection.execute(sa.update(_META).where(sa.false()).values(value=""))
        return True
    if connection.dialect.name == "postgresql" and _current(connection) is None:
        _check_encoding(connection)
    connection.execute(CreateTable(sa.Table("tried_out", sa.MetaData(), sa.Column("number", sa.Integer))))
    return False


def _upgrade(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        # On a busy machine it takes long to load what is needed, between two statements.
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        if _current(connection) is None:
            _check_encoding(connection)
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_WAITS * 1000:.0f}")
    from bot.storage.engine import revisions  # noqa: PLC0415 - see there

    revisions.upgrade(MIGRATIONS, connection)
    connection.execute(sa.delete(_META).where(_META.c.key == COMPATIBLE_FROM))
    connection.execute(sa.insert(_META).values(key=COMPATIBLE_FROM, value=revisions.compatible_from(MIGRATIONS)))


def _check_encoding(connection: sa.Connection) -> None:
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding not in _ENCODINGS:
        raise StorageError(
            f"its encoding is {encoding}, in which much that people write cannot be kept. Make one anew:"
            " CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0"
        )


async def migrate(storage: Storage, before: Callable[[], Awaitable[object]] | None = None) -> None:
    """Applies the missing migrations in one transaction; of several processes that come at once, one does.

    `before` is done first if an older version wrote the database. Raises SchemaTooNew if a newer one did, on whose
    schema this one cannot serve; NotOurs if another program did; InUse if one serves it that knows of no others;
    StorageError if it is empty and cannot hold what people write.
    """
    async with exclusively(storage):
        async with storage.read() as tx:
            if not await tx.run_sync(_lacks_migrations):
                return
            await check_unserved(tx)
            is_empty = await tx.run_sync(_current) is None
        if before is not None and not is_empty:
            await before()
        while not await _upgraded(storage):
            _log.warning("a table that changes is being read: the migration waits for that to end")
            await asyncio.sleep(PAUSE)


async def migrate_in(tx: Tx) -> None:
    """Applies the missing migrations in a transaction of the caller's, who has the database to himself."""
    if await tx.run_sync(_lacks_migrations):
        await tx.run_sync(_upgrade)


async def _upgraded(storage: Storage) -> bool:
    try:
        async with storage.write() as tx:
            await tx.run_sync(_upgrade)
    except DBAPIError as error:
        if code_of(error) not in _IN_USE:
            raise
        return False
    return True
