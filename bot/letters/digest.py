"""The letter with the digest of the morning, for somebody of the department."""

from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.letter import Letter
from bot.domain.people.messenger import messenger_of
from bot.domain.screen import Rendered
from bot.letters import recipient
from bot.storage.desk import digests
from bot.storage.engine.database import Tx
from bot.views.department import digest as views


async def digest(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """The digest as it is now; None after the day that it was written for, or if it is worth no message."""
    calendar = catalog.calendar
    today = now.astimezone(calendar.zone).date()
    person = await recipient.listening(tx, letter, now)
    if person is None or not person.is_staff:
        return None
    if letter.created_at.astimezone(calendar.zone).date() != today or now >= calendar.ends(today):
        return None
    gathered = await digests.gather(tx, person, catalog, now)
    if not gathered.is_worth_a_message:
        return None
    return Rendered(views.digest(gathered, now, calendar.zone, messenger_of(letter.person_id)))
