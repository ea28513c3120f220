"""What several commands share: failing, asking, reading the catalog."""

import asyncio
import sys
from datetime import UTC, datetime

from bot import logs
from bot.catalog.loader import Files, load
from bot.catalog.shelf import Shelf
from bot.config import Settings
from bot.domain.catalog.catalog import Catalog

# The exit code of a command that would have changed something, had somebody been there to agree.
NOBODY_TO_ASK = 4


def fail(code: int, message: object) -> int:
    """Says on stderr what is wrong, without secrets; returns the exit code."""
    print(logs.hidden(str(message)), file=sys.stderr)
    return code


def agreed(question: str) -> bool:
    """Whether the person at the terminal says yes."""
    try:
        return input(f"{question} ").strip().casefold() in ("да", "д", "yes", "y")
    except (EOFError, KeyboardInterrupt):
        print()
        return False


def shelf_of(settings: Settings, own: Catalog, *, tries: bool = False) -> Shelf:
    """What is served by the bots on that server. On a machine of its own, and where nothing has been adopted yet
    (edition 0), that is the catalog of its files. Raises StorageError; if it `tries`, for what a start would meet too.
    """
    files = Files(settings.directives_file, settings.calendar_file, settings.organizations_file, settings.timezone)
    shelf = Shelf(own, files)
    if not settings.database_url.startswith("sqlite"):
        asyncio.run(_catch_up(shelf, settings.database_url, tries=tries))
    return shelf


async def _catch_up(shelf: Shelf, url: str, *, tries: bool) -> None:
    # Imported here: whoever has no server does not wait for the libraries of the database.
    from bot.following import catch_up
    from bot.storage.engine.database import Storage
    from bot.storage.engine.migrate import is_ready, try_out

    storage = Storage(url)
    try:
        if await (try_out if tries else is_ready)(storage):
            await catch_up(shelf, storage, datetime.now(UTC))
    finally:
        await storage.close()


def catalog_of(settings: Settings) -> Catalog:
    """The catalog of the settings' files. Raises CatalogError."""
    return load(
        settings.directives_file,
        settings.calendar_file,
        settings.organizations_file,
        settings.timezone,
        datetime.now(UTC),
    )
