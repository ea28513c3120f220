"""Says what handlers return as MAX can say it: there are no alerts, and words over the chat may not be shown.

An answer to a press can change the message that was pressed and say a word in one call. What must be read stands in the
screen, or in a message of its own if there is no other.
"""

from dataclasses import replace
from typing import ClassVar

from bot.delivery.max.door import Door
from bot.delivery.max.events import SEPARATOR
from bot.delivery.max.text import NOTICE, attention
from bot.delivery.outgoing.speaker import Speaker
from bot.delivery.sayings import Edit, React, Saying, Send, Toast
from bot.domain.people.messenger import Messenger


class MaxSpeaker(Speaker):
    """A speaker whose bot has a `Door` for its session."""

    has_topics: ClassVar[bool] = False
    messenger: ClassVar[Messenger] = Messenger.MAX

    def heed_silence(self) -> None:
        """From now on a call that has waited for its turn at MAX's rates hears of a silence that began meanwhile."""
        self._door.server.checks.append(self._limit.check)

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
        if shown is not None and toast.alert:
            screen = replace(shown.screen, text=f"{attention(toast.text)}\n\n{shown.screen.text}")
            said[said.index(shown)] = replace(shown, screen=screen)
            toast = replace(toast, alert=False)
        callback_id, *pressed = toast.callback.rsplit(SEPARATOR, 2)
        edited = (saying for saying in said if isinstance(saying, Edit))
        if its := next((each for each in edited if [str(each.chat), str(each.message)] == pressed), None):
            self._door.changing.press(its.chat, its.message, callback_id, toast.text)
            return said
        # Where nothing else tells what came of the press, the word has to be read.
        if toast.text and not said and not toast.alert:
            toast = replace(toast, text=f"{NOTICE}{toast.text}", alert=True)
        return [toast, *said] if toast.text else said

    @property
    def _door(self) -> Door:
        door = self._bot.session
        assert isinstance(door, Door)
        return door
