"""`check`: the settings and the YAML files, without the bot."""

import argparse
from datetime import datetime, timedelta

from bot.commands.console import catalog_of
from bot.config import Settings, unknown_keys
from bot.views.plan import known_in_part

# This school year and the next, for which the calendar is checked each August.
_AHEAD = timedelta(days=2 * 366)


def run(settings: Settings, _options: argparse.Namespace) -> int:
    """Prints what the files hold. Raises CatalogError with all faults."""
    catalog = catalog_of(settings)
    today = datetime.now(settings.timezone).date()
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
    for year in catalog.calendar.known_in_part(today, today + _AHEAD):
        print(f"{settings.calendar_file}: {known_in_part(year)}")
    print("No faults.")
    return 0
