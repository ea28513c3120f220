"""What several commands share: failing, asking, reading the catalog."""

import sys
from datetime import UTC, datetime

from bot import logs
from bot.catalog.loader import load
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


def catalog_of(settings: Settings) -> Catalog:
    """The catalog of the settings' files. Raises CatalogError."""
    return load(
        settings.directives_file,
        settings.calendar_file,
        settings.organizations_file,
        settings.timezone,
        datetime.now(UTC),
    )
