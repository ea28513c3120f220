"""`plan`: prints what would be asked of whom and when."""

import argparse
import sys
from datetime import date, datetime, timedelta

from bot.commands.console import catalog_of, fail
from bot.config import Settings
from bot.views import commands as views
from bot.views.plan import plan

# A plan for longer than this is a slip of the finger.
_AT_MOST = timedelta(days=3 * 366)


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Prints the plan of the period."""
    catalog = catalog_of(settings)
    today = datetime.now(settings.timezone).date()
    first: date = options.first or today
    last: date = options.last or first + timedelta(days=365)
    if last < first or last - first > _AT_MOST:
        return fail(2, views.TOO_LONG)
    print(plan(catalog, first, last))
    sys.stdout.flush()
    return 0
