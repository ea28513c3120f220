"""kill -9 while the bot starts on a database of an older version: nothing is half-migrated, and nothing is lost."""

import asyncio
import contextlib
import random
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.storage.engine import migrate
from bot.storage.engine.database import Storage
from tests.forge import Forge
from tests.live import live

OLDEST = "0001"
# Rows of the older version: enough for a migration to take its time.
PEOPLE = 3000


async def older(path: Path) -> None:
    """A database that the first version has written."""

    def first_schema(connection: sa.Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrate.__file__).parents[1] / "migrations"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, OLDEST)

    storage = Storage(f"sqlite+aiosqlite:///{path}")
    async with storage.write() as tx:
        await tx.run_sync(first_schema)
        await tx.connection.exec_driver_sql(
            "INSERT INTO audit (at, action, detail) VALUES ('2025-10-05 00:00:00.000000', 'old', '{}')",
            [() for _ in range(PEOPLE)],
        )
    await storage.close()


def looked_at(path: Path) -> tuple[str, str, int]:
    """Whether it is whole, which version it is, how many rows of the older version it has."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        (whole,) = connection.execute("PRAGMA integrity_check").fetchone()
        (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        (rows,) = connection.execute("SELECT count(*) FROM audit WHERE action = 'old'").fetchone()
    return whole, version, rows


def backups(folder: Path) -> set[tuple[Path, int]]:
    """Those that were made before a migration, each time anew."""
    return {(path, path.stat().st_mtime_ns) for path in (folder / "backups").glob("before-migration-*.db")}


async def backed_up(folder: Path, before: set[tuple[Path, int]]) -> None:
    """Returns when another backup is there: no event tells that."""
    async with asyncio.timeout(60):
        while backups(folder) <= before:  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def _killed_while_it_starts(folder: Path, forge: Forge, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    newest = max(migrate.known_revisions())
    interrupted = 0
    async with live(folder, forge) as bot:
        for number in range(kills):
            if number == 0 or looked_at(bot.database)[1] == newest:
                for beside in folder.glob("bot.db*"):
                    beside.unlink()
                await older(bot.database)
            before = backups(folder)
            starting = asyncio.create_task(bot.start())
            await backed_up(folder, before)
            # Next is the migration: the first time it is hit at once, then somewhere in it or behind it.
            await asyncio.sleep(chance.uniform(0, 0.5) if number else 0)
            bot.kill()
            with contextlib.suppress(AssertionError):
                await starting
            await bot.ended()
            whole, version, rows = looked_at(bot.database)
            assert (whole, rows) == ("ok", PEOPLE)
            assert version in (OLDEST, newest)
            interrupted += version == OLDEST
        await bot.start()
        await bot.stop()
        assert looked_at(bot.database) == ("ok", newest, PEOPLE)
        assert interrupted
        for kept in (folder / "backups").glob("before-migration-*.db"):
            assert looked_at(kept) == ("ok", OLDEST, PEOPLE)


@pytest.mark.slow
async def test_a_migration_survives_kills(tmp_path: Path, forge: Forge) -> None:
    await _killed_while_it_starts(tmp_path, forge, kills=3, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_a_migration_survives_many_kills(tmp_path: Path, forge: Forge) -> None:
    await _killed_while_it_starts(tmp_path, forge, kills=40, seed=2)
