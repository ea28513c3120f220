"""`backup` and `restore`: copy the database into a file, and back."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot import progress
from bot.commands.alone import alone
from bot.commands.console import fail
from bot.config import Settings
from bot.storage.desk import restoring
from bot.storage.desk.restoring import Settled
from bot.storage.engine.backup import check_whole
from bot.storage.engine.database import Storage, StorageError, is_there
from bot.storage.engine.keeping import Keeping
from bot.storage.engine.migrate import migrate_in
from bot.storage.people import last_said
from bot.storage.post import meta, replicas

_AS_IT_WAS = "the database is as it was."
# A server whose client has gone takes back what it has not committed.
_UNLESS_DONE = "the database is as it was, unless the server had just done it; then the next start does the rest."


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Copies, and says what has been copied. Raises StorageError."""
    if options.command == "backup" and options.file.exists():
        return fail(2, f"{options.file} exists already: a backup overwrites nothing.")
    return asyncio.run(_copy(settings, options))


async def _copy(settings: Settings, options: argparse.Namespace) -> int:
    storage = Storage(settings.database_url)
    try:
        keeping = Keeping(storage, settings.backups_folder)
        return await (_back_up if options.command == "backup" else _restore)(storage, keeping, settings, options.file)
    finally:
        await storage.close()


async def _back_up(_storage: Storage, keeping: Keeping, _settings: Settings, file: Path) -> int:
    with progress.shown() as tell, _told_if_interrupted("nothing was copied."):
        await keeping.make(file, tell)
    print(f"{file}: a copy of {keeping.name}, whole and checked")
    return 0


async def _restore(storage: Storage, keeping: Keeping, settings: Settings, file: Path) -> int:
    async with alone(storage):
        now = datetime.now(UTC)
        erased = await keeping.noted(meta.ERASED)
        rights = await _said_last(storage, keeping, now)
        # Should it be broken off before it is done to the backup, the next start does it: it finds the mark.
        await asyncio.to_thread(_keep_lists, keeping, erased, rights)
        with progress.shown() as tell, _told_if_interrupted(_AS_IT_WAS if storage.is_sqlite else _UNLESS_DONE):
            kept = await keeping.restore(file, now, tell, mark=meta.UNHELD)
        with _told_if_interrupted(f"the backup is in its place, and the next start does the rest. Set aside: {kept}"):
            async with storage.write() as tx:
                await migrate_in(tx)
                await replicas.forget(tx)
            settled = await storage.apply(lambda tx: restoring.settle(tx, erased, rights, now))
    print(f"{keeping.name} is what {file} holds." + (f" The one before is {kept}" if kept else ""))
    for line in _settled(settled, known=bool(rights), admin_ids=settings.admin_ids):
        print(line)
    return 0


@contextlib.contextmanager
def _told_if_interrupted(how_things_are: str) -> Iterator[None]:
    """Says on stderr how things are when Ctrl+C has ended the block."""
    try:
        yield
    except asyncio.CancelledError:
        print(f"Interrupted: {how_things_are}", file=sys.stderr)
        raise


def _keep_lists(keeping: Keeping, erased: Collection[str], rights: Collection[str]) -> None:
    # A disk that is full of what cannot be read any more must not keep anybody from a backup.
    with contextlib.suppress(OSError):
        for key, entries in ((meta.ERASED, erased), (meta.RIGHTS, rights)):
            if entries:
                keeping.keep(key, entries)


async def _said_last(storage: Storage, keeping: Keeping, now: datetime) -> frozenset[str]:
    """What has been said last of roles and seats: by the list beside, and by the database itself if it can be read."""
    entries, url = await keeping.noted(meta.RIGHTS), storage.url.render_as_string(hide_password=False)
    if not is_there(url):
        return entries
    present = Storage(url)
    try:
        with contextlib.suppress(StorageError):
            await asyncio.to_thread(check_whole, present)
            entries |= await last_said.look_at_any(present, now)
    finally:
        await present.close()
    return last_said.newest(entries)


def _settled(settled: Settled, *, known: bool, admin_ids: Collection[int]) -> Iterator[str]:
    """Lines that say what was done to the backup, and what its operator has to do."""
    yield f"Erased again, as they had been since: {settled.erased}."
    if known:
        yield f"Taken away or narrowed again, as they had been since: roles {settled.roles}, seats {settled.seats}."
    else:
        yield "Nothing here tells which roles and seats were taken away after the backup: have the roles and the roster"
        yield "looked through («Управление», «Организации» in the bot)."
    yield f"Letters dropped that may have gone: {settled.dropped}. All links are recalled."
    yield "Announcements that were under way are paused, planned ones are drafts again."
    if not settled.admins and not admin_ids:
        yield "No administrator is left: start the bot, and `python -m bot claim` prints a link for the first one."
