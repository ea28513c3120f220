"""The table of MAX's methods, and what each does."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from simulator.errors import Json
from simulator.max.content import Content, content_of
from simulator.max.errors import Refused, Unsuccessful, bad, no_chat, strict
from simulator.max.model import Chat, Message, Stored
from simulator.max.updates import Subscription
from simulator.max.webhook import check_secret, check_url
from simulator.max.world import BOT, World

# Milliseconds: a message of the bot without buttons may be edited in a dialog for so long.
_EDITABLE = 7 * 24 * 3600 * 1000
COMMANDS, COMMAND_NAME, COMMAND_WORDS = 32, 64, 128
# Of a poll: events and seconds that it gets at most, whatever it asks for (the schema still says 1000 and 90).
POLL, POLL_SECONDS = 100, 30
UPLOADS = ("image", "video", "audio", "file")
_ACTIONS = ("typing_on", "sending_photo", "sending_video", "sending_audio", "sending_file", "mark_seen")
DONE: Json = {"success": True}


@dataclass(frozen=True, slots=True)
class Call:
    """What came: the names in the path, the query, the JSON body ({} if there was none)."""

    path: dict[str, str]
    query: dict[str, str]
    body: Json

    def number(self, name: str, default: int | None = None) -> int | None:
        """A whole number of the query or the path."""
        value = self.query.get(name, self.path.get(name))
        if value is None or value == "null":
            return default
        if not re.fullmatch(r"-?\d{1,19}", value):
            raise bad(f"{name}: must be a number")
        return int(value)


def _get_me(world: World, call: Call) -> Json:
    return world.bot.user(world.now_ms()) | {"description": None, "commands": world.commands}


def _set_commands(world: World, call: Call) -> Json:
    commands = call.body.get("commands")
    if not isinstance(commands, list) or len(commands) > COMMANDS:
        raise bad(f"commands: at most {COMMANDS}")
    for command in commands:
        if not isinstance(command, dict) or command.keys() - {"name", "description"}:
            raise bad("commands: a command has a name and a description")
        name, words = command.get("name"), command.get("description")
        if not isinstance(name, str) or not 1 <= len(name) <= COMMAND_NAME or name.startswith("/"):
            raise bad(f"commands.name: size must be between 1 and {COMMAND_NAME}")
        if words is not None and (not isinstance(words, str) or not 1 <= len(words) <= COMMAND_WORDS):
            raise bad(f"commands.description: size must be between 1 and {COMMAND_WORDS}")
    world.commands = commands
    return _get_me(world, call)


# --- subscriptions ---


def _subscriptions(world: World, call: Call) -> Json:
    world.updates.look()
    return {"subscriptions": [subscription.as_json() for subscription in world.updates.subscriptions.values()]}


def _subscribe(world: World, call: Call) -> Json:
    url = check_url(call.body.get("url"))
    types = call.body.get("update_types")
    if types is not None and not (isinstance(types, list) and all(isinstance(kind, str) for kind in types)):
        raise bad("update_types: must be strings")
    secret = check_secret(call.body.get("secret"))
    world.updates.subscribe(Subscription(url, world.now_ms(), types, secret), backlog=world.ways.backlog)
    return DONE


def _unsubscribe(world: World, call: Call) -> Json:
    if not world.updates.unsubscribe(_wanted(call, "url")):
        raise Unsuccessful("not.found", "simulator: no such subscription")
    return DONE


def _wanted(call: Call, name: str) -> str:
    value = call.query.get(name, "")
    if not value:
        raise bad(f"Missing required parameter: {name}")
    return value


async def poll(world: World, call: Call) -> Json:
    """GET /updates: the only call that waits."""
    limit, seconds = call.number("limit", 100) or 0, call.number("timeout", 30) or 0
    if not 1 <= limit <= 1000 or not 0 <= seconds <= 90:
        raise bad("limit, timeout: out of range")
    world.updates.look()
    if world.updates.subscriptions:
        raise Refused(405, "method.not.allowed", "simulator: updates are delivered to a webhook")
    types = frozenset(filter(None, call.query.get("types", "").split(",")))
    marker = call.number("marker")
    updates, after = await world.updates.poll(marker, min(limit, POLL), min(seconds, POLL_SECONDS), types)
    return {"updates": updates, "marker": after}


# --- messages ---


def _send(world: World, call: Call) -> Json:
    user_id, chat_id = call.number("user_id"), call.number("chat_id")
    if (user_id is None) == (chat_id is None):
        raise bad("Unknown recipient")
    chat = world.reachable(user_id, chat_id)
    content = content_of(world, chat, call.body)
    if content.empty():
        raise bad("simulator: the message is empty")
    content.check_ready(world)
    message = world.new_message(
        chat, BOT, text=content.text or "", markup=content.markup, keyboard=content.keyboard or [],
        attachments=content.attachments or [], link=content.link,
    )  # fmt: skip
    world.announce("message", message)
    return {"message": world.message_json(message)}


def _own(world: World, mid: str) -> Message:
    """A message of the bot that is there, in a chat where it may write."""
    message = world.by_mid(mid)
    if message is None or message.deleted:
        raise Unsuccessful("message.not.found", "simulator: no such message")
    if not message.from_bot:
        raise Unsuccessful("access.denied", "simulator: not a message of the bot")
    world.check_access(world.chats[message.place])
    return message


def change(world: World, message: Message, body: Json) -> None:
    """Put other content into a message: what the body does not name, or names null, stays."""
    chat = world.chats[message.place]
    content = content_of(world, chat, body)
    old = world.now_ms() - message.at > _EDITABLE
    if chat.is_dialog and old and not message.keyboard:
        raise Unsuccessful("message.edit.too.late", "simulator: without a keyboard only for 7 days")
    _check_left(message, content)
    content.check_ready(world)
    if content.text is not None:
        message.text, message.markup = content.text, content.markup
    if content.attachments is not None:
        message.attachments = content.attachments
        if not world.ways.edits_leave_buttons:
            message.keyboard = content.keyboard or []
    if content.link is not None:
        message.link = content.link
    message.edited_at = world.moment()
    world.announce("edit", message)


def _check_left(message: Message, content: Content) -> None:
    text = message.text if content.text is None else content.text
    attachments = message.attachments if content.attachments is None else content.attachments
    if not text and not attachments and not content.keyboard and message.link is None and content.link is None:
        raise bad("simulator: nothing would be left of the message")


def _edit(world: World, call: Call) -> Json:
    change(world, _own(world, _wanted(call, "message_id")), call.body)
    return DONE


def _delete(world: World, call: Call) -> Json:
    message = world.by_mid(_wanted(call, "message_id"))
    if message is None or message.deleted:
        raise Unsuccessful("message.not.found", "simulator: no such message")
    chat = world.chats[message.place]
    world.check_access(chat)
    if not message.from_bot and (chat.is_dialog or "delete_message" not in chat.permissions):
        raise Refused(403, "access.denied", "simulator: not a message of the bot")
    message.deleted = True
    world.announce("delete", message)
    return DONE


def _message(world: World, call: Call) -> Json:
    message = world.by_mid(call.path["messageId"])
    if message is None or message.deleted:
        raise Refused(404, "not.found", "simulator: no such message")
    return world.message_json(message)


def _messages(world: World, call: Call) -> Json:
    mids, chat_id = call.query.get("message_ids"), call.number("chat_id")
    if mids is not None:
        found = [world.by_mid(mid) for mid in mids.split(",")]
        there = [message for message in found if message is not None and not message.deleted]
        return {"messages": [world.message_json(message) for message in there]}
    chat = world.chat_by_id(chat_id) if chat_id is not None else None
    if chat is None:
        raise no_chat()
    world.check_access(chat)
    count = call.number("count", 50) or 0
    if not 1 <= count <= 100:
        raise bad("count: out of range")
    latest = [message for message in reversed(chat.messages.values()) if not message.deleted]
    return {"messages": [world.message_json(message) for message in latest[:count]]}


def _answer(world: World, call: Call) -> Json:
    press = world.presses.get(_wanted(call, "callback_id"))
    if extra := call.body.keys() - {"message", "notification"}:
        raise strict(f"unknown field {min(extra)} of an answer")
    message, notification = call.body.get("message"), call.body.get("notification")
    if message is None and notification is None and not world.ways.empty_answers:
        raise bad("simulator: an answer has a message or a notification")
    if notification is not None and not isinstance(notification, str):
        raise bad("notification: must be a string")
    if press is None:
        raise Refused(404, "not.found", "simulator: no such callback")
    chat = world.chats[press.place]
    world.check_access(chat)
    if message is not None:
        pressed = world.find(chat, press.seq)
        if pressed is None:
            raise Unsuccessful("message.not.found", "simulator: no such message")
        change(world, pressed, message)
    if notification:
        number = world.events.add("answer", press.place, text=notification)
        heard = chat.alerts if world.ways.notifications_shown else chat.unseen
        heard.append({"text": notification, "changed": number, "person_id": press.person})
    world.events.add("answer", press.place, query_id=press.id)
    return DONE


# --- chats ---


def _there(world: World, call: Call) -> Chat:
    chat = world.chat_by_id(call.number("chatId") or 0)
    if chat is None:
        raise no_chat()
    return chat


def _chat(world: World, call: Call) -> Json:
    return world.chat_json(_there(world, call))


def _member(world: World, chat: Chat, user_id: int) -> Json:
    owner = bool(chat.members) and chat.members[0] == user_id
    admin = owner or (user_id == BOT and chat.bot_status == "administrator")
    rights = chat.permissions if user_id == BOT else ["read_all_messages", "write", "delete_message"]
    now = world.now_ms()
    return world.user_json(user_id) | {
        "last_access_time": now, "is_owner": owner, "is_admin": admin, "join_time": now,
        "permissions": rights if admin else None,
    }  # fmt: skip


def _own_membership(world: World, call: Call) -> Json:
    chat = _there(world, call)
    world.check_access(chat)
    return _member(world, chat, BOT)


def _members(world: World, call: Call) -> Json:
    chat = _there(world, call)
    world.check_access(chat)
    people = [chat.place] if chat.is_dialog else chat.members
    return {"members": [_member(world, chat, user_id) for user_id in (*people, BOT)], "marker": None}


def _admins(world: World, call: Call) -> Json:
    chat = _there(world, call)
    world.check_access(chat)
    if chat.bot_status != "administrator":
        raise Refused(403, "access.denied", "simulator: the bot is no administrator")
    return {"members": [_member(world, chat, chat.members[0]), _member(world, chat, BOT)], "marker": None}


def _leave(world: World, call: Call) -> Json:
    chat = _there(world, call)
    world.check_access(chat)
    if chat.is_dialog:
        raise bad("simulator: nobody leaves a dialog")
    chat.bot_status, chat.permissions = "removed", []
    return DONE


def _action(world: World, call: Call) -> Json:
    chat = _there(world, call)
    world.check_access(chat)
    action = call.body.get("action")
    if action not in _ACTIONS:
        raise bad(f"action: unknown action {action!r}")
    chat.actions.append(action)
    world.events.add("action", chat.place, action=action)
    return DONE


# --- files ---


def _upload(world: World, call: Call) -> Json:
    kind = _wanted(call, "type")
    if kind not in UPLOADS:
        raise bad(f"type: unknown type {kind!r}")
    key, stored = world.add_upload(kind)
    body: Json = {"url": f"{world.files_url}/upload.do?sig={key}&expires=1"}
    # Of videos and sounds the token is known before they come up.
    return body | ({"token": stored.token} if kind in ("video", "audio") else {})


def _video(world: World, call: Call) -> Json:
    stored: Stored | None = world.files.get(call.path["videoToken"])
    if stored is None or stored.type != "video" or stored.content is None:
        raise Refused(404, "not.found", "simulator: no such video")
    url = f"{world.files_url}/{stored.token}/{stored.number}"
    return {"token": stored.token, "urls": {"mp4_720": url}, "width": 1280, "height": 720, "duration": 1}


@dataclass(frozen=True, slots=True)
class Method:
    """One method: what its path looks like, the names that its query and body may have."""

    verb: str
    path: str
    do: Callable[[World, Call], Json] | None
    query: frozenset[str] = frozenset()
    body: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """How the record calls it."""
        return f"{self.verb} {self.path}"

    def match(self, path: str) -> dict[str, str] | None:
        """The names in the path, or None: it is another's."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        match = re.fullmatch(pattern, path)
        return match.groupdict() if match else None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONTENT = _words("text attachments link notify format")
