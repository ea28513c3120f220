"""Announcements: how they are composed and agreed to, and their states.

`broadcasts` sends their copies; `recipients` knows who got one.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.desk.announcement import Announcement, AnnouncementState, Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.letter import LetterKind
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import one_of
from bot.storage.post import audit, letters

# What a letter holds that asks somebody to agree, to an announcement or to corrected words of it.
_ASKING = {"announcement", "proposed"}
# What conditions in SQL ask of a state.
NOT_SENT = tuple(state for state in AnnouncementState if state.is_not_sent)
UNDER_WAY = tuple(state for state in AnnouncementState if state.is_under_way)
OVER = tuple(state for state in AnnouncementState if state.is_over)
SENT_OFF = tuple(state for state in AnnouncementState if state.is_sent_off)
_GOES_OUT = tuple(state for state in AnnouncementState if state.goes_out)

_ANNOUNCEMENT = Mapped(Announcement, t.announcements, loads={"audience": Audience.load}, by_name=t.people.c.name)
_SELECT = sa.select(*_ANNOUNCEMENT.columns).select_from(
    t.announcements.outerjoin(t.people, t.people.c.id == t.announcements.c.by_id)
)
_GET = Prepared(_SELECT.where(t.announcements.c.id == sa.bindparam("its")))


async def create(tx: Tx, by: int, source: Source, now: datetime) -> int:
    """Makes a draft of what the author has just sent; returns its id."""
    row = await tx.execute(
        t.announcements.insert().values(
            by_id=by,
            created_at=now,
            state=AnnouncementState.DRAFT,
            chat_id=source.chat_id,
            messages=[source.message_id],
            album=source.album,
            wording=source.wording,
            text=source.text,
            audience={},
            acknowledge=False,
            headed=True,
        )
    )
    made: int = row.inserted_primary_key[0]  # type: ignore[index]
    return made


async def texts(tx: Tx, announcement_ids: Collection[int]) -> dict[int, str]:
    """What the announcements say, as HTML; those that are gone are missing, and drafts, which are their authors'."""
    these = one_of(t.announcements.c.id, announcement_ids)
    others = t.announcements.c.state != AnnouncementState.DRAFT
    rows = await tx.execute(sa.select(t.announcements.c.id, t.announcements.c.text).where(these, others))
    return {row.id: row.text for row in rows}


async def add_part(tx: Tx, announcement_id: int, message_id: int, text: str) -> bool:
    """Adds a message to the draft's album; False if it is in it already or the draft has gone off."""
    announcement = await get(tx, announcement_id)
    if announcement is None or announcement.state is not AnnouncementState.DRAFT or message_id in announcement.messages:
        return False
    values = {
        "messages": sorted([*announcement.messages, message_id]),
        "text": announcement.text or text,
        "wording": _wording(announcement, message_id, text),
    }
    await tx.execute(sa.update(t.announcements).where(t.announcements.c.id == announcement_id).values(**values))
    return True


def _wording(announcement: Announcement, message_id: int, text: str) -> Wording:
    """Where the album has its words once it has this part; NONE for several captions, or one in the middle."""
    if text:
        return Wording.NONE if announcement.text or message_id < max(announcement.messages) else Wording.LAST
    stays = announcement.wording is not Wording.LAST and message_id > min(announcement.messages)
    return announcement.wording if stays or not announcement.text else Wording.NONE


async def replace(tx: Tx, announcement_id: int, source: Source) -> bool:
    """Replaces the draft's message; False if it is no draft any more."""
    values = {
        "chat_id": source.chat_id,
        "messages": [source.message_id],
        "album": source.album,
        "wording": source.wording,
        "text": source.text,
        "lost_at": None,
    }
    return await _set(tx, announcement_id, [AnnouncementState.DRAFT], values)


async def put_back(tx: Tx, announcement_id: int, source: dict[str, Any]) -> bool:
    """Gives the draft the message back that it had before it was replaced; False if it is no draft any more."""
    return await _set(tx, announcement_id, [AnnouncementState.DRAFT], source)


async def reword(tx: Tx, announcement_id: int, text: str) -> bool:
    """Takes over the author's edit of a message that has not been sent off; False if it has been."""
    return await _set(tx, announcement_id, NOT_SENT, {"text": text})


