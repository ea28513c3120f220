"""The front door: the command line.

    python -m bot              serves until it is told to stop (the same as `run`)
    python -m bot check        validates settings and YAML files
    python -m bot plan         prints what would be asked of whom and when
    python -m bot invite       prints a one-time invitation link for each organization
    python -m bot claim        prints a one-time link that makes its first user the administrator
    python -m bot import-organizations FILE
                               brings the organizations to a table, having shown what that changes
    python -m bot report FILE  writes the consolidated report (FILE.xlsx), the execution report (FILE.docx) or the
                               district's board for a browser (FILE.html)
    python -m bot backup FILE  copies the database while it is in use
    python -m bot restore FILE puts a backup in its place
    python -m bot copy-database --to URL
                               copies the database into an empty one, as a move from SQLite to PostgreSQL needs it
    python -m bot probe        tries with somebody willing what Telegram really does, and prints what was seen
    python -m bot probe-max    the same in MAX

Exit codes: 0 done; 1 faults in the YAML files or the table, or nothing to report; 2 settings (a token that Telegram
refuses among them) or arguments that cannot be used; 3 the database cannot be used; 4 nothing has been changed or
tried, since nobody was there to ask, or somebody has interrupted it; 70 a fault of the program.
"""

import argparse
import os
import signal
import sys
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from bot import logs
from bot.addresses import checked_database
from bot.catalog.faults import CatalogError
from bot.commands.console import fail
from bot.config import ConfigError, load
from bot.storage.engine.private import be_private
from bot.views import commands as views

# Years beyond these are slips of the finger.
_YEARS = range(2000, 2101)
# Commands whose reader is the methodist, by their modules.
_METHODISTS = ("check", "plan", "report", "import_organizations")
# EX_SOFTWARE of sysexits.h.
_FAULT = 70


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = _options(arguments)
    be_private()
    try:
        return _run_command(options)
    except ConfigError as error:
        return fail(2, error)
    except CatalogError as error:
        return fail(1, error)
    except BrokenPipeError:
        # `plan | head` has seen enough; without this the interpreter complains once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _interrupted()
    except Exception as error:
        return _failed(error)


def _interrupted() -> int:
    """Ends by Ctrl+C as programs do that know nothing of it: whoever has started this one sees what it was."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)
    return 128 + signal.SIGINT


def _failed(error: Exception) -> int:
    # Here, since most commands that end well need no database.
    from bot.storage.engine.database import StorageError

    if isinstance(error, StorageError):
        return fail(3, f"The database of DATABASE_URL: {error}")
    # The interpreter would say 1, as of faulty files, and whoever watches over the bot would not start it again.
    return fail(_FAULT, logs.trace_of(error).rstrip())


def _run_command(options: argparse.Namespace) -> int:
    settings = load()
    logs.keep_secret(settings.secrets())
    # Only now, and only this one: `check` must not wait for the libraries of Telegram and of the database.
    code: int = import_module(f"bot.commands.{options.module}").run(settings, options)
    return code


class _Command(argparse.ArgumentParser):
    """The arguments of one command. What is wrong with those of a methodist's command is told in Russian."""

    def error(self, message: str) -> NoReturn:
        if self.get_default("module") not in _METHODISTS:
            super().error(message)
        self.exit(2, views.arguments_refused(self.format_usage(), message))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser, commands = _parsers()
    options, left = parser.parse_known_args(arguments)
    if left:
        # By the command itself: the common parser has one language for all.
        commands.get(options.command, parser).error(f"unrecognized arguments: {' '.join(left)}")
    return options


