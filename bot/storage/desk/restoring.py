"""What has to happen to a backup that takes the database's place: it knows nothing of what was done since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState
from bot.domain.letter import LetterKind, LetterState
from bot.storage import schema as t
from bot.storage.desk import announcements, broadcasts, erasure
from bot.storage.engine.database import Tx
from bot.storage.people import addresses, last_said, links, staff
from bot.storage.post import letters, meta

# What is written to be sent then has not been written by the backup.
_SOON = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Settled:
    """Counts: people erased, roles and seats that have lost something, letters dropped that were due."""

    erased: int
    roles: int
    seats: int
    dropped: int
    # Who is administrator now.
    admins: tuple[int, ...]


async def settle(tx: Tx, erased: Collection[str], rights: Collection[str], now: datetime) -> Settled:
    """Erases again whom `erased` names, takes away again what has been lost by `rights`, and keeps the bot from asking
    and sending a second time.

    Announcements on their way are paused, planned ones are drafts again, which may have been taken back or sent since;
    links and addresses of calendars are recalled; rounds that have come due since the backup do not open by themselves
    (`open_due` reads RESTORED_AT).
    """
    again = await erasure.erase_again(tx, erased, now)
    await _hold_announcements(tx, now)
    dropped = await tx.execute(
        sa.update(t.letters)
        .where(t.letters.c.state == LetterState.WAITING, t.letters.c.send_after <= now)
        .values(state=LetterState.DROPPED, settled_at=now, claimed_until=None, error="a backup was restored")
    )
    roles, seats = await last_said.hold(tx, rights, now)
    # Those recalled or used since would open doors a second time.
    await links.end(tx, await links.usable_now(tx, now), None, now)
    await addresses.end_all(tx)
    await meta.remove(tx, meta.CLAIM_HASH)
    await meta.put_moment(tx, meta.RESTORED_AT, now)
    await meta.remove(tx, meta.UNHELD)
    return Settled(again, roles, seats, dropped.rowcount, tuple(await staff.admins(tx)))


async def _hold_announcements(tx: Tx, now: datetime) -> None:
    """Sends none by itself; their authors see what has become of them."""
    own = t.announcements.c
    held = own.state.in_([AnnouncementState.SENDING, AnnouncementState.SCHEDULED])
    for row in (await tx.execute(sa.select(own.id, own.state, own.by_id).where(held))).all():
        if row.state == AnnouncementState.SENDING:
            await broadcasts.pause(tx, row.id, None, now)
            continue
        await announcements.move(tx, row.id, [AnnouncementState.SCHEDULED], AnnouncementState.DRAFT, None, now)
        if row.by_id is not None:
            after = now + _SOON
            await letters.write(
                tx, LetterKind.PROGRESS, [row.by_id], now, send_after=after, announcement=row.id, new=True
            )