METHODS = (
    Method("GET", "/me", _get_me),
    Method("PATCH", "/me/commands", _set_commands, body=_words("commands")),
    Method("GET", "/subscriptions", _subscriptions),
    Method("POST", "/subscriptions", _subscribe, body=_words("url update_types secret version")),
    Method("DELETE", "/subscriptions", _unsubscribe, _words("url")),
    Method("GET", "/updates", None, _words("limit timeout marker types")),
    Method("POST", "/messages", _send, _words("user_id chat_id disable_link_preview"), _CONTENT),
    Method("PUT", "/messages", _edit, _words("message_id"), _CONTENT),
    Method("DELETE", "/messages", _delete, _words("message_id")),
    Method("GET", "/messages", _messages, _words("chat_id message_ids from to count")),
    Method("GET", "/messages/{messageId}", _message),
    Method("POST", "/answers", _answer, _words("callback_id"), _words("message notification")),
    Method("GET", "/chats/{chatId}", _chat),
    Method("GET", "/chats/{chatId}/members/me", _own_membership),
    Method("DELETE", "/chats/{chatId}/members/me", _leave),
    Method("GET", "/chats/{chatId}/members/admins", _admins),
    Method("GET", "/chats/{chatId}/members", _members, _words("user_ids marker count")),
    Method("POST", "/chats/{chatId}/actions", _action, body=_words("action")),
    Method("POST", "/uploads", _upload, _words("type")),
    Method("GET", "/videos/{videoToken}", _video),
)


