"""What has to happen to a backup that takes the database's place: it knows nothing of what was done since."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState
from bot.domain.letter import LetterState
from bot.storage import schema as t
from bot.storage.desk import announcements, broadcasts, erasure
from bot.storage.engine.database import Tx
from bot.storage.people import links
from bot.storage.post import meta


async def settle(tx: Tx, erased: Collection[str], now: datetime) -> tuple[int, int]:
    """Erases again whom `erased` names, and keeps the bot from asking and sending a second time.

    Returns how many people were erased, and how many letters dropped that were due. Announcements on their way are
    paused, planned ones whose time has come are drafts again; links are recalled; rounds that have come due since the
    backup do not open by themselves (`open_due` reads RESTORED_AT).
    """
    again = await erasure.erase_again(tx, erased, now)
    due = sa.or_(
        t.announcements.c.state == AnnouncementState.SENDING,
        sa.and_(t.announcements.c.state == AnnouncementState.SCHEDULED, t.announcements.c.send_at <= now),
    )
    for row in (await tx.execute(sa.select(t.announcements.c.id, t.announcements.c.state).where(due))).all():
        if row.state == AnnouncementState.SENDING:
            await broadcasts.pause(tx, row.id, None, now)
        else:
            await announcements.move(tx, row.id, [AnnouncementState.SCHEDULED], AnnouncementState.DRAFT, None, now)
    dropped = await tx.execute(
        sa.update(t.letters)
        .where(t.letters.c.state == LetterState.WAITING, t.letters.c.send_after <= now)
        .values(state=LetterState.DROPPED, settled_at=now, claimed_until=None, error="a backup was restored")
    )
    # Those recalled or used since would open doors a second time.
    await links.end(tx, await links.usable_now(tx, now), None, now)
    await meta.remove(tx, meta.CLAIM_HASH)
    await meta.put_moment(tx, meta.RESTORED_AT, now)
    return again, dropped.rowcount
