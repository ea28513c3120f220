"""What people see: chats and messages as plain values, in the words of the Telegram simulator's views.

A message's `message_id` is its number in the chat (MAX's `seq`), `mid` what the bot calls it.
"""

from typing import Any

from simulator.errors import Json
from simulator.max.model import KINDS, Chat, Link, Message, Stored
from simulator.max.text import to_entities
from simulator.max.world import World


def _media(stored: Stored) -> Json:
    return {
        "kind": KINDS[stored.type], "file_id": stored.token, "name": stored.name, "mime": stored.mime,
        "size": stored.size,
    }  # fmt: skip


def _linked_media(world: World, link: Link | None) -> list[Json]:
    if link is None or link.type != "forward":
        return []
    tokens = [(item.get("payload") or {}).get("token") for item in link.body.get("attachments", [])]
    return [_media(world.files[token]) for token in tokens if token in world.files]


def _kind(message: Message, files: list[Json]) -> str:
    if files:
        return str(files[0]["kind"])
    return message.attachments[0].type if message.attachments else "text"


def message_view(world: World, message: Message) -> Json:
    """A message as a person sees it: of what is forwarded they see the text and the files."""
    link = message.link
    forwarded = link is not None and link.type == "forward"
    text = message.text or (str(link.body["text"]) if link is not None and forwarded else "")
    files = [_media(stored) for stored in message.files()] + _linked_media(world, link)
    things = {one.type: one.json for one in message.attachments if one.stored is None}
    markup = link.body.get("markup", []) if link is not None and forwarded else message.markup
    rows = [[{"text": button["text"], "type": button["type"]} | _action(button) for button in row]
            for row in message.keyboard]  # fmt: skip
    return {
        "message_id": message.seq,
        "mid": message.mid,
        "from_bot": message.from_bot,
        "from": world.bot.first_name if message.from_bot else world.people[message.sender].first_name,
        "date": message.at // 1000,
        "kind": _kind(message, files),
        "text": text,
        "tables": [],
        "markup": {"inline_keyboard": rows} if rows else None,
        "entities": to_entities(text, markup),
        "buttons": [button["text"] for button in message.buttons()],
        "edited": message.edited_at is not None,
        "deleted": message.deleted,
        "media": files[0] if files else None,
        "files": files,
        "extra": things,
        "service": False,
        "topic": None,
        "media_group_id": message.mid if len(files) > 1 else None,
        "reply_to": link.seq if link is not None and link.type == "reply" else None,
        "forwarded": forwarded,
        "origin": link.sender if link is not None and forwarded else None,
        "reactions": [],
        "changed": message.changed,
    }


def _action(button: Json) -> Json:
    """What a button does, in the words that the page of the demo has for it."""
    match button["type"]:
        case "callback":
            return {"callback_data": button["payload"]}
        case "link":
            return {"url": button["url"]}
        case "clipboard":
            return {"copy_text": {"text": button["payload"]}}
        case _:
            return {}


def _title(world: World, chat: Chat) -> Json:
    if not chat.is_dialog:
        return {"id": chat.place, "type": "group", "title": chat.title}
    person = world.people[chat.place]
    return {"id": chat.place, "type": "private", "first_name": person.first_name, "last_name": person.last_name}


def chat_view(world: World, chat_id: int) -> Json:
    """A chat as it stands, deleted messages marked; `alerts` popped up, what is `unseen` the bot said for nobody."""
    chat = world.chats.get(chat_id)
    if chat is None:
        raise LookupError(f"no chat {chat_id}")
    view: dict[str, Any] = {
        "chat": _title(world, chat),
        "messages": [message_view(world, message) for message in chat.messages.values()],
        "topics": [],
        "keyboard": None,
        "alerts": list(chat.alerts),
        "unseen": list(chat.unseen),
        "actions": list(chat.actions),
        "menu_button": None,
    }
    person = world.people.get(chat_id)
    if person is not None:
        view |= {"started": person.started, "blocked": person.blocked, "deactivated": person.deactivated}
    return view


def commands(world: World, person_id: int, chat_id: int | None = None) -> list[Json]:
    """The menu of commands: one for everybody, in the Telegram simulator's words."""
    return [{"command": command["name"], "description": command.get("description") or ""} for command in world.commands]
