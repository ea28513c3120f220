"""Finds MAX's name of a message by its number, also after a restart.

The names of all messages that were ever seen follow from the numbers of the chat and the message. MAX does not promise
that, so a name that does not is kept; so is the number of each person's dialog.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.delivery.max.ids import mid_of
from bot.storage.engine.database import Storage, Tx
from bot.storage.post import names

# The names of so many messages are in memory: presses come soon, and say the name anew.
_KEPT = 20_000
# Behind the name of a message of which several are made stands the place of the part.
_PART = "#"


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that MAX has told of. `where`: the person or the group; `chat_id`: MAX's number of it; `part`: its
    place among those that were made of one, None if there is one."""

    where: int
    chat_id: int
    message_id: int
    mid: str
    part: int | None = None

    @property
    def name(self) -> str:
        """What it is kept as."""
        return self.mid if self.part is None else f"{self.mid}{_PART}{self.part}"

    @property
    def is_regular(self) -> bool:
        """Whether the name follows from the numbers."""
        return self.name == mid_of(self.chat_id, self.message_id)


class Names:
    """What this process knows of names, and the database keeps. `storage` None: nothing is kept."""

    def __init__(self, storage: Storage | None) -> None:
        self._storage = storage
        self._names: OrderedDict[tuple[int, int], str] = OrderedDict()
        # The dialogs of people; and of whom the database has it too.
        self._chats: dict[int, int] = {}
        self._kept: dict[int, int] = {}

    async def keep(self, tx: Tx, seen: Iterable[Seen]) -> None:
        """Keeps in the database what it needs of these, and does not have."""
        new = {one.where: one.chat_id for one in seen if one.where > 0 and self._kept.get(one.where) != one.chat_id}
        if new:
            kept = await names.keep_chats(tx, new)
            # If the transaction fails after all, the message comes again or the next one says the same.
            self._kept |= {where: new[where] for where in kept}
        irregular = [(one.where, one.message_id, one.name) for one in seen if one.mid and not one.is_regular]
        if irregular:
            await names.keep_names(tx, irregular)

    def note(self, seen: Iterable[Seen]) -> None:
        """Has these in memory."""
        for one in seen:
            if one.where > 0:
                self._chats[one.where] = one.chat_id
            self._names[one.where, one.message_id] = one.name
            self._names.move_to_end((one.where, one.message_id))
        while len(self._names) > _KEPT:
            self._names.popitem(last=False)

    async def said(self, seen: Seen) -> None:
        """Keeps a message of the bot's own, if it cannot be told from its number."""
        self.note([seen])
        if not seen.is_regular and self._storage is not None:
            await self._storage.apply(lambda tx: names.keep_names(tx, [(seen.where, seen.message_id, seen.name)]))

    async def find(self, where: int, message_id: int) -> tuple[str, int | None] | None:
        """The name of the message, and which part of it is meant (None: all of it); None if there is no such name."""
        name = self._names.get((where, message_id))
        if name is None:
            name = await self._looked_up(where, message_id)
            if name is None:
                return None
            self._names[where, message_id] = name
        mid, _, part = name.partition(_PART)
        return (mid, int(part) if part else None) if mid else None

    def known(self, where: int, message_id: int) -> str | None:
        """The name of the message, if it is in memory."""
        name = self._names.get((where, message_id))
        return name.partition(_PART)[0] if name else None

    async def dialog(self, where: int) -> int | None:
        """MAX's number of the chat; None if nobody has told."""
        if where < 0:
            return where
        if where not in self._chats and self._storage is not None:
            async with self._storage.read() as tx:
                known = await names.chat_of(tx, where)
            if known is not None:
                self._chats[where] = self._kept[where] = known
        return self._chats.get(where)

    async def _looked_up(self, where: int, message_id: int) -> str | None:
        if message_id <= 0:
            return None
        if self._storage is not None:
            async with self._storage.read() as tx:
                kept = await names.name_of(tx, where, message_id)
            if kept is not None:
                return kept
        chat_id = await self.dialog(where)
        return mid_of(chat_id, message_id) if chat_id is not None else None
