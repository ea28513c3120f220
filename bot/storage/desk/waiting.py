"""What a tick may have to do: an idle one asks once, instead of each duty for itself."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether there are reminders, corrections that were not sent, vacations that end, announcements, and rounds that
    open in territories at hours of their own, as of now."""

    reminders: bool
    corrections: bool
    pauses: bool
    announcements: bool
    openings: bool


_NOW = sa.bindparam("now", type_=t.people.c.paused_until.type)
_LOOK = Prepared(
    sa.select(
        sa.exists().where(t.obligations.c.next_reminder_at <= _NOW).label("reminders"),
        sa.exists().where(t.DRAFT_CORRECTS).label("corrections"),
        sa.exists().where(t.people.c.paused_until <= _NOW).label("pauses"),
        sa.exists()
        .where(t.announcements.c.state == AnnouncementState.SCHEDULED, t.announcements.c.send_at <= _NOW)
        .label("announcements"),
        sa.exists().where(t.OPENING_WAITS, t.openings.c.opens_at <= _NOW).label("openings"),
    )
)


async def look(tx: Tx, now: datetime) -> Waiting:
    """What waits at this moment; each duty looks for itself what of it is to be done."""
    row = await _LOOK.first(tx, now=now)
    assert row is not None
    return Waiting(*map(bool, row))
