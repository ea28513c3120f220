"""The table of Bot API methods, and those that are not about messages."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from simulator.api import copying, sending, topics
from simulator.api.media import MAX_DOWNLOAD
from simulator.api.params import PARAMETERS, Params, Upload
from simulator.api.posting import check_thread
from simulator.errors import ApiError, Json, bad_request
from simulator.names import words
from simulator.people.groups import bot_member, member_json
from simulator.world.updates import WEBHOOK, WEBHOOK_SET
from simulator.world.webhook import DEFAULT_CONNECTIONS, MAX_CONNECTIONS, check_secret, check_url
from simulator.world.world import World

Method = Callable[[World, Params], Any]
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = words(
    "default all_private_chats all_group_chats all_chat_administrators chat chat_administrators chat_member"
)
_CHAT_ACTIONS = words(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note"
)
_FILES = {
    "Document": "document", "Photo": "photo", "Video": "video", "Audio": "audio", "Voice": "voice",
    "Animation": "animation", "VideoNote": "video_note", "Sticker": "sticker",
}  # fmt: skip
MAX_POLL = 50
# Characters.
MAX_COMMAND, MAX_DESCRIPTION = 32, 256


def _get_me(world: World, params: Params) -> Json:
    return {
        **world.bot.user(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _set_webhook(world: World, params: Params) -> bool:
    url = params.text("url")
    if not url:
        return _delete_webhook(world, params)
    check_url(url)
    world.webhook.check_haste()
    secret = params.text("secret_token")
    check_secret(secret)
    if params.text("certificate") or params.text("ip_address"):
        raise bad_request("simulator: certificates and addresses of a webhook are not played")
    given = params.integer("max_connections")
    _allow(world, params)
    hook = world.webhook
    hook.url, hook.secret = url, secret
    hook.max_connections = DEFAULT_CONNECTIONS if given is None else min(max(given, 1), MAX_CONNECTIONS)
    hook.error_at = None
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    world.updates.interrupt(WEBHOOK_SET)
    world.updates.ring()
    return True


def _delete_webhook(world: World, params: Params) -> bool:
    world.webhook.url = world.webhook.secret = ""
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    return True


def _get_webhook_info(world: World, params: Params) -> Json:
    return world.webhook.info(len(world.updates), world.updates.allowed_updates)


def _allow(world: World, params: Params) -> None:
    allowed = params.json("allowed_updates")
    if allowed is not None:
        if not isinstance(allowed, list) or not all(isinstance(item, str) for item in allowed):
            raise bad_request("simulator: allowed_updates must be an Array of String")
        world.updates.allow(allowed)


def _scope(world: World, params: Params) -> tuple[str, str]:
    raw = params.json("scope") or {"type": "default"}
    if not isinstance(raw, dict) or str(raw.get("type")) not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    kind = str(raw["type"])
    if kind in ("chat", "chat_administrators", "chat_member"):
        number = raw.get("chat_id")
        chat = world.chats.get(number) if isinstance(number, int) else None
        if chat is None:
            raise bad_request("chat not found")
        kind = f"{kind}:{chat.id}" + (f":{raw.get('user_id')}" if kind == "chat_member" else "")
    return kind, params.text("language_code")


def _set_my_commands(world: World, params: Params) -> bool:
    commands = params.json("commands")
    if not isinstance(commands, list) or not all(isinstance(item, dict) for item in commands):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for item in commands:
        if item.keys() - {"command", "description", "is_ephemeral"}:
            raise bad_request("simulator: unknown field of a bot command")
        name, description = item.get("command"), item.get("description")
        _check_command(name, description)
    world.commands[_scope(world, params)] = commands
    return True


def _check_command(name: object, description: object) -> None:
    """As the server does before it asks Telegram (BotCommand.cpp: set_commands); what is in capitals is Telegram's."""
    for what, value in (("command", name), ("description", description)):
        if not isinstance(value, str):
            raise bad_request(f"can't parse BotCommand: Can't find field \"{what}\"")
    name, description = str(name).strip().removeprefix("/"), str(description).strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > MAX_COMMAND:
        raise bad_request(f"command length must not exceed {MAX_COMMAND}")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > MAX_DESCRIPTION:
        raise bad_request(f"command description length must not exceed {MAX_DESCRIPTION}")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")


def _get_my_commands(world: World, params: Params) -> list[Json]:
    return world.commands.get(_scope(world, params), [])


def _delete_my_commands(world: World, params: Params) -> bool:
    world.commands.pop(_scope(world, params), None)
    return True


def _profile(parameter: str, limit: int) -> tuple[Method, Method]:
    def change(world: World, params: Params) -> bool:
        text = params.text(parameter)
        if len(text) > limit:
            raise bad_request(f"bot {parameter.replace('_', ' ')} is too long")
        world.profile[f"{parameter}:{params.text('language_code')}"] = text
        return True

    def read(world: World, params: Params) -> Json:
        own = world.profile.get(f"{parameter}:{params.text('language_code')}")
        return {parameter: own or world.profile.get(f"{parameter}:", "")}

    return change, read


