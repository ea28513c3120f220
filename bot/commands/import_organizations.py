"""`import-organizations`: takes organizations from a table, once somebody has seen what that changes."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime

from bot import progress
from bot.catalog import roster_table, table
from bot.catalog.roster_table import BY_NAME, Answers, RosterTable
from bot.commands.console import NOBODY_TO_ASK, agreed, catalog_of, fail
from bot.config import Settings
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.organization import RosterEntry
from bot.domain.people.roster import RosterChange, compare
from bot.domain.people.roster_faults import RosterTableError
from bot.domain.progress import Progress
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.migrate import migrate
from bot.storage.ledger import roster
from bot.storage.people import organizations
from bot.views import roster as views


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Shows what would change, asks, and changes it."""
    catalog = catalog_of(settings)
    if options.types not in ("", "by-name", *catalog.types):
        return fail(2, f"--types: one of by-name, {', '.join(catalog.types)}")
    try:
        with options.file.open("rb") as file:
            content = file.read(table.MAX_BYTES + 1)
    except OSError as error:
        return fail(2, f"{options.file}: cannot be read: {error.strerror or error}")
    try:
        with progress.shown() as tell:
            tell("reading the table", 0, 0)
            read_table, shown = asyncio.run(_look(settings, catalog, content, _answers(options)))
    except RosterTableError as error:
        return fail(1, f"{options.file}:\n{views.faults_text(error.faults, catalog)}")
    print("\n".join([views.change_text(shown, catalog), *views.notes(read_table.notes)]))
    if not shown:
        return 0
    sys.stdout.flush()
    if not options.yes and not sys.stdin.isatty():
        return fail(NOBODY_TO_ASK, "Nothing has been changed: there is no terminal to ask on. Run it with --yes.")
    # Outside the event loop, which would keep Ctrl+C from those who only wanted to look.
    if not options.yes and not agreed(views.QUESTION):
        print(views.UNCHANGED)
        return 0
    with progress.shown() as tell:
        done = asyncio.run(_carry_out(settings, catalog, read_table.entries, shown, tell))
    if not done:
        return fail(1, views.OUTDATED)
    print(views.done_text(shown))
    return 0


def _answers(options: argparse.Namespace) -> Answers:
    """What the options say to questions about the table."""
    columns = dict(column.split("=", 1) for column in options.column)
    types = BY_NAME if options.types == "by-name" else options.types
    return Answers(columns, types, {"take": True, "skip": False}.get(options.hidden), options.accept_hints)


async def _look(
    settings: Settings, catalog: Catalog, content: bytes, answers: Answers
) -> tuple[RosterTable, RosterChange]:
    """The roster of the table and what it would change. Raises RosterTableError."""
    storage = Storage(settings.database_url)
    try:
        await migrate(storage)
        async with storage.read() as tx:
            present = await organizations.every(tx)
    finally:
        await storage.close()
    read_table = roster_table.read(content, catalog, present, answers)
    return read_table, compare(present, read_table.entries)


async def _carry_out(
    settings: Settings, catalog: Catalog, entries: tuple[RosterEntry, ...], shown: RosterChange, tell: Progress
) -> bool:
    """Does what was shown; False if somebody has changed the organizations meanwhile, so that it would be another."""

    async def work(tx: Tx) -> bool:
        change = compare(await organizations.every(tx), entries)
        if change.fingerprint != shown.fingerprint:
            return False
        await roster.apply(tx, change, catalog, None, datetime.now(UTC), tell)
        return True

    storage = Storage(settings.database_url)
    try:
        return await storage.apply(work)
    finally:
        await storage.close()
