"""`report`: writes a report into a file, without Telegram."""

import argparse
import asyncio
from datetime import UTC, date, datetime

from bot import progress
from bot.commands.console import catalog_of, fail, shelf_of
from bot.config import Settings
from bot.domain.ledger.report import Order
from bot.reports import command as writing
from bot.views import commands as views


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Writes the file that the options name."""
    kind = writing.SUFFIXES.get(options.file.suffix.lower())
    if kind is None:
        return fail(2, views.suffix(options.file, writing.SUFFIXES))
    now = datetime.now(UTC)
    today = now.astimezone(settings.timezone).date()
    catalog = shelf_of(settings, catalog_of(settings)).current
    first: date = options.first or catalog.calendar.year_begins.latest(min(options.last or today, today))
    last: date = options.last or today
    if last < first:
        return fail(2, views.UNTIL_BEFORE_FROM)
    order = Order(kind, first=first, last=last, directive=options.directive)
    try:
        with progress.shown(views.STAGES) as tell:
            caption = asyncio.run(writing.write(settings.database_url, catalog, order, options.file, now, tell))
    except writing.NoReport as error:
        return fail(1, error)
    print(views.written(options.file, caption))
    return 0