def _set_chat_menu_button(world: World, params: Params) -> bool:
    button = params.json("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("commands", "web_app", "default"):
        raise bad_request("can't parse menu button: unsupported type")
    if button["type"] == "web_app":
        address = (button.get("web_app") or {}).get("url", "")
        if not button.get("text") or not str(address).startswith("https://"):
            raise bad_request("menu button Web App URL is invalid: Only HTTPS links are allowed")
    if params.integer("chat_id") is None:
        world.menu_button = button
        return True
    chat = world.chats.get(params.chat() or 0)
    if chat is None or chat.type != "private":
        raise bad_request("chat not found")
    chat.menu_button = None if button["type"] == "default" else button
    return True


def _get_chat_menu_button(world: World, params: Params) -> Json:
    chat = world.chats.get(params.integer("chat_id") or 0)
    return (chat.menu_button if chat else None) or world.menu_button


def _send_chat_action(world: World, params: Params) -> bool:
    chat = world.reachable(params.chat())
    check_thread(world, chat, params.integer("message_thread_id") or None)
    action = params.text("action")
    if action not in _CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.append(action)
    world.events.add("action", chat.id, action=action)
    return True


def _get_file(world: World, params: Params) -> Json:
    stored = world.files.get(params.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


def _get_chat(world: World, params: Params) -> Json:
    chat = world.known(params.chat())
    gifts = words("unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels")
    return {
        **world.chat_json(chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def _get_chat_member(world: World, params: Params) -> Json:
    chat = world.known(params.chat())
    user_id = params.integer("user_id")
    person = world.bot if user_id == world.bot.id else world.people.get(user_id or 0)
    if person is None:
        raise bad_request("invalid user_id specified")
    if person is world.bot and chat.type != "private":
        return bot_member(world, chat)
    inside = person is world.bot or person.id == chat.id or person.id in chat.members
    return member_json(person.user(), "member" if inside else "left")


def _yes(world: World, params: Params) -> bool:
    return True


_set_description, _get_description = _profile("description", 512)
_set_short, _get_short = _profile("short_description", 120)
METHODS: dict[str, Method] = {
    "getMe": _get_me,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _get_webhook_info,
    "setMyCommands": _set_my_commands,
    "getMyCommands": _get_my_commands,
    "deleteMyCommands": _delete_my_commands,
    "setMyDescription": _set_description,
    "getMyDescription": _get_description,
    "setMyShortDescription": _set_short,
    "getMyShortDescription": _get_short,
    "setChatMenuButton": _set_chat_menu_button,
    "getChatMenuButton": _get_chat_menu_button,
    "sendMessage": sending.send_message,
    "sendRichMessage": sending.send_rich_message,
    **{f"send{name}": sending.send_file(kind) for name, kind in _FILES.items()},
    "sendMediaGroup": sending.send_media_group,
    "editMessageText": sending.edit_message_text,
    "editMessageCaption": sending.edit_message_caption,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "deleteMessage": sending.delete_message,
    "deleteMessages": sending.delete_messages,
    "copyMessage": copying.copy_message,
    "copyMessages": copying.copy_messages,
    "forwardMessage": copying.forward_message,
    "forwardMessages": copying.forward_messages,
    "createForumTopic": topics.create_forum_topic,
    "editForumTopic": topics.edit_forum_topic,
    "closeForumTopic": topics.close_forum_topic,
    "reopenForumTopic": topics.reopen_forum_topic,
    "deleteForumTopic": topics.delete_forum_topic,
    "answerCallbackQuery": sending.answer_callback_query,
    "setMessageReaction": sending.set_message_reaction,
    "sendChatAction": _send_chat_action,
    "getFile": _get_file,
    "getChat": _get_chat,
    "getChatMember": _get_chat_member,
    "logOut": _yes,
    "close": _yes,
}
# method names are case-insensitive in the Bot API
_BY_LOWER = {name.lower(): name for name in PARAMETERS}


async def _get_updates(world: World, params: Params) -> list[Json]:
    if world.webhook.url:
        raise await world.updates.conflict(WEBHOOK)
    _allow(world, params)
    given = params.integer("limit")
    limit = 100 if given is None else min(max(given, 1), 100)
    timeout = min(max(params.integer("timeout") or 0, 0), MAX_POLL)
    return await world.updates.poll(params.integer("offset") or 0, limit, timeout)


def method_name(written: str) -> str:
    """The method as it is documented; 404 when there is none."""
    name = _BY_LOWER.get(written.lower())
    if name is None:
        raise ApiError(404, "Not Found")
    return name


async def perform(world: World, method: str, values: Mapping[str, Any], uploads: Mapping[str, Upload]) -> Any:
    """Do one call; the result for the `result` field, or ApiError."""
    params = Params(method, values, uploads)
    if method == "getUpdates":
        return await _get_updates(world, params)
    return METHODS[method](world, params)
