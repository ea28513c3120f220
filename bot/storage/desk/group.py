"""The department's group: its number as of now, and what is wrong with it.

The settings name its first number; Telegram gives a group another one when it becomes a supergroup.
"""

from datetime import datetime

import sqlalchemy as sa

from bot.domain.desk.thread import GroupTrouble
from bot.domain.letter import LetterKind, LetterState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.people import staff
from bot.storage.post import audit, letters, meta

# So many changes of the number are followed; a group has one in its life.
_UPGRADES = 3


def _moved(chat_id: int) -> str:
    return f"group_moved {chat_id}"


def _lost(chat_id: int) -> str:
    return f"group_lost {chat_id}"


def _flat(chat_id: int) -> str:
    return f"group_flat {chat_id}"


async def current(tx: Tx, configured: int | None) -> int | None:
    """The present number of the group that the settings name."""
    for _ in range(_UPGRADES):
        if configured is None or (successor := await meta.get(tx, _moved(configured))) is None:
            break
        configured = int(successor)
    return configured


async def serving(tx: Tx, configured: int | None) -> int | None:
    """The group's number if notes can go there; None: there is no group, or the bot is not in it."""
    chat_id = await current(tx, configured)
    return None if chat_id is None or await meta.get(tx, _lost(chat_id)) else chat_id


async def moved(tx: Tx, old: int, new: int, now: datetime) -> None:
    """Follows the group to its new number, as a supergroup: letters that wait go there, and administrators are told."""
    waits = sa.update(t.letters).where(t.letters.c.chat_id == old, t.letters.c.state == LetterState.WAITING)
    await tx.execute(waits.values(chat_id=new))
    if await meta.get(tx, _moved(old)) is None:
        await meta.put(tx, _moved(old), str(new))
        await _tell(tx, GroupTrouble.MOVED, new, now)


async def lost(tx: Tx, chat_id: int, now: datetime) -> None:
    """Notes that the bot cannot write to the group; administrators are told once."""
    if not await meta.get(tx, _lost(chat_id)):
        await meta.put(tx, _lost(chat_id), now.isoformat())
        await _tell(tx, GroupTrouble.LOST, chat_id, now)


async def found(tx: Tx, chat_id: int) -> None:
    """Notes that the bot is in the group again."""
    await meta.remove(tx, _lost(chat_id))


async def has_no_topics(tx: Tx, chat_id: int, why: GroupTrouble, now: datetime) -> None:
    """Notes why topics cannot be made. Administrators are told once."""
    if not await meta.get(tx, _flat(chat_id)):
        await meta.put(tx, _flat(chat_id), why)
        await _tell(tx, why, chat_id, now)


async def may_have_topics(tx: Tx, chat_id: int) -> None:
    """Has topics tried again: something about the group has changed."""
    await meta.remove(tx, _flat(chat_id))


async def is_flat(tx: Tx, chat_id: int) -> bool:
    """Whether topics have been tried in vain."""
    return await meta.get(tx, _flat(chat_id)) is not None


async def _tell(tx: Tx, what: GroupTrouble, chat_id: int, now: datetime) -> None:
    await letters.write(tx, LetterKind.GROUP, await staff.admins(tx), now, what=what, chat=chat_id)
    await audit.record(tx, now, None, f"group.{what}", chat=chat_id)
