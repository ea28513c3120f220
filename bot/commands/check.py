"""`check`: the settings and the YAML files, without the bot."""

import argparse
from datetime import datetime, timedelta

from bot.commands.console import catalog_of
from bot.config import Settings, unknown_keys
from bot.views import commands as views
from bot.views.plan import known_in_part

# This school year and the next, for which the calendar is checked each August.
_AHEAD = timedelta(days=2 * 366)


def run(settings: Settings, _options: argparse.Namespace) -> int:
    """Prints what the files hold. Raises CatalogError with all faults."""
    catalog = catalog_of(settings)
    today = datetime.now(settings.timezone).date()
    for name, near in unknown_keys().items():
        print(views.no_setting(name, near))
    if settings.bot_token is None:
        print(views.NO_TOKEN)
    print(views.directives_read(settings.directives_file, catalog))
    is_there = settings.organizations_file.exists()
    print(views.organizations_read(settings.organizations_file, catalog, is_there=is_there))
    for year in catalog.calendar.known_in_part(today, today + _AHEAD):
        print(f"{settings.calendar_file}: {known_in_part(year)}")
    print(views.NO_FAULTS)
    return 0