def method_of(verb: str, path: str) -> tuple[Method, dict[str, str]]:
    """The method and the names in its path, or what MAX answers."""
    others = False
    for method in METHODS:
        if (names := method.match(path)) is not None:
            if method.verb == verb:
                return method, names
            others = True
    if others:
        raise Refused(405, "method.not.allowed", "simulator: no such method here")
    raise Refused(404, "not.found", f"Unknown path: {path}")


def check_names(method: Method, call: Call) -> None:
    """Refuse what MAX does not know, about which it would keep silent."""
    # The version of the schema may be named.
    if extra := call.query.keys() - method.query - {"v"}:
        raise strict(f"unknown parameter {min(extra)}")
    if extra := call.body.keys() - method.body:
        raise strict(f"unknown field {min(extra)}")


def place_of(world: World, method: Method, call: Call) -> int | None:
    """The chat that a call is about, as people know it; None: no one's."""
    mid = call.query.get("message_id", call.path.get("messageId"))
    if mid is not None:
        message = world.by_mid(mid)
        return message.place if message is not None else None
    if press := world.presses.get(call.query.get("callback_id", "")):
        return press.place
    for name, direct in (("user_id", True), ("chat_id", False), ("chatId", False)):
        value = call.query.get(name, call.path.get(name, ""))
        if re.fullmatch(r"-?\d{1,19}", value):
            if direct:
                return int(value)
            chat = world.chat_by_id(int(value))
            return chat.place if chat is not None else int(value)
    return None
