"""What people write and send: texts, files, albums, polls and the like, their own or forwarded."""

import re
from dataclasses import dataclass
from typing import Any

from simulator import whereabouts
from simulator.api.copying import known_to_forwarder, origin_of
from simulator.api.posting import thread_of_reply
from simulator.content.html import utf16_len
from simulator.content.text import MAX_CAPTION, MAX_TEXT, formatted
from simulator.errors import ApiError, Json, PersonError
from simulator.world.model import KINDS, Chat, Message, Person
from simulator.world.updates import LIVES
from simulator.world.world import World

_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(@[A-Za-z0-9_]{3,32})?(?=\s|$)")
THINGS = ("location", "venue", "contact", "dice", "poll", "giveaway", "paid_media", "invoice", "pinned_message")


def person_of(world: World, person_id: int) -> Person:
    """The person, or LookupError."""
    return whereabouts.person_of(world.people, person_id)


def place_of(world: World, person: Person, chat_id: int | None) -> Chat:
    """The chat where the person acts: their own with the bot, or a group they are in."""
    chat = whereabouts.place_of(world.chats, person, chat_id, "has blocked the bot: unblock it first")
    if chat.migrated_to is not None:
        raise LookupError(f"{person.first_name} is in no chat {chat_id}")
    return chat


def deliver(world: World, message: Message, kind: str = "message") -> None:
    """Let the chat see a message, and the bot hear of it if it is there."""
    world.announce("edit" if kind == "edited_message" else "message", message)
    if world.chats[message.chat_id].bot_status in ("member", "administrator"):
        world.updates.put(kind, world.message_json(message), (message.edit_date or message.date) + LIVES)


@dataclass(frozen=True, slots=True)
class _Spot:
    person: Person
    chat: Chat
    reply_to: int | None
    thread: int | None
    origin: Json | None


def _spot(
    world: World, person_id: int, chat_id: int | None, topic: int | None, reply_to: int | None, origin: Json | None
) -> _Spot:
    """Where a person writes; LookupError and PersonError if they cannot write there."""
    person = person_of(world, person_id)
    chat = place_of(world, person, chat_id)
    original = world.find(chat, reply_to)
    if reply_to is not None and original is None:
        raise LookupError(f"no message {reply_to} to reply to")
    if original is not None and topic is None:
        topic = thread_of_reply(chat, original)
    elif topic is not None and topic not in chat.topics:
        raise LookupError(f"no topic {topic} in chat {chat.id}")
    if topic in chat.topics and chat.topics[topic].closed:
        raise PersonError(f"the topic {chat.topics[topic].name!r} is closed")
    return _Spot(person, chat, reply_to, topic, _origin(world, origin))


def _origin(world: World, origin: Json | None) -> Json | None:
    """The forward_origin a driver describes: a person, a hidden user or a channel."""
    if origin is None:
        return None
    body: Json = {"type": origin.get("type"), "date": world.timestamp()}
    match origin:
        case {"type": "user", "person_id": int(number)}:
            return body | {"sender_user": person_of(world, number).user()}
        case {"type": "hidden_user", "name": str(name)}:
            return body | {"sender_user_name": name}
        case {"type": "channel", "title": str(title)}:
            return body | {"chat": world.channel_json(title), "message_id": origin.get("message_id", 1)}
        case _:
            raise ValueError(f"unknown origin {origin}")


def _put(world: World, spot: _Spot, **content: Any) -> int:
    message = world.new_message(
        spot.chat, spot.person, reply_to=spot.reply_to, thread=spot.thread,
        **{"forward_origin": spot.origin} | content,
    )  # fmt: skip
    if spot.chat.type == "private":
        # writing to the bot for the first time starts it
        spot.person.started = True
    deliver(world, message)
    return message.message_id


def _command_entities(text: str) -> list[Json]:
    command = _COMMAND.match(text)
    if command is None:
        return []
    return [{"type": "bot_command", "offset": 0, "length": len(command.group())}]


