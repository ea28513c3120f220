"""What a person and the department write to each other about one matter (переписка)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.desk.announcement import Announcement


class GroupTrouble(StrEnum):
    """What is wrong with the department's group, so that administrators are told."""

    MOVED = "moved"
    # The bot is not in it.
    LOST = "lost"
    # The bot is in it, and may not write.
    MUTED = "muted"
    # Topics cannot be made: the bot lacks the right, or the group has none.
    RIGHT = "right"
    FORUM = "forum"


@dataclass(frozen=True, slots=True)
class Thread:
    """A person's matter. `waits`: the department owes the next word; `topic_id`: its topic in the department's forum.

    `about` is the title of the request that it began with, if it began with one; `announcement`: what it replies to.
    """

    id: int
    person_id: int
    person_name: str
    organization_id: int | None
    organization_name: str | None
    organization_label: str | None
    obligation_id: int | None
    about: str | None
    announcement: Announcement | None
    opened_at: datetime
    spoken_at: datetime
    waits: bool
    topic_id: int | None

    @property
    def on_record(self) -> dict[str, Any]:
        """What the log says of it: ids."""
        return {"thread": self.id} | ({"announcement": self.announcement.id} if self.announcement is not None else {})


@dataclass(frozen=True, slots=True)
class Note:
    """One message of a thread; `chat_id` and `message_id` say where it stands, so that its file can be copied.

    `letter_at`: when the letter about several requests was sent that it replies to; `to_reminder`: that is a reminder.
    """

    id: int
    thread_id: int
    at: datetime
    by_id: int | None
    by_name: str | None
    from_staff: bool
    text: str
    file_name: str | None
    chat_id: int
    message_id: int
    to_reminder: bool | None
    letter_at: datetime | None
