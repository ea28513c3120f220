"""The right to be forgotten: nothing that is kept says afterwards who the person was."""

import hashlib
import html
import json
import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState
from bot.storage import schema as t
from bot.storage.desk import broadcasts
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.people import links, people
from bot.storage.post import audit, meta

# The chat of a message whose author has been erased: Telegram has no chat of that number.
NOWHERE = 0
# So few signs say who somebody is only where nothing else is said.
_SHORT = 2


async def erase(tx: Tx, person_id: int, now: datetime) -> None:
    """Erases all that is kept about the person. Answers stay, as the organization's, without a name.

    The log holds a hash of the id, which is enough to show that a given request was carried out, and to carry it out
    again on a backup that is older.
    """
    person = await people.get(tx, person_id)
    # While it is known whose they are: their maker's role ends here.
    await links.end_of(tx, person_id, None, None, now)
    await _leave_announcements(tx, person_id, now)
    await _leave_notes(tx, person_id)
    await _leave_others_dialogues(tx, person_id, person.name if person is not None else "")
    await _drop(tx, t.letters, t.letters.c.id, t.letters.c.data, person_id)
    await _leave_log(tx, person_id)
    await tx.execute(sa.delete(t.dialogues).where(t.dialogues.c.person_id == person_id))
    await tx.execute(sa.delete(t.message_names).where(t.message_names.c.chat_id == person_id))
    # The database itself does the rest: what belongs to the person goes, what the person has done stays without a name.
    await tx.execute(sa.delete(t.people).where(t.people.c.id == person_id))
    await audit.record(tx, now, None, "person.erased", digest=digest(person_id))
    await _note(tx, [f"{digest(person_id)} {now.isoformat()}"])


def digest(person_id: int) -> str:
    """By which an erased person is recognized, who is not named any more."""
    return hashlib.sha256(f"erased person {person_id}".encode()).hexdigest()


async def erased(tx: Tx) -> frozenset[str]:
    """All that has been erased, an entry each: the digest of whom, and when. Who has come back may be erased again."""
    return frozenset((await meta.get(tx, meta.ERASED) or "").splitlines())


async def erased_since(tx: Tx, person_id: int, since: datetime) -> int:
    """How often the person has been erased since then."""
    theirs = [entry.partition(" ") for entry in await erased(tx) if entry.startswith(digest(person_id))]
    return sum(datetime.fromisoformat(at) >= since for _, _, at in theirs)


async def erase_again(tx: Tx, entries: Collection[str], now: datetime) -> int:
    """Erases what had been erased by `entries` and is still in this database, a backup's; how many people that were."""
    due = set(entries) - await erased(tx)
    digests = {entry.partition(" ")[0] for entry in due}
    ids = (await tx.execute(sa.select(t.people.c.id))).scalars().all() if due else []
    again = [person_id for person_id in ids if digest(person_id) in digests]
    for person_id in again:
        await erase(tx, person_id, now)
    await _note(tx, due)
    return len(again)


async def _note(tx: Tx, entries: Collection[str]) -> None:
    if entries:
        await meta.put(tx, meta.ERASED, "\n".join(sorted({*await erased(tx), *entries})))


