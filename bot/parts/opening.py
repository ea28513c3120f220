"""Prepares the database at a start of the program, before anybody is served."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.catalog.faults import CatalogError
from bot.catalog.shelf import Shelf
from bot.domain.people.messenger import Messenger
from bot.following import catch_up
from bot.storage.desk import erasure, restoring
from bot.storage.desk.restoring import Settled
from bot.storage.engine.backup import check_whole
from bot.storage.engine.database import Storage, StorageError, Tx
from bot.storage.engine.exclusively import exclusively
from bot.storage.engine.keeping import FOLDER, Keeping
from bot.storage.engine.migrate import migrate
from bot.storage.ledger import adopted_files, sent_directives
from bot.storage.ledger.changes import roster
from bot.storage.people import last_said, people, staff
from bot.storage.post import meta, replicas
from scheduler.backups import before_migration

_log = logging.getLogger(__name__)


_FILES_DIFFER = (
    "the catalog's files or TIMEZONE here say something else than what was adopted, which is served all the same. Copy"
    " those that were adopted here, or have an administrator send /reload, which shows and adopts the files of the"
    " machine that it names."
)


_HEAR_OTHERWISE = (
    "others serve it now, with another WEBHOOK_URL or WEBHOOK_SECRET, or without them. Give all of them the same: stop"
    " all, then start them"
)


# Who leads by a clock that is further off opens requests early or late, or nothing as long as it is doubted.
_THEIR_TIME = timedelta(minutes=10)


class WrongDatabase(StorageError):
    """The database is not this bot's to use."""