async def reword_part(tx: Tx, announcement: Announcement, message_id: int, caption: str) -> None:
    """Takes over the author's edit of a message of an album that has not been sent off: what is read of it before it
    goes is what goes."""
    first, last = min(announcement.messages), max(announcement.messages)
    holder: int | None = None
    match announcement.wording:
        case Wording.CAPTION:
            holder = first
        case Wording.LAST:
            holder = last
        case Wording.TEXT | Wording.NONE:
            pass
    wording, text = announcement.wording, announcement.text
    if message_id == holder or not text:
        ends = {first: Wording.CAPTION, last: Wording.LAST}
        wording, text = ends.get(message_id, Wording.NONE), caption
    elif caption and caption not in text:
        # Of several captions nobody knows any more which one this was: all are read, the newest first.
        wording, text = Wording.NONE, f"{caption}\n\n{text}"
    await _set(tx, announcement.id, NOT_SENT, {"wording": wording, "text": text})


async def propose(tx: Tx, announcement_id: int, text: str, by: int, now: datetime) -> bool:
    """Keeps corrected words until somebody agrees to them; False if nothing can be corrected."""
    values = {"proposed": {"text": text, "at": now.isoformat()}, "proposed_by": by}
    if not await _set(tx, announcement_id, SENT_OFF, values):
        return False
    await audit.record(tx, now, by, "announcement.proposed", announcement=announcement_id)
    return True


async def decided(tx: Tx, announcement_id: int) -> None:
    """Forgets the words that were proposed: they are agreed to, or refused."""
    await _set(tx, announcement_id, list(AnnouncementState), {"proposed": None, "proposed_by": None})


async def lose_source(tx: Tx, announcement_id: int, now: datetime) -> None:
    """Notes that what its author's message is now may go to nobody else."""
    await _set(tx, announcement_id, SENT_OFF, {"lost_at": now})


async def follow(tx: Tx, announcement_id: int, message_id: int) -> None:
    """Keeps this message of the author's, which shows the announcement, up to date from now on."""
    values = {"progress_message_id": message_id}
    await tx.execute(sa.update(t.announcements).where(t.announcements.c.id == announcement_id).values(**values))


async def unfollow(tx: Tx, by: int, message_id: int) -> None:
    """Stops keeping the author's message up to date: it shows something else now."""
    mine = sa.and_(t.announcements.c.by_id == by, t.announcements.c.progress_message_id == message_id)
    await tx.execute(sa.update(t.announcements).where(mine).values(progress_message_id=None))
    asked = t.letters.c.person_id == by, t.letters.c.kind == LetterKind.APPROVAL, t.letters.c.message_id == message_id
    await tx.execute(sa.update(t.letters).where(*asked).values(message_id=None))


async def asked_no_more(tx: Tx, announcement_id: int, by: int, now: datetime) -> None:
    """Has the messages that ask others than `by` to agree, to it or to corrected words, say that nothing is to be
    decided: it was decided, or withdrawn."""
    letters_ = t.letters.c
    query = sa.select(letters_.id, letters_.person_id, letters_.message_id, letters_.data).where(
        letters_.person_id.in_(sa.select(t.staff.c.person_id)),
        letters_.kind == LetterKind.APPROVAL,
        letters_.data["announcement"].as_integer() == announcement_id,
        letters_.message_id.is_not(None),
        letters_.person_id != by,
    )
    cards = [row for row in await tx.execute(query) if row.data.keys() <= _ASKING]
    await tx.execute(sa.update(t.letters).where(one_of(letters_.id, [row.id for row in cards])).values(message_id=None))
    each = [
        (row.person_id, f"card:{row.message_id}", {"announcement": announcement_id, "card": row.message_id})
        for row in cards
    ]
    await letters.write_each(tx, LetterKind.APPROVAL, each, now)


async def of_message(tx: Tx, by: int, message_id: int) -> Announcement | None:
    """The author's announcement that copies this message: others may get it still."""
    going = (*NOT_SENT, *SENT_OFF)
    under_way = await _load(tx, t.announcements.c.by_id == by, t.announcements.c.state.in_(going))
    return next((announcement for announcement in under_way if message_id in announcement.messages), None)


async def drafts(tx: Tx, by: int) -> list[Announcement]:
    """The author's drafts, the newest first."""
    return await _load(tx, t.announcements.c.by_id == by, t.announcements.c.state == AnnouncementState.DRAFT)


async def get(tx: Tx, announcement_id: int) -> Announcement | None:
    """The announcement of that id."""
    row = await _GET.first(tx, its=announcement_id)
    return _ANNOUNCEMENT(row) if row else None


