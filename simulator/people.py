"""What people do in their Telegram: write, press, edit, send files, block. Each step makes its update."""

import re
from typing import Any

from simulator.errors import Json, PersonError
from simulator.html import utf16_len
from simulator.model import KINDS, Chat, Message, Person
from simulator.text import MAX_CAPTION, MAX_TEXT
from simulator.world import World

_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(@[A-Za-z0-9_]{3,32})?(?=\s|$)")
# emoji, check marks and spaces people do not name when they say which button they press
_ORNAMENT = re.compile(r"^[\W_]+|[\W_]+$")


def person_of(world: World, person_id: int) -> Person:
    """The person, or LookupError."""
    person = world.people.get(person_id)
    if person is None:
        raise LookupError(f"nobody with id {person_id}")
    return person


def _place(world: World, person: Person, chat_id: int | None) -> Chat:
    """The chat where the person acts: their own with the bot, or a group they are in."""
    if person.deactivated:
        raise PersonError(f"{person.first_name} has deleted the account")
    if chat_id is None or chat_id == person.id:
        if person.blocked:
            raise PersonError(f"{person.first_name} has blocked the bot: unblock it first")
        return world.chats[person.id]
    chat = world.chats.get(chat_id)
    if chat is None or person.id not in chat.members:
        raise LookupError(f"{person.first_name} is in no chat {chat_id}")
    return chat


def _reply_to(world: World, chat: Chat, message_id: int | None) -> int | None:
    if message_id is not None and world.find(chat, message_id) is None:
        raise LookupError(f"no message {message_id} to reply to")
    return message_id


def _command_entities(text: str) -> list[Json]:
    command = _COMMAND.match(text)
    if command is None:
        return []
    return [{"type": "bot_command", "offset": 0, "length": len(command.group())}]


def _deliver(world: World, message: Message, kind: str = "message") -> None:
    world.announce("edit" if kind == "edited_message" else "message", message)
    world.updates.put(kind, world.message_json(message))


def send(world: World, person_id: int, text: str, reply_to: int | None = None, chat_id: int | None = None) -> int:
    """Write a message; its id. Writing to the bot for the first time starts it, as in Telegram."""
    person = person_of(world, person_id)
    chat = _place(world, person, chat_id)
    text = text.strip()
    if not text or utf16_len(text) > MAX_TEXT:
        raise PersonError("a message is 1-4096 characters long")
    message = world.new_message(
        chat, person, text=text, entities=_command_entities(text),
        reply_to=_reply_to(world, chat, reply_to),
    )  # fmt: skip
    if chat.type == "private":
        person.started = True
    _deliver(world, message)
    return message.message_id


def edit(world: World, person_id: int, message_id: int, text: str, chat_id: int | None = None) -> None:
    """Edit one's own message: its text, or the caption of a file."""
    person = person_of(world, person_id)
    chat = _place(world, person, chat_id)
    message = world.find(chat, message_id)
    if message is None or message.from_bot or message.sender["id"] != person.id:
        raise LookupError(f"no own message {message_id} to edit")
    if not text.strip() and message.file is None:
        raise PersonError("a message cannot be edited to nothing")
    message.text = text.strip()
    message.entities = [] if message.file else _command_entities(message.text)
    message.edit_date = world.timestamp()
    _deliver(world, message, "edited_message")


