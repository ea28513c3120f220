"""Makes a backup each night, and before a migration."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo
from functools import partial
from pathlib import Path

from bot.storage.desk import erasure
from bot.storage.engine import backup
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.migrate import is_behind
from bot.storage.people import last_said
from bot.storage.post import meta

_log = logging.getLogger(__name__)

# At this hour the department sleeps and nothing is due.
_AT = time(3)
# A failed backup is tried again only after this: the copy is big, and a full disk stays full for a while.
_AGAIN = timedelta(hours=1)


class Backups:
    """Makes nightly backups; the newest `keep` of them stay, and with 0 none is made."""

    def __init__(self, storage: Storage, keep: int) -> None:
        self._storage = storage
        self._keep = keep
        self._not_before: datetime | None = None
        self._erased: frozenset[str] = frozenset()
        # The newest entry of the log that was looked at for rights; None: they have not been since the start.
        self._looked: int | None = None

    async def note_erased(self) -> bool:
        """Keeps beside the backups who has been erased, so that an older one gives nobody back; whether that was news.

        The log tells when the list cannot be written; the next call tries it again.
        """
        if not self._storage.is_sqlite:
            return False
        async with self._storage.read() as tx:
            entries = await erasure.erased(tx)
        if entries == self._erased:
            return False
        if not await self._keep_beside(meta.ERASED, entries):
            return False
        self._erased = entries
        return True

    async def note_rights(self, now: datetime) -> bool:
        """Keeps beside the backups what has been said last of each role and seat, so that an older one does not bring
        back what was taken away; whether there was news."""
        if not self._storage.is_sqlite:
            return False
        async with self._storage.read() as tx:
            newest = await last_said.newest_entry(tx)
            news = self._looked is None or await last_said.any_deed(tx, self._looked)
        if not news:
            # What has been looked through is not looked through again: most of a log is answers.
            self._looked = newest
            return False
        entries = await self._storage.apply(partial(last_said.note, now=now))
        if not await self._keep_beside(meta.RIGHTS, entries, last_said.newest):
            return False
        self._looked = newest
        return True

    async def _keep_beside(
        self, key: str, entries: frozenset[str], sifted: Callable[[frozenset[str]], frozenset[str]] = frozenset
    ) -> bool:
        database = backup.database_of(self._storage)
        try:
            everything = sifted(entries | await asyncio.to_thread(backup.noted_beside, database, key))
            await asyncio.to_thread(backup.keep_beside, database, key, everything)
        except OSError as error:
            _log.error("the list of what an older backup must not bring back cannot be written: %s", error)
            return False
        return True

    async def make(self, zone: tzinfo, now: datetime) -> bool:
        """Makes today's backup, once its hour has come, and removes the oldest; returns whether a backup was made.

        The log tells of a backup that fails; it is tried again an hour later, and the bot goes on without it.
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
            gone = await asyncio.to_thread(self._copy, target, now)
        except (backup.NoBackup, OSError) as error:
            _log.error("tonight's backup has failed: %s", error)
            self._not_before = now + _AGAIN
            await self._storage.apply(lambda tx: meta.put_moment(tx, meta.BACKUP_FAILED, now))
            return False
        await self._storage.apply(partial(_remember, now=now))
        _log.info("backup %s made, %s old ones removed", target, len(gone))
        return True

    def _copy(self, target: Path, now: datetime) -> list[Path]:
        database = backup.database_of(self._storage)
        # Before the copy: a full disk would otherwise keep all the old ones and never take a new one.
        gone = backup.make_room(database)
        backup.copy(database, target)
        return gone + backup.rotate(database, self._keep, now)


async def _remember(tx: Tx, now: datetime) -> None:
    await meta.put_moment(tx, meta.LAST_BACKUP, now)
    await meta.remove(tx, meta.BACKUP_FAILED)


async def before_migration(storage: Storage, now: datetime) -> bool:
    """Backs a database up that an older version has written; returns whether there was need. Raises NoBackup."""
    if not storage.is_sqlite or not backup.database_of(storage).exists() or not await is_behind(storage):
        return False
    target = backup.folder_of(storage) / f"before-migration-{now:%Y%m%d-%H%M%S}.db"
    await asyncio.to_thread(backup.copy, backup.database_of(storage), target)
    _log.info("backup %s made before the migration", target)
    return True