async def some(tx: Tx, announcement_ids: Collection[int]) -> dict[int, Announcement]:
    """The announcements of these ids, by id."""
    these = await _load(tx, one_of(t.announcements.c.id, announcement_ids)) if announcement_ids else []
    return {announcement.id: announcement for announcement in these}


async def draft_of_album(tx: Tx, by: int, album: str) -> Announcement | None:
    """The author's announcement of that album, whose messages arrive one by one."""
    with_album = await _load(tx, t.announcements.c.by_id == by, t.announcements.c.album == album)
    return with_album[0] if with_album else None


async def newest(tx: Tx, limit: int, offset: int = 0, *, by: int | None = None) -> tuple[list[Announcement], int]:
    """Announcements that were sent off or wait for it (no drafts), the newest first; and how many there are in all.

    `by`: only that author's.
    """
    condition: sa.ColumnElement[bool] = t.announcements.c.state.not_in(
        (AnnouncementState.DRAFT, AnnouncementState.CANCELLED)
    )
    if by is not None:
        condition = sa.and_(condition, t.announcements.c.by_id == by)
    count = (await tx.execute(sa.select(sa.func.count()).select_from(t.announcements).where(condition))).scalar_one()
    return await _load(tx, condition, limit=limit, offset=offset), int(count)


async def to_acknowledge(tx: Tx) -> list[Announcement]:
    """Announcements that were sent off and ask to be acknowledged, the newest first."""
    sent_off = [state for state in AnnouncementState if state.is_sent_off]
    return await _load(tx, t.announcements.c.acknowledge, t.announcements.c.state.in_(sent_off))


async def due(tx: Tx, now: datetime) -> list[Announcement]:
    """Scheduled announcements whose time has come."""
    return await _load(tx, t.announcements.c.state == AnnouncementState.SCHEDULED, t.announcements.c.send_at <= now)


async def planned(tx: Tx) -> list[Announcement]:
    """Announcements that will go out at their time, or once somebody agrees; the newest first."""
    return await _load(tx, t.announcements.c.state.in_((AnnouncementState.SCHEDULED, AnnouncementState.APPROVAL)))


async def current(tx: Tx, now: datetime) -> list[Announcement]:
    """Announcements that a person who joins now still gets."""
    return await _load(tx, t.announcements.c.current_until > now, t.announcements.c.state.in_(_GOES_OUT))


async def change(
    tx: Tx,
    announcement_id: int,
    *,
    audience: Audience | None = None,
    acknowledge: bool | None = None,
    **moments: datetime | None,
) -> bool:
    """Changes a draft (`moments`: send_at, current_until); False if it is no draft any more."""
    values: dict[str, Any] = dict(moments)
    if audience is not None:
        values["audience"] = audience.dump()
    if acknowledge is not None:
        values["acknowledge"] = acknowledge
    return await _set(tx, announcement_id, [AnnouncementState.DRAFT], values)


async def _set(tx: Tx, announcement_id: int, states: Collection[AnnouncementState], values: dict[str, Any]) -> bool:
    changed = await tx.execute(
        sa.update(t.announcements)
        .where(t.announcements.c.id == announcement_id, t.announcements.c.state.in_(states))
        .values(**values)
    )
    return changed.rowcount > 0


async def move(
    tx: Tx,
    announcement_id: int,
    before: Collection[AnnouncementState],
    after: AnnouncementState,
    by: int | None,
    now: datetime,
    **values: Any,
) -> bool:
    """Moves it from one of the states to another; False if somebody else has moved it meanwhile.

    What is a draft again can be changed: nobody has agreed to it any more.
    """
    if after is AnnouncementState.DRAFT:
        values |= {"approved_by": None, "approved_at": None}
    changed = await tx.execute(
        sa.update(t.announcements)
        .where(t.announcements.c.id == announcement_id, t.announcements.c.state.in_(before))
        .values(state=after, **values)
    )
    if changed.rowcount:
        await audit.record(tx, now, by, f"announcement.{after}", announcement=announcement_id)
    return changed.rowcount > 0


async def _load(
    tx: Tx, *conditions: sa.ColumnElement[bool], limit: int | None = None, offset: int = 0
) -> list[Announcement]:
    query = _SELECT.where(*conditions).order_by(t.announcements.c.id.desc()).limit(limit).offset(offset)
    return [_ANNOUNCEMENT(row) for row in await tx.execute(query)]
