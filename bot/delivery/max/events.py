"""Events of MAX as the updates of Telegram's that handlers read."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.delivery.incoming.intake import Raw
from bot.delivery.max.ids import CHATS, MESSAGES, PARTS, chat_of, is_name, moment_id, person_of, seq_of, update_id
from bot.delivery.max.layout import WORD
from bot.delivery.max.names import Seen
from bot.delivery.max.text import entities

_log = logging.getLogger(__name__)

# What is asked for.
TYPES = [
    "message_created",
    "message_edited",
    "message_callback",
    "bot_started",
    "bot_stopped",
    "bot_added",
    "bot_removed",
]
# What MAX tells of beside that, where it is asked for everything, and why nobody acts on it.
PASSED = {
    "message_removed": "what was said stays said, as in Telegram, which does not tell",
    "user_added": "who is in the department's group is the department's business",
    "user_removed": "the same",
    "chat_title_changed": "groups are known by their numbers",
    "dialog_cleared": "the person's own view: forms come again by /tasks",
    "dialog_muted": "the same: what is said is said without a sound",
    "dialog_unmuted": "the same",
    "dialog_removed": "bot_stopped comes with it",
    "bot_admin_permissions_changed": "what it may do no more is refused when it does it",
    "comment_created": "the bot has no channel",
    "comment_edited": "the same",
    "comment_removed": "the same",
}
# What stands between the parts of a press's id, and of a file's.
SEPARATOR = "|"
# Whoever the bot is, to itself: nobody asks.
_SELF = {"id": 1, "is_bot": True, "first_name": "bot"}
# MAX's kinds of attachments that are files, as Telegram calls them.
FILES = {"image": "photo", "video": "video", "audio": "voice", "file": "document"}


@dataclass(frozen=True, slots=True)
class Told:
    """What an event tells: updates, and what it says of names."""

    updates: list[Raw]
    seen: list[Seen]


NOTHING = Told([], [])
# Characters of a kind that nobody knows.
_SHOWN = 100


def told(event: Any) -> Told:
    """The event as updates; none, if it is none of the bot's business or cannot be read."""
    if not isinstance(event, dict) or type(event.get("timestamp")) is not int or event["timestamp"] < 0:
        return NOTHING
    kind = str(event.get("update_type"))
    make = _KINDS.get(kind)
    if make is None and kind not in PASSED:
        _unknown(kind[:_SHOWN])
    try:
        return make(event) if make is not None else NOTHING
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        # It is not of the form that MAX's events have. What it says is somebody's own.
        _log.warning("an event %s is passed over: %s", event["update_type"], type(error).__name__)
        return NOTHING


@lru_cache(maxsize=100)
def _unknown(kind: str) -> None:
    """The log has it once: a new kind may be one that people miss."""
    _log.warning("MAX tells of %s, of which nobody knows what it is", kind)


@lru_cache(maxsize=100)
def _unfit(_number: str) -> None:
    """The log has it once of each, without the number: whose is beyond what a person's can be is never answered."""
    _log.warning("MAX tells of somebody whose number is none that the bot can keep: they are not answered")


def _created(event: Raw) -> Told:
    return _message(event, event["message"], "message", event["message"]["timestamp"])


def _edited(event: Raw) -> Told:
    return _message(event, event["message"], "edited_message", event["timestamp"])


def _message(event: Raw, message: Raw, kind: str, at: int) -> Told:
    sender = message.get("sender")
    author, chat = _user(sender), _chat(message, sender)
    if author is None or chat is None:
        return NOTHING
    mid, seq = _numbered(message, author["id"])
    parts = _parts(message, mid)
    seen, updates = [], []
    for place, content in enumerate(parts):
        number = seq + place
        part = place if len(parts) > 1 else None
        seen.append(Seen(chat["id"], _chat_id(message), number, mid, part))
        said = {
            "message_id": number,
            "date": message["timestamp"] // 1000,
            "chat": chat,
            "from": author,
            **_linked(message, chat),
            **content,
        }
        if part is not None:
            said["media_group_id"] = str(seq)
        if kind == "edited_message":
            said["edit_date"] = at // 1000
        updates.append({"update_id": update_id(at, place, kind, chat["id"], seq), kind: said})
    return Told(updates, seen)