def send_file(  # noqa: PLR0913, PLR0917 - called with named arguments only
    world: World, person_id: int, content: bytes, name: str, mime: str = "application/octet-stream",
    caption: str = "", kind: str = "document", media_group_id: str | None = None,
    reply_to: int | None = None, size: int | None = None, chat_id: int | None = None,
) -> int:  # fmt: skip
    """Send a document, photo or video. `size` says how big the file claims to be, to play big files."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}, known: {', '.join(KINDS)}")
    if utf16_len(caption) > MAX_CAPTION:
        raise PersonError("a caption is at most 1024 characters long")
    person = person_of(world, person_id)
    chat = _place(world, person, chat_id)
    target = _reply_to(world, chat, reply_to)
    stored = world.add_file(kind, name, mime, content, size=size)
    message = world.new_message(
        chat, person, text=caption.strip(), file=stored, media_group_id=media_group_id, reply_to=target
    )
    if chat.type == "private":
        person.started = True
    _deliver(world, message)
    return message.message_id


def _bare(label: str) -> str:
    return _ORNAMENT.sub("", label).casefold()


def _fit(shown: str, label: str) -> int:
    """How well a button fits a label: 2 the same, 1 contains it, 0 not."""
    if shown == label or (_bare(label) and _bare(shown) == _bare(label)):
        return 2
    return 1 if label.casefold() in shown.casefold() or (_bare(label) and _bare(label) in _bare(shown)) else 0


def _inline_button(chat: Chat, label: str, message_id: int | None) -> tuple[int, Message, Json] | None:
    """The best button of the latest message that has a fitting one."""
    for message in reversed(chat.messages.values()):
        if message.deleted or message_id not in (None, message.message_id):
            continue
        fits = [(_fit(button["text"], label), button) for button in message.buttons()]
        best = max((fit for fit, _ in fits), default=0)
        if best:
            return best, message, next(button for fit, button in fits if fit == best)
    return None


def labels(chat: Chat, message_id: int | None = None) -> list[str]:
    """Labels of all buttons on the screen, the latest message first, then the reply keyboard."""
    shown = [
        button["text"]
        for message in reversed(chat.messages.values())
        if not message.deleted and message_id in (None, message.message_id)
        for button in message.buttons()
    ]
    return shown if message_id is not None else shown + _keyboard_labels(chat)


def _keyboard_labels(chat: Chat) -> list[str]:
    rows = chat.keyboard["keyboard"] if chat.keyboard else []
    return [button["text"] for row in rows for button in row]


def press(world: World, person_id: int, label: str, message_id: int | None = None, chat_id: int | None = None) -> Json:
    """Press a button by its label; what came of it: a callback, a sent text, or an opened link."""
    person = person_of(world, person_id)
    chat = _place(world, person, chat_id)
    found = _inline_button(chat, label, message_id)
    if message_id is None and (found is None or found[0] < 2):
        fits = [(_fit(text, label), text) for text in _keyboard_labels(chat)]
        best, text = max(fits, key=lambda item: item[0], default=(0, ""))
        # the reply keyboard wins only when it fits better than what stands under a message
        if best > (found[0] if found else 0):
            return {"kind": "text", "message_id": send(world, person.id, text, None, chat.id)}
    if found is None:
        raise LookupError(f"no button {label!r}; on the screen: {labels(chat, message_id)}")
    _, message, button = found
    if "callback_data" in button:
        query = _ask(world, person, message.chat_id, button["callback_data"], message, message.message_id)
        return {"kind": "callback", "query_id": query, "message_id": message.message_id}
    for kind in ("url", "copy_text", "web_app", "login_url"):
        if kind in button:
            value = button[kind]
            opened = value if isinstance(value, str) else value.get("text") or value.get("url")
            return {"kind": kind, "value": opened, "message_id": message.message_id}
    raise LookupError(f"the button {button['text']!r} does nothing")


def callback(world: World, person_id: int, data: str, message_id: int | None = None, chat_id: int | None = None) -> str:
    """A press with arbitrary data; a message that is not there arrives as inaccessible. The query's id."""
    person = person_of(world, person_id)
    chat = _place(world, person, chat_id)
    message = world.find(chat, message_id)
    return _ask(world, person, chat.id, data, message, message_id or 1)


