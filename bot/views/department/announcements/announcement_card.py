"""The card of an announcement as things stand: gathered here, drawn in `announcements` and `broadcast`."""

from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import NOT_SENT, Announcement, AnnouncementState, Reach
from bot.domain.people.member import Limits
from bot.domain.screen import Screen
from bot.storage.desk import recipients
from bot.storage.engine.database import Tx
from bot.storage.people import audiences, people
from bot.views.department.announcements import broadcast
from bot.views.department.announcements import composing as before
from bot.views.department.announcements.broadcast import Progress
from bot.views.department.announcements.composing import Composed
from bot.views.department.audience import words_of


async def author_limits(tx: Tx, found: Announcement) -> Limits:
    """Within what it goes: its author's limits as they are now."""
    author = await people.get(tx, found.by_id) if found.by_id is not None else None
    return author.limits if author is not None else Limits()


async def composed(
    tx: Tx, found: Announcement, catalog: Catalog, now: datetime, viewer_id: int, *, needs_consent: bool
) -> Composed:
    """What the screens of one that has not gone off are drawn from."""
    limits = await author_limits(tx, found)
    count, reach = 0, Reach()
    if not found.audience.is_nobody:
        count = await audiences.size(tx, found.audience, limits)
        reach = await audiences.reach(tx, found.audience, limits, now)
    chosen, about = await words_of(tx, found.audience)
    mine = found.by_id == viewer_id
    return Composed(found, catalog, now, count, reach, chosen, about, mine, needs_consent)


async def progress(tx: Tx, found: Announcement, catalog: Catalog, now: datetime) -> Progress:
    """What the screens of one that has gone off are drawn from."""
    tally = await recipients.tally(tx, found.id)
    pace = await recipients.pace(tx, found.id, now)
    return Progress(found, tally, pace, now, catalog.calendar.zone)


async def card(
    tx: Tx, found: Announcement, catalog: Catalog, now: datetime, viewer_id: int, *, needs_consent: bool
) -> Screen:
    """Its card, whatever has become of it."""
    if found.state is AnnouncementState.CANCELLED:
        return before.cancelled(found)
    if found.state not in NOT_SENT:
        return broadcast.card(await progress(tx, found, catalog, now))
    shown = await composed(tx, found, catalog, now, viewer_id, needs_consent=needs_consent)
    return before.draft(shown) if found.state is AnnouncementState.DRAFT else before.waiting(shown)
