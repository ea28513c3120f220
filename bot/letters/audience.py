"""What an audience is called that is more than types and tags, as far as whoever reads it may know."""

from bot.domain.desk.audience import Audience
from bot.domain.people.member import Person
from bot.storage.desk import announcements, matters
from bot.storage.engine.database import Tx
from bot.storage.ledger import rounds
from bot.storage.people import audiences
from bot.views.department import audience as views


async def words_of(tx: Tx, audience: Audience, reader: Person) -> tuple[list[str], str]:
    """The names of organizations chosen by hand, and what the silent keep silent about: see `views.described`."""
    chosen: list[str] = []
    if audience.organizations:
        chosen = await audiences.names(tx, Audience(organizations=audience.organizations), reader.limits)
        chosen += [views.gone(name) for name in await audiences.gone(tx, audience, reader.limits)]
    return chosen, await _about(tx, audience, reader)


async def _about(tx: Tx, audience: Audience, reader: Person) -> str:
    if audience.unanswered is not None:
        round_ = await rounds.get(tx, audience.unanswered)
        theirs = await rounds.within(tx, [round_], reader.limits) if round_ is not None else []
        return views.round_title(theirs[0]) if theirs else ""
    about = audience.unacknowledged if audience.unacknowledged is not None else audience.unreached
    announcement = await announcements.get(tx, about) if about is not None else None
    if announcement is None or not await matters.is_theirs(tx, announcement, reader):
        return ""
    return views.announcement_title(announcement)
