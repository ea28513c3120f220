"""How an announcement goes out: its copies are letters of the outbox that carry its id.

So they can be held back, released and dropped as a whole; what becomes of each is noted with its recipient.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.desk.announcement import Announcement, AnnouncementState
from bot.domain.letter import Letter, LetterKind, LetterState
from bot.domain.people.failure import Failure
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.desk import destinations, recipients
from bot.storage.desk.announcements import NOT_SENT, SENT_OFF, UNDER_WAY, get, move
from bot.storage.desk.destinations import NOT_GONE, copies
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared, insert
from bot.storage.engine.rows import execute_each, one_of
from bot.storage.people import audiences
from bot.storage.post import audit, claims, letters

# How often the author's progress message is brought up to date while copies go out.
_PROGRESS_EVERY = timedelta(seconds=3)
# A sending, from rendering a copy until Telegram's answer is recorded, takes less than this.
_LONGEST_SENDING = timedelta(minutes=1)

_OF_PEOPLE = Prepared(
    sa.select(t.recipients).where(
        t.recipients.c.announcement_id == sa.bindparam("its"),
        one_of(t.recipients.c.person_id, "whose"),
    )
)
# Columns that say what became of a copy.
_CHANGING = ("messages", "sent_at", "failure", "words", "withdrawn_at")
_CHANGE = Prepared(
    sa.update(t.recipients)
    .where(t.recipients.c.announcement_id == sa.bindparam("its"), t.recipients.c.person_id == sa.bindparam("whose"))
    .values({name: sa.bindparam(f"new_{name}", type_=t.recipients.c[name].type) for name in _CHANGING})
)
_HOLD = Prepared(
    sa.select(t.announcements.c.id)
    .where(one_of(t.announcements.c.id, "ids"))
    .order_by(t.announcements.c.id)
    # New letters of it may refer to it meanwhile.
    .with_for_update(key_share=True)
)
_UNDER_WAY = Prepared(sa.select(t.letters.c.id).where(copies(sa.bindparam("its")), NOT_GONE).limit(1))


@dataclass(frozen=True, slots=True)
class End:
    """How a letter of an announcement ended: `messages` are Telegram's numbers of it; `failure`: why there are none.

    `words`: what Telegram said then.
    """

    letter: Letter
    messages: Collection[int] = ()
    failure: Failure | None = None
    words: str = ""


async def start(
    tx: Tx,
    announcement: Announcement,
    limits: Limits,
    by: int | None,
    now: datetime,
    *,
    before: Collection[AnnouncementState] = NOT_SENT,
) -> int | None:
    """Puts a copy into the outbox for everybody whom the audience reaches now; returns for how many people.

    All organizations of the audience are its destinations from then on, those that it cannot reach now too. None if it
    is in none of the states `before` any more: it is on its way or gone, or was taken back.
    """
    # Newcomers get it within the same limits, though its author may have none by then.
    within = announcement.audience.within(limits).dump()
    moved = await move(tx, announcement.id, before, AnnouncementState.SENDING, by, now, started_at=now, audience=within)
    if not moved:
        return None
    reach = await audiences.reach(tx, announcement.audience, limits, now)
    await destinations.add(tx, announcement.id, reach, now)
    await add(tx, announcement.id, reach.people, now)
    if not reach.addressees:
        await finish(tx, announcement.id, now)
    return len(reach.people)


async def pause(tx: Tx, announcement_id: int, by: int | None, now: datetime) -> bool:
    """Holds back the copies that have not gone; those just being sent still arrive. False if it is not on its way."""
    if not await move(tx, announcement_id, [AnnouncementState.SENDING], AnnouncementState.PAUSED, by, now):
        return False
    await tx.execute(
        sa.update(t.letters)
        .where(copies(announcement_id), t.letters.c.state == LetterState.WAITING)
        .values(state=LetterState.HELD)
    )
    await _show_progress(tx, announcement_id, now)
    return True


async def interrupt(tx: Tx, announcement_id: int, now: datetime) -> None:
    """Holds back the rest and tells the author, whose message is gone from the chat and cannot be copied."""
    if await pause(tx, announcement_id, None, now):
        await tx.execute(sa.update(t.announcements).where(t.announcements.c.id == announcement_id).values(lost_at=now))


async def source_is_gone(tx: Tx, preview: Letter, now: datetime) -> None:
    """Tells whoever wanted a preview that the author's message is gone."""
    announcement_id = preview.data["announcement"]
    await tx.execute(
        sa.update(t.announcements)
        .where(t.announcements.c.id == announcement_id, t.announcements.c.lost_at.is_(None))
        .values(lost_at=now)
    )
    await letters.write(tx, LetterKind.PREVIEW, [preview.person_id], now, announcement=announcement_id, lost=True)


