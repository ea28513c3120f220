"""Prepares the database at a start of the program, before anybody is served."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.catalog.shelf import Shelf
from bot.storage.desk import erasure, restoring
from bot.storage.desk.restoring import Settled
from bot.storage.engine.backup import check_whole
from bot.storage.engine.database import Storage, StorageError, Tx
from bot.storage.engine.keeping import FOLDER, Keeping
from bot.storage.engine.migrate import migrate
from bot.storage.ledger import roster, sent_directives
from bot.storage.people import last_said, people, staff
from bot.storage.post import meta
from scheduler.backups import before_migration

_log = logging.getLogger(__name__)


class WrongDatabase(StorageError):
    """The database is not this bot's to use."""


class Opening:
    """Prepares the database. `admin_ids` become administrators; `backups`: whether backups are made at all,
    and `folder`: where, of a server."""

    def __init__(
        self,
        storage: Storage,
        shelf: Shelf,
        now: Callable[[], datetime],
        admin_ids: Iterable[int],
        *,
        backups: bool,
        demo: bool,
        folder: Path = FOLDER,
    ) -> None:
        self._storage = storage
        self._shelf = shelf
        self._now = now
        self._admin_ids = admin_ids
        self._backups = backups
        self._demo = demo
        self._folder = folder

    async def run(self) -> None:
        """Brings the database up to date and takes in the roster and the administrators. Raises WrongDatabase."""
        await asyncio.to_thread(check_whole, self._storage)
        await before_migration(self._storage, self._now(), self._folder)
        await migrate(self._storage)
        await self._storage.apply(self._keep_apart)
        await self._take_back()
        await self._storage.apply(self._take_in)

    async def _take_back(self) -> None:
        """Does to an older copy of the database, which somebody has put here by hand, what `restore` would have done;
        erases again who had been erased in any case."""
        keeping = Keeping(self._storage, self._folder)
        erased, rights = await keeping.noted(meta.ERASED), await keeping.noted(meta.RIGHTS)
        settled = await self._storage.apply(partial(self._settle, erased=erased, rights=rights))
        if settled is not None:
            _log.warning("the database is an older copy: it is held to what had been done since: %s", settled)

    async def _settle(self, tx: Tx, *, erased: Collection[str], rights: Collection[str]) -> Settled | None:
        if await people.anybody(tx) and await last_said.is_behind(tx, rights):
            return await restoring.settle(tx, erased, rights, self._now())
        await erasure.erase_again(tx, erased, self._now())
        return None

    async def _keep_apart(self, tx: Tx) -> None:
        """Keeps a demo and a real bot from each other's database. Raises WrongDatabase."""
        was_demo = await meta.get(tx, meta.DEMO) is not None
        if not self._demo:
            if was_demo:
                raise WrongDatabase("it is a demo's, whose people and dates are made up. Name another one")
        elif not was_demo:
            if await meta.get(tx, meta.LAST_TICK) is not None or await people.anybody(tx):
                raise WrongDatabase("a real bot has used it, and the demo stays away from it")
            await meta.put_moment(tx, meta.DEMO, self._now())

    async def _take_in(self, tx: Tx) -> None:
        now = self._now()
        if not self._backups:
            # Nobody waits for a backup any more.
            await meta.remove(tx, meta.LAST_BACKUP)
        # A start reads the files anew: what an earlier run adopted from them holds no longer.
        await sent_directives.adopt(tx, "")
        await roster.take_in_file(tx, self._shelf.current, now)
        for person_id in self._admin_ids:
            await people.ensure(tx, person_id, "", now)
            await staff.make_admin(tx, person_id, None, now)
