"""The things of a MAX: people, chats, messages, files, presses."""

from collections import deque
from dataclasses import dataclass, field

from simulator.errors import Json

# What the driver calls a file, as in Telegram, and what MAX makes of it.
TYPES = {
    "document": "file", "photo": "image", "video": "video", "audio": "audio", "voice": "audio", "animation": "video",
    "video_note": "video",
}  # fmt: skip
KINDS = {"file": "document", "image": "photo", "video": "video", "audio": "audio"}


@dataclass(slots=True)
class Person:
    """An account and its relation with the bot. `blocked`: has stopped the bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "ru"
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    is_bot: bool = False

    def user(self, seen: int) -> Json:
        """As MAX's User, seen last at that moment (ms)."""
        user: Json = {"user_id": self.id, "first_name": self.first_name, "last_name": self.last_name}
        if self.is_bot:
            del user["last_name"]
        if self.username:
            user["username"] = self.username
        name = f"{self.first_name} {self.last_name}".strip()
        return user | {"is_bot": self.is_bot, "last_activity_time": seen, "name": name}


@dataclass(slots=True)
class Stored:
    """A file that MAX keeps. `unready`: so many attempts to send it are refused yet. No content: still to come up.
    `by_bot`: the bot has uploaded it."""

    token: str
    type: str
    number: int
    name: str = ""
    mime: str = ""
    content: bytes | None = None
    size: int = 0
    unready: int = 0
    by_bot: bool = False

    @property
    def kind(self) -> str:
        """What it is, by the word of the Telegram beside it."""
        return KINDS[self.type]


@dataclass(slots=True)
class Attachment:
    """What a message holds besides text and buttons: a file, or what else MAX shows as `json`."""

    type: str
    stored: Stored | None = None
    json: Json = field(default_factory=dict)


@dataclass(slots=True)
class Link:
    """A message that another one answers, or forwards: as it was then. `source` is the chat it stood in."""

    type: str
    sender: Json | None
    body: Json
    source: int | None
    seq: int | None = None


@dataclass(slots=True)
class Message:
    """One message. `place` is the chat as people know it: a person's id for their dialog, else the group's id.

    Deleted ones stay, marked. Positions in `markup` count characters.
    """

    place: int
    mid: str
    seq: int
    at: int
    sender: int
    from_bot: bool
    text: str = ""
    markup: list[Json] = field(default_factory=list)
    keyboard: list[list[Json]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    link: Link | None = None
    edited_at: int | None = None
    deleted: bool = False
    changed: int = 0

    @property
    def message_id(self) -> int:
        """Its number, by the word of the Telegram beside it."""
        return self.seq

    @property
    def chat_id(self) -> int:
        """Where it stands, by the word of the Telegram beside it: not MAX's number of the dialog."""
        return self.place

    @property
    def date(self) -> int:
        """When it was written, in seconds."""
        return self.at // 1000

    def buttons(self) -> list[Json]:
        """All buttons, in reading order."""
        return [button for row in self.keyboard for button in row]

    def files(self) -> list[Stored]:
        """All files, in order."""
        return [one.stored for one in self.attachments if one.stored is not None]


@dataclass(slots=True)
class Chat:
    """A dialog with a person, or a group. The bot knows it by `chat_id`, people by `place`."""

    place: int
    chat_id: int
    title: str = ""
    members: list[int] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    last_seq: int = 0
    # "member", "administrator" or "removed"; and what an administrator may do.
    bot_status: str = "member"
    permissions: list[str] = field(default_factory=list)
    # What popped up, and what the bot said that nobody saw.
    alerts: deque[Json] = field(default_factory=lambda: deque(maxlen=200))
    unseen: deque[Json] = field(default_factory=lambda: deque(maxlen=200))
    actions: deque[str] = field(default_factory=lambda: deque(maxlen=50))

    @property
    def is_dialog(self) -> bool:
        """Whether it is somebody's dialog with the bot."""
        return self.place > 0


@dataclass(slots=True)
class Press:
    """A button that was pressed; its message may be gone."""

    id: str
    person: int
    place: int
    seq: int | None