async def resume(tx: Tx, announcement_id: int, by: int, now: datetime) -> bool:
    """Releases what was held back; False if it was not paused."""
    if not await move(tx, announcement_id, [AnnouncementState.PAUSED], AnnouncementState.SENDING, by, now):
        return False
    await tx.execute(
        sa.update(t.letters)
        .where(copies(announcement_id), t.letters.c.state == LetterState.HELD)
        .values(state=LetterState.WAITING)
    )
    tx.filled_outbox = True
    await _show_progress(tx, announcement_id, now)
    return True


async def stop(tx: Tx, announcement_id: int, by: int, now: datetime) -> bool:
    """Ends it before everybody has it; False if it is not on its way."""
    if not await move(tx, announcement_id, UNDER_WAY, AnnouncementState.STOPPED, by, now, finished_at=now):
        return False
    await _drop(tx, announcement_id, now)
    await _show_progress(tx, announcement_id, now)
    return True


async def correct(tx: Tx, announcement: Announcement, text: str, by: int, now: datetime) -> int | None:
    """Has the words of all copies corrected, also of those that have not gone; returns in how many chats.

    None if it is in no state to be corrected.
    """
    changed = await tx.execute(
        sa.update(t.announcements)
        .where(t.announcements.c.id == announcement.id, t.announcements.c.state.in_(SENT_OFF))
        .values(text=text, corrected_at=now)
    )
    if not changed.rowcount:
        return None
    await audit.record(tx, now, by, "announcement.corrected", announcement=announcement.id)
    count = await _to_each_copy(tx, announcement.id, LetterKind.CORRECTION, now)
    await _to_second_copies(tx, announcement, now)
    return count


async def withdraw(tx: Tx, announcement_id: int, by: int, now: datetime) -> int | None:
    """Has all copies deleted and sends no more; returns in how many chats. None if it is in no state for it."""
    moved = await move(tx, announcement_id, SENT_OFF, AnnouncementState.WITHDRAWN, by, now, current_until=None)
    if not moved:
        return None
    await _drop(tx, announcement_id, now)
    await _show_progress(tx, announcement_id, now)
    return await _to_each_copy(tx, announcement_id, LetterKind.WITHDRAWAL, now)


async def hold(tx: Tx, ends: Collection[End]) -> None:
    """Has others that settle letters of the same announcements wait for the end of the transaction.

    Of two that settle the last two letters at once each would see the other's on its way, and nobody the end. It comes
    before letters are settled: whoever pauses or stops an announcement has it first, and then its letters.
    """
    ids = {end.letter.announcement_id for end in ends if end.letter.announcement_id is not None}
    if ids and tx.dialect.name == "postgresql":
        await _HOLD.all(tx, ids=sorted(ids))


async def settled(tx: Tx, ends: Collection[End], now: datetime) -> None:
    """Notes with its recipient what became of each letter of an announcement.

    A batch takes a few statements: a region has 50,000 recipients.
    """
    by_announcement: dict[int, list[End]] = defaultdict(list)
    for end in ends:
        if end.letter.announcement_id is not None:
            by_announcement[end.letter.announcement_id].append(end)
    for announcement_id, ended in by_announcement.items():
        announcement = await get(tx, announcement_id)
        if announcement is not None:
            await _note(tx, announcement, ended, now)
            await _progress(tx, announcement, now)


