"""What a messenger calls chats and messages that the rest of the program knows by numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared, Upsert
from bot.storage.engine.rows import one_of

_CHAT = Prepared(sa.select(t.people.c.chat_id).where(t.people.c.id == sa.bindparam("whose")))
_NAME = Prepared(
    sa.select(t.message_names.c.name).where(
        t.message_names.c.chat_id == sa.bindparam("chat"), t.message_names.c.message_id == sa.bindparam("message")
    )
)
_PUT = Upsert(t.message_names, ("chat_id", "message_id"), ("name",))


# Numbers of messages say when they were written: so many bits below the milliseconds. A messenger that numbers them
# otherwise one day has numbers below this one, of which nobody knows how old they are.
_BELOW, _FIRST = 16, 1_500_000_000_000 << 16
# Longer than a school year: a form is edited in its place for as long as it may be answered.
KEPT = timedelta(days=400)


async def chat_of(tx: Tx, person_id: int) -> int | None:
    """The number of the chat with the person; None: nobody has told."""
    chat: int | None = await _CHAT.scalar(tx, whose=person_id)
    return chat


async def keep_chats(tx: Tx, chats: Mapping[int, int]) -> set[int]:
    """Keeps the chats by their people; returns whose are kept: of strangers nothing is."""
    known = sa.select(t.people.c.id, t.people.c.chat_id).where(one_of(t.people.c.id, [*chats]))
    kept = {row.id: row.chat_id for row in await tx.execute(known)}
    for person_id in (id for id, chat_id in kept.items() if chat_id != chats[id]):
        await tx.execute(sa.update(t.people).where(t.people.c.id == person_id).values(chat_id=chats[person_id]))
    return {*kept}


async def name_of(tx: Tx, chat: int, message_id: int) -> str | None:
    """What the message is called, if that is kept."""
    name: str | None = await _NAME.scalar(tx, chat=chat, message=message_id)
    return name


async def keep_names(tx: Tx, names: Sequence[tuple[int, int, str]]) -> None:
    """Keeps what messages are called: chat, number and name of each. Of strangers nothing is kept."""
    people = [chat for chat in {chat for chat, _, _ in names} if chat > 0]
    known = set((await tx.execute(sa.select(t.people.c.id).where(one_of(t.people.c.id, people)))).scalars())
    for chat, message_id, name in names:
        if chat < 0 or chat in known:
            await _PUT.run(tx, chat_id=chat, message_id=message_id, name=name)


async def prune(tx: Tx, before: datetime) -> int:
    """Forgets what messages of before that moment are called; returns of how many."""
    number = t.message_names.c.message_id
    old = sa.and_(number >= _FIRST, number < int(before.timestamp() * 1000) << _BELOW)
    return (await tx.execute(sa.delete(t.message_names).where(old))).rowcount
