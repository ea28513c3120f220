"""The card of an announcement as things stand: gathered here, drawn by `composing` and `broadcast`."""

from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import Announcement, AnnouncementState, Reach
from bot.domain.desk.audience import Audience
from bot.domain.people.member import Person
from bot.domain.screen import Screen
from bot.letters.audience import words_of
from bot.storage.desk import afterwards, destinations, recipients
from bot.storage.desk.matters import bounds
from bot.storage.engine.database import Tx
from bot.storage.people import audiences, people
from bot.views.department.announcements import broadcast, composing
from bot.views.department.announcements.broadcast import Progress
from bot.views.department.announcements.composing import Composed


async def composed(
    tx: Tx, announcement: Announcement, catalog: Catalog, now: datetime, viewer_id: int, *, needs_consent: bool
) -> Composed:
    """Gathers what the screens of an announcement are drawn from that has not gone off."""
    # A reader who has been erased meanwhile reads nothing.
    reader = await people.get(tx, viewer_id) or Person(viewer_id, "")
    limits = await bounds(tx, announcement, reader)
    count, reach = 0, Reach()
    if not announcement.audience.is_nobody:
        count = await audiences.size(tx, announcement.audience, limits)
        reach = await audiences.reach(tx, announcement.audience, limits, now)
    chosen, about = await words_of(tx, announcement.audience, reader)
    mine = announcement.by_id == viewer_id
    before = (announcement.submitted or {}).get("before") or (announcement.submitted or {}).get("now")
    was_for = announcement.audience, chosen, about
    if before is not None and before["audience"] != announcement.audience.dump():
        was = Audience.load(before["audience"])
        was_for = was, *await words_of(tx, was, reader)
    return Composed(
        announcement, catalog, now, count, reach, chosen, about, mine, needs_consent,
        limits=limits, before=before, was_for=was_for,
    )  # fmt: skip


async def draw(
    tx: Tx, announcement: Announcement, catalog: Catalog, now: datetime, viewer_id: int, *, needs_consent: bool
) -> Screen:
    """Draws the card of the announcement in whatever state."""
    match announcement.state:
        case AnnouncementState.CANCELLED:
            return composing.cancelled(announcement)
        case AnnouncementState.DRAFT | AnnouncementState.APPROVAL | AnnouncementState.SCHEDULED:
            card = await composed(tx, announcement, catalog, now, viewer_id, needs_consent=needs_consent)
            is_draft = announcement.state is AnnouncementState.DRAFT
            return composing.draft(card) if is_draft else composing.waiting(card)
        case (
            AnnouncementState.SENDING
            | AnnouncementState.PAUSED
            | AnnouncementState.DONE
            | AnnouncementState.STOPPED
            | AnnouncementState.WITHDRAWN
        ):
            tally = await recipients.tally(tx, announcement.id)
            pace = await recipients.pace(tx, announcement.id, now)
            coverage = await destinations.coverage(tx, announcement.id)
            reader = await people.get(tx, viewer_id) or Person(viewer_id, "")
            missed = await missed_and_reachable(tx, announcement, reader, now) if coverage.missed else Reach()
            reachable = len(missed.reached)
            return broadcast.card(Progress(announcement, tally, coverage, reachable, pace, now, catalog.calendar.zone))


async def missed_and_reachable(tx: Tx, announcement: Announcement, actor: Person, now: datetime) -> Reach:
    """Whom it did not reach and could reach now, if it is over and there is still something to send; `actor`: who would
    send it."""
    if not announcement.state.is_over or not announcement.can_be_copied:
        return Reach()
    return await afterwards.to_retry(tx, announcement.id, await bounds(tx, announcement, actor), now)
