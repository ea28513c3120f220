"""Bot API methods that make or change messages."""

import itertools
from collections.abc import Callable
from typing import Any

from simulator.errors import ApiError, Json, bad_request
from simulator.html import utf16_len
from simulator.markup import check_markup
from simulator.media import group_items, resolve
from simulator.model import Chat, Message, StoredFile
from simulator.names import words
from simulator.params import Params
from simulator.text import message_text
from simulator.world import World

_REPLY_KEYS = words(
    "message_id chat_id allow_sending_without_reply quote quote_parse_mode quote_entities quote_position "
    "checklist_task_id poll_option_id ephemeral_message_id"
)
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_TWO_DAYS = 48 * 3600
_groups = itertools.count(13_000_000_000_000_001)


def _reply_target(chat: Chat, world: World, params: Params) -> int | None:
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
    return original.message_id


def _post(world: World, params: Params, chat: Chat, text: str, entities: list[Json], **more: Any) -> Message:
    """Put a message of the bot into a chat; everything that can be refused is checked before."""
    markup = check_markup(params.json("reply_markup"))
    reply_to = _reply_target(chat, world, params)
    message = world.new_message(
        chat, world.bot, text=text, entities=world.known_mentions(entities), reply_to=reply_to,
        protected=params.flag("protect_content"), **more,
    )  # fmt: skip
    if markup and "inline_keyboard" in markup:
        message.markup = markup
    elif markup and "keyboard" in markup:
        chat.keyboard = markup
    elif markup and "remove_keyboard" in markup:
        chat.keyboard = None
    world.announce("message", message)
    return message


def send_message(world: World, params: Params) -> Json:
    """sendMessage"""
    chat_id = params.chat()
    text, entities = message_text(
        params.text("text"), params.text("parse_mode"), params.json("entities"), editing=False
    )
    return world.message_json(_post(world, params, world.reachable(chat_id), text, entities))


def _send_file(kind: str) -> Callable[[World, Params], Json]:
    def send(world: World, params: Params) -> Json:
        chat = world.reachable(params.chat())
        text, entities = params.caption()
        check_markup(params.json("reply_markup"))
        stored = resolve(world, params, kind, params.text(kind))
        return world.message_json(_post(world, params, chat, text, entities, file=stored))

    return send


send_document = _send_file("document")
send_photo = _send_file("photo")
send_video = _send_file("video")


def send_media_group(world: World, params: Params) -> list[Json]:
    """sendMediaGroup"""
    chat = world.reachable(params.chat())
    items = group_items(world, params)
    group = str(next(_groups))
    return [
        world.message_json(_post(world, params, chat, text, entities, file=stored, media_group_id=group))
        for stored, text, entities in items
    ]


def _editable(world: World, params: Params) -> Message:
    chat = world.reachable(params.chat())
    message = world.find(chat, params.message_id())
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot or message.forward_origin is not None:
        raise bad_request("message can't be edited")
    return message


def _apply(world: World, message: Message, text: str, entities: list[Json], markup: Json | None) -> Json:
    entities = world.known_mentions(entities)
    if (message.text, message.entities, message.markup) == (text, entities, markup):
        raise bad_request(_NOT_MODIFIED)
    if (message.text, message.entities) != (text, entities):
        # a change of the keyboard alone does not mark a message as edited
        message.edit_date = world.timestamp()
    message.text, message.entities, message.markup = text, entities, markup
    world.announce("edit", message)
    return world.message_json(message)


def edit_message_text(world: World, params: Params) -> Json:
    """editMessageText; as in Telegram, leaving the markup out removes the keyboard."""
    message = _editable(world, params)
    if message.file is not None:
        raise bad_request("there is no text in the message to edit")
    text, entities = message_text(params.text("text"), params.text("parse_mode"), params.json("entities"), editing=True)
    markup = check_markup(params.json("reply_markup"), inline_only=True)
    return _apply(world, message, text, entities, markup)


def edit_message_caption(world: World, params: Params) -> Json:
    """editMessageCaption"""
    message = _editable(world, params)
    if message.file is None:
        raise bad_request("there is no caption in the message to edit")
    text, entities = params.caption()
    markup = check_markup(params.json("reply_markup"), inline_only=True)
    return _apply(world, message, text, entities, markup)


def edit_message_reply_markup(world: World, params: Params) -> Json:
    """editMessageReplyMarkup"""
    message = _editable(world, params)
    markup = check_markup(params.json("reply_markup"), inline_only=True)
    return _apply(world, message, message.text, message.entities, markup)


