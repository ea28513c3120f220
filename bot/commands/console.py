"""What the commands say to whoever has typed them, and read for all of them."""

import sys
from datetime import UTC, datetime

from bot import logs
from bot.catalog.loader import load
from bot.config import Settings
from bot.domain.catalog.catalog import Catalog


def fail(code: int, message: object) -> int:
    """Says on stderr what is wrong, with nothing in it that is secret; the exit code."""
    print(logs.hidden(str(message)), file=sys.stderr)
    return code


def agreed(question: str) -> bool:
    """Whether the answer is yes; no answer is none."""
    try:
        return input(f"{question} ").strip().casefold() in ("да", "д", "yes", "y")
    except (EOFError, KeyboardInterrupt):
        print()
        return False


def catalog_of(settings: Settings) -> Catalog:
    """What the files say. Raises CatalogError."""
    return load(
        settings.directives_file,
        settings.calendar_file,
        settings.organizations_file,
        settings.timezone,
        datetime.now(UTC),
    )
