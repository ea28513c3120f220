"""Which announcement a message of somebody's chat shows: a copy that they got, a trial copy, a card, its source."""

from collections.abc import Collection

import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.desk import announcements, recipients
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared, insert

_OF_MESSAGE = Prepared(
    sa.select(t.showings.c.announcement_id).where(
        t.showings.c.person_id == sa.bindparam("whose"), t.showings.c.message_id == sa.bindparam("message")
    )
)
_BY_CARD = Prepared(
    sa.select(t.announcements.c.id).where(
        t.announcements.c.by_id == sa.bindparam("whose"),
        t.announcements.c.progress_message_id == sa.bindparam("message"),
    )
)


async def remember(tx: Tx, person_id: int, message_ids: Collection[int], announcement_id: int) -> None:
    """Remembers that the messages show the announcement to somebody of the department. Does nothing if it is gone."""
    if not message_ids or await announcements.get(tx, announcement_id) is None:
        return
    statement = insert(tx, t.showings).on_conflict_do_nothing(index_elements=["person_id", "message_id"])
    await tx.execute(
        statement,
        [
            {"person_id": person_id, "message_id": message_id, "announcement_id": announcement_id}
            for message_id in message_ids
        ],
    )


async def of_message(tx: Tx, person_id: int, message_id: int, *, is_staff: bool) -> int | None:
    """The id of the announcement that the message shows to the person; `is_staff`: they may be somebody's author."""
    copied = await recipients.copied(tx, person_id, message_id)
    if copied is not None or not is_staff:
        return copied
    for query in (_OF_MESSAGE, _BY_CARD):
        row = await query.first(tx, whose=person_id, message=message_id)
        if row is not None:
            return int(row[0])
    source = await announcements.of_message(tx, person_id, message_id)
    return source.id if source is not None else None
