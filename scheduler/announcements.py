"""Sends announcements off when their time has come."""

import logging
from datetime import datetime
from functools import partial

from bot.domain.desk.announcement import Announcement, AnnouncementState
from bot.domain.letter import GRACE, LetterKind
from bot.domain.timing.calendar import WorkCalendar
from bot.storage.desk import announcements, broadcasts
from bot.storage.engine.database import Storage, Tx
from bot.storage.people import people, staff
from bot.storage.post import letters

_log = logging.getLogger(__name__)


async def send_due(storage: Storage, calendar: WorkCalendar, now: datetime, *, consent: bool = False) -> None:
    """Sends off the announcements that are due, each in a transaction of its own. A late tick sends late.

    `consent`: a second person has to have agreed.

    Whoever plans one chooses its hour, whichever it is; what a downtime has passed goes when people work.
    """
    async with storage.read() as tx:
        due = await announcements.due(tx, now)
    for announcement in due:
        planned_at = announcement.send_at
        if planned_at is not None and now - planned_at > GRACE and calendar.next_work_moment_of_all(now) > now:
            continue
        await storage.apply(partial(_send, announcement=announcement, now=now, consent=consent))


async def _send(tx: Tx, announcement: Announcement, now: datetime, *, consent: bool) -> None:
    before = [AnnouncementState.SCHEDULED]
    author = await people.get(tx, announcement.by_id) if announcement.by_id is not None else None
    if author is None or not author.may_curate:
        # Nobody answers for it any more.
        if await announcements.move(tx, announcement.id, before, AnnouncementState.CANCELLED, None, now):
            _log.warning("announcement %s is cancelled: its author may not announce any more", announcement.id)
            admins = await staff.admins(tx)
            await letters.write(tx, LetterKind.APPROVAL, admins, now, announcement=announcement.id, cancelled=True)
        return
    if consent and not announcement.agreed_to(author.limits):
        # It was planned before the setting was, or would go further than it would have when somebody agreed.
        if await announcements.move(tx, announcement.id, before, AnnouncementState.DRAFT, None, now):
            author_id = [author.id]
            await letters.write(tx, LetterKind.APPROVAL, author_id, now, announcement=announcement.id, not_agreed=True)
        return
    count = await broadcasts.start(tx, announcement, author.limits, None, now, before=before)
    if count == 0:
        # Whoever sends at once is told before; a card that changes by itself is not looked at.
        await letters.write(tx, LetterKind.APPROVAL, [author.id], now, announcement=announcement.id, nobody=True)
    elif count is not None:
        await letters.write(tx, LetterKind.PROGRESS, [author.id], now, announcement=announcement.id, new=True)
