"""Chats and messages as people see them, in plain JSON."""

from typing import Any

from simulator.content.rich import as_text, tables
from simulator.errors import Json
from simulator.people.writing import person_of
from simulator.world.model import Chat, Message
from simulator.world.world import World


def message_view(message: Message) -> Json:
    """A message as a person sees it."""
    media: Json | None = None
    if message.file is not None:
        file = message.file
        media = {
            "kind": file.kind, "file_id": file.file_id, "name": file.name, "mime": file.mime,
            "size": file.size, "path": file.path, "width": file.width, "height": file.height,
        }  # fmt: skip
    rich = message.extra.get("rich_message")
    return {
        "message_id": message.message_id,
        "from_bot": message.from_bot,
        "from": message.sender["first_name"],
        "date": message.date,
        "kind": message.kind,
        "text": as_text(rich) if rich else message.text,
        "tables": tables(rich) if rich else [],
        "entities": message.entities,
        "markup": message.markup,
        "buttons": [button["text"] for button in message.buttons()],
        "edited": message.edit_date is not None,
        "deleted": message.deleted,
        "media": media,
        "extra": message.extra,
        "service": message.service,
        "topic": message.thread,
        "media_group_id": message.media_group_id,
        "reply_to": message.reply_to,
        "forwarded": message.forward_origin is not None,
        "origin": message.forward_origin,
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
        "topics": [{**topic.as_json(), "closed": topic.closed} for topic in chat.topics.values()],
        "keyboard": chat.keyboard,
        "alerts": list(chat.alerts),
        "actions": list(chat.actions),
        "menu_button": chat.menu_button,
    }
    person = world.people.get(chat_id)
    if person is not None:
        view |= {"started": person.started, "blocked": person.blocked, "deactivated": person.deactivated}
    return view


def _scopes(chat: Chat, person_id: int) -> list[str]:
    """Where a client looks for the menu of commands, the first that is set wins."""
    if chat.type == "private":
        return [f"chat:{chat.id}", "all_private_chats", "default"]
    return [f"chat_member:{chat.id}:{person_id}", f"chat:{chat.id}", "all_group_chats", "default"]


def commands(world: World, person_id: int, chat_id: int | None = None) -> list[Json]:
    """The menu of commands this person is shown, in the chat with the bot or in a group."""
    person = person_of(world, person_id)
    chat = world.chats.get(person.id if chat_id is None else chat_id)
    if chat is None:
        raise LookupError(f"no chat {chat_id}")
    for scope in _scopes(chat, person.id):
        for language in (person.language_code, ""):
            if commands := world.commands.get((scope, language)):
                return commands
    return []
