"""The state of the simulated MAX: people, chats, messages, files, events. No HTTP here."""

from datetime import datetime
from typing import Any

from simulator.clock import Clock, Timed, real_now
from simulator.errors import Json
from simulator.events import EventLog
from simulator.max.errors import Refused, no_chat, no_dialog, suspended
from simulator.max.model import Attachment, Chat, Link, Message, Person, Press, Stored
from simulator.max.text import counted
from simulator.max.updates import Updates
from simulator.max.ways import Ways

BOT = 190_000_001
_GROUPS = -71_000_000_000_001
MAX_PRESSES = 50_000
_KEPT = (
    "people", "chats", "files", "uploads", "commands", "stripped", "_moment", "_last_group", "_last_number",
    "_last_press",
)  # fmt: skip


def mid_of(chat_id: int, seq: int) -> str:
    """The id of a message: where it stands and its number there."""
    return f"mid.{chat_id & (2**64 - 1):016x}{seq & (2**64 - 1):016x}"


class World(Timed):
    """Everything MAX would remember. Changed only from one event loop, by synchronous code."""

    def __init__(self, now: Clock = real_now) -> None:
        super().__init__(now)
        self.bot = Person(BOT, "Симулятор", username="simulator_bot", language_code="", is_bot=True)
        self.ways = Ways()
        self.people: dict[int, Person] = {}
        # By place: a person's id for their dialog, a group's own id.
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Stored] = {}
        # Addresses that were given to upload to, by their key; a used one is gone.
        self.uploads: dict[str, Stored] = {}
        self.presses: dict[str, Press] = {}
        self.commands: list[Json] = []
        # Tags that the bot sent and nobody sees.
        self.stripped: list[str] = []
        # Labels that a phone may show badly.
        self.unreadable: list[str] = []
        # Where files come up and down, as soon as it is known.
        self.files_url = ""
        self.events = EventLog()
        self.updates = Updates(self._confirmed, self.now_ms)
        self._moment = 0
        self._last_group = _GROUPS
        self._last_number = 0
        self._last_press = 0

    # keeping

    def kept(self) -> Json:
        """What another world may go on from: all but the clock, and the events that wait."""
        return {name: getattr(self, name) for name in _KEPT} | {
            "event": self.events.last, "update": self.updates.next_id, "now": self.now(),
        }  # fmt: skip

    def go_on_from(self, kept: Json) -> None:
        """Takes on what another world has kept."""
        for name in _KEPT:
            setattr(self, name, kept[name])
        self.events.last, self.updates.next_id = kept["event"], kept["update"]

    def pending(self) -> int:
        """Events that the bot has not taken."""
        return len(self.updates)

    def _confirmed(self, left: int) -> None:
        self.events.add("confirmed", None, pending=left)

    # time

    def now_ms(self) -> int:
        """The simulator's time in milliseconds, as MAX tells it."""
        return int(self.now().timestamp() * 1000)

    def moment(self) -> int:
        """The time of something that happens now: no two things happen in one millisecond, also while the clock
        stands still."""
        now = self.now_ms()
        # A clock that was set far back is believed.
        self._moment = self._moment + 1 if now <= self._moment < now + 60_000 else now
        return self._moment

    def set_clock(self, fixed: datetime | None) -> None:
        """Stop the clock at a moment, or return to the clock given at construction."""
        super().set_clock(fixed)
        self.updates.look()
        self.updates.ring()

    # people and chats

    def add_person(self, person: Person) -> Person:
        """A new account; its dialog with the bot exists but the bot may not write there yet."""
        if person.id in self.people or person.id == BOT:
            raise ValueError(f"id {person.id} is taken")
        if person.id <= 0:
            raise ValueError("a person's id is positive")
        self.people[person.id] = person
        # The dialog's id is nobody's: whoever writes to it instead of the person, or the other way round, is refused.
        self.chats[person.id] = Chat(person.id, person.id ^ BOT)
        return person

    def add_group(self, title: str, members: list[int], group_id: int | None = None) -> Chat:
        """A group, still without the bot."""
        for member in members:
            if member not in self.people:
                raise LookupError(f"nobody with id {member}")
        if group_id is None:
            self._last_group -= 1
            group_id = self._last_group
        if group_id in self.chats or group_id >= 0:
            raise ValueError(f"id {group_id} is taken or not negative")
        self.chats[group_id] = Chat(group_id, group_id, title, list(members), bot_status="removed")
        return self.chats[group_id]

    def chat_by_id(self, chat_id: int) -> Chat | None:
        """The chat that the bot knows by that id."""
        place = chat_id if chat_id < 0 else chat_id ^ BOT
        return self.chats.get(place)

    def reachable(self, user_id: int | None, chat_id: int | None) -> Chat:
        """The chat with a person or of an id if the bot may write there, else what MAX answers."""
        chat = self.chats.get(user_id) if user_id is not None else self.chat_by_id(chat_id or 0)
        if chat is None:
            raise no_chat() if user_id is None else no_dialog()
        self.check_access(chat)
        return chat

    def check_access(self, chat: Chat) -> None:
        """Raise what MAX answers if the bot may not write there."""
        if not chat.is_dialog:
            if chat.bot_status == "removed":
                raise Refused(403, "chat.denied", "error.chat.denied")
            return
        person = self.people[chat.place]
        if person.blocked:
            raise suspended()
        if not person.started or person.deactivated:
            raise no_dialog()

    def chat_json(self, chat: Chat) -> Json:
        """As MAX's Chat."""
        status = "removed" if chat.bot_status == "removed" else "active"
        people = [BOT, chat.place] if chat.is_dialog else [BOT, *chat.members]
        latest = max((message.at for message in chat.messages.values()), default=self.now_ms())
        body: Json = {
            "chat_id": chat.chat_id, "type": "dialog" if chat.is_dialog else "chat", "status": status,
            "title": None if chat.is_dialog else chat.title, "icon": None, "last_event_time": latest,
            "participants_count": len(people), "is_public": False, "description": None,
            "participants": dict.fromkeys(map(str, people), latest),
        }  # fmt: skip
        if chat.is_dialog:
            return body | {"dialog_with_user": self.people[chat.place].user(latest)}
        return body | {"owner_id": chat.members[0], "messages_count": len(chat.messages)}

    # messages

    def new_message(self, chat: Chat, sender: int, **content: Any) -> Message:
        """Store a message, without telling anybody yet. Its number says when it was written."""
        at = self.moment()
        # Odd, and so no number that a double could hold: who reads it as one is found out.
        chat.last_seq = max(at << 16 | 1, chat.last_seq + 1)
        mid = mid_of(chat.chat_id, chat.last_seq)
        message = Message(chat.place, mid, chat.last_seq, at, sender, sender == BOT, **content)
        chat.messages[message.seq] = message
        return message

    def announce(self, kind: str, message: Message) -> None:
        """Record the event of a message and remember its number on the message."""
        message.changed = self.events.add(kind, message.place, message_id=message.seq, from_bot=message.from_bot)

    def find(self, chat: Chat, seq: int | None) -> Message | None:
        """A message that exists and was not deleted."""
        message = chat.messages.get(seq) if seq is not None else None
        return None if message is None or message.deleted else message

    def by_mid(self, mid: object) -> Message | None:
        """The message with that id, deleted or not."""
        if not isinstance(mid, str) or not mid.startswith("mid.") or len(mid) != 36:
            return None
        try:
            chat_id, seq = int(mid[4:20], 16), int(mid[20:], 16)
        except ValueError:
            return None
        chat = self.chat_by_id(chat_id - 2**64 if chat_id >= 2**63 else chat_id)
        return chat.messages.get(seq) if chat is not None else None

    def user_json(self, user_id: int) -> Json:
        """As MAX's User."""
        person = self.bot if user_id == BOT else self.people[user_id]
        return person.user(self.now_ms())

    def _attachment_json(self, attachment: Attachment) -> Json:
        stored = attachment.stored
        if stored is None:
            return {"type": attachment.type} | attachment.json
        payload: Json = {"url": f"{self.files_url}/{stored.token}/{stored.number}", "token": stored.token}
        if stored.type == "image":
            return {"type": "image", "payload": {"photo_id": stored.number} | payload}
        body: Json = {"type": stored.type, "payload": payload}
        if stored.type == "file":
            body |= {"filename": stored.name, "size": stored.size}
        if stored.type == "video":
            body |= {"thumbnail": {"url": payload["url"]}, "width": 1280, "height": 720, "duration": 1}
        return body

    def body_json(self, message: Message, *, with_buttons: bool = True) -> Json:
        """The body of a message; what a message forwards or answers comes without its buttons."""
        body: Json = {"mid": message.mid, "seq": message.seq, "text": message.text}
        attachments = [self._attachment_json(attachment) for attachment in message.attachments]
        if message.keyboard and with_buttons:
            attachments.append({"type": "inline_keyboard", "payload": {"buttons": message.keyboard}})
        if attachments:
            body["attachments"] = attachments
        if message.markup:
            body["markup"] = counted(message.text, message.markup, utf16=self.ways.utf16_markup)
        return body

    def message_json(self, message: Message) -> Json:
        """As MAX's Message. In a dialog the recipient's user is whom it was sent to, not whom one talks with."""
        chat = self.chats[message.place]
        recipient: Json = {"chat_id": chat.chat_id, "chat_type": "dialog" if chat.is_dialog else "chat"}
        if chat.is_dialog:
            recipient["user_id"] = chat.place if message.from_bot else BOT
        body: Json = {
            "sender": self.user_json(message.sender), "recipient": recipient, "timestamp": message.at,
            "body": self.body_json(message),
        }  # fmt: skip
        link = message.link
        if link is not None:
            linked: Json = {"type": link.type, "message": link.body}
            linked |= {"sender": link.sender} if link.sender else {}
            body["link"] = linked | ({"chat_id": link.source} if link.source is not None else {})
            if link.type == "forward" and self.ways.bare_forwards and not message.text:
                body["body"] = None
        return body

    def link_to(self, message: Message, kind: str) -> Link:
        """A link to it, as it is now; of what was forwarded itself the link leads on to the source."""
        if kind == "forward" and message.link is not None and message.link.type == "forward":
            return message.link
        chat = self.chats[message.place]
        body = self.body_json(message, with_buttons=False)
        source = chat.chat_id if kind == "forward" else None
        return Link(kind, self.user_json(message.sender), body, source, message.seq)

    # events for the bot

    def happen(self, place: int, kind: str, timestamp: int | None = None, **fields: Any) -> None:
        """Tell the bot."""
        body = {"update_type": kind, "timestamp": self.moment() if timestamp is None else timestamp, **fields}
        self.updates.put(place, body, times=2 if self.ways.events_twice else 1)

    def deliver(self, message: Message, kind: str = "message_created") -> None:
        """Let the chat see a person's message, and the bot hear of it if it may read there."""
        self.announce("edit" if kind == "message_edited" else "message", message)
        chat = self.chats[message.place]
        if not chat.is_dialog and "read_all_messages" not in chat.permissions:
            return
        # Of whom it is the language is clear in a dialog alone.
        told = chat.is_dialog and kind == "message_created"
        locale = {"user_locale": self.people[chat.place].language_code} if told else {}
        untold = self.ways.untold_voices and any(attachment.type == "audio" for attachment in message.attachments)
        shown = {} if untold else {"message": self.message_json(message)}
        self.happen(chat.place, kind, message.edited_at or message.at, **shown, **locale)

    def add_press(self, person: int, place: int, seq: int | None) -> Press:
        """Remember a press until it is answered."""
        self._last_press += 1
        key = f"{place & (2**64 - 1):016x}.{seq or 0:016x}"
        number = key if self.ways.keyboard_ids else f"{key}.{self._last_press}"
        press = Press(f"cb.{number}", person, place, seq)
        self.presses[press.id] = press
        if len(self.presses) > MAX_PRESSES:
            del self.presses[next(iter(self.presses))]
        return press

    # files

    def add_upload(self, kind: str) -> tuple[str, Stored]:
        """A key to upload one file by, and the file that it will be."""
        stored = self._new_file(kind)
        stored.by_bot = True
        key = f"k{stored.number:x}"
        self.uploads[key] = stored
        return key, stored

    def add_file(self, kind: str, name: str, mime: str, content: bytes, size: int | None = None) -> Stored:
        """A file that a person has sent."""
        stored = self._new_file(kind)
        stored.name, stored.mime, stored.content = name, mime, content
        stored.size = len(content) if size is None else size
        return stored

    def _new_file(self, kind: str) -> Stored:
        self._last_number += 1
        number = 5_000_000_000 + self._last_number
        stored = Stored(f"tok_{number:x}_{kind}", kind, number)
        self.files[stored.token] = stored
        return stored

    def take_upload(self, stored: Stored, name: str, mime: str, content: bytes) -> None:
        """The bytes have come up; large ones take longer."""
        stored.name, stored.mime, stored.content, stored.size = name, mime, content, len(content)
        stored.unready = self.ways.not_ready + (1 if stored.size > self.ways.slow_over else 0)

    def check_ready(self, stored: Stored) -> bool:
        """Whether it may be sent; asking is an attempt."""
        if stored.unready:
            stored.unready -= 1
            return False
        return True
