"""`backup` and `restore`: copy the database into a file, and back."""

import argparse
import asyncio
from datetime import UTC, datetime

from bot import progress
from bot.commands.console import fail
from bot.config import Settings
from bot.storage.desk import restoring
from bot.storage.engine import backup
from bot.storage.engine.database import Storage
from bot.storage.engine.lock import Lock
from bot.storage.engine.migrate import migrate


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Copies, and says what has been copied. Raises StorageError."""
    return asyncio.run(_copy(settings, options))


async def _copy(settings: Settings, options: argparse.Namespace) -> int:
    storage = Storage(settings.database_url)
    try:
        database = backup.database_of(storage)
        if options.command == "backup":
            if options.file.exists():
                return fail(2, f"{options.file} exists already: a backup overwrites nothing.")
            with progress.shown() as tell:
                await asyncio.to_thread(backup.copy, database, options.file, tell)
            print(f"{options.file}: a copy of {database}, whole and checked")
            return 0
        lock = Lock(storage)
        await lock.take()
        now = datetime.now(UTC)
        try:
            erased = backup.erased_beside(database)
            with progress.shown() as tell:
                kept = await asyncio.to_thread(backup.restore, options.file, database, now, tell)
            await migrate(storage)
            again, held = await storage.apply(lambda tx: restoring.settle(tx, erased, now))
        finally:
            await lock.release()
        print(f"{database} is what {options.file} holds." + (f" The one before is {kept}" if kept else ""))
        print(f"Erased again, as they had been since: {again}. Letters held back that may have gone: {held}.")
        return 0
    finally:
        await storage.close()
