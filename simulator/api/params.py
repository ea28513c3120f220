"""Parameters of a call: every documented one by name, and their conversion from what arrives over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.content.text import caption_text
from simulator.errors import bad_request

_THREAD = "business_connection_id message_thread_id direct_messages_topic_id "
_QUIET = "disable_notification protect_content allow_paid_broadcast message_effect_id "
_REPLY = "suggested_post_parameters reply_parameters reply_markup "
_EPHEMERAL = "ephemeral_message_parameters receiver_user_id callback_query_id "
_SEND = "chat_id " + _THREAD + _QUIET + _REPLY + _EPHEMERAL
_CAPTION = "caption parse_mode caption_entities "
_TARGET = "business_connection_id chat_id message_id inline_message_id "
_TOPIC = "message_thread_id direct_messages_topic_id "
_COPIES = "chat_id from_chat_id message_ids disable_notification protect_content " + _TOPIC

_TABLE = {
    "getMe": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "setMyCommands": "commands scope language_code",
    "getMyCommands": "scope language_code",
    "deleteMyCommands": "scope language_code",
    "setMyDescription": "description language_code",
    "getMyDescription": "language_code",
    "setMyShortDescription": "short_description language_code",
    "getMyShortDescription": "language_code",
    "setChatMenuButton": "chat_id menu_button",
    "getChatMenuButton": "chat_id",
    "sendMessage": _SEND + "text parse_mode entities link_preview_options",
    "sendRichMessage": "chat_id rich_message ephemeral_message_parameters " + _THREAD + _QUIET + _REPLY,
    "editMessageText": _TARGET + "text parse_mode entities link_preview_options reply_markup rich_message",
    "editMessageCaption": _TARGET + _CAPTION + "show_caption_above_media reply_markup",
    "editMessageReplyMarkup": _TARGET + "reply_markup",
    "deleteMessage": "chat_id message_id",
    "deleteMessages": "chat_id message_ids",
    "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
    "sendChatAction": "business_connection_id chat_id message_thread_id action",
    "setMessageReaction": "chat_id message_id reaction is_big",
    "sendDocument": _SEND + _CAPTION + "document thumbnail disable_content_type_detection",
    "sendPhoto": _SEND + _CAPTION + "photo show_caption_above_media has_spoiler",
    "sendVideo": _SEND + _CAPTION + "video duration width height thumbnail cover start_timestamp "
    "show_caption_above_media has_spoiler supports_streaming",
    "sendAudio": _SEND + _CAPTION + "audio duration performer title thumbnail",
    "sendVoice": _SEND + _CAPTION + "voice duration",
    "sendAnimation": _SEND + _CAPTION + "animation duration width height thumbnail "
    "show_caption_above_media has_spoiler",
    "sendVideoNote": _SEND + "video_note duration length thumbnail",
    "sendSticker": _SEND + "sticker emoji",
    "sendMediaGroup": "chat_id media reply_parameters " + _THREAD + _QUIET,
    "copyMessage": "chat_id from_chat_id message_id video_start_timestamp show_caption_above_media "
    + _TOPIC + _CAPTION + _QUIET + _REPLY,
    "copyMessages": _COPIES + "remove_caption",
    "forwardMessage": "chat_id from_chat_id message_id video_start_timestamp disable_notification "
    "protect_content message_effect_id suggested_post_parameters " + _TOPIC,
    "forwardMessages": _COPIES,
    "createForumTopic": "chat_id name icon_color icon_custom_emoji_id",
    "editForumTopic": "chat_id message_thread_id name icon_custom_emoji_id",
    "closeForumTopic": "chat_id message_thread_id",
    "reopenForumTopic": "chat_id message_thread_id",
    "deleteForumTopic": "chat_id message_thread_id",
    "getFile": "file_id",
    "getChat": "chat_id",
    "getChatMember": "chat_id user_id",
    "logOut": "",
    "close": "",
}  # fmt: skip
PARAMETERS = {method: frozenset(names.split()) for method, names in _TABLE.items()}
# features that need what this world does not have; Telegram would refuse them too
_ABSENT = {
    "business_connection_id": "business connection not found",
    "direct_messages_topic_id": "topic not found",
    "inline_message_id": "simulator: inline messages are not played",
    "ephemeral_message_parameters": "simulator: ephemeral messages are not played",
    "receiver_user_id": "simulator: ephemeral messages are not played",
    "callback_query_id": "simulator: ephemeral messages are not played",
}
# What the server calls parameters that it cannot parse.
_CALLED = {
    "reply_markup": "reply keyboard markup", "link_preview_options": "link preview options",
    "reply_parameters": "reply parameters", "reaction": "reaction types", "scope": "BotCommandScope",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    """A file part of a multipart request."""

    name: str
    mime: str
    content: bytes


class Params:
    """Typed access to the parameters of one call; wrong types are refused with 400."""

    def __init__(self, method: str, values: Mapping[str, Any], uploads: Mapping[str, Upload]) -> None:
        known = PARAMETERS[method]
        for name in values:
            if name not in known:
                raise bad_request(f"simulator: unknown parameter {name}")
            if name in _ABSENT and method != "answerCallbackQuery" and values[name] not in (None, ""):
                raise bad_request(_ABSENT[name])
        self.method = method
        self._values = values
        self.uploads = uploads
        for name in uploads.keys() & known:
            # a file may be posted under the parameter's own name
            self._values = {**self._values, name: f"attach://{name}"}

    def text(self, name: str) -> str:
        """A string, empty when absent."""
        value = self._values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise bad_request(f"simulator: parameter {name} must be a String")
        return value

    def integer(self, name: str) -> int | None:
        """A number, or None when absent."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        try:
            return int(value) if isinstance(value, str) else self._not_a_number(name)
        except ValueError:
            return self._not_a_number(name)

    def _not_a_number(self, name: str) -> int:
        raise bad_request(f"simulator: parameter {name} must be an Integer")

    def flag(self, name: str) -> bool:
        """A boolean, False when absent."""
        value = self._values.get(name)
        if value is None or value == "":
            return False
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false", "1", "0"):
            return value.lower() in ("true", "1")
        raise bad_request(f"simulator: parameter {name} must be a Boolean")

    def json(self, name: str) -> Any:
        """A nested object: JSON in a form field, or itself in a JSON body. None when absent."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {_CALLED.get(name, name)} JSON object") from None

    def chat(self, name: str = "chat_id") -> int | None:
        """A chat id; None for a username, which no chat of this world answers to."""
        value = self._values.get(name)
        if value is None or value == "":
            raise bad_request('parameter "from_chat_id" is required' if name == "from_chat_id" else f"{name} is empty")
        if isinstance(value, str) and value.startswith("@"):
            return None
        return self.integer(name)

    def message_id(self) -> int | None:
        """The message identifier; what is no positive number finds no message."""
        return self.integer("message_id")

    def message_ids(self) -> list[int]:
        """1-100 identifiers."""
        value = self.json("message_ids")
        if value is None or value == []:
            raise bad_request("message identifiers are not specified")
        if not isinstance(value, list):
            raise bad_request("expected an Array of message identifiers")
        if len(value) > 100:
            raise bad_request("too many message identifiers specified")
        if not all(type(item) is int for item in value):
            raise bad_request("message identifier must be a Number")
        if min(value) <= 0:
            raise bad_request("invalid message identifier specified")
        return value

    def has(self, name: str) -> bool:
        """Whether a parameter was given at all."""
        return self._values.get(name) is not None

    def caption(self) -> tuple[str, list[dict[str, Any]]]:
        """The caption and its entities."""
        return caption_text(self.text("caption"), self.text("parse_mode"), self.json("caption_entities"))


def lenient_chat_id(values: Mapping[str, Any]) -> int | None:
    """The chat of a call for the log and for faults, whatever else is wrong with it."""
    try:
        return int(values["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None