async def _leave_announcements(tx: Tx, person_id: int, now: datetime) -> None:
    """What was sent stays, but its source is in the person's chat, so nobody else can get it; drafts go."""
    draft = sa.and_(t.announcements.c.by_id == person_id, t.announcements.c.state == AnnouncementState.DRAFT)
    await tx.execute(sa.delete(t.announcements).where(draft))
    unasked = sa.and_(t.questions.c.round_id.is_(None), ~t.questions.c.template)
    await tx.execute(sa.delete(t.questions).where(t.questions.c.by_id == person_id, unasked))
    theirs = t.announcements.c.chat_id == person_id
    rows = await tx.execute(
        sa.select(t.announcements.c.id, t.announcements.c.state, t.announcements.c.messages).where(theirs)
    )
    for row in rows.all():
        if row.state == AnnouncementState.SENDING:
            await broadcasts.interrupt(tx, row.id, now)
        # Of how many messages it is has to be known, to correct and delete the copies that stand in people's chats.
        nameless = [NOWHERE] * len(row.messages)
        await tx.execute(
            sa.update(t.announcements)
            .where(t.announcements.c.id == row.id)
            .values(
                chat_id=NOWHERE,
                messages=nameless,
                lost_at=sa.func.coalesce(t.announcements.c.lost_at, now),
                progress_message_id=None,
            )
        )
    proposed = t.announcements.c.proposed_by == person_id
    await tx.execute(sa.update(t.announcements).where(proposed).values(proposed=None, proposed_by=None))


async def _leave_notes(tx: Tx, person_id: int) -> None:
    """Notes of staff stay in the threads of others, without the chat that they were written in."""
    theirs = t.notes.c.chat_id == person_id
    # A chat and a number are one message: these have none any more, so each gets a number of its own.
    await tx.execute(sa.update(t.notes).where(theirs).values(chat_id=NOWHERE, message_id=-t.notes.c.id))
    await tx.execute(sa.delete(t.thread_messages).where(t.thread_messages.c.chat_id == person_id))


async def _leave_others_dialogues(tx: Tx, person_id: int, name: str) -> None:
    """Whoever was about to do something about the person begins anew: there is nobody to do it to."""
    await _drop(tx, t.dialogues, t.dialogues.c.person_id, t.dialogues.c.data, person_id, name)


async def _leave_log(tx: Tx, person_id: int) -> None:
    """Entries still say what happened, but not to whom."""
    for key, detail in await _mentions(tx, t.audit.c.id, t.audit.c.detail, person_id):
        rest = {name: value for name, value in detail.items() if not _speaks_of(value, person_id, "")}
        await tx.execute(sa.update(t.audit).where(t.audit.c.id == key).values(detail=rest))


async def _drop(
    tx: Tx, table: sa.Table, key: sa.Column[Any], data: sa.Column[Any], person_id: int, name: str = ""
) -> None:
    keys = [found for found, _ in await _mentions(tx, key, data, person_id, name)]
    if keys:
        await tx.execute(sa.delete(table).where(one_of(key, keys)))


async def _mentions(
    tx: Tx, key: sa.Column[Any], data: sa.Column[Any], person_id: int, name: str = ""
) -> list[tuple[Any, Any]]:
    """Keys and contents of the rows whose JSON has the person's number, or the name, as a value."""
    text = sa.cast(data, sa.Text)
    # As JSON has it: a name may hold a quotation mark.
    said = {json.dumps(each, ensure_ascii=False)[1:-1] for each in _spellings(name)}
    words = [text.contains(str(person_id)), *(text.contains(each, autoescape=True) for each in said)]
    rows = await tx.execute(sa.select(key, data).where(sa.or_(*words)))
    return [(row[0], row[1]) for row in rows.all() if _speaks_of(row[1], person_id, name)]


def _spellings(name: str) -> set[str]:
    """The name as it was said, and as it stands among HTML."""
    return {name, html.escape(name), html.escape(name, quote=False)} if name else set()


def _names(text: str, name: str) -> bool:
    """Whether the text has the name, as words of their own: somebody who is called «а» is not in every text."""
    if len(name) <= _SHORT:
        return text == name
    return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text) for each in _spellings(name))


def _speaks_of(value: Any, person_id: int, name: str) -> bool:
    match value:
        case dict():
            both = [*value, *value.values()]
            return any(_speaks_of(inner, person_id, name) for inner in both)
        case list():
            return any(_speaks_of(inner, person_id, name) for inner in value)
        case bool():
            return False
        case int():
            return value == person_id
        case str():
            return value == str(person_id) or (name != "" and _names(value, name))
        case _:
            return False
