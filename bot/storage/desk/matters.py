"""Whose matter an announcement is: its author's, and theirs whose limits cover all whom it went to or may go to."""

import sqlalchemy as sa

from bot.domain.desk.announcement import Announcement, AnnouncementState
from bot.domain.people.member import Limits, Person
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.people import audiences, people
from bot.storage.people.belonging import within_then


async def is_theirs(tx: Tx, announcement: Announcement, person: Person) -> bool:
    """Whether the person may see the announcement, and act on it as far as their role goes; a draft is its author's.

    What has gone out belongs to those whom it went to, of the types that they were of then, whoever is left of them.
    """
    if announcement.by_id == person.id:
        return True
    return announcement.state is not AnnouncementState.DRAFT and await is_within(tx, announcement, person.limits)


async def is_within(tx: Tx, announcement: Announcement, limits: Limits) -> bool:
    """Whether all whom the announcement went to, or may go to, are within the limits."""
    if not limits.are_of_places:
        return True
    if announcement.started_at is not None:
        return await _went_within(tx, announcement.id, limits)
    return await _would_go_within(tx, announcement, limits)


async def bounds(tx: Tx, announcement: Announcement, actor: Person | None) -> Limits:
    """How far it may go now: its author's limits. Of somebody who may announce nothing any more: what somebody has
    agreed to, or else as far as the `actor` may; None: the bot itself, which goes no further than it went."""
    author = await people.get(tx, announcement.by_id) if announcement.by_id is not None else None
    if author is not None and author.may_curate:
        return author.limits
    agreed = announcement.agreed_limits
    return agreed or (actor.limits if actor is not None else Limits())


async def _went_within(tx: Tx, announcement_id: int, limits: Limits) -> bool:
    its = t.destinations.c.announcement_id == announcement_id
    query = sa.select(sa.func.count()).select_from(t.destinations).where(its)
    whole = int((await tx.execute(query)).scalar_one())
    part = int((await tx.execute(query.where(*within_then(t.destinations, limits)))).scalar_one())
    # What went to nobody is nobody's but its author's.
    return 0 < whole == part


async def _would_go_within(tx: Tx, announcement: Announcement, limits: Limits) -> bool:
    """Whether all are within the limits who may yet be among the audience when it goes."""
    audience, most = announcement.audience, await bounds(tx, announcement, None)
    whole = await audiences.size(tx, audience, most, ever=True)
    return whole > 0 and whole == await audiences.size(tx, audience, most, limits, ever=True)
