"""The things of the world: people, chats, messages, files, callback queries."""

from collections import deque
from dataclasses import dataclass, field

from simulator.errors import Json

KINDS = ("document", "photo", "video")


@dataclass(slots=True)
class StoredFile:
    """A file on the simulated server; `size` may be larger than the bytes kept, to play big files."""

    file_id: str
    unique_id: str
    kind: str
    path: str
    name: str
    mime: str
    content: bytes
    size: int
    width: int = 0
    height: int = 0

    def as_media(self) -> Json | list[Json]:
        """The file as a message carries it."""
        base: Json = {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}
        if self.kind == "photo":
            small = {"width": max(1, self.width // 4), "height": max(1, self.height // 4)}
            thumbnail: Json = {
                "file_id": f"{self.file_id}s",
                "file_unique_id": f"{self.unique_id}s",
                "file_size": max(1, self.size // 16),
                **small,
            }
            return [thumbnail, {**base, "width": self.width, "height": self.height}]
        named = {**base, "file_name": self.name, "mime_type": self.mime}
        if self.kind == "video":
            return {**named, "width": self.width, "height": self.height, "duration": 1}
        return named


@dataclass(slots=True)
class Message:
    """One message of a chat, of a person or of the bot. Deleted ones stay, marked."""

    chat_id: int
    message_id: int
    date: int
    sender: Json
    from_bot: bool
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    file: StoredFile | None = None
    reply_to: int | None = None
    media_group_id: str | None = None
    forward_origin: Json | None = None
    protected: bool = False
    edit_date: int | None = None
    deleted: bool = False
    reactions: list[str] = field(default_factory=list)
    changed: int = 0

    def buttons(self) -> list[Json]:
        """The inline buttons, in reading order."""
        if not self.markup:
            return []
        return [button for row in self.markup.get("inline_keyboard", []) for button in row]


@dataclass(slots=True)
class Chat:
    """A private chat with a person, a group or a supergroup."""

    id: int
    type: str
    title: str = ""
    members: list[int] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int = 0
    keyboard: Json | None = None
    menu_button: Json | None = None
    alerts: deque[Json] = field(default_factory=lambda: deque(maxlen=200))
    actions: deque[str] = field(default_factory=lambda: deque(maxlen=50))


@dataclass(slots=True)
class Person:
    """A Telegram account and its relation with the bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "ru"
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    is_bot: bool = False

    def user(self) -> Json:
        """As a Bot API User."""
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for key in ("last_name", "username", "language_code"):
            if value := getattr(self, key):
                user[key] = value
        return user


@dataclass(slots=True)
class Query:
    """A callback query waiting for its answer."""

    id: str
    person_id: int
    chat_id: int
    message_id: int
    data: str
    asked: float
    answered: bool = False
