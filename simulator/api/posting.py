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


def check_thread(chat: Chat, thread: int | None) -> None:
    """Raise 400 unless the bot may write to that topic; None is the chat itself."""
    if thread is None:
        return
    topic = chat.topics.get(thread) if chat.is_forum else None
    if topic is None:
        raise bad_request("message thread not found")
    if topic.closed and not (topic.by_bot or chat.manage_topics):
        raise bad_request("TOPIC_CLOSED")


def place(world: World, params: Params) -> Place:
    """Where the call sends to; everything that can be refused about it is refused here."""
    chat = world.reachable(params.chat())
    markup = check_markup(params.json("reply_markup"))
    thread = params.integer("message_thread_id") or None
    check_thread(chat, thread)
    original = _reply_target(chat, world, params)
    if original is not None and thread is None:
        # a reply goes where the original is
        thread = thread_of_reply(chat, original)
        if chat.is_forum:
            check_thread(chat, thread)
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
