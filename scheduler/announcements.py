"""Announcements go off when their time has come."""

import logging
from datetime import datetime

from bot.domain.desk.announcement import Announcement, AnnouncementState
from bot.domain.letter import LetterKind
from bot.storage.desk import announcements, broadcasts
from bot.storage.engine.database import Storage, Tx
from bot.storage.people import people, staff
from bot.storage.post import letters

_log = logging.getLogger(__name__)


async def send_due(storage: Storage, now: datetime) -> None:
    """Sends off what is due, each in a transaction of its own. A late tick sends late."""
    async with storage.read() as tx:
        found = await announcements.due(tx, now)
    for one in found:
        await storage.apply(lambda tx, one=one: _send(tx, one, now))  # type: ignore[misc]


async def _send(tx: Tx, found: Announcement, now: datetime) -> None:
    before = [AnnouncementState.SCHEDULED]
    author = await people.get(tx, found.by_id) if found.by_id is not None else None
    if author is None or not author.may_curate:
        # Nobody answers for it any more.
        if await announcements.move(tx, found.id, before, AnnouncementState.CANCELLED, None, now):
            _log.warning("announcement %s is cancelled: its author may not announce any more", found.id)
            admins = await staff.admins(tx)
            await letters.write(tx, LetterKind.APPROVAL, admins, now, announcement=found.id, cancelled=True)
        return
    if await broadcasts.start(tx, found, author.limits, None, now, before=before) is not None:
        await letters.write(tx, LetterKind.PROGRESS, [author.id], now, announcement=found.id, new=True)
