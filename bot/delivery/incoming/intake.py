"""Takes updates in, whichever door they come by: into the inbox first, to their handlers second.

`receiver` (which polls) and `webhook` are the doors. Telegram is told that an update was received only when `take` has
returned.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.delivery.incoming.flood import TOO_MANY, is_no_answer
from bot.delivery.incoming.unsaved import Unsaved
from bot.pulse import running
from bot.replica import Replica
from bot.storage.desk import group
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.post import inbox
from bot.storage.post.inbox import Incoming

_log = logging.getLogger(__name__)

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
# The first is what a database column holds; Telegram promises 52 significant bits of an id.
_INTEGERS = range(-(2**63), 2**63)
_IDS, _NUMBERS = range(1, 2**53), range(2**63)
# Levels of nesting; Telegram's own updates have eight.
_DEEPEST = 64
# Seconds after which people are told that nothing can be saved; the database may only wait for another program's lock.
TOLD_AFTER = 8.0
# Seconds. Whoever would tell them later than that has stood still, and others have been handed the same meanwhile.
_TOLD_WITHIN = TOLD_AFTER + 4.0
# The kinds of update to which somebody waits for an answer.
_SPOKEN = ("message", "edited_message", "callback_query")
# So many updates wait here in all; others wait at Telegram: messages for a day, presses for two and a half minutes.
FULL = 10_000

Raw = dict[str, Any]


async def unnoticed() -> None:
    """Nobody wants to know that Telegram was heard of."""


class NotAnUpdate(ValueError):
    """The update has no number, or is nothing that Telegram sends."""


class Crowded(Exception):
    """More is waiting than can be handled soon: Telegram is to keep the rest for now."""


def _nobody_waits(_person_id: int | None = None) -> int:
    return 0


@dataclass(eq=False, slots=True)
class _Parcel:
    """Updates that one caller has brought. `beside`: what is recorded with them; `ended`: they are stored, or have
    failed."""

    updates: Sequence[Raw]
    beside: Callable[[Tx], Awaitable[None]] | None = None
    ended: bool = False
    fault: Exception | None = None


class Intake:
    """Stores updates, each once, and hands them to `submit`. `seconds`: a clock that goes on while the process stands
    still."""

    def __init__(
        self,
        storage: Storage,
        submit: Callable[[list[Incoming]], None],
        now: Callable[[], datetime],
        unsaved: Unsaved,
        replica: Replica,
        department_chat: int | None = None,
        taken: Callable[[], None] = lambda: None,
        waiting: Callable[[int | None], int] = _nobody_waits,
        seconds: Callable[[], float] = running,
    ) -> None:
        self._storage = storage
        self._submit = submit
        self._now = now
        self._unsaved = unsaved
        self._replica = replica
        self._department_chat = department_chat
        self._taken = taken
        self._waiting = waiting
        self._seconds = seconds
        self._arrived: list[_Parcel] = []
        # Updates whose storing failed: the commit may have succeeded before the server was lost.
        self._unsure: set[int] = set()
        # Transactions follow each other: what arrives meanwhile goes into the next one together.
        self._turn = asyncio.Lock()

    async def take(self, updates: Sequence[Raw], beside: Callable[[Tx], Awaitable[None]] | None = None) -> None:
        """Returns when the updates are safe in the inbox. `beside`: records in the same transaction what its door has
        to know of them after a restart.

        Raises NotAnUpdate or Crowded before it stores anything, and DatabaseUnavailable. Calls may run side by side,
        even with the same update.
        """
        for update in updates:
            check(update)
        if self._waiting(None) >= FULL:
            raise Crowded(Crowded.__doc__)
        parcel = _Parcel(updates, beside)
        self._arrived.append(parcel)
        async with self._turn:
            if not parcel.ended:
                await self._take_all()
        if parcel.fault is not None:
            raise parcel.fault

    async def group(self, tx: Tx) -> int | None:
        """The department's group, whose messages are taken in; those of all others are not."""
        return await group.current(tx, self._department_chat)

    async def _take_all(self) -> None:
        parcels, self._arrived = self._arrived, []
        # In the order of their numbers: updates that arrive together may have overtaken each other.
        updates = {update["update_id"]: update for parcel in parcels for update in parcel.updates}
        try:
            besides = [parcel.beside for parcel in parcels if parcel.beside is not None]
            stored = await self._safe([updates[key] for key in sorted(updates)], besides)
        except Exception as error:
            for parcel in parcels:
                parcel.ended, parcel.fault = True, error
            return
        except BaseException:
            # This caller is cancelled; the next caller stores what the others have brought.
            self._arrived[:0] = parcels
            raise
        for parcel in parcels:
            parcel.ended = True
        self._taken()
        self._submit(stored)

    async def _safe(self, updates: list[Raw], besides: Sequence[Callable[[Tx], Awaitable[None]]]) -> list[Incoming]:
        """Stores the updates. If that fails or takes long, their senders are told: nobody else knows of them.

        Telegram gives a hundred at a time; the senders of what still waits there learn of it later.
        """
        began = self._seconds()

        def tell() -> None:
            if self._seconds() - began < _TOLD_WITHIN:
                self._unsaved.tell_all(_speakers(updates))

        waiting = asyncio.get_running_loop().call_later(TOLD_AFTER, tell)

        async def work(tx: Tx) -> list[Incoming]:
            for beside in besides:
                await beside(tx)
            return await self._store(tx, updates)

        try:
            stored = await self._storage.apply(work)
        except DatabaseUnavailable:
            self._unsure.update(update["update_id"] for update in updates)
            tell()
            raise
        finally:
            waiting.cancel()
        self._unsure.difference_update(update["update_id"] for update in updates)
        self._unsaved.over()
        return stored

    async def _store(self, tx: Tx, updates: list[Raw]) -> list[Incoming]:
        now = self._now()
        chat = await self.group(tx)
        batch = []
        for update in updates:
            sender_id = sender(update, chat)
            if sender_id is None:
                continue
            if self._waiting(sender_id) >= TOO_MANY and is_no_answer(update):
                # `flood` tells the person while their other updates are handled.
                continue
            batch.append(Incoming(update["update_id"], sender_id, _body(update)))
            if chat is not None and sender_id == chat and (new := _upgraded(update)) is not None:
                # At once: the updates that follow may come from the supergroup.
                await group.moved(tx, chat, new, now)
                chat = new
        # An update that has been handled comes again if Telegram has not heard of it: the bot was
        # killed before the next poll, or the answer to the webhook was lost.
        taken = await inbox.take(tx, batch, now - inbox.REMEMBERED, now, self._replica.id)
        # A commit whose success got lost has stored these: they are in the inbox, and nobody has been handed them.
        stored = self._unsure.intersection(incoming.update_id for incoming in batch)
        stored.difference_update(incoming.update_id for incoming in taken)
        unheard = await inbox.waiting(tx, stored) if stored else []
        return sorted([*taken, *unheard], key=lambda incoming: incoming.update_id)


