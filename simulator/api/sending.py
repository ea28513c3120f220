"""Bot API methods that make or change messages."""

from collections.abc import Callable

from simulator.api.media import group_items, resolve
from simulator.api.params import Params
from simulator.api.posting import check_rights, place, post
from simulator.content.html import utf16_len
from simulator.content.markup import check_markup
from simulator.content.rich import rich_message
from simulator.content.text import message_text
from simulator.errors import ApiError, Json, bad_request
from simulator.names import words
from simulator.world.model import Chat, Message
from simulator.world.world import World

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_ONE_DAY = 24 * 3600


def send_message(world: World, params: Params) -> Json:
    """sendMessage"""
    params.chat()
    text, entities = message_text(
        params.text("text"), params.text("parse_mode"), params.json("entities"), editing=False
    )
    at = place(world, params)
    check_rights(world, at, "text")
    return world.message_json(post(world, at, text, entities))


def send_rich_message(world: World, params: Params) -> Json:
    """sendRichMessage"""
    params.chat()
    rich = rich_message(params.json("rich_message"))
    at = place(world, params)
    check_rights(world, at, "rich_message")
    return world.message_json(post(world, at, "", [], extra={"rich_message": rich}))


def send_file(kind: str) -> Callable[[World, Params], Json]:
    """The method that sends files of a kind."""

    def send(world: World, params: Params) -> Json:
        at = place(world, params)
        text, entities = params.caption()
        check_rights(world, at, kind)
        stored = resolve(world, params, kind, params.text(kind))
        return world.message_json(post(world, at, text, entities, file=stored))

    return send


def send_media_group(world: World, params: Params) -> list[Json]:
    """sendMediaGroup"""
    at = place(world, params)
    items = group_items(world, params)
    for stored, _, _ in items:
        check_rights(world, at, stored.kind)
    # A single piece is no album.
    group = world.album_id() if len(items) > 1 else None
    return [
        world.message_json(post(world, at, text, entities, file=stored, media_group_id=group))
        for stored, text, entities in items
    ]


def _editable(world: World, params: Params) -> Message:
    chat = world.reachable(params.chat(), "edit")
    message = world.find(chat, params.message_id())
    if message is None:
        raise bad_request("message to edit not found")
    # Nothing is changed any more in a group that became a supergroup.
    if chat.migrated_to is not None or not message.from_bot or message.forward_origin is not None:
        raise bad_request("message can't be edited")
    return message


def _apply(
    world: World, message: Message, text: str, entities: list[Json], markup: Json | None, extra: Json | None = None
) -> Json:
    """Give a message this content; what it holds besides the text stays unless `extra` says otherwise."""
    content = (text, world.known_mentions(entities), message.extra if extra is None else extra)
    same = (message.text, message.entities, message.extra) == content
    if same and message.markup == markup:
        raise bad_request(_NOT_MODIFIED)
    if not same:
        # a change of the keyboard alone does not mark a message as edited
        message.edit_date = world.timestamp()
    message.text, message.entities, message.extra = content
    message.markup = markup
    world.announce("edit", message)
    return world.message_json(message)


def edit_message_text(world: World, params: Params) -> Json:
    """editMessageText: a text or a rich message, into either; leaving the markup out removes the keyboard."""
    message = _editable(world, params)
    if message.kind not in ("text", "rich_message"):
        raise bad_request("there is no text in the message to edit")
    text, entities, extra = _new_text(params)
    markup = check_markup(params.json("reply_markup"), inline_only=True)
    return _apply(world, message, text, entities, markup, extra)


def _new_text(params: Params) -> tuple[str, list[Json], Json]:
    raw = params.json("rich_message")
    if raw is None:
        written = params.text("text"), params.text("parse_mode"), params.json("entities")
        return *message_text(*written, editing=True), {}
    if params.text("text") or params.json("entities"):
        # of the two Telegram would take one and forget the other
        raise bad_request("simulator: both text and rich_message are given")
    return "", [], {"rich_message": rich_message(raw)}


def edit_message_caption(world: World, params: Params) -> Json:
    """editMessageCaption"""
    message = _editable(world, params)
    if not message.captioned:
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
    age = world.timestamp() - message.date
    fresh_dice = message.kind == "dice" and chat.type == "private" and age <= _ONE_DAY
    foreign = chat.type != "private" and not message.from_bot and chat.bot_status != "administrator"
    # the message that begins a topic stays as long as the topic
    if chat.type == "supergroup" and (age > 2 * _ONE_DAY or foreign or message.message_id in chat.topics):
        raise bad_request("message can't be deleted")
    if chat.type != "supergroup" and (age > 2 * _ONE_DAY or fresh_dice or foreign):
        raise bad_request("message can't be deleted for everyone")


def delete_message(world: World, params: Params) -> bool:
    """deleteMessage"""
    if not params.has("chat_id"):
        raise bad_request("chat identifier is not specified")
    if not params.message_id():
        raise bad_request("message identifier is not specified")
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
    ids = params.message_ids()
    chat = world.reachable(params.chat())
    messages = [message for item in ids if (message := world.find(chat, item))]
    for message in messages:
        _delete(world, chat, message)
    for message in messages:
        message.deleted = True
        world.announce("delete", message)
    return True


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
    chat = world.reachable(params.chat(), "read")
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
