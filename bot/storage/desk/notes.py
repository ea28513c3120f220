"""The messages of threads."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.desk.thread import Note, Thread
from bot.domain.letter import LetterKind
from bot.storage import schema as t
from bot.storage.desk import threads
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import insert
from bot.storage.post import audit

# Letters that are about several requests, or may be.
_OF_SEVERAL = (LetterKind.REQUESTS, LetterKind.REMINDER)
_CORRECTED = "note.corrected"
_NOTE = Mapped(
    Note,
    t.notes,
    by_name=t.people.c.name,
    to_reminder=(t.letters.c.kind == LetterKind.REMINDER),
    letter_at=t.letters.c.settled_at,
)


async def add(
    tx: Tx,
    thread: Thread,
    by: int,
    chat_id: int,
    message_id: int,
    text: str,
    file_name: str | None,
    now: datetime,
    *,
    from_staff: bool,
) -> Note | None:
    """Keeps a message of the thread; None if it is kept already. A person's message waits for an answer.

    Its number is remembered too: a reply to it belongs to the thread.
    """
    statement = insert(tx, t.notes).values(
        thread_id=thread.id,
        at=now,
        by_id=by,
        from_staff=from_staff,
        text=text,
        file_name=file_name,
        chat_id=chat_id,
        message_id=message_id,
    )
    statement = statement.on_conflict_do_nothing(index_elements=["chat_id", "message_id"])
    note_id = (await tx.execute(statement.returning(t.notes.c.id))).scalar()
    if note_id is None:
        return None
    await tx.execute(
        sa.update(t.threads).where(t.threads.c.id == thread.id).values(spoken_at=now, waits=not from_staff)
    )
    await threads.remember(tx, chat_id, [message_id], thread.id)
    await _record(tx, "note.answered" if from_staff else "note.written", thread, note_id, by, now)
    return await get(tx, note_id)


async def replies_to(tx: Tx, note: Note, message_id: int) -> None:
    """Notes which message of its chat the note replies to."""
    await tx.execute(sa.update(t.notes).where(t.notes.c.id == note.id).values(reply_to=message_id))


async def correct(tx: Tx, thread: Thread, note: Note, text: str, file_name: str | None, by: int, now: datetime) -> bool:
    """Changes the text of a message that was edited; False if it says the same as before."""
    if (note.text, note.file_name) == (text, file_name):
        return False
    await tx.execute(sa.update(t.notes).where(t.notes.c.id == note.id).values(text=text, file_name=file_name))
    await _record(tx, _CORRECTED, thread, note.id, by, now)
    return True


async def get(tx: Tx, note_id: int) -> Note | None:
    """The note, None if there is no such one."""
    notes = await _load(tx, _query().where(t.notes.c.id == note_id))
    return notes[0] if notes else None


async def of_message(tx: Tx, chat_id: int, message_id: int) -> Note | None:
    """The note that was written as that message."""
    notes = await _load(tx, _query().where(t.notes.c.chat_id == chat_id, t.notes.c.message_id == message_id))
    return notes[0] if notes else None


async def some(tx: Tx, note_ids: list[int]) -> list[Note]:
    """The notes of these ids, in the order in which they were written."""
    return await _load(tx, _query().where(t.notes.c.id.in_(note_ids)).order_by(t.notes.c.id))


async def page(tx: Tx, thread_id: int, limit: int, offset: int) -> tuple[list[Note], int]:
    """Notes of the thread in the order in which they were written, `offset` from its end; and how many in all."""
    query = _query().where(t.notes.c.thread_id == thread_id).order_by(t.notes.c.id.desc()).limit(limit).offset(offset)
    total = sa.select(sa.func.count()).select_from(t.notes).where(t.notes.c.thread_id == thread_id)
    return (await _load(tx, query))[::-1], int((await tx.execute(total)).scalar_one())


async def answers_to(tx: Tx, note: Note) -> list[Note]:
    """The department's answers to a person's note, until the person wrote again."""
    asked = sa.select(sa.func.min(t.notes.c.id)).where(
        t.notes.c.thread_id == note.thread_id,
        t.notes.c.from_staff.is_(False),
        t.notes.c.id > _first_answer(note.thread_id, note.id),
    )
    query = _query().where(t.notes.c.thread_id == note.thread_id, t.notes.c.from_staff, t.notes.c.id > note.id)
    until = (await tx.execute(asked)).scalar()
    if until is not None:
        query = query.where(t.notes.c.id < until)
    return await _load(tx, query.order_by(t.notes.c.id))


def _first_answer(thread_id: int, after: int) -> sa.ScalarSelect[Any]:
    return (
        sa.select(sa.func.min(t.notes.c.id))
        .where(t.notes.c.thread_id == thread_id, t.notes.c.from_staff, t.notes.c.id > after)
        .scalar_subquery()
    )


async def asked(tx: Tx, thread_id: int) -> set[int]:
    """Ids of the person's last notes: nothing follows them, or only the department's last answers."""
    query = sa.select(t.notes.c.id, t.notes.c.from_staff).where(t.notes.c.thread_id == thread_id)
    last_words: set[int] = set()
    for row in await tx.execute(query.order_by(t.notes.c.id.desc())):
        if not row.from_staff:
            last_words.add(row.id)
        elif last_words:
            break
    return last_words


async def recent(tx: Tx, person_id: int, since: datetime) -> int:
    """How many notes the person has written to the department since then, and how often they have corrected any."""
    written = (
        sa.select(sa.func.count())
        .select_from(t.notes.join(t.threads))
        .where(t.threads.c.person_id == person_id, t.notes.c.from_staff.is_(False), t.notes.c.at >= since)
    )
    corrected = sa.select(sa.func.count()).where(
        t.audit.c.by_id == person_id, t.audit.c.action == _CORRECTED, t.audit.c.at >= since
    )
    counts = (await tx.execute(sa.select(written.scalar_subquery(), corrected.scalar_subquery()))).one()
    return sum(counts)


async def _record(tx: Tx, action: str, thread: Thread, note_id: int, by: int, now: datetime) -> None:
    directive_id = (
        sa.select(t.rounds.c.directive_id)
        .select_from(t.obligations.join(t.rounds, t.rounds.c.id == t.obligations.c.round_id))
        .where(t.obligations.c.id == thread.obligation_id)
    )
    await audit.record(
        tx,
        now,
        by,
        action,
        organization_id=thread.organization_id,
        directive_id=(await tx.execute(directive_id)).scalar() if thread.obligation_id is not None else None,
        **thread.on_record,
        note=note_id,
    )


def _query() -> sa.Select[Any]:
    letter = sa.and_(
        t.letters.c.person_id == t.notes.c.chat_id,
        t.letters.c.message_id == t.notes.c.reply_to,
        t.letters.c.kind.in_(_OF_SEVERAL),
    )
    joined = t.notes.outerjoin(t.people, t.people.c.id == t.notes.c.by_id).outerjoin(t.letters, letter)
    return sa.select(*_NOTE.columns).select_from(joined)


async def _load(tx: Tx, query: sa.Select[Any]) -> list[Note]:
    return [_NOTE(row) for row in await tx.execute(query)]
