"""What a person is told during a flood: when more of their updates wait than anybody reads answers to.

Every update is handled in turn, and what is to be recorded is recorded. Only the answers are fewer: one notice instead
of an answer to each, and the latest state of each form when the flood is over. Otherwise the answers to one person
would use up the rate that Telegram allows the whole bot, and nobody would get any. After a crash in the middle of a
flood nothing is decided again, and what was not said stays unsaid.
"""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any

from bot.delivery.sayings import Delete, Edit, EditButtons, React, Saying, Send, Toast
from bot.domain.screen import Screen

# More waiting updates of one person are a flood. Somebody who waits for answers has one or two, an album has ten, and
# somebody who has pressed about while the bot was down some twenty.
MANY = 30
# Memory keeps so many of the waiting updates whole; the inbox has the others.
IN_MEMORY = 2 * MANY
# Beyond so many, an update that cannot answer a request is not even taken in.
TOO_MANY = 300
# Seconds between two notices to one person.
_NOTICE_EVERY = 60.0
# A flood keeps the latest state of so many messages for a person, who has fewer requests than that.
_KEPT = 50
# The last notices to so many people are remembered.
_PEOPLE = 10_000


class Flood:
    """Decides which of the sayings are said. `notice` words that there is too much."""

    def __init__(self, notice: Callable[[], Screen]) -> None:
        self._notice = notice
        self._kept: dict[int, dict[Hashable, Saying]] = {}
        self._noticed: dict[int, float] = {}

    def said(self, person_id: int, waiting: int, sayings: list[Saying]) -> list[Saying]:
        """The sayings that are said now, while so many more updates of the person wait."""
        # The chat is the department's group: many people write there.
        if person_id < 0 or (waiting <= MANY and person_id not in self._kept):
            return sayings
        kept = self._kept.setdefault(person_id, {})
        for saying in sayings:
            key = _subject(saying)
            if key is not None:
                kept.pop(key, None)
                kept[key] = saying
        if waiting > MANY:
            while len(kept) > _KEPT:
                del kept[next(iter(kept))]
            return self._notices(person_id)
        del self._kept[person_id]
        # A saying without a subject answers one of the last updates, and is said as it is.
        return [*kept.values(), *(saying for saying in sayings if _subject(saying) is None)]

    def _notices(self, person_id: int) -> list[Saying]:
        now = asyncio.get_running_loop().time()
        if now - self._noticed.get(person_id, -_NOTICE_EVERY) < _NOTICE_EVERY:
            return []
        if len(self._noticed) >= _PEOPLE:
            self._noticed = {key: at for key, at in self._noticed.items() if now - at < _NOTICE_EVERY}
        self._noticed[person_id] = now
        return [Send(person_id, self._notice())]


def _subject(saying: Saying) -> Hashable:
    """What the saying shows, so that a later one about the same is enough; None: it only answers."""
    match saying:
        case Send(about=int() as obligation) | Edit(about=int() as obligation):
            return "form", obligation
        case Edit(chat, message) | EditButtons(chat, message):
            return "message", chat, message
        case Delete(chat, message):
            return "gone", chat, message
        case Send() | Toast() | React():
            return None


def is_no_answer(update: dict[str, Any]) -> bool:
    """Whether the update cannot answer a request, however it is handled: a command, a sticker, a place on the map."""
    message = update.get("message")
    if not isinstance(message, dict):
        return False
    text = message.get("text")
    if isinstance(text, str):
        return text.startswith("/")
    return not any(kind in message for kind in ("document", "photo", "video", "audio", "voice"))