def check(update: object) -> None:
    """Raises NotAnUpdate for what the database cannot hold or nobody can read."""
    if number_of(update) is None:
        raise NotAnUpdate("there is no update_id")
    level: list[Any] = [update]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                if _is_huge(node.get("message_id")):
                    raise NotAnUpdate("a message_id is too large")
                below += node.values()
            elif isinstance(node, list):
                below += node
            elif isinstance(node, int) and node not in _INTEGERS:
                raise NotAnUpdate("a number is too large")
        if not below:
            return
        level = below
    raise NotAnUpdate("it is nested too deeply")


def number_of(update: object) -> int | None:
    """The update's number; None if it has none that can be kept."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if type(number) is int and number in _NUMBERS else None


def is_sound(update: object) -> bool:
    """Whether `check` lets it pass; the log says why not.

    What does not is confirmed all the same, or it would come for ever, and the updates behind it never.
    """
    try:
        check(update)
    except NotAnUpdate as error:
        _log.warning("an update is passed over: %s", error)
        return False
    return True


def _is_huge(number: object) -> bool:
    """Whether it would be read as a number that no column holds, in quotes or with a fraction."""
    if isinstance(number, str) and number.lstrip("+-").isdecimal():
        # Python reads no number of many thousand digits.
        return len(number) > 20 or int(number) not in _INTEGERS
    return isinstance(number, float) and not abs(number) < _INTEGERS.stop


def _body(update: Raw) -> str:
    # No database takes half of a surrogate pair.
    return json.dumps(update, ensure_ascii=False).encode("utf-8", "replace").decode()


def sender(update: Raw, department_chat: int | None = None) -> int | None:
    """The person whose private chat the update concerns; None: it is none of the bot's business.

    All that is said in the department's group counts as the group's own, so that it keeps its order.
    """
    for kind in ALLOWED:
        content = update.get(kind)
        if not isinstance(content, dict):
            continue
        message = content.get("message") if kind == "callback_query" else content
        chat = message.get("chat") if isinstance(message, dict) else None
        author = content.get("from")
        if not isinstance(chat, dict) or not isinstance(author, dict):
            return None
        if department_chat is not None and chat.get("id") == department_chat:
            return department_chat
        person_id = author.get("id")
        # A private chat has the number of the person in it: what is answered goes there, and to nobody else.
        is_theirs = chat.get("type") == "private" and chat.get("id") == person_id
        return person_id if is_theirs and type(person_id) is int and person_id in _IDS else None
    return None


def _speakers(updates: list[Raw]) -> list[int]:
    """The people whose private chats wait for an answer to any of the updates, each once."""
    spoken = (update for update in updates if any(kind in update for kind in _SPOKEN))
    return list(dict.fromkeys(speaker for update in spoken if (speaker := sender(update)) is not None))


def _upgraded(update: Raw) -> int | None:
    """The group's number as a supergroup, if that is what the update says."""
    message = update.get("message")
    new = message.get("migrate_to_chat_id") if isinstance(message, dict) else None
    return new if isinstance(new, int) else None
