"""What anybody writes in a thread: which messages can be passed on, and when the next one is waited for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiogram.filters import BaseFilter
from aiogram.types import Message

from bot.domain.desk.thread import Note, Thread
from bot.domain.screen import Screen
from bot.domain.text import clean, units
from bot.storage.desk import correspondence, group, notes, threads
from bot.storage.desk.correspondence import LONG_TEXT
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views.heads import threads as views
from handlers.attachments import attachment
from handlers.long_text import LEAST_PART
from handlers.scene import Scene

# What one person may write to the department in that time: more is no letter but a flood. It may be more with the rest
# of albums and of long texts, and with corrections: each of them goes to everybody who got what it belongs to.
AT_MOST, ALL_AT_MOST, WITHIN = 20, 50, timedelta(minutes=10)
# Files chosen together come as albums of ten at most, one right after the other.
_ALBUM_LASTS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Written:
    """A message that can be passed on.

    `album`: Telegram's number of the album that it is part of; `gathers`: of what else goes in the same letter, the
    album or a text that is cut.
    """

    text: str
    file_name: str | None
    album: str | None
    gathers: str | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be seen of it."""
        return not self.text and self.file_name is None


def written(message: Message, begun: int | None = None) -> Written | None:
    """What the message says; None if it is of a kind that is not passed on. `begun`: where its text has begun."""
    file = attachment(message)
    if file is None and message.text is None:
        return None
    text, album = clean(message.text or message.caption or ""), message.media_group_id
    is_part = begun is not None or (file is None and units(message.text or "") >= LEAST_PART)
    gathers = f"{LONG_TEXT}{begun or message.message_id}" if is_part else album
    return Written(text, file and file[1], album, gathers)


class Awaited(BaseFilter):
    """The next message belongs to the conversation of that kind, or the message is the rest of an album that did."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool:
        if scene.dialogue.kind != self._kind or (message.text or "").startswith("/"):
            return False
        return scene.dialogue.data["step"] == "write" or continues(message, scene)


def continues(message: Message, scene: Scene) -> bool:
    """Whether the message is one of an album whose first part has been passed on, or refused, a moment ago."""
    at = scene.dialogue.data.get("at")
    if message.media_group_id is None or at is None:
        return False
    return scene.now - datetime.fromisoformat(at) < _ALBUM_LASTS


async def is_flood(scene: Scene, *, goes_on: bool = False) -> bool:
    """Whether the person has written to the department more than anybody means. `goes_on`: what they send now is a
    correction, or the rest of what was passed on."""
    written = await notes.recent(scene.tx, scene.person.id, scene.now - WITHIN)
    return written >= (ALL_AT_MOST if goes_on else AT_MOST)


class OfThread(BaseFilter):
    """The message is a reply to one that belongs to a thread."""

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool | dict[str, Any]:
        pointed = message.reply_to_message
        if pointed is None or (message.text or "").startswith("/"):
            return False
        thread_id = await threads.of_message(scene.tx, message.chat.id, pointed.message_id)
        return False if thread_id is None else {"thread_id": thread_id}


class IsNote(BaseFilter):
    """The message was passed on when it was written."""

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool | dict[str, Any]:
        note = await notes.of_message(scene.tx, message.chat.id, message.message_id)
        # Nobody but the person writes in their own chat, and what is written in the group has its own handlers.
        return False if note is None else {"note": note}


async def keep(message: Message, scene: Scene, thread: Thread, said: Written, *, from_staff: bool) -> Note | None:
    """Adds it to the thread; None if it is there already."""
    note = await notes.add(
        scene.tx,
        thread,
        scene.person.id,
        message.chat.id,
        message.message_id,
        said.text,
        said.file_name,
        scene.now,
        from_staff=from_staff,
    )
    if note is not None and message.reply_to_message is not None:
        await notes.replies_to(scene.tx, note, message.reply_to_message.message_id)
    return note


async def settled(scene: Scene, said: Written, kind: str, **data: Any) -> None:
    """The conversation has had its message: it is over, or waits for the rest of an album."""
    if said.album is None:
        await dialogues.end(scene.tx, scene.person.id)
        return
    rest = Dialogue(kind, {"step": "rest", "at": scene.now.isoformat(), **data})
    await dialogues.put(scene.tx, scene.person.id, rest, scene.now)


async def passed(scene: Scene, thread: Thread) -> Screen:
    """What whoever has written to the department sees: that it has it, or that they alone would read it."""
    is_staffs = scene.person.may_curate and scene.person.id == thread.person_id
    if not is_staffs or await group.serving(scene.tx, scene.installation.department_chat, scene.now):
        return views.passed(thread.id)
    return views.passed(thread.id, is_own_reader=not await correspondence.comes_to_somebody(scene.tx, thread))
