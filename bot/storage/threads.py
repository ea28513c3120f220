"""What people and the department write to each other, by matter."""

from collections.abc import Collection

from bot.storage.engine import Tx, insert
from bot.storage.schema import thread_messages


async def remember(tx: Tx, chat_id: int, message_ids: Collection[int], thread_id: int) -> None:
    """The messages belong to the thread: a reply to one of them goes there."""
    if not message_ids:
        return
    statement = insert(tx, thread_messages).on_conflict_do_nothing(index_elements=["chat_id", "message_id"])
    await tx.execute(
        statement,
        [{"chat_id": chat_id, "message_id": message_id, "thread_id": thread_id} for message_id in message_ids],
    )
