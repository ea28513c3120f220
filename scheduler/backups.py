"""Makes a backup each night, and before a migration."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo
from functools import partial
from pathlib import Path

from bot.storage.desk import erasure
from bot.storage.engine.backup import NoBackup
from bot.storage.engine.database import Storage, Tx, is_there
from bot.storage.engine.dump import NoTools
from bot.storage.engine.keeping import FOLDER, Keeping
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

    def __init__(self, storage: Storage, keep: int, folder: Path = FOLDER) -> None:
        self._storage = storage
        self._keep = keep
        self._keeping = Keeping(storage, folder)
        self._not_before: datetime | None = None
        self._erased: frozenset[str] = frozenset()
        # Why a list could not be written when that was last tried.
        self._told = ""
        # The newest entry of the log that was looked at for rights; None: they have not been since the start.
        self._looked: int | None = None

    async def note_erased(self) -> bool:
        """Keeps beside the backups who has been erased, so that an older one gives nobody back; whether that was news.

        The log tells when the list cannot be written; the next call tries it again.
        """
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
        async with self._storage.read() as tx:
            newest = await last_said.newest_entry(tx)
            # Since nothing was logged there is nothing to look through.
            news = self._looked is None or (self._looked != newest and await last_said.any_deed(tx, self._looked))
        if not news:
            # What has been looked through is not looked through again: most of a log is answers.
            self._looked = newest
            return False
        entries = await last_said.note(self._storage, now)
        if entries is None or not await self._keep_beside(meta.RIGHTS, entries, last_said.newest):
            return False
        self._looked = newest
        return True

    async def _keep_beside(
        self, key: str, entries: frozenset[str], sifted: Callable[[frozenset[str]], frozenset[str]] = frozenset
    ) -> bool:
        try:
            noted = await self._keeping.noted(key, own=True)
            await asyncio.to_thread(lambda: self._keeping.keep(key, sifted(entries | noted)))
        except OSError as error:
            # Each tick tries it: once is enough to read of it.
            if str(error) != self._told:
                _log.error("the list of what an older backup must not bring back cannot be written: %s", error)
            self._told = str(error)
            return False
        self._told = ""
        return True

    async def make(self, zone: tzinfo, now: datetime) -> bool:
        """Makes today's backup, once its hour has come, and removes the oldest; returns whether a backup was made.

        The log tells of a backup that fails; it is tried again an hour later, and the bot goes on without it.
        """
        local = now.astimezone(zone)
        if not self._keep or local.time() < _AT:
            return False
        if self._not_before is not None and now < self._not_before:
            return False
        target = self._keeping.nightly(local.date())
        if target.exists():
            return False
        try:
            # Before the copy: a full disk would otherwise keep all the old ones and never take a new one.
            gone = await asyncio.to_thread(self._keeping.make_room)
            await self._keeping.make(target)
            gone += await asyncio.to_thread(self._keeping.rotate, self._keep, now)
        except NoTools as error:
            # Nobody is to wait for one; whoever installs the tools starts the bot anew.
            _log.warning("no backups are made each night: %s", error)
            self._keep = 0
            await self._storage.apply(_forget)
            return False
        except (NoBackup, OSError) as error:
            _log.error("tonight's backup has failed: %s", error)
            self._not_before = now + _AGAIN
            await self._storage.apply(lambda tx: meta.put_moment(tx, meta.BACKUP_FAILED, now))
            return False
        await self._storage.apply(partial(_remember, now=now))
        _log.info("backup %s made, %s old ones removed", target, len(gone))
        return True


async def _remember(tx: Tx, now: datetime) -> None:
    await meta.put_moment(tx, meta.LAST_BACKUP, now)
    await meta.remove(tx, meta.BACKUP_FAILED)


async def _forget(tx: Tx) -> None:
    await meta.remove(tx, meta.LAST_BACKUP)
    await meta.remove(tx, meta.BACKUP_FAILED)


async def before_migration(storage: Storage, now: datetime, folder: Path = FOLDER) -> bool:
    """Backs a database up that an older version has written; returns whether that was done. Raises NoBackup.

    Where a server's tools are not at hand, the log says that none was made.
    """
    if not is_there(storage.url.render_as_string(hide_password=False)) or not await is_behind(storage):
        return False
    keeping = Keeping(storage, folder)
    target = keeping.before_migration(now)
    try:
        await keeping.make(target)
    except NoTools as error:
        _log.warning("no backup is made before the migration: %s", error)
        return False
    _log.info("backup %s made before the migration", target)
    return True
