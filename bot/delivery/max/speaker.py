"""Says what handlers return as MAX can say it: there are no alerts, and words over the chat may not be shown.

An answer to a press can change the message that was pressed and say a word in one call. What must be read stands in the
screen, or in a message of its own if there is no other.
"""

import time
from dataclasses import replace
from html import escape
from typing import Any, ClassVar

from bot.delivery.max.door import Door
from bot.delivery.max.events import SEPARATOR
from bot.delivery.outgoing.speaker import Speaker
from bot.delivery.sayings import Edit, React, Saying, Send, Toast
from bot.domain.screen import Screen

_ATTENTION = "❗"
# Seconds in which nobody is told the same word twice, and of how many people the last is remembered.
_JUST_NOW, _KEPT = 30.0, 10_000


class MaxSpeaker(Speaker):
    """A speaker whose bot has a `Door` for its session."""

    has_topics: ClassVar[bool] = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # By person: the last word that was told for the want of anything else, and when.
        self._told: dict[int, tuple[str, float]] = {}

    async def say(self, person_id: int, sayings: list[Saying]) -> None:
        """Says all of them, waiting and repeating for as long as that can help."""
        if any(isinstance(saying, Edit | Send) for saying in sayings):
            # A sign on the message would be a message of its own: what is shown tells that it was taken.
            sayings = [saying for saying in sayings if not isinstance(saying, React)]
        await super().say(person_id, self._as_heard(person_id, sayings))

    def _as_heard(self, person_id: int, sayings: list[Saying]) -> list[Saying]:
        toast = next((saying for saying in sayings if isinstance(saying, Toast)), None)
        if toast is None:
            return sayings
        said: list[Saying] = [saying for saying in sayings if not isinstance(saying, Toast)]
        shown = next((saying for saying in said if isinstance(saying, Edit | Send)), None)
        if toast.text and shown is None and person_id > 0:
            # Nothing else tells what came of the press; a thumb that presses ten times has been told.
            if not self._has_told(person_id, toast.text):
                said.append(Send(person_id, Screen(escape(toast.text, quote=False))))
        elif toast.alert and shown is not None:
            said[said.index(shown)] = replace(shown, screen=_with(shown.screen, toast.text))
        callback_id, _, number = toast.callback.rpartition(SEPARATOR)
        if any(isinstance(saying, Edit) and str(saying.message) == number for saying in said):
            self._door.press(int(number), callback_id, toast.text)
            return said
        return [toast, *said] if toast.text else said

    def _has_told(self, person_id: int, words: str) -> bool:
        """Whether the person has been told the same a moment ago; from now on they have."""
        now = time.monotonic()
        before = self._told.pop(person_id, None)
        self._told[person_id] = words, now
        while len(self._told) > _KEPT:
            self._told.pop(next(iter(self._told)))
        return before is not None and before[0] == words and now - before[1] < _JUST_NOW

    @property
    def _door(self) -> Door:
        door = self._bot.session
        assert isinstance(door, Door)
        return door


def _with(screen: Screen, words: str) -> Screen:
    return replace(screen, text=f"{_ATTENTION} {escape(words, quote=False)}\n\n{screen.text}")