class Opening:
    """Prepares the database. `bot`: its messenger, and what tells it from others there; `admin_ids` become
    administrators; `backups`: whether backups are made at all, and `folder`: where, of a server."""

    def __init__(
        self,
        storage: Storage,
        shelf: Shelf,
        now: Callable[[], datetime],
        bot: str,
        admin_ids: Iterable[int],
        *,
        backups: bool,
        demo: bool,
        folder: Path = FOLDER,
        others: Callable[[Tx], Awaitable[bool]] | None = None,
    ) -> None:
        self._storage = storage
        self._shelf = shelf
        self._now = now
        self._bot = bot
        self._admin_ids = admin_ids
        self._backups = backups
        self._demo = demo
        self._folder = folder
        self._others = others

    async def run(self, *, serves: bool = True, arrival: str | None = None) -> None:
        """Brings the database up to date and takes in the catalog's files and the administrators.

        A bot that `serves` alone takes its files as they are now for the operator's word. Beside others, and for a
        command, what was adopted holds. `arrival`: how updates arrive here, if they do. Raises WrongDatabase,
        CatalogError.
        """
        await asyncio.to_thread(check_whole, self._storage)
        await migrate(self._storage, partial(before_migration, self._storage, self._now(), self._folder))
        await self._storage.apply(self._keep_apart)
        if arrival is not None and not self._storage.is_sqlite:
            await self._storage.apply(partial(self._keep_to_one_way, arrival=arrival))
            await self._storage.apply(self._keep_to_one_time)
        await self._take_back()
        await self._storage.apply(self._note_people)
        async with exclusively(self._storage):
            await self._storage.apply(partial(self._take_in, serves=serves))
        await catch_up(self._shelf, self._storage, self._now())
        if serves and self._shelf.differs:
            told = f" Their faults: {self._shelf.own}" if isinstance(self._shelf.own, CatalogError) else ""
            _log.warning("%s%s", _FILES_DIFFER, told)

    async def _take_back(self) -> None:
        """Does to an older copy of the database what `restore` would have done: somebody has put it here by hand, or
        has ended `restore` before that. Erases again who had been erased in any case."""
        keeping = Keeping(self._storage, self._folder)
        erased, rights = await keeping.noted(meta.ERASED), await keeping.noted(meta.RIGHTS)
        settled = await self._storage.apply(partial(self._settle, erased=erased, rights=rights))
        if settled is not None:
            _log.warning("the database is an older copy: it is held to what had been done since: %s", settled)

    async def _settle(self, tx: Tx, *, erased: Collection[str], rights: Collection[str]) -> Settled | None:
        is_unheld = await meta.get(tx, meta.UNHELD) is not None
        if is_unheld or (await people.anybody(tx) and await last_said.is_behind(tx, rights)):
            return await restoring.settle(tx, erased, rights, self._now())
        await erasure.erase_again(tx, erased, self._now())
        return None

    async def _keep_apart(self, tx: Tx) -> None:
        """Keeps a demo and a real bot, and bots in two messengers, from each other's database. Raises WrongDatabase."""
        was_demo = await meta.get(tx, meta.DEMO) is not None
        if not self._demo:
            if was_demo:
                raise WrongDatabase("it is a demo's, whose people and dates are made up. Name another one")
        elif not was_demo:
            if await meta.get(tx, meta.LAST_TICK) is not None or await people.anybody(tx):
                raise WrongDatabase("a real bot has used it, and the demo stays away from it")
            await meta.put_moment(tx, meta.DEMO, self._now())
        there = await people.messengers(tx)
        own = Messenger(self._bot.partition(" ")[0])
        if there and own not in there:
            # All that is said to them would be refused, and they would count as unreachable.
            (other,) = there
            raise WrongDatabase(
                f"its people are in {other.called}, and this bot serves in {own.called}. Name another one"
            )
        if not self._storage.is_sqlite:
            await self._keep_to_one(tx)

    async def _keep_to_one(self, tx: Tx) -> None:
        """Sees to it that those who serve the database have the token of one bot. Raises WrongDatabase."""
        kept = await meta.get(tx, meta.BOT)
        if kept == self._bot:
            return
        if kept is not None and await self._beside_others(tx):
            # It would write to people who have never begun with it, and count them as unreachable.
            raise WrongDatabase(
                "another bot serves it now, with another token. Give all of them the same, or stop those first"
            )
        await meta.put(tx, meta.BOT, self._bot)

    async def _keep_to_one_way(self, tx: Tx, arrival: str) -> None:
        """Sees to it that updates arrive in one way at all who serve the database. Raises WrongDatabase."""
        if await replicas.hear_otherwise(tx, arrival):
            # Whoever polls removes the webhook by which the others hear, and they set it again.
            raise WrongDatabase(_HEAR_OTHERWISE)
        await meta.put(tx, meta.ARRIVAL, arrival)

    async def _keep_to_one_time(self, tx: Tx) -> None:
        """Sees to it that nobody serves beside others by a clock that is wrong. Raises WrongDatabase."""
        apart = self._now() - await meta.clock(tx, self._now())
        if abs(apart) > _THEIR_TIME and await self._beside_others(tx):
            how = "behind" if apart < timedelta() else "ahead of"
            raise WrongDatabase(
                f"others serve it now, and the clock of this machine is {abs(apart).total_seconds() / 60:.0f} minutes"
                f" {how} the server's. Set right the one that is wrong"
            )

    async def _note_people(self, tx: Tx) -> None:
        now = self._now()
        if not self._backups:
            # Nobody waits for a backup any more.
            await meta.remove(tx, meta.LAST_BACKUP)
        for person_id in self._admin_ids:
            await people.ensure(tx, person_id, "", now)
            await staff.make_admin(tx, person_id, None, now)

    async def _take_in(self, tx: Tx, *, serves: bool) -> None:
        own, adopted = self._shelf.own, await sent_directives.edition(tx)
        if not isinstance(own, CatalogError) and own.written.digest == adopted.digest:
            return
        if await adopted_files.are_kept(tx, adopted.digest) and (not serves or await self._beside_others(tx)):
            return
        if isinstance(own, CatalogError):
            raise own
        await adopted_files.adopt(tx, own.written, self._now())
        await roster.take_in_file(tx, own, self._now())

    async def _beside_others(self, tx: Tx) -> bool:
        return self._others is not None and await self._others(tx)
