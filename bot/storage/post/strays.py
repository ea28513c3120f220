"""What people have sent and nobody knows the place of: it is kept until they have said where it belongs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared, Upsert
from bot.storage.engine.rows import one_of


@dataclass(frozen=True, slots=True)
class Stray:
    """A message of the person's; `file_kind` as Telegram has it, `album` its number of the album.

    `reply_to`: the message of the chat that it replies to, `announcement_id`: what that shows. `html`: its words as
    they were formatted, if it may be announced itself.
    """

    message_id: int
    text: str
    file_id: str | None = None
    file_name: str | None = None
    file_kind: str | None = None
    album: str | None = None
    announcement_id: int | None = None
    html: str | None = None
    reply_to: int | None = None


_THEIRS = t.strays.c.person_id == sa.bindparam("whose")
_SELECT = sa.select(*(t.strays.c[name] for name in Stray.__slots__)).where(_THEIRS).order_by(t.strays.c.message_id)
_OF_MESSAGE = Prepared(_SELECT.where(t.strays.c.message_id == sa.bindparam("message")))
_OF_ALBUM = Prepared(_SELECT.where(t.strays.c.album == sa.bindparam("album")))
_FORGET = Prepared(sa.delete(t.strays).where(_THEIRS, one_of(t.strays.c.message_id, "messages")))
_PUT = Upsert(
    t.strays,
    ("person_id", "message_id"),
    ("text", "file_id", "file_name", "file_kind", "album", "announcement_id", "html", "reply_to", "at"),
)


async def keep(tx: Tx, person_id: int, stray: Stray, now: datetime) -> bool:
    """Keeps the message, or what it says by now; False if a part of its album is kept already."""
    first = stray.album is None or not await _OF_ALBUM.first(tx, whose=person_id, album=stray.album)
    content = {name: getattr(stray, name) for name in Stray.__slots__}
    await _PUT.run(tx, person_id=person_id, at=now, **content)
    return first


async def of(tx: Tx, person_id: int, message_id: int) -> list[Stray]:
    """What was sent in that message, and with it in one album; nothing if its place has been found."""
    rows = await _OF_MESSAGE.all(tx, whose=person_id, message=message_id)
    if rows and rows[0].album is not None:
        rows = await _OF_ALBUM.all(tx, whose=person_id, album=rows[0].album)
    return [Stray(*row) for row in rows]


async def forget(tx: Tx, person_id: int, kept: Sequence[Stray]) -> None:
    """Their place has been found."""
    if kept:
        await _FORGET.run(tx, whose=person_id, messages=[stray.message_id for stray in kept])


async def prune(tx: Tx, before: datetime) -> int:
    """Forgets what nobody has asked for since that time; how many there were."""
    return (await tx.execute(sa.delete(t.strays).where(t.strays.c.at < before))).rowcount