def _ask(world: World, person: Person, chat_id: int, data: str, message: Message | None, message_id: int) -> str:
    query = world.add_query(person, chat_id, message_id, data)
    shown: Json
    if message is not None:
        shown = world.message_json(message)
    else:
        shown = {"chat": world.chat_json(world.chats[chat_id]), "message_id": message_id, "date": 0}
    payload = {
        "id": query.id, "from": person.user(), "message": shown,
        "chat_instance": str(7_000_000_000 + abs(chat_id)), "data": data,
    }  # fmt: skip
    world.updates.put("callback_query", payload)
    world.events.add("press", chat_id, query_id=query.id, data=data)
    return query.id


def membership(world: World, chat: Chat, person: Person, old: str, new: str) -> None:
    """The update about the bot's own place in a chat."""

    def member(status: str) -> Json:
        until: Json = {"until_date": 0} if status == "kicked" else {}
        return {"user": world.bot.user(), "status": status, **until}

    payload: Json = {
        "chat": world.chat_json(chat), "from": person.user(), "date": world.timestamp(),
        "old_chat_member": member(old), "new_chat_member": member(new),
    }  # fmt: skip
    world.updates.put("my_chat_member", payload)
    world.events.add("membership", chat.id, old=old, new=new)


def block(world: World, person_id: int) -> None:
    """Block the bot: the bot hears of it and can no longer write."""
    person = person_of(world, person_id)
    if not person.blocked:
        person.blocked = True
        membership(world, world.chats[person.id], person, "member", "kicked")


def unblock(world: World, person_id: int) -> None:
    """Unblock the bot. No /start is sent; a person who never started still has not."""
    person = person_of(world, person_id)
    if person.blocked:
        person.blocked = False
        membership(world, world.chats[person.id], person, "kicked", "member")


def delete_chat(world: World, person_id: int) -> None:
    """Delete the chat for both sides: every message goes, the bot is not told."""
    chat = world.chats[person_of(world, person_id).id]
    for message in chat.messages.values():
        if not message.deleted:
            message.deleted = True
            world.announce("delete", message)
    chat.keyboard = None


def create_group(
    world: World, title: str, members: list[int], supergroup: bool = False, group_id: int | None = None
) -> int:
    """A group of people with the bot in it; the first member adds the bot."""
    if not members:
        raise ValueError("a group has at least one member")
    chat = world.add_group(title, members, supergroup, group_id)
    membership(world, chat, world.people[members[0]], "left", "member")
    return chat.id


def message_view(message: Message) -> Json:
    """A message as a person sees it."""
    media: Json | None = None
    if message.file is not None:
        file = message.file
        media = {
            "kind": file.kind, "file_id": file.file_id, "name": file.name, "mime": file.mime,
            "size": file.size, "path": file.path, "width": file.width, "height": file.height,
        }  # fmt: skip
    return {
        "message_id": message.message_id,
        "from_bot": message.from_bot,
        "from": message.sender["first_name"],
        "date": message.date,
        "text": message.text,
        "entities": message.entities,
        "markup": message.markup,
        "buttons": [button["text"] for button in message.buttons()],
        "edited": message.edit_date is not None,
        "deleted": message.deleted,
        "media": media,
        "media_group_id": message.media_group_id,
        "reply_to": message.reply_to,
        "forwarded": message.forward_origin is not None,
        "reactions": message.reactions,
        "changed": message.changed,
    }


def chat_view(world: World, chat_id: int) -> Json:
    """A chat as it stands: messages with the deleted ones marked, keyboard, alerts."""
    chat = world.chats.get(chat_id)
    if chat is None:
        raise LookupError(f"no chat {chat_id}")
    view: dict[str, Any] = {
        "chat": world.chat_json(chat),
        "messages": [message_view(message) for message in chat.messages.values()],
        "keyboard": chat.keyboard,
        "alerts": list(chat.alerts),
        "actions": list(chat.actions),
        "menu_button": chat.menu_button,
    }
    person = world.people.get(chat_id)
    if person is not None:
        view |= {"started": person.started, "blocked": person.blocked, "deactivated": person.deactivated}
    return view
