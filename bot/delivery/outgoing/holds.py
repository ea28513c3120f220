"""The groups that Telegram lets nobody write to for a while, each by itself: slow mode, a limit of one chat.

They are kept by the clock, not by the event loop's: all letters of a group that is held wait for one moment, and so
keep their order.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

# A call that is answered in Telegram's place hears how long it has still to wait; so much is no longer hold.
_SAME = timedelta(seconds=1)
_LONGEST = timedelta(days=1)


class Holds:
    """The chats that wait, and until when."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._until: dict[int, datetime] = {}
        # Those that have been told to wait since anybody was last written to.
        self._together: set[int] = set()

    def hold(self, chat: int, until: datetime) -> datetime:
        """Has the chat wait until then; returns until when it waits."""
        self._together.add(chat)
        self.know(chat, until)
        return self._until[chat]

    def know(self, chat: int, until: datetime) -> None:
        """Has the chat wait until then, as an earlier run or another process was told."""
        until = min(until, self._now() + _LONGEST)
        held = self._until.get(chat)
        if held is None or until > held + _SAME:
            self._until[chat] = until

    def until(self, chat: int | None) -> datetime | None:
        """When the chat may be written to again; None: now."""
        until = self._until.get(chat) if chat is not None else None
        if chat is not None and until is not None and until <= self._now():
            del self._until[chat]
            return None
        return until

    def seconds(self, chat: int | None) -> float:
        """Seconds until the chat may be written to."""
        until = self.until(chat)
        return (until - self._now()).total_seconds() if until is not None else 0.0

    def served(self) -> None:
        """Telegram has taken something: whoever waits by now waits by themselves."""
        self._together.clear()

    def others(self, chat: int) -> bool:
        """Whether another chat has been told to wait too, and nobody was served in between: then it is no matter of
        one chat. Two groups with slow mode, or one that has got another number, are no such matter."""
        return any(other != chat and self.until(other) is not None for other in self._together)
