"""Where a message of the bot goes, checked before anything is kept, and its putting there."""

from dataclasses import dataclass
from typing import Any

from simulator.api.params import Params
from simulator.content.markup import check_markup
from simulator.errors import Json, bad_request
from simulator.names import words
from simulator.world.model import Chat, Message
from simulator.world.world import World

_REPLY_KEYS = words(
    "message_id chat_id allow_sending_without_reply quote quote_parse_mode quote_entities quote_position "
    "checklist_task_id poll_option_id ephemeral_message_id"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A chat the bot may write to, and what a call says of the message besides its content."""

    chat: Chat
    markup: Json | None
    reply_to: int | None
    thread: int | None
    protected: bool


def _reply_target(chat: Chat, world: World, params: Params) -> Message | None:
    raw = params.json("reply_parameters")
    if raw is None:
        return None
    if not isinstance(raw, dict) or type(raw.get("message_id")) is not int:
        raise bad_request("can't parse reply parameters JSON object")
    if not raw["message_id"] > 0:
        return None
    if extra := raw.keys() - _REPLY_KEYS:
        raise bad_request(f"simulator: unknown field {min(extra)} of reply_parameters")
    if raw.get("chat_id") not in (None, chat.id, str(chat.id)):
        raise bad_request("simulator: replies to another chat are not played")
    original = world.find(chat, raw["message_id"])
    if original is None:
        if raw.get("allow_sending_without_reply") is True:
            return None
        raise bad_request("message to be replied not found")
    if raw.get("quote") and raw["quote"] not in original.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return original


# What members of a group may be forbidden to send: the word of the simulator's own, the kinds of messages, and what the
# server says of it (MessageContent.cpp: can_send_message_content).
SENDABLE = {
    "text": (("text", "location", "venue", "contact", "giveaway", "invoice", "paid_media"), "text messages"),
    "documents": (("document",), "documents"),
    "photos": (("photo",), "photos"),
    "videos": (("video",), "videos"),
    "audios": (("audio",), "music"),
    "voices": (("voice",), "voice notes"),
    "video_notes": (("video_note",), "video notes"),
    "animations": (("animation",), "animations"),
    "stickers": (("sticker", "dice"), "stickers"),
    "polls": (("poll",), "polls"),
}
_RIGHT = {kind: right for right, (kinds, _) in SENDABLE.items() for kind in kinds} | {"rich_message": "text"}
# Kinds that the server calls otherwise than their right.
_CALLED = {"dice": "dice", "location": "locations", "venue": "venues", "contact": "contacts"}
# Seconds for which the server still takes a deleted topic for there (TELEGRAM's answer then is one of its own words).
_NOTICED_AFTER = 60


def hindrance(world: World, at: "Place", kind: str) -> str:
    """Why the bot may not send such a message there, as the server words it; empty: it may."""
    chat, right = at.chat, _RIGHT.get(kind, "text")
    if chat.type == "private":
        heard = {"voice": "voice note", "video_note": "video note"}.get(kind)
        if heard and world.people[chat.id].no_voices:
            return f"user restricted receiving of {heard} messages"
        return ""
    if chat.bot_status == "administrator" or right not in chat.forbidden:
        return ""
    if kind == "rich_message":
        return "not enough rights to send the rich message to the chat"
    return f"not enough rights to send {_CALLED.get(kind, SENDABLE[right][1])} to the chat"


def check_rights(world: World, at: "Place", kind: str) -> None:
    """Raise 400 unless the bot may send such a message there."""
    if why := hindrance(world, at, kind):
        raise bad_request(why)


def check_thread(world: World, chat: Chat, thread: int | None) -> None:
    """Raise 400 unless the bot may write to that topic; None is the chat itself. A group without topics has none to
    look for: there the number says nothing."""
    if thread is None or not (chat.is_forum or chat.type == "private"):
        return
    topic = chat.topics.get(thread)
    if topic is None:
        gone_at = chat.gone_topics.get(thread)
        if gone_at is not None and world.now().timestamp() - gone_at < _NOTICED_AFTER:
            raise bad_request("TOPIC_DELETED")
        raise bad_request("message thread not found")
    if topic.closed and not (topic.by_bot or chat.manage_topics):
        raise bad_request("TOPIC_CLOSED")


def place(world: World, params: Params) -> Place:
    """Where the call sends to; everything that can be refused about it is refused here."""
    chat = world.reachable(params.chat())
    markup = check_markup(params.json("reply_markup"))
    thread = params.integer("message_thread_id") or None
    check_thread(world, chat, thread)
    if not chat.is_forum:
        thread = None
    original = _reply_target(chat, world, params)
    if original is not None and thread is None:
        # a reply goes where the original is
        thread = thread_of_reply(chat, original)
        if chat.is_forum:
            check_thread(world, chat, thread)
    reply_to = None if original is None else original.message_id
    return Place(chat, markup, reply_to, thread, params.flag("protect_content"))


def thread_of_reply(chat: Chat, original: Message) -> int | None:
    """The thread a reply belongs to: the topic, or in a supergroup without topics the chain of replies."""
    if chat.type != "supergroup":
        return None
    return original.thread if chat.is_forum else original.thread or original.message_id


def post(world: World, at: Place, text: str, entities: list[Json], **content: Any) -> Message:
    """Put a message of the bot there."""
    chat, markup = at.chat, at.markup
    message = world.new_message(
        chat, world.bot, text=text, entities=world.known_mentions(entities), reply_to=at.reply_to,
        thread=at.thread, protected=at.protected, **content,
    )  # fmt: skip
    if markup and "inline_keyboard" in markup:
        message.markup = markup
    elif markup and "keyboard" in markup:
        chat.keyboard = markup
    elif markup and "remove_keyboard" in markup:
        chat.keyboard = None
    world.announce("message", message)
    return message