def _delete(world: World, chat: Chat, message: Message) -> None:
    too_old = world.timestamp() - message.date > _TWO_DAYS
    if too_old or (chat.type != "private" and not message.from_bot):
        raise bad_request("message can't be deleted")


def delete_message(world: World, params: Params) -> bool:
    """deleteMessage"""
    chat = world.reachable(params.chat())
    message = world.find(chat, params.message_id())
    if message is None:
        raise bad_request("message to delete not found")
    _delete(world, chat, message)
    message.deleted = True
    world.announce("delete", message)
    return True


def delete_messages(world: World, params: Params) -> bool:
    """deleteMessages: those not found are skipped, as documented; all or nothing for the rest."""
    chat = world.reachable(params.chat())
    messages = [found for item in params.message_ids() if (found := world.find(chat, item))]
    for message in messages:
        _delete(world, chat, message)
    for message in messages:
        message.deleted = True
        world.announce("delete", message)
    return True


def _source(world: World, params: Params) -> Chat:
    source = world.chats.get(params.chat("from_chat_id") or 0)
    if source is None:
        raise bad_request("chat not found")
    return source


def copy_message(world: World, params: Params) -> Json:
    """copyMessage"""
    chat = world.reachable(params.chat())
    original = world.find(_source(world, params), params.message_id())
    if original is None:
        raise bad_request("message to copy not found")
    text, entities = original.text, original.entities
    if original.file is not None and params.has("caption"):
        text, entities = params.caption()
    return {"message_id": _post(world, params, chat, text, entities, file=original.file).message_id}


def _many(world: World, params: Params, verb: str) -> tuple[Chat, list[Message]]:
    chat, source = world.reachable(params.chat()), _source(world, params)
    ids = params.message_ids()
    if any(later <= earlier for earlier, later in itertools.pairwise(ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    found = [message for item in ids if (message := world.find(source, item))]
    if not found:
        raise bad_request(f"there are no messages to {verb}")
    return chat, found


def copy_messages(world: World, params: Params) -> list[Json]:
    """copyMessages"""
    chat, originals = _many(world, params, "copy")
    bare = params.flag("remove_caption")
    copies = []
    for original in originals:
        drop = bare and original.file is not None
        text, entities = ("", []) if drop else (original.text, original.entities)
        copy = _post(world, params, chat, text, entities, file=original.file)
        copies.append({"message_id": copy.message_id})
    return copies


def _forward(world: World, params: Params, chat: Chat, original: Message) -> Message:
    if original.protected:
        raise bad_request("message can't be forwarded")
    origin = original.forward_origin or {
        "type": "user", "date": original.date, "sender_user": original.sender,
    }  # fmt: skip
    file: StoredFile | None = original.file
    return _post(world, params, chat, original.text, original.entities, file=file, forward_origin=origin)


def forward_message(world: World, params: Params) -> Json:
    """forwardMessage"""
    chat = world.reachable(params.chat())
    original = world.find(_source(world, params), params.message_id())
    if original is None:
        raise bad_request("message to forward not found")
    return world.message_json(_forward(world, params, chat, original))


def forward_messages(world: World, params: Params) -> list[Json]:
    """forwardMessages"""
    chat, originals = _many(world, params, "forward")
    return [{"message_id": _forward(world, params, chat, item).message_id} for item in originals]


def answer_callback_query(world: World, params: Params) -> bool:
    """answerCallbackQuery"""
    text = params.text("text")
    if utf16_len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if params.text("url"):
        raise bad_request("URL_INVALID")
    query = world.take_query(params.text("callback_query_id"))
    alert = {"text": text, "show_alert": params.flag("show_alert"), "data": query.data}
    number = world.events.add("answer", query.person_id, query_id=query.id, **alert)
    if text:
        world.chats[query.person_id].alerts.append({**alert, "changed": number})
    return True


_REACTIONS = words(
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 "
    "❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 "
    "🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)


def set_message_reaction(world: World, params: Params) -> bool:
    """setMessageReaction: a bot may set one reaction, an empty list takes it back."""
    chat = world.reachable(params.chat())
    message = world.find(chat, params.message_id())
    if message is None:
        raise bad_request("message to react not found")
    reactions = params.json("reaction") or []
    if not isinstance(reactions, list) or not all(isinstance(item, dict) for item in reactions):
        raise bad_request("can't parse reaction types JSON object")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for item in reactions:
        if item.get("type") != "emoji" or str(item.get("emoji")) not in _REACTIONS:
            raise ApiError(400, "Bad Request: REACTION_INVALID")
    message.reactions = [item["emoji"] for item in reactions]
    world.announce("reaction", message)
    return True
