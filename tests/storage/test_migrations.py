"""The schema grows by migrations alone, all of them or none."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.storage import meta
from bot.storage import migrate as migrating
from bot.storage.engine import SchemaTooNew, Storage
from bot.storage.migrate import migrate
from bot.storage.schema import metadata

BROKEN = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("halfway", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO meta VALUES ('halfway', 'да')")
    op.execute("INSERT INTO no_such_table VALUES (1)")
"""


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Storage]:
    storage = Storage(empty_url)
    yield storage
    await storage.close()


@pytest.fixture
async def migrated(empty: Storage) -> Storage:
    await migrate(empty)
    return empty


async def tables(storage: Storage) -> set[str]:
    async with storage.read() as tx:
        return set(await tx.run_sync(lambda connection: sa.inspect(connection).get_table_names()))


async def revision(storage: Storage) -> str | None:
    async with storage.read() as tx:
        return await tx.run_sync(
            lambda connection: MigrationContext.configure(connection).get_current_revision(),
        )


async def indexes(storage: Storage) -> dict[str, str]:
    """Definitions of the partial indexes, which `compare_metadata` does not compare, as the engine tells them."""
    if storage.is_sqlite:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    else:
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% WHERE %'"
    async with storage.read() as tx:
        return {row[0]: " ".join(row[1].split()) for row in await tx.execute(sa.text(query))}


async def test_migrations_bring_exactly_the_schema(empty: Storage) -> None:
    await migrate(empty)

    def differences(connection: sa.Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[Any] = compare_metadata(context, metadata)
        return found

    async with empty.read() as tx:
        assert await tx.run_sync(differences) == []
    assert await tables(empty) == {*metadata.tables, "alembic_version"}


async def test_migrations_bring_the_very_conditions_of_partial_indexes(empty: Storage) -> None:
    await migrate(empty)
    migrated = await indexes(empty)
    async with empty.write() as tx:
        await tx.run_sync(metadata.drop_all)
        await tx.run_sync(metadata.create_all)
    assert migrated == await indexes(empty)
    assert set(migrated) == {
        "ix_letters_waiting",
        "ix_obligations_next_reminder_at",
        "uq_letters_dedup_waiting",
        "uq_seats_one_per_person",
    }


async def test_migrating_again_changes_nothing(empty: Storage) -> None:
    await migrate(empty)
    await empty.apply(lambda tx: meta.put(tx, "school", "Лицей"))
    before = await revision(empty)
    await migrate(empty)
    async with empty.read() as tx:
        assert await meta.get(tx, "school") == "Лицей"
    assert await revision(empty) == before is not None


async def test_the_database_of_a_newer_version_is_refused_and_untouched(migrated: Storage) -> None:
    async with migrated.write() as tx:
        await tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        await tx.execute(sa.text("CREATE TABLE from_the_future (id INTEGER)"))
        await tx.execute(sa.text("DROP TABLE mutes"))
    before = await tables(migrated)
    with pytest.raises(SchemaTooNew, match="9999"):
        await migrate(migrated)
    assert await tables(migrated) == before
    assert await revision(migrated) == "9999"


@pytest.fixture
async def broken_migration(migrated: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next version's migration fails in its middle."""
    folder = tmp_path / "migrations"
    copytree(migrating._FOLDER, folder, ignore=ignore_patterns("__pycache__"))
    (folder / "versions" / "9000_broken.py").write_text(BROKEN.format(head=await revision(migrated)))
    monkeypatch.setattr(migrating, "_FOLDER", folder)


@pytest.mark.usefixtures("broken_migration")
async def test_a_migration_that_fails_leaves_nothing(migrated: Storage) -> None:
    before = await tables(migrated), await revision(migrated)
    with pytest.raises(Exception, match="no_such_table"):
        await migrate(migrated)
    assert (await tables(migrated), await revision(migrated)) == before
    async with migrated.read() as tx:
        assert await meta.get(tx, "halfway") is None