async def _note(tx: Tx, announcement: Announcement, ends: list[End], now: datetime) -> None:
    whose = [end.letter.person_id for end in ends]
    rows = {row.person_id: dict(row._mapping) for row in await _OF_PEOPLE.all(tx, its=announcement.id, whose=whose)}
    silent = [end.letter.person_id for end in ends if end.failure is Failure.STOPPED]
    why = await _why_not(tx, announcement, silent, now)
    arrived: list[int] = []
    late: list[int] = []
    for end in ends:
        row = rows.get(end.letter.person_id)
        if row is None:
            # The person has had their data erased while the copy was under way.
            continue
        if end.messages and set(end.messages) <= set(row["messages"]):
            # It was noted before: a server that dies in a commit does not say whether it went through.
            continue
        match end.letter.kind:
            case LetterKind.ANNOUNCEMENT if end.messages:
                # A second copy, to those who did not acknowledge, stands beside the first.
                row |= {"messages": [*row["messages"], *end.messages], "failure": None, "words": None}
                row["sent_at"] = row["sent_at"] or now
                arrived.append(end.letter.person_id)
            case LetterKind.ANNOUNCEMENT if end.failure is Failure.STOPPED and not announcement.state.goes_out:
                # The announcement was stopped, not its reader.
                continue
            case LetterKind.ANNOUNCEMENT if end.failure is not None and row["sent_at"] is None:
                row["failure"] = why.get(end.letter.person_id, end.failure)
                row["words"] = end.words or None
            case LetterKind.ACKNOWLEDGE if end.messages:
                row["messages"] = [*row["messages"], *end.messages]
                late.append(end.letter.person_id)
            case LetterKind.WITHDRAWAL if end.failure is None:
                row["withdrawn_at"] = now
            case _:
                # A correction, or a letter that has not arrived, changes nothing of what is recorded.
                pass
    await _CHANGE.run_each(
        tx,
        [
            {"its": announcement.id, "whose": person_id} | {f"new_{name}": row[name] for name in _CHANGING}
            for person_id, row in rows.items()
        ],
    )
    await destinations.reached(tx, announcement.id, arrived, now)
    messages_of = {person_id: rows[person_id]["messages"] for person_id in arrived}
    await _follow(tx, announcement, arrived, late, messages_of, now)


async def _why_not(
    tx: Tx, announcement: Announcement, person_ids: Collection[int], now: datetime
) -> dict[int, Failure]:
    """Who of the people, whose copies had nothing to say, are on vacation, or sit nowhere that it was for any more."""
    if not person_ids:
        return {}
    gone = set(person_ids) - await recipients.seated(tx, announcement.id, person_ids)
    query = sa.select(t.people.c.id).where(
        one_of(t.people.c.id, person_ids), t.people.c.stopped_at.is_(None), t.people.c.paused_until > now
    )
    away = dict.fromkeys((await tx.execute(query)).scalars(), Failure.AWAY)
    return away | dict.fromkeys(gone, Failure.UNSEATED)


async def _follow(
    tx: Tx,
    announcement: Announcement,
    arrived: Sequence[int],
    late: Sequence[int],
    messages_of: Mapping[int, Sequence[int]],
    now: datetime,
) -> None:
    """Writes what has to follow to people whose copies `arrived`, or came `late` as the question to acknowledge."""
    if announcement.state is AnnouncementState.WITHDRAWN:
        # These copies were under way when all others were deleted.
        await letters.write(tx, LetterKind.WITHDRAWAL, [*arrived, *late], now, announcement_id=announcement.id)
        return
    if announcement.corrected_at is not None and (
        announcement.is_album or now - announcement.corrected_at < _LONGEST_SENDING
    ):
        # An album is copied as its author wrote it; a single message may have been under way when it was corrected.
        await _correct_newest(tx, announcement, messages_of, now)
    if arrived and announcement.acknowledge and announcement.is_album:
        # An album has no buttons, so «Ознакомлен» follows in a message of its own.
        await letters.write(tx, LetterKind.ACKNOWLEDGE, arrived, now, announcement_id=announcement.id)


async def _correct_newest(
    tx: Tx, announcement: Announcement, messages_of: Mapping[int, Sequence[int]], now: datetime
) -> None:
    by_copy: dict[int, list[int]] = defaultdict(list)
    for person_id, messages in messages_of.items():
        if held := len(announcement.worded(messages)):
            by_copy[held - 1].append(person_id)
    await _correct_copies(tx, announcement.id, by_copy, now)


