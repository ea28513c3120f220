"""A backup each night, and before a migration."""

import asyncio
import logging
from datetime import datetime, time, timedelta, tzinfo

from bot.storage.engine import backup
from bot.storage.engine.database import Storage
from bot.storage.engine.migrate import is_behind
from bot.storage.post import meta

_log = logging.getLogger(__name__)

# When the department sleeps and nothing is due.
_AT = time(3)
# A copy of the whole database is no small thing, and a full disk stays full for a while.
_AGAIN = timedelta(hours=1)


class Backups:
    """The nightly ones: `keep` of them stay, 0 makes none."""

    def __init__(self, storage: Storage, keep: int) -> None:
        self._storage = storage
        self._keep = keep
        self._not_before: datetime | None = None

    async def make(self, zone: tzinfo, now: datetime) -> bool:
        """Today's backup, once the night has come to it, and away with the oldest; whether one was made.

        One that fails is told in the log and tried again an hour later: the bot goes on without it.
        """
        local = now.astimezone(zone)
        if not self._keep or not self._storage.is_sqlite or local.time() < _AT:
            return False
        if self._not_before is not None and now < self._not_before:
            return False
        folder = backup.folder_of(self._storage)
        target = folder / f"bot-{local.date().isoformat()}.db"
        if target.exists():
            return False
        try:
            await asyncio.to_thread(backup.copy, backup.database_of(self._storage), target)
            gone = await asyncio.to_thread(backup.rotate, folder, self._keep)
        except (backup.NoBackup, OSError) as error:
            _log.error("tonight's backup has failed: %s", error)
            self._not_before = now + _AGAIN
            return False
        await self._storage.apply(lambda tx: meta.put_moment(tx, meta.LAST_BACKUP, now))
        _log.info("backup %s made, %s old ones removed", target, len(gone))
        return True


async def before_migration(storage: Storage, now: datetime) -> bool:
    """A backup of a database that an older version has written; whether one was made. Raises NoBackup."""
    if not storage.is_sqlite or not backup.database_of(storage).exists() or not await is_behind(storage):
        return False
    target = backup.folder_of(storage) / f"before-migration-{now:%Y%m%d-%H%M%S}.db"
    await asyncio.to_thread(backup.copy, backup.database_of(storage), target)
    _log.info("backup %s made before the migration", target)
    return True