def _parsers() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """The common parser, and that of each command."""
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="A bot for Telegram or MAX that asks organizations about the directives of a resolution.",
    )
    parser.set_defaults(module="serve")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Command)
    commands.add_parser("run", help="serve until told to stop; the default")
    checking = commands.add_parser("check", help="validate settings and YAML files")
    checking.set_defaults(module="check")
    planning = commands.add_parser("plan", help="print what would be asked of whom and when, sending nothing")
    planning.add_argument("--from", dest="first", type=_day, metavar="YYYY-MM-DD", help="default: today")
    planning.add_argument("--until", dest="last", type=_day, metavar="YYYY-MM-DD", help="default: a year on")
    planning.set_defaults(module="plan")
    inviting = commands.add_parser("invite", help="print a one-time invitation link for each organization")
    inviting.add_argument("--deputies", action="store_true", help="for a deputy, not for the head")
    commands.add_parser("claim", help="print a one-time link that makes its first user the administrator")
    reporting = commands.add_parser("report", help="write the consolidated report of a period into a file")
    suffixes = "FILE.xlsx: a workbook; .docx: for the chief; .html: a board"
    reporting.add_argument("file", type=Path, metavar="FILE", help=suffixes)
    reporting.add_argument("--from", dest="first", type=_day, metavar="YYYY-MM-DD", help="default: 1 September")
    reporting.add_argument("--until", dest="last", type=_day, metavar="YYYY-MM-DD", help="default: today")
    reporting.add_argument("--directive", metavar="ID", help="of this directive alone")
    reporting.set_defaults(module="report")
    keeping = commands.add_parser("backup", help="copy the database, while the bot may be running")
    keeping.add_argument("file", type=Path, metavar="FILE", help="the copy; must not exist")
    keeping.set_defaults(module="backup")
    restoring = commands.add_parser("restore", help="put a backup in the database's place; the bot must not be running")
    restoring.add_argument("file", type=Path, metavar="FILE", help="what `backup` or the bot itself has made")
    restoring.set_defaults(module="backup")
    copying = commands.add_parser(
        "copy-database", help="copy the database into an empty one; no bot may be running on either"
    )
    copying.add_argument("--to", required=True, type=_database, metavar="URL", help="as DATABASE_URL is written")
    copying.set_defaults(module="copy_database")
    for command, called, in_max in (("probe", "Telegram", False), ("probe-max", "MAX", True)):
        probing = commands.add_parser(
            command, help=f"try with somebody willing what {called} really does; the bot must not be running"
        )
        _probing(probing)
        probing.set_defaults(module="probe", in_max=in_max)
    importing = commands.add_parser(
        "import-organizations", help="bring the organizations to a table, having shown what that changes"
    )
    _importing(importing)
    importing.set_defaults(module="import_organizations")
    return parser, commands.choices


def _probing(probing: argparse.ArgumentParser) -> None:
    probing.add_argument("--only", action="append", default=[], metavar="NAME", help="only this probe; may be repeated")
    probing.add_argument("--list", action="store_true", help="print what would be tried, and try nothing")
    probing.add_argument("--patient", action="store_true", help="also what takes a quarter of an hour")
    probing.add_argument(
        "--wait", type=_seconds, default=300, metavar="SECONDS", help="how long to wait for somebody; default: 300"
    )


def _importing(importing: argparse.ArgumentParser) -> None:
    importing.add_argument("file", type=Path, metavar="FILE", help="CSV, XLSX, XLS or ODS")
    importing.add_argument("--types", default="", metavar="TYPE", help="of all, or by-name: where no column has them")
    importing.add_argument(
        "--column", action="append", default=[], type=_column, metavar="name=HEADING", help="which column is which"
    )
    importing.add_argument("--hidden", choices=["take", "skip"], help="what to do with hidden rows")
    importing.add_argument("--accept-hints", action="store_true", help="replace unknown types and tags by the nearest")
    importing.add_argument(
        "--renamed",
        default="",
        metavar="OLD=NEW,...",
        help="which are one under another name: pairs of codes, all, none",
    )
    importing.add_argument(
        "--heirs",
        default="",
        metavar="OLD=NEW,...",
        help="who goes on with the work of those that leave or have left, and is asked what they owe: pairs of codes",
    )
    importing.add_argument(
        "--split-off", default="", metavar="OLD=NEW,...", help="what was made out of a part of one that stays: codes"
    )
    importing.add_argument(
        "--requests",
        choices=["stay", "move", "both"],
        default="stay",
        help="who answers what is open at the one that stays: itself, what was made out of it, or both",
    )
    importing.add_argument("--yes", action="store_true", help="do not ask")


def _database(text: str) -> str:
    try:
        return checked_database(text)
    except ValueError as error:
        # As anything but this error the whole of it would be shown, with its password.
        raise argparse.ArgumentTypeError(str(error)) from None


def _column(text: str) -> str:
    if text.partition("=")[0] not in ("name", "types", "tags", "code"):
        raise argparse.ArgumentTypeError(views.column_option(text))
    return text


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 3600):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 1 to 3600")
    return int(text)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(views.no_date(text)) from None
    if day.year not in _YEARS:
        raise argparse.ArgumentTypeError(views.no_year(text, _YEARS[0], _YEARS[-1]))
    return day


if __name__ == "__main__":
    sys.exit(main())