def worded(world: World, text: str, html: bool, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """A text as its author formats it: HTML stands for what is done with menus in a real client."""
    try:
        text, formatting = formatted(text, "HTML" if html else "", entities)
    except ApiError as error:
        raise PersonError(error.description) from None
    return text, _command_entities(text) + world.known_mentions(formatting)


def _captioned(world: World, caption: str, html: bool, entities: list[Json] | None) -> tuple[str, list[Json]]:
    text, formatting = worded(world, caption, html, entities)
    if utf16_len(text) > MAX_CAPTION:
        raise PersonError("a caption is at most 1024 characters long")
    return text, [item for item in formatting if item["type"] != "bot_command"]


def send(
    world: World, person_id: int, text: str, reply_to: int | None = None, chat_id: int | None = None,
    topic: int | None = None, html: bool = False, entities: list[Json] | None = None, origin: Json | None = None,
) -> int:  # fmt: skip
    """Write a message; its id."""
    spot = _spot(world, person_id, chat_id, topic, reply_to, origin)
    text, formatting = worded(world, text.strip(), html, entities)
    if not text or utf16_len(text) > MAX_TEXT:
        raise PersonError("a message is 1-4096 characters long")
    return _put(world, spot, text=text, entities=formatting)


def edit(
    world: World, person_id: int, message_id: int, text: str, chat_id: int | None = None, html: bool = False
) -> None:
    """Edit one's own message: its text, or the caption of a file."""
    person = person_of(world, person_id)
    chat = place_of(world, person, chat_id)
    message = world.find(chat, message_id)
    if message is None or message.from_bot or message.sender["id"] != person.id:
        raise LookupError(f"no own message {message_id} to edit")
    if not text.strip() and not message.captioned:
        raise PersonError("a message cannot be edited to nothing")
    if message.forward_origin is not None or (message.kind != "text" and not message.captioned):
        raise PersonError("this message cannot be edited")
    change = _captioned if message.captioned else worded
    message.text, message.entities = change(world, text.strip(), html, None)
    message.edit_date = world.timestamp()
    deliver(world, message, "edited_message")


def send_file(  # noqa: PLR0913, PLR0917 - called with named arguments only
    world: World, person_id: int, content: bytes, name: str, mime: str = "application/octet-stream",
    caption: str = "", kind: str = "document", media_group_id: str | None = None, reply_to: int | None = None,
    size: int | None = None, chat_id: int | None = None, topic: int | None = None, html: bool = False,
    entities: list[Json] | None = None, origin: Json | None = None,
) -> int:  # fmt: skip
    """Send a file of a kind. `size` says how big it claims to be, to play big files; a sticker's name is its emoji."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}, known: {', '.join(KINDS)}")
    spot = _spot(world, person_id, chat_id, topic, reply_to, origin)
    text, formatting = _captioned(world, caption.strip(), html, entities)
    stored = world.add_file(kind, name, mime, content, size=size)
    return _put(world, spot, text=text, entities=formatting, file=stored, media_group_id=media_group_id)


def album_id(world: World) -> str:
    """The id of a new album, for `send_file`."""
    return world.album_id()


def _thing(world: World, person: Person, kind: str, value: Json) -> tuple[Json, bool]:
    """What such a message holds, and whether it is a service message."""
    if kind == "poll":
        return {"poll": _poll(world, value)}, False
    if kind == "dice":
        return {"dice": {"emoji": "🎲", "value": 1} | value}, False
    if kind == "giveaway":
        day = world.timestamp() + 24 * 3600
        chats = [world.channel_json("Канал")]
        return {"giveaway": {"chats": chats, "winners_selection_date": day, "winner_count": 1}}, False
    if kind == "paid_media":
        return {"paid_media": {"star_count": 1, "paid_media": [{"type": "preview", "duration": 0}]}}, False
    if kind == "invoice":
        price = {"currency": "RUB", "total_amount": 10_000}
        return {"invoice": {"title": "Счёт", "description": "Счёт", "start_parameter": "", **price}}, False
    if kind == "pinned_message":
        pinned = world.find(world.chats[value.get("chat_id") or person.id], value.get("message_id"))
        if pinned is None:
            raise LookupError("no message to pin")
        return {"pinned_message": world.message_json(pinned, with_reply=False)}, True
    return {kind: value}, False


def _poll(world: World, value: Json) -> Json:
    """A poll as the bot sees it: of a quiz sent to itself it knows the answer."""
    options = [
        {"persistent_id": str(number), "text": text, "voter_count": 0} for number, text in enumerate(value["options"])
    ]
    poll: Json = {
        "id": world.poll_id(), "question": value["question"], "options": options, "total_voter_count": 0,
        "is_closed": False, "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
        "allows_revoting": False, "members_only": False,
    }  # fmt: skip
    if value.get("right") is not None:
        poll |= {"type": "quiz", "correct_option_ids": [value["right"]]}
    return poll


def send_thing(
    world: World, person_id: int, kind: str, value: Json | None = None, reply_to: int | None = None,
    chat_id: int | None = None, topic: int | None = None, origin: Json | None = None,
) -> int:  # fmt: skip
    """Send what is neither text nor file (see THINGS); `value` as in the Bot API, of a poll question, options, right.

    The bot knows the right answer of a quiz only if it was sent, not forwarded, to itself.
    """
    if kind not in THINGS:
        raise ValueError(f"unknown kind {kind!r}, known: {', '.join(THINGS)}")
    spot = _spot(world, person_id, chat_id, topic, reply_to, origin)
    extra, service = _thing(world, spot.person, kind, value or {})
    if spot.origin is not None or (kind == "poll" and spot.chat.type != "private"):
        extra = known_to_forwarder(extra)
    return _put(world, spot, extra=extra, service=service)


def forward(
    world: World, person_id: int, message_id: int, from_chat: int | None = None, chat_id: int | None = None,
    topic: int | None = None, media_group_id: str | None = None,
) -> int:  # fmt: skip
    """Forward a message of a chat the person is in (their own with the bot if none is named)."""
    spot = _spot(world, person_id, chat_id, topic, None, None)
    original = world.find(place_of(world, spot.person, from_chat), message_id)
    if original is None:
        raise LookupError(f"no message {message_id} to forward")
    if original.service or original.protected:
        raise PersonError("this message cannot be forwarded")
    return _put(
        world, spot, text=original.text, entities=original.entities, file=original.file,
        extra=known_to_forwarder(original.extra), forward_origin=origin_of(original), media_group_id=media_group_id,
    )  # fmt: skip
