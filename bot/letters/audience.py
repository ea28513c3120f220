"""What an audience is called that is more than types and tags."""

from bot.domain.desk.audience import Audience
from bot.domain.people.member import Limits
from bot.storage.desk import announcements
from bot.storage.engine.database import Tx
from bot.storage.ledger import rounds
from bot.storage.people import audiences
from bot.views.department import audience as views


async def words_of(tx: Tx, audience: Audience) -> tuple[list[str], str]:
    """The names of organizations chosen by hand, and what the silent keep silent about: see `views.described`."""
    chosen: list[str] = []
    if audience.organizations:
        chosen = await audiences.names(tx, Audience(organizations=audience.organizations), Limits())
        chosen += [views.gone(name) for name in await audiences.gone(tx, audience)]
    about = ""
    if audience.unanswered is not None:
        round_ = await rounds.get(tx, audience.unanswered)
        about = views.round_title(round_) if round_ else ""
    elif audience.unacknowledged is not None:
        announcement = await announcements.get(tx, audience.unacknowledged)
        about = views.announcement_title(announcement) if announcement else ""
    return chosen, about
