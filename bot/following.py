"""Follows the catalog that the database says has been adopted, by whichever process that was."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.catalog.faults import CatalogError
from bot.catalog.shelf import Shelf
from bot.domain.catalog.written import Adopted
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.ledger import adopted_files, sent_directives
from bot.storage.ledger.sent_directives import Edition
from bot.storage.post.replicas import Beat

_log = logging.getLogger(__name__)


class CatalogTooNew(DatabaseUnavailable):
    """This version of the program cannot read the directives that another one has adopted. Start that version."""


async def follow(shelf: Shelf, tx: Tx, edition: Edition, now: datetime) -> None:
    """Turns the shelf to that edition. Raises CatalogTooNew: whoever cannot read what holds serves nobody by what held
    before, and leaves it to others."""

    def read(text: bool) -> Awaitable[Adopted]:
        return adopted_files.read(tx, edition.digest, text=text)

    try:
        await shelf.turn(edition.number, edition.digest, read, now)
    except CatalogError as error:
        raise CatalogTooNew(f"{CatalogTooNew.__doc__} ({error.faults[0]})") from error


async def catch_up(shelf: Shelf, storage: Storage, now: datetime) -> None:
    """Turns the shelf to the edition that holds now. Raises CatalogTooNew, and DatabaseUnavailable."""
    async with storage.read() as tx:
        await follow(shelf, tx, await sent_directives.edition(tx), now)


async def hold(shelf: Shelf) -> None:
    """Runs until what holds cannot be read; then raises CatalogTooNew, which ends the process: all that it has not done
    is in the database, and others do it."""
    await shelf.lost.wait()
    raise CatalogTooNew(CatalogTooNew.__doc__)


class Follower:
    """Catches up when a beat tells of another edition: letters of this replica speak of what all of them ask."""

    def __init__(self, shelf: Shelf, storage: Storage, now: Callable[[], datetime]) -> None:
        self._shelf, self._storage, self._now = shelf, storage, now
        self._following: asyncio.Task[None] | None = None

    def hear(self, beat: Beat) -> None:
        """Hears which edition holds."""
        if sent_directives.edition_of(beat.edition).number > self._shelf.edition and self._following is None:
            self._following = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        try:
            await catch_up(self._shelf, self._storage, self._now())
        except DatabaseUnavailable as error:
            # The next beat tells of it again; one that cannot be read ends the process (`hold`).
            _log.error("the catalog that holds could not be read: %s", error)
        finally:
            self._following = None

    async def close(self) -> None:
        """Leaves nothing running."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