def _pressed(event: Raw) -> Told:
    press, message = event["callback"], event.get("message")
    author = _user(press["user"])
    if author is None:
        return NOTHING
    at, id, payload = press.get("timestamp") or event["timestamp"], press["callback_id"], press.get("payload") or ""
    seen: list[Seen] = []
    # Who has deleted the message by now has pressed it in their own dialog: in a group only staff delete the bot's.
    chat = _private(author)
    number = 0
    if isinstance(message, dict):
        found = _chat(message, press["user"])
        if found is None:
            return NOTHING
        chat, (mid, number) = found, _numbered(message, author["id"])
        seen.append(Seen(chat["id"], _chat_id(message), number, mid))
    # Whether each press has an id of its own, or each keyboard, nobody says.
    key = update_id(at, 0, "message_callback", id, author["id"], payload)
    if payload.startswith(WORD):
        said = {
            "message_id": moment_id(at, f"{id} {author['id']}"),
            "date": at // 1000,
            "chat": chat,
            "from": author,
            "text": payload.removeprefix(WORD),
        }
        # It is no message, so it has no name.
        unnamed = [Seen(chat["id"], _chat_id(message), said["message_id"], "")] if message else []
        return Told([{"update_id": key, "message": said}], [*seen, *unnamed])
    query: Raw = {
        "id": SEPARATOR.join([id, str(chat["id"]), str(number)]),
        "from": author,
        "chat_instance": str(chat["id"]),
        "data": payload,
        "message": {"message_id": number, "date": message["timestamp"] // 1000 if message else 0, "chat": chat},
    }
    if message:
        query["message"]["text"] = (message.get("body") or {}).get("text") or ""
    return Told([{"update_id": key, "callback_query": query}], seen)


def _started(event: Raw) -> Told:
    author = _user(event["user"])
    if author is None:
        return NOTHING
    at, payload = event["timestamp"], event.get("payload")
    said = {
        "message_id": moment_id(at, f"bot_started {author['id']}"),
        "date": at // 1000,
        "chat": _private(author),
        "from": author,
        "text": f"/start {payload}" if payload else "/start",
    }
    key = update_id(at, 0, "bot_started", author["id"], payload)
    # It is no message, so it has no name.
    return Told([{"update_id": key, "message": said}], [Seen(author["id"], _dialog(event), said["message_id"], "")])


def _stopped(event: Raw) -> Told:
    author = _user(event["user"])
    return NOTHING if author is None else _membership(event, author, _private(author), "member", "kicked")


def _added(event: Raw) -> Told:
    return _in_group(event, "left", "member")


def _removed(event: Raw) -> Told:
    return _in_group(event, "member", "left")


def _in_group(event: Raw, before: str, after: str) -> Told:
    author = _user(event.get("user"))
    if author is None or event.get("is_channel"):
        return NOTHING
    return _membership(event, author, _group(_dialog(event)), before, after)


def _membership(event: Raw, author: Raw, chat: Raw, before: str, after: str) -> Told:
    at = event["timestamp"]
    said = {
        "chat": chat,
        "from": author,
        "date": at // 1000,
        "old_chat_member": _member(before),
        "new_chat_member": _member(after),
    }
    key = update_id(at, 0, event["update_type"], chat["id"], author["id"])
    return Told([{"update_id": key, "my_chat_member": said}], [])


def _member(status: str) -> Raw:
    return {"status": status, "user": _SELF, **({"until_date": 0} if status == "kicked" else {})}


_KINDS: dict[str, Callable[[Raw], Told]] = {
    "message_created": _created,
    "message_edited": _edited,
    "message_callback": _pressed,
    "bot_started": _started,
    "bot_stopped": _stopped,
    "bot_added": _added,
    "bot_removed": _removed,
}


def _user(user: Any) -> Raw | None:
    """The person; None for bots, the bot itself among them."""
    if not isinstance(user, dict) or user.get("is_bot"):
        return None
    number = person_of(user.get("user_id"))
    if number is None:
        _unfit(str(user.get("user_id"))[:_SHOWN])
        return None
    names = {"last_name": user.get("last_name"), "username": user.get("username")}
    return {
        "id": number,
        "is_bot": False,
        "first_name": user.get("first_name") or user.get("name") or "—",
        **{key: value for key, value in names.items() if isinstance(value, str) and value},
    }


def _private(author: Raw) -> Raw:
    return {"id": author["id"], "type": "private", "first_name": author["first_name"]}


def _group(chat_id: int) -> Raw:
    return {"id": chat_id, "type": "supergroup", "title": ""}


def _chat_id(message: Raw) -> int:
    """MAX's number of the chat; its schema lets it be null, and then the message's name has it."""
    recipient = message["recipient"]
    if recipient.get("chat_id") is None:
        recipient = {"chat_id": chat_of(str((message.get("body") or {}).get("mid")))}
    return _dialog(recipient)


def _dialog(of: Raw) -> int:
    number = of["chat_id"]
    if type(number) is not int or number not in CHATS:
        raise ValueError("a chat without a number")
    return number


def _chat(message: Raw, user: Any) -> Raw | None:
    """Where the message is, and `user` writes or presses; None for channels."""
    match message["recipient"].get("chat_type"):
        case "dialog":
            author = _user(user)
            return _private(author) if author is not None else None
        case "chat":
            return _group(_chat_id(message))
        case _:
            return None


def _numbered(message: Raw, author: int) -> tuple[str, int]:
    """The message's name and number. What is only passed on may come without a body, and so without either: it is
    found, if at all, by the name of its original."""
    body = message.get("body") or {}
    mid, seq = body.get("mid"), body.get("seq")
    if not isinstance(mid, str):
        original = _name(content(message).get("mid"))
        return original, moment_id(message["timestamp"], f"{original} {author}")
    number = seq if type(seq) is int else seq_of(mid)
    if number is None or number not in MESSAGES:
        raise ValueError("a message without a number")
    return _name(mid), number


def _name(mid: object) -> str:
    if not is_name(mid):
        raise ValueError("a message without a name")
    return mid


def content(message: Raw) -> Raw:
    """The body that people see: of what was passed on, that of the original."""
    body: Raw = message.get("body") or {}
    link = message.get("link") or {}
    if link.get("type") == "forward" and not body.get("text") and not body.get("attachments"):
        return link.get("message") or {}
    return body


def _linked(message: Raw, chat: Raw) -> Raw:
    link = message.get("link") or {}
    of = link.get("message") or {}
    if link.get("type") == "reply":
        number = of.get("seq") if type(of.get("seq")) is int else seq_of(str(of.get("mid")))
        return {"reply_to_message": {"message_id": number, "date": 1, "chat": chat}} if number is not None else {}
    if link.get("type") == "forward":
        sender = link.get("sender") or {}
        name = sender.get("first_name") or sender.get("name") or "—"
        origin = {"type": "hidden_user", "sender_user_name": name, "date": message["timestamp"] // 1000}
        return {"forward_origin": origin}
    return {}


def _parts(message: Raw, mid: str) -> list[Raw]:
    """What the message says, as the messages of which Telegram would make it: one for each file."""
    body = content(message)
    text = body.get("text") or ""
    formatting = entities(text, body.get("markup") or [])
    attachments = [one for one in body.get("attachments") or [] if isinstance(one, dict)]
    files = [file for place, one in enumerate(attachments) if (file := _file(one, mid, place))][:PARTS]
    if files:
        if text:
            files[0] |= {"caption": text} | ({"caption_entities": formatting} if formatting else {})
        return files
    if text:
        return [{"text": text} | ({"entities": formatting} if formatting else {})]
    return [thing for one in attachments if (thing := _thing(one))][:1] or [{}]


def _file(attachment: Raw, mid: str, place: int) -> Raw | None:
    """`place`: among all attachments of the message."""
    kind, payload = attachment.get("type"), attachment.get("payload") or {}
    if kind not in FILES:
        return None
    id = SEPARATOR.join([str(kind), mid, str(place), str(payload.get("token") or "")])
    file: Raw = {"file_id": id, "file_unique_id": f"{mid}{SEPARATOR}{place}"}
    match kind:
        case "image":
            return {"photo": [file | {"width": 0, "height": 0}]}
        case "video":
            return {"video": file | {"width": 0, "height": 0, "duration": 0}}
        case "audio":
            return {"voice": file | {"duration": 0}}
        case _:
            size, name = attachment.get("size"), attachment.get("filename")
            named = {"file_name": name} if isinstance(name, str) else {}
            return {"document": file | named | ({"file_size": size} if type(size) is int else {})}


def _thing(attachment: Raw) -> Raw | None:
    """What is no file: nobody reads more of it than that it is there."""
    match attachment.get("type"):
        case "location":
            return {"location": {"latitude": 0.0, "longitude": 0.0}}
        case "contact":
            return {"contact": {"phone_number": "—", "first_name": "—"}}
        case "sticker":
            sticker = {"file_id": "-", "file_unique_id": "-", "type": "regular", "width": 0, "height": 0}
            return {"sticker": sticker | {"is_animated": False, "is_video": False}}
        case "share":
            url = (attachment.get("payload") or {}).get("url")
            return {"text": url} if isinstance(url, str) and url else None
        case _:
            return None
