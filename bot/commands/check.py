"""`check`: the settings and the YAML files, without the bot."""

import argparse
import asyncio
import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot import logs
from bot.commands.console import catalog_of, fail, shelf_of
from bot.config import Settings, is_open, repeated_keys, unknown_keys
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.messenger import Messenger
from bot.storage.engine.library import is_too_old
from bot.storage.engine.private import others_table
from bot.views import commands as views
from bot.views.plan import known_in_part

# This school year and the next, for which the calendar is checked each August.
_AHEAD = timedelta(days=2 * 366)


def run(settings: Settings, _options: argparse.Namespace) -> int:
    """Prints what the files hold. Raises CatalogError with all faults, and StorageError for a database that cannot be
    used; one that is away is no fault."""
    catalog = catalog_of(settings)
    today = datetime.now(settings.timezone).date()
    for name, near in unknown_keys().items():
        print(views.no_setting(name, near))
    if is_open():
        print(views.ENV_IS_OPEN)
    for name in repeated_keys():
        print(views.set_twice(name))
    if settings.token is None:
        print(views.no_token(settings.messenger))
    if settings.messenger is Messenger.MAX and not settings.webhook_url:
        print(views.POLLS_MAX)
    print(views.directives_read(settings.directives_file, catalog))
    is_there = settings.organizations_file.exists()
    print(views.organizations_read(settings.organizations_file, catalog, is_there=is_there))
    if catalog.territories:
        print(views.territories_read(settings.calendar_file, catalog))
    for year in catalog.calendar.known_in_part(today, today + _AHEAD):
        print(f"{settings.calendar_file}: {known_in_part(year)}")
    is_sqlite = settings.database_url.startswith("sqlite")
    if is_sqlite:
        _check_file(_sqlite_file(settings))
    else:
        # One machine adopts its files when the bot starts; several serve what was adopted, whatever files they have.
        for line in _held_against_others(settings, catalog):
            print(line)
    if (path := _in_the_way_of_backups(settings)) is not None:
        return fail(2, views.no_place_for_backups(path, is_setting=not is_sqlite))
    print(views.NO_FAULTS)
    return 0


def _sqlite_file(settings: Settings) -> Path:
    return Path(settings.database_url.partition(":///")[2])


def _check_file(path: Path) -> None:
    """Raises SqliteTooOld, and NotOurs for another program's database; all else of a file is found out by using it."""
    if is_too_old():
        from bot.storage.engine.database import SqliteTooOld

        raise SqliteTooOld
    if (table := others_table(path)) is not None:
        from bot.storage.engine.database import NotOurs

        raise NotOurs(table)


def _in_the_way_of_backups(settings: Settings) -> Path | None:
    """What stands where a folder has to be for backups to be made; None: nothing."""
    folder = settings.backups_folder
    if settings.database_url.startswith("sqlite"):
        folder = _sqlite_file(settings).with_name("backups")
    with contextlib.suppress(PermissionError):
        there = next((path for path in (folder, *folder.parents) if path.exists()), None)
        return None if there is None or there.is_dir() else there
    # Whoever may not look there is not the user of the bot.
    return None


def _held_against_others(settings: Settings, catalog: Catalog) -> Iterator[str]:
    """Whether these files are what the bots on that server serve, and what would keep one from starting beside them."""
    from bot.following import CatalogTooNew
    from bot.storage.engine.database import DatabaseRefused, DatabaseUnavailable

    try:
        shelf = shelf_of(settings, catalog, tries=True)
        otherwise = shelf.edition > 0 and asyncio.run(_hear_otherwise(settings))
    except CatalogTooNew:
        yield views.OTHERS_SERVED
        return
    except DatabaseRefused:
        raise
    except DatabaseUnavailable as error:
        yield views.not_known_what_is_served(logs.hidden(str(error)))
        return
    if not shelf.edition:
        yield views.NOTHING_SERVED
        return
    yield views.OTHERS_SERVED if shelf.differs else views.THESE_SERVED
    if otherwise:
        yield views.OTHERS_HEAR_OTHERWISE


async def _hear_otherwise(settings: Settings) -> bool:
    from bot.storage.engine.database import Storage
    from bot.storage.post import replicas

    storage = Storage(settings.database_url)
    try:
        async with storage.read() as tx:
            return await replicas.hear_otherwise(tx, settings.arrival)
    finally:
        await storage.close()
