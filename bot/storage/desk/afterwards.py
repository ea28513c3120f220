"""Whom an announcement comes to after it has gone out: the silent, those whom it did not reach, and newcomers."""

from datetime import datetime

import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState, Reach
from bot.domain.desk.audience import Audience
from bot.domain.letter import LetterKind
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.desk import announcements, broadcasts, destinations, matters
from bot.storage.desk.announcements import OVER, move
from bot.storage.desk.destinations import NOT_GONE, copies
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.people import audiences
from bot.storage.post import letters


async def again(tx: Tx, announcement_id: int, by: int, now: datetime) -> int | None:
    """Sends it again to organizations that have it and have not acknowledged it; returns to how many people.

    It goes to whoever is written to there now. None if it is not out.
    """
    if not await move(tx, announcement_id, OVER, AnnouncementState.SENDING, by, now):
        return None
    reach = await to_repeat(tx, announcement_id, now)
    strangers, silent = await _bring(tx, announcement_id, reach, now)
    await broadcasts.add(tx, announcement_id, strangers, now)
    await letters.write(tx, LetterKind.ANNOUNCEMENT, silent, now, announcement_id=announcement_id, again=True)
    if not strangers and not silent:
        await broadcasts.finish(tx, announcement_id, now)
    return len(strangers) + len(silent)


async def repeated_at(tx: Tx, announcement_id: int) -> datetime | None:
    """When it was last sent again to those who had not acknowledged it."""
    query = sa.select(sa.func.max(t.letters.c.created_at)).where(
        t.letters.c.announcement_id == announcement_id,
        t.letters.c.kind == LetterKind.ANNOUNCEMENT,
        sa.cast(t.letters.c.data, sa.Text).contains("again"),
    )
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment


async def to_repeat(tx: Tx, announcement_id: int, now: datetime) -> Reach:
    """Whom `again` would reach now."""
    return await audiences.reach(tx, Audience(unacknowledged=announcement_id), Limits(), now)


async def retry(tx: Tx, announcement_id: int, limits: Limits, by: int, now: datetime) -> int | None:
    """Sends it to organizations within the limits that it has not reached, where somebody can be reached now.

    Returns how many people get a copy; none is needed where somebody sits who has one. None if it is not out.
    """
    if not await move(tx, announcement_id, OVER, AnnouncementState.SENDING, by, now):
        return None
    reach = await to_retry(tx, announcement_id, limits, now)
    strangers, _ = await _bring(tx, announcement_id, reach, now)
    await broadcasts.add(tx, announcement_id, strangers, now)
    if not strangers:
        await broadcasts.finish(tx, announcement_id, now)
    return len(strangers)


async def to_retry(tx: Tx, announcement_id: int, limits: Limits, now: datetime) -> Reach:
    """Whom `retry` would reach now."""
    return await audiences.reach(tx, Audience(unreached=announcement_id), limits, now)


async def join(tx: Tx, organization_id: int, now: datetime) -> None:
    """Sends people of the organization, at `now`, the current announcements that they have not got."""
    for announcement in await announcements.current(tx, now):
        if announcement.audience.is_of_its_moment:
            continue
        limits = await matters.bounds(tx, announcement, None)
        reach = await audiences.reach(tx, announcement.audience, limits, now, organization_id=organization_id)
        if not reach.addressees:
            continue
        late, _ = await _bring(tx, announcement.id, reach, now)
        if late:
            await broadcasts.add(tx, announcement.id, late, now, held=announcement.state is AnnouncementState.PAUSED)
            await move(tx, announcement.id, [AnnouncementState.DONE], AnnouncementState.SENDING, None, now)


async def _bring(tx: Tx, announcement_id: int, reach: Reach, now: datetime) -> tuple[dict[int, int], set[int]]:
    """Makes those whom it can reach its addressees, at organizations too that it has not reached before.

    Returns who of them needs a copy, with an organization of theirs, and who has one that they have not acknowledged. A
    copy has come to its reader's new organizations as well, and what they have acknowledged they have read there too.
    """
    brought = Reach(reach.addressees)
    await destinations.add(tx, announcement_id, brought, now)
    their = brought.people
    everybody = list(their)
    # What is written again, unchanged, loses the race against a press on «Ознакомлен», and sees it then.
    rows = await tx.execute(
        sa.update(t.recipients)
        .where(
            t.recipients.c.announcement_id == announcement_id,
            one_of(t.recipients.c.person_id, everybody),
            t.recipients.c.sent_at.is_not(None),
        )
        .values(failure=None)
        .returning(t.recipients.c.person_id, t.recipients.c.acknowledged_at)
    )
    has = {row.person_id: row.acknowledged_at is not None for row in rows}
    under_way = sa.select(t.letters.c.person_id).where(
        copies(announcement_id), NOT_GONE, one_of(t.letters.c.person_id, everybody)
    )
    waiting = set((await tx.execute(under_way)).scalars())
    await destinations.reached(tx, announcement_id, list(has), now)
    for person_id, acknowledged in has.items():
        if acknowledged:
            await destinations.acknowledge(tx, announcement_id, person_id, now)
    strangers = {
        person_id: organization_id
        for person_id, organization_id in their.items()
        if person_id not in has and person_id not in waiting
    }
    return strangers, {person_id for person_id, acknowledged in has.items() if not acknowledged}
