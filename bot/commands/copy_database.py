"""`copy-database`: copies the database into an empty one, of the same engine or of the other."""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from bot import logs, progress
from bot.addresses import passwords_of
from bot.commands.alone import alone
from bot.commands.console import NOBODY_TO_ASK, fail
from bot.config import Settings
from bot.storage import copying
from bot.storage.copying import CannotCopy, Held
from bot.storage.engine.database import Storage, StorageError, is_there
from bot.storage.engine.keeping import Keeping
from bot.storage.people import last_said
from bot.storage.post import meta


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Copies, and says what was copied."""
    logs.keep_secret(passwords_of(options.to))
    try:
        held = asyncio.run(_copied(settings, options.to))
    except StorageError as error:
        return fail(3, error)
    except KeyboardInterrupt:
        return fail(NOBODY_TO_ASK, "Interrupted: nothing was copied, and the target is as it was.")
    for table in held:
        if table.rows:
            print(f"{table.rows:>12,} {table.checksum} {table.table}")
    print(f"{sum(table.rows for table in held):>12,} rows, and both sides hold the same.")
    print("Put the new address into DATABASE_URL and start the bot. The old database stays as it is: it holds people's")
    print("names and answers, so remove it when it is not needed any more.")
    return 0


async def _copied(settings: Settings, target_url: str) -> Sequence[Held]:
    if not is_there(settings.database_url):
        # To open one would make it.
        raise CannotCopy(f"{copying.THERE}: there is no such file")
    async with AsyncExitStack() as stack:
        # Either side waits while the other is written and compared.
        source, target = (
            _opened(stack, url, where)
            for url, where in ((settings.database_url, copying.THERE), (target_url, copying.HERE))
        )
        await copying.check_apart(source, target)
        for storage, where in ((source, copying.THERE), (target, copying.HERE)):
            with copying.about(where):
                await stack.enter_async_context(alone(storage))
        with progress.shown() as tell:
            held = await copying.copy(source, target, tell)
        await _take_lists_along(Keeping(source, settings.backups_folder), Keeping(target, settings.backups_folder))
        return held


def _opened(stack: AsyncExitStack, url: str, where: str) -> Storage:
    with copying.about(where):
        storage = Storage(url, is_slow=True)
    stack.push_async_callback(storage.close)
    return storage


async def _take_lists_along(source: Keeping, target: Keeping) -> None:
    """A backup that is restored over there must give nothing back either."""
    for key in (meta.ERASED, meta.RIGHTS):
        entries = await source.noted(key) | await target.noted(key, own=True)
        if key == meta.RIGHTS:
            entries = last_said.newest(entries)
        if entries:
            try:
                await asyncio.to_thread(target.keep, key, entries)
            except OSError as error:
                fail(3, f"The list {key}.txt could not be copied to {target.folder}, do that by hand: {error}")
