"""The front door: the command line.

    python -m bot              serves until it is told to stop (the same as `run`)
    python -m bot check        validates settings and YAML files
    python -m bot plan         prints what would be asked of whom and when
    python -m bot invite       prints a one-time invitation link for each organization
    python -m bot import-organizations FILE
                               brings the organizations to a table, having shown what that changes
    python -m bot report FILE  writes the consolidated report (FILE.xlsx) or the execution report (FILE.docx)
    python -m bot backup FILE  copies the database while it is in use
    python -m bot restore FILE puts a backup in its place

Exit codes: 0 done; 1 faults in the YAML files or the table, or nothing to report; 2 settings (a token that Telegram
refuses among them) or arguments that cannot be used; 3 the database cannot be used; 70 a fault of the program.
"""

import argparse
import asyncio
import gc
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs, progress
from bot.catalog.faults import CatalogError
from bot.catalog.loader import load as load_catalog
from bot.config import ConfigError, Settings, unknown_keys
from bot.config import load as load_settings
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.member import Role
from bot.domain.people.organization import RosterEntry
from bot.domain.people.roster import RosterChange, compare
from bot.domain.progress import Progress
from bot.views.plan import plan

if TYPE_CHECKING:
    from bot.app import App
    from bot.storage.engine.database import Tx

# A plan for longer than this is a slip of the finger.
_PLAN_AT_MOST = timedelta(days=3 * 366)
# Years beyond these are slips of the finger too.
_YEARS = range(2000, 2101)
# EX_SOFTWARE of sysexits.h.
_FAULT = 70


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _run_command(options)
    except ConfigError as error:
        return _fail(2, error)
    except CatalogError as error:
        return _fail(1, error)
    except BrokenPipeError:
        # `plan | head` has seen enough; without this the interpreter complains once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    # Here, since most commands that end well need no database.
    from bot.storage.engine.database import StorageError

    if isinstance(error, StorageError):
        return _fail(3, f"The database of DATABASE_URL: {error}")
    # The interpreter would say 1, as of faulty files, and whoever watches over the bot would not start it again.
    return _fail(_FAULT, "".join(traceback.format_exception(error)).rstrip())


def _run_command(options: argparse.Namespace) -> int:
    settings = load_settings()
    logs.keep_secret(settings.secrets())
    if options.command == "check":
        return _check(settings)
    if options.command == "plan":
        return _plan(settings, options)
    if options.command == "import-organizations":
        return _import(settings, options)
    if options.command == "report":
        return _report(settings, options)
    if options.command in ("backup", "restore"):
        return asyncio.run(_backup(settings, options))
    if settings.bot_token is None:
        from bot.first_start import with_token

        settings = with_token()
        logs.keep_secret(settings.secrets())
    catalog = _catalog(settings)
    # Telegram's library takes seconds to import: `check` and `plan` do not wait for it.
    with _nothing_is_garbage():
        from bot.app import App
        from bot.delivery.client import BadToken
        from bot.delivery.incoming.receiver import SameToken
        from bot.doors import CannotListen

    logs.set_up(as_json=settings.log_format == "json")
    if settings.clock_url and options.command != "invite":
        return asyncio.run(_serve_demo(settings, catalog))
    with _nothing_is_garbage():
        app = App(settings, catalog)
    try:
        return asyncio.run(_invite(app, options) if options.command == "invite" else _serve(app))
    except (BadToken, SameToken, CannotListen) as error:
        return _fail(2, error)


