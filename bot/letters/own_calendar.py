"""Deadlines for a person's own calendar: what is owed when the file is sent."""

from datetime import datetime

from bot.domain.agenda import to_be_said
from bot.domain.catalog.catalog import Catalog
from bot.domain.letter import Letter
from bot.domain.screen import Rendered
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations, own_calendars
from bot.views import own_calendar as views


async def file(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """The file for whoever has asked for it; the key of their calendar goes with their data."""
    key = await own_calendars.key(tx, letter.person_id)
    if key is None:
        return None
    owed = await obligations.unanswered(tx, letter.person_id, now)
    said = await own_calendars.said(tx, letter.person_id)
    deadlines = to_be_said(views.deadlines(owed, now), said, now)
    if not deadlines:
        return Rendered(views.nothing())
    return Rendered(views.file(deadlines, key, catalog.calendar, now), deadlines=tuple(deadlines))
