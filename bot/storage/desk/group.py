"""The department's group: its number as of now, and what is wrong with it.

The settings name its first number; Telegram gives a group another one when it becomes a supergroup.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.desk.thread import GroupTrouble
from bot.domain.letter import LetterKind, LetterState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.people import staff
from bot.storage.post import audit, letters, meta

# So many changes of the number are followed; a group has one in its life.
_UPGRADES = 3
# A group in which the bot may not write is tried again after this: nobody tells a bot that members may write again.
_MUTED_FOR = timedelta(hours=1)


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


async def serving(tx: Tx, configured: int | None, now: datetime) -> int | None:
    """The group's number if notes can go there; None: there is no group, or the bot is not in it or may not write."""
    chat_id = await current(tx, configured)
    if chat_id is None:
        return None
    since, why = await _trouble(tx, chat_id)
    is_tried = why is GroupTrouble.MUTED and since is not None and now - since >= _MUTED_FOR
    return chat_id if since is None or is_tried else None


async def moved(tx: Tx, old: int, new: int, now: datetime) -> None:
    """Follows the group to its new number, as a supergroup: letters that wait go there, and administrators are told."""
    waits = sa.update(t.letters).where(t.letters.c.chat_id == old, t.letters.c.state == LetterState.WAITING)
    await tx.execute(waits.values(chat_id=new))
    if await meta.get(tx, _moved(old)) is None:
        await meta.put(tx, _moved(old), str(new))
        await _tell(tx, GroupTrouble.MOVED, new, now)


async def lost(tx: Tx, chat_id: int, now: datetime, why: GroupTrouble = GroupTrouble.LOST) -> None:
    """Notes that the bot cannot write to the group; administrators are told once why: it is LOST, or MUTED there."""
    _, known = await _trouble(tx, chat_id)
    await meta.put(tx, _lost(chat_id), f"{now.isoformat()} {why}")
    if known is not why:
        await _tell(tx, why, chat_id, now)


async def found(tx: Tx, chat_id: int) -> None:
    """Notes that the bot may write to the group again."""
    await meta.remove(tx, _lost(chat_id))


async def heard(tx: Tx, chat_id: int) -> None:
    """Notes that somebody speaks in the group, so the bot is in it; whether it may write there nobody has said."""
    if (await _trouble(tx, chat_id))[1] is GroupTrouble.LOST:
        await found(tx, chat_id)


async def _trouble(tx: Tx, chat_id: int) -> tuple[datetime | None, GroupTrouble | None]:
    """Since when the bot cannot write to the group, and why."""
    value = await meta.get(tx, _lost(chat_id))
    if not value:
        return None, None
    # Before there was another reason, the moment stood alone.
    since, _, why = value.partition(" ")
    return datetime.fromisoformat(since), GroupTrouble(why) if why else GroupTrouble.LOST


async def has_no_topics(tx: Tx, chat_id: int, why: GroupTrouble, now: datetime) -> None:
    """Notes why topics cannot be made. Administrators are told once."""
    if not await meta.get(tx, _flat(chat_id)):
        await meta.put(tx, _flat(chat_id), why)
        await _tell(tx, why, chat_id, now)


async def goes_without_topics(tx: Tx, chat_id: int) -> None:
    """Notes that the messenger has no topics: replies tell what belongs together, and nobody is told."""
    await meta.put(tx, _flat(chat_id), "")


async def may_have_topics(tx: Tx, chat_id: int) -> None:
    """Has topics tried again: something about the group has changed."""
    await meta.remove(tx, _flat(chat_id))


async def is_flat(tx: Tx, chat_id: int) -> bool:
    """Whether topics have been tried in vain."""
    return await meta.get(tx, _flat(chat_id)) is not None


async def _tell(tx: Tx, what: GroupTrouble, chat_id: int, now: datetime) -> None:
    await letters.write(tx, LetterKind.GROUP, await staff.admins(tx), now, what=what, chat=chat_id)
    await audit.record(tx, now, None, f"group.{what}", chat=chat_id)
