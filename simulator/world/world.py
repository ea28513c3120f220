"""The state of the simulated Telegram: people, chats, messages, files, updates, events. No HTTP here."""

import itertools
from typing import Any, Literal

from simulator.clock import Clock, Timed, real_now
from simulator.errors import ApiError, Json, bad_request, forbidden
from simulator.events import EventLog
from simulator.world.model import Chat, Message, Person, Query, StoredFile
from simulator.world.updates import UpdateQueue
from simulator.world.webhook import Webhook

# What the bot wants to do in a chat (Client.cpp: AccessRights); each asks more of its place there than the one before.
Access = Literal["read", "edit", "write"]
_SUPERGROUP_BASE = -1_000_000_000_000
_CHANNEL_BASE = -1_002_000_000_000
MAX_QUERIES = 50_000
_KEPT = ("people", "chats", "files", "paths", "profile", "commands", "menu_button", "_channels")
_COUNTERS = ("_message_ids", "_file_ids", "_query_ids", "_group_ids", "_album_ids", "_poll_ids")


class World(Timed):
    """Everything Telegram would remember. Changed only from one event loop, by synchronous code."""

    def __init__(self, token: str, now: Clock = real_now) -> None:
        self.token = token
        head = token.split(":", 1)[0]
        if not head.isdigit():
            raise ValueError("a bot token begins with the bot's numeric id and a colon")
        self.bot = Person(int(head), "Симулятор", username="simulator_bot", language_code="", is_bot=True)
        super().__init__(now)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.profile: dict[str, Any] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.menu_button: Json = {"type": "commands"}
        self.events = EventLog()
        self.updates = UpdateQueue(self._confirmed, self.timestamp)
        self.webhook = Webhook()
        self._message_ids = itertools.count(1)
        self._file_ids = itertools.count(1)
        self._query_ids = itertools.count(4_000_000_000_000_001)
        self._group_ids = itertools.count(1)
        self._album_ids = itertools.count(13_000_000_000_000_001)
        self._poll_ids = itertools.count(5_000_000_000_000_001)
        self._channels: dict[str, int] = {}

    # keeping

    def kept(self) -> Json:
        """What another world may go on from: all but the clock, and the updates that wait."""
        counters = {name: next(getattr(self, name)) for name in _COUNTERS}
        return {name: getattr(self, name) for name in _KEPT} | {
            "counters": counters, "event": self.events.last, "update": self.updates.next_id, "now": self.now(),
        }  # fmt: skip

    def go_on_from(self, kept: Json) -> None:
        """Takes on what another world has kept."""
        for name in _KEPT:
            setattr(self, name, kept[name])
        for name, number in kept["counters"].items():
            setattr(self, name, itertools.count(number))
        self.events.last, self.updates.next_id = kept["event"], kept["update"]

    def pending(self) -> int:
        """Updates that the bot has not confirmed."""
        return len(self.updates)

    def _confirmed(self, left: int) -> None:
        self.events.add("confirmed", None, pending=left)

    # time

    def timestamp(self) -> int:
        """The simulator's time as messages carry it."""
        return int(self.now().timestamp())

    # people and chats

    def add_person(self, person: Person) -> Person:
        """A new account; its chat with the bot exists but the bot may not write there yet."""
        if person.id in self.people or person.id in self.chats:
            raise ValueError(f"id {person.id} is taken")
        if person.id <= 0:
            raise ValueError("a person's id is positive")
        self.people[person.id] = person
        self.chats[person.id] = Chat(person.id, "private")
        return person

    def add_group(self, title: str, members: list[int], supergroup: bool, group_id: int | None = None) -> Chat:
        """A group with the bot in it."""
        for member in members:
            if member not in self.people:
                raise LookupError(f"nobody with id {member}")
        if group_id is None:
            number = next(self._group_ids)
            group_id = _SUPERGROUP_BASE - number if supergroup else -number
        if group_id in self.chats or group_id >= 0:
            raise ValueError(f"id {group_id} is taken or not negative")
        chat = Chat(group_id, "supergroup" if supergroup else "group", title, list(members))
        # number 1 of a supergroup tells of its making, and is the id of a forum's general topic
        chat.last_message_id = 1 if supergroup else 0
        self.chats[group_id] = chat
        return chat

    def known(self, chat_id: int | None, access: Access = "read") -> Chat:
        """A chat in which the bot may do that, else the error Telegram answers (Client.cpp: check_chat_access)."""
        chat = self.chats.get(chat_id) if chat_id is not None else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None and access == "write":
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, text, migrate_to=chat.migrated_to)
        # What stands in a small group is read and copied by whoever has been there.
        stays_open = chat.type == "group" and (access == "read" or chat.migrated_to is not None)
        if chat.bot_status == "kicked" and not stays_open:
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if chat.bot_status == "left" and not stays_open:
            raise forbidden(f"bot is not a member of the {chat.type} chat")
        return chat

    def reachable(self, chat_id: int | None, access: Access = "write") -> Chat:
        """The chat if the bot may write there, else the error Telegram answers."""
        chat = self.known(chat_id, access)
        if chat.type == "private":
            person = self.people[chat.id]
            if person.deactivated:
                raise forbidden("user is deactivated")
            if person.blocked:
                raise forbidden("bot was blocked by the user")
            if not person.started:
                raise forbidden("bot can't initiate conversation with a user")
        return chat

    def chat_json(self, chat: Chat) -> Json:
        """The chat as messages carry it."""
        body: Json
        if chat.type != "private":
            body = {"id": chat.id, "type": chat.type, "title": chat.title}
            return {**body, "is_forum": True} if chat.is_forum else body
        user = self.people[chat.id].user()
        body = {"id": chat.id, "type": "private"}
        for key in ("first_name", "last_name", "username"):
            if key in user:
                body[key] = user[key]
        return body

    def channel_json(self, title: str) -> Json:
        """A channel that posts are forwarded from."""
        number = self._channels.setdefault(title, _CHANNEL_BASE - len(self._channels) - 1)
        return {"id": number, "type": "channel", "title": title}

    # messages

    def album_id(self) -> str:
        """The id of a new album."""
        return str(next(self._album_ids))

    def poll_id(self) -> str:
        """The id of a new poll."""
        return str(next(self._poll_ids))

    def new_message(self, chat: Chat, sender: Person, **content: Any) -> Message:
        """Store a message, without telling anybody yet."""
        # private chats and small groups share one row of numbers in a bot's account
        own_numbers = chat.type == "supergroup"
        message_id = chat.last_message_id + 1 if own_numbers else next(self._message_ids)
        chat.last_message_id = message_id
        message = Message(chat.id, message_id, self.timestamp(), sender.user(), sender is self.bot, **content)
        chat.messages[message_id] = message
        return message

    def announce(self, kind: str, message: Message) -> None:
        """Record the event of a message and remember its number on the message."""
        message.changed = self.events.add(
            kind, message.chat_id, message_id=message.message_id, from_bot=message.from_bot
        )

    def find(self, chat: Chat, message_id: int | None) -> Message | None:
        """A message that exists and was not deleted."""
        message = chat.messages.get(message_id) if message_id is not None else None
        return None if message is None or message.deleted else message

    def _content_json(self, message: Message) -> Json:
        body: Json = dict(message.extra)
        if message.file is not None:
            body[message.file.kind] = message.file.as_media()
            if message.file.kind == "animation":
                body["document"] = body["animation"]
        if message.text:
            body["caption" if message.captioned else "text"] = message.text
        if message.entities:
            body["caption_entities" if message.captioned else "entities"] = message.entities
        return body

    def message_json(self, message: Message, *, with_reply: bool = True) -> Json:
        """The message as the Bot API shows it to the bot."""
        chat = self.chats[message.chat_id]
        body: Json = {
            "message_id": message.message_id,
            "from": message.sender,
            "chat": self.chat_json(chat),
            "date": message.date,
        }
        body |= self._content_json(message)
        if message.thread is not None:
            body["message_thread_id"] = message.thread
            if message.thread in chat.topics:
                body["is_topic_message"] = True
        if message.markup and "inline_keyboard" in message.markup:
            body["reply_markup"] = message.markup
        if message.edit_date is not None:
            body["edit_date"] = message.edit_date
        if message.media_group_id:
            body["media_group_id"] = message.media_group_id
        if message.forward_origin:
            body["forward_origin"] = message.forward_origin
        if message.protected:
            body["has_protected_content"] = True
        if with_reply:
            # what is no reply hangs, in a topic, on the message about the topic's creation
            target = message.thread if message.reply_to is None and message.thread in chat.topics else message.reply_to
            original = self.find(chat, target) if target != message.message_id else None
            if original is not None:
                body["reply_to_message"] = self.message_json(original, with_reply=False)
        return body

    def known_mentions(self, entities: list[Json]) -> list[Json]:
        """Fill in the users of mentions by id; Telegram drops those the bot never met."""
        kept: list[Json] = []
        for item in entities:
            if item["type"] == "text_mention":
                user = item.get("user")
                number = user.get("id") if isinstance(user, dict) else None
                person = self.people.get(number) if isinstance(number, int) else None
                if person is None:
                    continue
                kept.append({**item, "user": person.user()})
            else:
                kept.append(item)
        return kept

    # files

    def add_file(
        self, kind: str, name: str, mime: str, content: bytes, *, size: int | None = None,
        dimensions: tuple[int, int] = (1280, 720),
    ) -> StoredFile:  # fmt: skip
        """Keep an upload and give it its ids."""
        number = next(self._file_ids)
        suffix = name.rsplit(".", 1)[-1] if "." in name else "bin"
        path = f"{kind}s/file_{number}.{suffix}"
        width, height = dimensions if kind in ("photo", "video", "animation") else (0, 0)
        stored = StoredFile(
            f"SIM-{kind}-{number:08d}", f"U{number:08d}", kind, path, name, mime, content,
            len(content) if size is None else size, width, height,
        )  # fmt: skip
        self.files[stored.file_id] = stored
        if kind == "photo":
            self.files[f"{stored.file_id}s"] = stored
        self.paths[path] = stored
        return stored

    # callback queries

    def add_query(self, person: Person, chat_id: int, message_id: int, data: str) -> Query:
        """Remember a press until it is answered."""
        query = Query(str(next(self._query_ids)), person.id, chat_id, message_id, data, self.now().timestamp())
        self.queries[query.id] = query
        if len(self.queries) > MAX_QUERIES:
            del self.queries[next(iter(self.queries))]
        return query

    def take_query(self, query_id: str) -> Query:
        """The query if it may still be answered."""
        query = self.queries.get(query_id)
        if query is None or query.answered or self.now().timestamp() - query.asked > 15 * 60:
            raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        query.answered = True
        return query