@contextmanager
def _nothing_is_garbage() -> Iterator[None]:
    """What is made within the block stays for good and is not searched for garbage, now or later.

    The libraries are 270,000 objects. To search them takes a fifth of a second, in which nobody is answered, and while
    they are imported it is done several times: a tenth of the start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


async def _serve_demo(settings: Settings, catalog: Catalog) -> int:
    """The same bot under a clock that is moved by hand."""
    from bot.app import App
    from scheduler.outside import ClockGone, OutsideClock

    clock = OutsideClock(settings.clock_url)
    try:
        await clock.begin()
        return await _serve(App(settings, catalog, clock.now, clock))
    except ClockGone as error:
        return _fail(1, error)


async def _serve(app: "App") -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop_or_die, stop)
    try:
        await app.claim()
        await app.open()
        await app.run(stop)
    finally:
        await app.close()
    return 0


def _stop_or_die(stop: asyncio.Event) -> None:
    if stop.is_set():
        # The second signal: whoever sent it does not want to wait. The inbox and the outbox keep everything.
        os._exit(1)
    stop.set()


async def _invite(app: "App", options: argparse.Namespace) -> int:
    try:
        await app.open()
        links = await app.invite(Role.DEPUTY if options.deputies else Role.HEAD)
    finally:
        await app.close()
    if not links:
        return _fail(2, "There is no organization yet: fill in ORGANIZATIONS_FILE first.")
    for name, link in links:
        print(f"{name}\n{link}\n")
    return 0


def _check(settings: Settings) -> int:
    catalog = _catalog(settings)
    for line in unknown_keys():
        print(line)
    if settings.bot_token is None:
        print("BOT_TOKEN is not set: the bot will ask for it, or refuse to run without a terminal.")
    print(
        f"{settings.directives_file}: {len(catalog.directives)} directives, "
        f"{len(catalog.types)} organization types, {len(catalog.topics)} topics"
    )
    if settings.organizations_file.exists():
        print(f"{settings.organizations_file}: {len(catalog.roster)} organizations")
    else:
        print(f"{settings.organizations_file} does not exist: heads will name their organization themselves")
    print("No faults.")
    return 0


def _plan(settings: Settings, options: argparse.Namespace) -> int:
    catalog = _catalog(settings)
    today = datetime.now(settings.timezone).date()
    first: date = options.first or today
    last: date = options.last or first + timedelta(days=365)
    if last < first or last - first > _PLAN_AT_MOST:
        return _fail(2, "--until must not be before --from, nor more than three years after it.")
    print(plan(catalog, first, last))
    sys.stdout.flush()
    return 0


def _import(settings: Settings, options: argparse.Namespace) -> int:
    # `check` and `plan` wait neither for the database's libraries nor for these.
    from bot.catalog import roster_table, table
    from bot.views import roster as views

    catalog = _catalog(settings)
    try:
        with options.file.open("rb") as file:
            content = file.read(table.MAX_BYTES + 1)
    except OSError as error:
        return _fail(2, f"{options.file}: cannot be read: {error.strerror or error}")
    try:
        with progress.shown() as tell:
            tell("reading the table", 0, 0)
            entries, shown = asyncio.run(_look(settings, catalog, content))
    except roster_table.RosterTableError as error:
        return _fail(1, f"{options.file}:\n{views.faults_text(error.faults, catalog)}")
    print(views.change_text(shown, catalog))
    if not shown:
        return 0
    sys.stdout.flush()
    if not options.yes and not sys.stdin.isatty():
        return _fail(2, "Nothing has been changed: there is no terminal to ask on. Run it with --yes.")
    # Outside the event loop, which would keep Ctrl+C from those who only wanted to look.
    if not options.yes and not _agreed(views.QUESTION):
        print(views.UNCHANGED)
        return 0
    with progress.shown() as tell:
        done = asyncio.run(_carry_out(settings, catalog, entries, shown, tell))
    if not done:
        return _fail(1, views.OUTDATED)
    print(views.done_text(shown))
    return 0


async def _look(settings: Settings, catalog: Catalog, content: bytes) -> tuple[tuple[RosterEntry, ...], RosterChange]:
    """The roster of the table and what it would change. Raises RosterTableError."""
    from bot.catalog import roster_table
    from bot.storage.engine.database import Storage
    from bot.storage.engine.migrate import migrate
    from bot.storage.people import organizations

    storage = Storage(settings.database_url)
    try:
        await migrate(storage)
        async with storage.read() as tx:
            present = await organizations.every(tx)
    finally:
        await storage.close()
    entries = roster_table.read(content, catalog, present)
    return entries, compare(present, entries)


async def _carry_out(
    settings: Settings, catalog: Catalog, entries: tuple[RosterEntry, ...], shown: RosterChange, tell: Progress
) -> bool:
    """Does what was shown; False if somebody has changed the organizations meanwhile, so that it would be another."""
    from bot.storage.engine.database import Storage
    from bot.storage.ledger import roster
    from bot.storage.people import organizations

    async def work(tx: "Tx") -> bool:
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


def _report(settings: Settings, options: argparse.Namespace) -> int:
    from bot.domain.ledger.report import Order
    from bot.reports import command

    kind = command.SUFFIXES.get(options.file.suffix.lower())
    if kind is None:
        return _fail(2, f"{options.file}: the name must end in {' or '.join(command.SUFFIXES)}.")
    now = datetime.now(UTC)
    today = now.astimezone(settings.timezone).date()
    catalog = _catalog(settings)
    first: date = options.first or catalog.calendar.year_begins.latest(min(options.last or today, today))
    last: date = options.last or today
    if last < first:
        return _fail(2, "--until must not be before --from.")
    order = Order(kind, first=first, last=last, directive=options.directive)
    try:
        with progress.shown() as tell:
            said = asyncio.run(command.write(settings.database_url, catalog, order, options.file, now, tell))
    except command.NoReport as error:
        return _fail(1, error)
    print(said)
    return 0


async def _backup(settings: Settings, options: argparse.Namespace) -> int:
    from bot.storage.engine import backup
    from bot.storage.engine.database import Storage
    from bot.storage.engine.lock import Lock

    storage = Storage(settings.database_url)
    try:
        database = backup.database_of(storage)
        if options.command == "backup":
            if options.file.exists():
                return _fail(2, f"{options.file} exists already: a backup overwrites nothing.")
            with progress.shown() as tell:
                await asyncio.to_thread(backup.copy, database, options.file, tell)
            print(f"{options.file}: a copy of {database}, whole and checked")
            return 0
        lock = Lock(storage)
        await lock.take()
        try:
            with progress.shown() as tell:
                kept = await asyncio.to_thread(backup.restore, options.file, database, datetime.now(UTC), tell)
        finally:
            await lock.release()
        print(f"{database} is what {options.file} holds." + (f" The one before is {kept}" if kept else ""))
        return 0
    finally:
        await storage.close()


def _agreed(question: str) -> bool:
    try:
        return input(f"{question} ").strip().casefold() in ("да", "д", "yes", "y")
    except (EOFError, KeyboardInterrupt):
        print()
        return False


def _catalog(settings: Settings) -> Catalog:
    return load_catalog(
        settings.directives_file,
        settings.calendar_file,
        settings.organizations_file,
        settings.timezone,
        datetime.now(UTC),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="A Telegram bot that asks organizations about the directives of a resolution.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="serve until told to stop; the default")
    commands.add_parser("check", help="validate settings and YAML files")
    planning = commands.add_parser("plan", help="print what would be asked of whom and when, sending nothing")
    planning.add_argument("--from", dest="first", type=_day, metavar="YYYY-MM-DD", help="default: today")
    planning.add_argument("--until", dest="last", type=_day, metavar="YYYY-MM-DD", help="default: a year on")
    inviting = commands.add_parser("invite", help="print a one-time invitation link for each organization")
    inviting.add_argument("--deputies", action="store_true", help="for a deputy, not for the head")
    reporting = commands.add_parser("report", help="write the consolidated report of a period into a file")
    reporting.add_argument("file", type=Path, metavar="FILE", help="FILE.xlsx: a workbook; FILE.docx: for the chief")
    reporting.add_argument("--from", dest="first", type=_day, metavar="YYYY-MM-DD", help="default: 1 September")
    reporting.add_argument("--until", dest="last", type=_day, metavar="YYYY-MM-DD", help="default: today")
    reporting.add_argument("--directive", metavar="ID", help="of this directive alone")
    keeping = commands.add_parser("backup", help="copy the SQLite database, while the bot may be running")
    keeping.add_argument("file", type=Path, metavar="FILE", help="the copy; must not exist")
    restoring = commands.add_parser("restore", help="put a backup in the database's place; the bot must not be running")
    restoring.add_argument("file", type=Path, metavar="FILE", help="what `backup` or the bot itself has made")
    importing = commands.add_parser(
        "import-organizations", help="bring the organizations to a table, having shown what that changes"
    )
    importing.add_argument("file", type=Path, metavar="FILE", help="CSV, XLSX, XLS or ODS")
    importing.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2026-10-05") from None
    if day.year not in _YEARS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date of the years {_YEARS[0]} to {_YEARS[-1]}")
    return day


def _fail(code: int, message: object) -> int:
    print(logs.hidden(str(message)), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