async def _to_second_copies(tx: Tx, announcement: Announcement, now: datetime) -> None:
    """Corrects the second copy, too, of people who were sent it again."""
    query = sa.select(t.recipients.c.person_id, t.recipients.c.messages).where(
        t.recipients.c.announcement_id == announcement.id, t.recipients.c.withdrawn_at.is_(None)
    )
    by_copy: dict[int, list[int]] = defaultdict(list)
    for row in await tx.execute(query):
        for number in range(1, len(announcement.worded(row.messages))):
            by_copy[number].append(row.person_id)
    await _correct_copies(tx, announcement.id, by_copy, now)


async def _correct_copies(tx: Tx, announcement_id: int, by_copy: Mapping[int, Sequence[int]], now: datetime) -> None:
    """Corrects copies by their number; 0 is the first that a person got."""
    for number, person_ids in by_copy.items():
        await letters.write(tx, LetterKind.CORRECTION, person_ids, now, announcement_id=announcement_id, copy=number)


async def _show_progress(tx: Tx, announcement_id: int, now: datetime) -> None:
    announcement = await get(tx, announcement_id)
    if announcement is not None:
        await _progress(tx, announcement, now)


async def _progress(tx: Tx, announcement: Announcement, now: datetime) -> None:
    """Has the author's progress message brought up to date: at once when all is done, otherwise now and then."""
    if announcement.state is AnnouncementState.SENDING and not await _is_under_way(tx, announcement.id):
        await finish(tx, announcement.id, now)
    elif announcement.by_id is not None and announcement.progress_message_id is not None:
        await letters.write(
            tx,
            LetterKind.PROGRESS,
            [announcement.by_id],
            now,
            send_after=now + _PROGRESS_EVERY,
            dedup=str(announcement.id),
            announcement=announcement.id,
        )


async def _is_under_way(tx: Tx, announcement_id: int) -> bool:
    return await _UNDER_WAY.first(tx, its=announcement_id) is not None


async def finish(tx: Tx, announcement_id: int, now: datetime) -> None:
    """Notes that nothing of it is left to be sent, and has its author told."""
    if not await move(
        tx, announcement_id, [AnnouncementState.SENDING], AnnouncementState.DONE, None, now, finished_at=now
    ):
        return
    announcement = await get(tx, announcement_id)
    if announcement is not None and announcement.by_id is not None and announcement.progress_message_id is not None:
        # The author waits for the end, and a progress letter that waits already may be seconds away.
        await letters.write(tx, LetterKind.PROGRESS, [announcement.by_id], now, announcement=announcement_id)


async def add(tx: Tx, announcement_id: int, people_at: dict[int, int], now: datetime, *, held: bool = False) -> None:
    """Puts a copy into the outbox for each of the people, given with their organization; `held`: it is paused."""
    if not people_at:
        return
    statement = insert(tx, t.recipients).on_conflict_do_update(
        index_elements=["announcement_id", "person_id"],
        set_={"failure": None, "words": None, "organization_id": sa.literal_column("excluded.organization_id")},
    )
    await execute_each(
        tx,
        statement,
        [
            {
                "announcement_id": announcement_id,
                "person_id": person_id,
                "organization_id": organization_id,
                "added_at": now,
                "messages": [],
            }
            for person_id, organization_id in people_at.items()
        ],
    )
    await letters.write(tx, LetterKind.ANNOUNCEMENT, list(people_at), now, announcement_id=announcement_id)
    if held:
        await tx.execute(
            sa.update(t.letters)
            .where(copies(announcement_id), t.letters.c.state == LetterState.WAITING)
            .values(state=LetterState.HELD)
        )


async def _to_each_copy(tx: Tx, announcement_id: int, kind: LetterKind, now: datetime) -> int:
    query = sa.select(t.recipients.c.person_id).where(
        t.recipients.c.announcement_id == announcement_id,
        t.recipients.c.sent_at.is_not(None),
        t.recipients.c.withdrawn_at.is_(None),
    )
    reached = (await tx.execute(query)).scalars().all()
    await letters.write(tx, kind, reached, now, announcement_id=announcement_id)
    return len(reached)


async def _drop(tx: Tx, announcement_id: int, now: datetime) -> None:
    """Drops the copies that nobody has claimed; one that is just being sent settles by itself."""
    await tx.execute(
        sa.update(t.letters)
        .where(copies(announcement_id), NOT_GONE, ~claims.UNDER_WAY)
        .values(state=LetterState.DROPPED, settled_at=now)
    )
