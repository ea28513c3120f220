"""Letters about what was written in a thread: to the department, to the person, and amendments of them."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.desk.thread import Note, Thread
from bot.domain.letter import Letter, LetterKind, LetterState
from bot.storage import schema as t
from bot.storage.desk import notes, threads
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.ledger import obligations
from bot.storage.people import organizations, people, staff
from bot.storage.post import claims, letters

# An album comes as several messages, one right after the other; its letter waits this long for the last of them.
_GATHERING = timedelta(seconds=2)
# Begins the key of a text that came in several messages. Its first part goes at once: nobody knows that others follow.
LONG_TEXT = "text-"


async def to_department(
    tx: Tx, thread: Thread, note: Note, album: str | None, group: int | None, now: datetime
) -> None:
    """Sends the note to the group, or to each of the curators whose matter it is."""
    if group is not None:
        await _write(tx, [thread.person_id], thread, note, album, now, chat_id=group)
    else:
        await _write(tx, await readers(tx, thread), thread, note, album, now)


async def to_person(tx: Tx, thread: Thread, note: Note, album: str | None, now: datetime) -> None:
    """Sends the department's answer to the person; the cards of the notes that it answers say so from now on."""
    await _write(tx, [thread.person_id], thread, note, album, now)
    await amend_cards(tx, thread, now)


async def corrected(tx: Tx, thread: Thread, note: Note, group: int | None, now: datetime) -> None:
    """Sends the note again, as it is now, to those who have got it. A letter that still waits is up to date anyway."""
    to_group = None if note.from_staff else group
    person_ids = [thread.person_id] if note.from_staff or to_group else await readers(tx, thread)
    for person_id in person_ids:
        waits = await _waiting(tx, [_dedup(person_id, str(note.id))])
        if not waits:
            await letters.write(
                tx,
                LetterKind.NOTE,
                [person_id],
                now,
                dedup=str(note.id),
                chat_id=to_group,
                thread=thread.id,
                notes=[note.id],
                corrected=True,
            )


async def amend_cards(tx: Tx, thread: Thread, now: datetime) -> None:
    """Brings the cards of the person's last notes up to date, wherever they stand."""
    asked = await notes.asked(tx, thread.id)
    known = {
        (row.chat_id, row.message_id)
        for row in await tx.execute(sa.select(t.thread_messages).where(t.thread_messages.c.thread_id == thread.id))
    }
    sent = await tx.execute(
        sa.select(t.letters.c.person_id, t.letters.c.chat_id, t.letters.c.message_id, t.letters.c.data).where(
            one_of(t.letters.c.person_id, {thread.person_id, *(chat for chat, _ in known if chat > 0)}),
            t.letters.c.kind == LetterKind.NOTE,
            t.letters.c.state == LetterState.SENT,
            one_of(t.letters.c.message_id, {message for _, message in known}),
        )
    )
    for row in sent.all():
        chat = row.person_id if row.chat_id is None else row.chat_id
        is_card = asked.intersection(row.data.get("notes", ())) and not {"amends", "file"} & row.data.keys()
        if not is_card or (chat, row.message_id) not in known:
            continue
        await letters.write(
            tx,
            LetterKind.NOTE,
            [row.person_id],
            now,
            dedup=f"amends-{row.message_id}",
            chat_id=row.chat_id,
            **{**row.data, "amends": row.message_id},
        )


async def undelivered(tx: Tx, letter: Letter, now: datetime) -> None:
    """Tells the author of an answer that did not reach the person, in the group if it was written there."""
    if "notes" not in letter.data or "amends" in letter.data or "file" in letter.data:
        return
    thread = await threads.get(tx, letter.data["thread"])
    written = [note for note in await notes.some(tx, letter.data["notes"]) if note.from_staff]
    if thread is None or thread.person_id != letter.person_id or not written or written[0].by_id is None:
        return
    here = written[0].chat_id
    in_group = here != written[0].by_id
    await letters.write(
        tx,
        LetterKind.NOTE,
        [thread.person_id if in_group else written[0].by_id],
        now,
        dedup=f"undelivered-{thread.id}",
        chat_id=here if in_group else None,
        thread=thread.id,
        undelivered=True,
    )


async def without_group(tx: Tx, letter: Letter, now: datetime) -> None:
    """Sends a letter that the group cannot get to the curators instead."""
    thread = await threads.get(tx, letter.data.get("thread", 0))
    if thread is None or "amends" in letter.data or not letter.data.get("notes"):
        return
    data = {key: value for key, value in letter.data.items() if key != claims.BEGUN}
    await letters.write(tx, LetterKind.NOTE, await readers(tx, thread), now, **data)


async def readers(tx: Tx, thread: Thread) -> list[int]:
    """Ids of administrators and of the curators whose matter the thread is, without its own person."""
    obligation = await obligations.get(tx, thread.obligation_id) if thread.obligation_id is not None else None
    directive = obligation.round.directive if obligation else None
    organization = await organizations.get(tx, thread.organization_id) if thread.organization_id is not None else None
    return await staff.curators(tx, directive, obligation or organization, but=thread.person_id)


async def comes_to_somebody(tx: Tx, thread: Thread) -> bool:
    """Whether any of the readers has come to the bot and can be written to."""
    found = await people.each(tx, await readers(tx, thread))
    return any(reader.consent_at is not None and reader.unreachable_at is None for reader in found.values())


async def hand_out(tx: Tx, note: Note, person_id: int, now: datetime) -> None:
    """Sends the note's message, as it was written, to a person who has asked for it."""
    if await people.get(tx, person_id) is not None:
        key = f"file-{note.id}"
        await letters.write(
            tx, LetterKind.NOTE, [person_id], now, dedup=key, thread=note.thread_id, notes=[note.id], file=True
        )


async def _write(
    tx: Tx,
    person_ids: Collection[int],
    thread: Thread,
    note: Note,
    album: str | None,
    now: datetime,
    chat_id: int | None = None,
) -> None:
    """Writes a letter to each person; the parts of an album share one until it is sent."""
    key = f"album-{album}" if album else str(note.id)
    left = list(person_ids)
    if album:
        by_key = {_dedup(person_id, key): person_id for person_id in person_ids}
        for row in await _waiting(tx, list(by_key)):
            data = {**row.data, "notes": [*row.data["notes"], note.id]}
            await tx.execute(sa.update(t.letters).where(t.letters.c.id == row.id).values(data=data))
            left.remove(by_key[row.dedup])
    await letters.write(
        tx,
        LetterKind.NOTE,
        left,
        now,
        send_after=now + _GATHERING if album and not album.startswith(LONG_TEXT) else None,
        dedup=key,
        chat_id=chat_id,
        thread=thread.id,
        notes=[note.id],
    )


async def _waiting(tx: Tx, keys: list[str]) -> list[Any]:
    query = sa.select(t.letters.c.id, t.letters.c.dedup, t.letters.c.data)
    return list(await tx.execute(query.where(t.letters.c.dedup.in_(keys), t.LETTER_IS_UNCLAIMED)))


def _dedup(person_id: int, key: str) -> str:
    return f"{LetterKind.NOTE}:{person_id}:{key}"
