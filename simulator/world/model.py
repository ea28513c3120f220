"""The things of the world: people, chats, messages, files, callback queries."""

from collections import deque
from dataclasses import dataclass, field

from simulator.errors import Json

KINDS = ("document", "photo", "video", "audio", "voice", "sticker", "animation", "video_note")
UNCAPTIONED = ("sticker", "video_note")


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
        sized = {"width": self.width, "height": self.height}
        match self.kind:
            case "video" | "animation":
                return {**named, **sized, "duration": 1}
            case "audio":
                return {**named, "duration": 1}
            case "voice":
                return {**base, "mime_type": self.mime, "duration": 1}
            case "video_note":
                return {**base, "length": 240, "duration": 1}
            case "sticker":
                plain = {"type": "regular", "is_animated": False, "is_video": False, "emoji": self.name}
                return {**base, **plain, "width": 512, "height": 512}
            case _:
                return named


@dataclass(slots=True)
class Message:
    """One message of a chat, of a person or of the bot. Deleted ones stay, marked.

    `extra` is what it holds besides text and file, as the Bot API names it: {"poll": ...}, {"dice": ...}, or what a
    service message tells. `thread` is the id of its topic, in a supergroup without topics of its chain of replies.
    """

    chat_id: int
    message_id: int
    date: int
    sender: Json
    from_bot: bool
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    file: StoredFile | None = None
    extra: Json = field(default_factory=dict)
    service: bool = False
    thread: int | None = None
    reply_to: int | None = None
    media_group_id: str | None = None
    forward_origin: Json | None = None
    protected: bool = False
    edit_date: int | None = None
    deleted: bool = False
    reactions: list[str] = field(default_factory=list)
    changed: int = 0

    @property
    def kind(self) -> str:
        """What it is: "text", a kind of file, or the name of what else it holds."""
        if self.file is not None:
            return self.file.kind
        return next(iter(self.extra), "text")

    @property
    def captioned(self) -> bool:
        """Whether its text is the caption of a file."""
        return self.file is not None and self.file.kind not in UNCAPTIONED

    def buttons(self) -> list[Json]:
        """The inline buttons, in reading order."""
        if not self.markup:
            return []
        return [button for row in self.markup.get("inline_keyboard", []) for button in row]


@dataclass(slots=True)
class Topic:
    """A topic of a forum; its id is that of the service message about its creation."""

    id: int
    name: str
    icon_color: int
    by_bot: bool
    icon_custom_emoji_id: str = ""
    closed: bool = False

    def as_json(self) -> Json:
        """As a Bot API ForumTopic."""
        body: Json = {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color}
        return body | ({"icon_custom_emoji_id": self.icon_custom_emoji_id} if self.icon_custom_emoji_id else {})


@dataclass(slots=True)
class Chat:
    """A private chat with a person, a group or a supergroup; `bot_status` as in a ChatMember."""

    id: int
    type: str
    title: str = ""
    members: list[int] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int = 0
    is_forum: bool = False
    bot_status: str = "member"
    manage_topics: bool = False
    # What ordinary members may not send, by the words of groups.SENDABLE, and how many seconds apart they may.
    forbidden: frozenset[str] = frozenset()
    slow_mode: int = 0
    bot_sent_at: float = -1e9
    topics: dict[int, Topic] = field(default_factory=dict)
    # When topics were deleted, by their ids: it takes the server a while to notice.
    gone_topics: dict[int, float] = field(default_factory=dict)
    migrated_to: int | None = None
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
    # Takes no voice messages from strangers and bots.
    no_voices: bool = False
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
