"""All that this server says when it refuses a call, by method, and where each text is from.

Without what stands before the colon ("Bad Request"); {} is anything. Texts that begin with "simulator:" are of its own
making and are not here. The tests of the simulator hear nothing from it that is not in this table.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from simulator.api.params import PARAMETERS
from simulator.names import words


class Origin(StrEnum):
    """Where a text is from."""

    # The Bot API server's own source (tdlib/telegram-bot-api, 10.0, 01a3679).
    SERVER = "server"
    # The library below it (tdlib/td, 1.8.66, 022d602).
    TDLIB = "tdlib"
    # What stands behind both is not open: words in CAPITALS, as bots' libraries and their issues quote them. Assumed.
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Refusals:
    """Texts of these methods, separated by blanks ("*": all), in the file of their origin that has them.

    `parameter`: only who gives this one hears them.
    """

    methods: str
    origin: Origin
    file: str
    texts: tuple[str, ...]
    parameter: str = ""

    def are_of(self, method: str) -> bool:
        """Whether the method may be refused with these."""
        return self.methods == "*" or method in words(self.methods)


# What can_send_message_content says may not be sent.
_KINDS = (
    "text messages", "documents", "photos", "videos", "music", "voice notes", "video notes", "animations", "stickers",
    "dice", "polls", "contacts", "locations", "venues",
)  # fmt: skip
_S, _T, _A = Origin.SERVER, Origin.TDLIB, Origin.TELEGRAM
_FILES = "sendDocument sendPhoto sendVideo sendAudio sendVoice sendAnimation sendVideoNote sendSticker sendMediaGroup "
_COPIES = "copyMessage copyMessages "
_FORWARDS = "forwardMessage forwardMessages "
_SENDS = "sendMessage sendRichMessage " + _FILES
_PUTS = _SENDS + _COPIES + _FORWARDS
_EDITS = "editMessageText editMessageCaption editMessageReplyMarkup "
_DELETES = "deleteMessage deleteMessages "
_OTHER_TOPICS = "editForumTopic closeForumTopic reopenForumTopic deleteForumTopic "
_TOPICS = "createForumTopic " + _OTHER_TOPICS
_IN_CHAT = _PUTS + _EDITS + _DELETES + _TOPICS + "setMessageReaction sendChatAction "
_COMMANDS = "setMyCommands getMyCommands deleteMyCommands "
_TALKS = _PUTS + _EDITS

TABLE: tuple[Refusals, ...] = (
    Refusals("*", _S, "ClientManager.cpp send", ("unauthorized: invalid token specified", "unauthorized")),
    Refusals("*", _S, "ClientManager.cpp send", ("misdirected request: unallowed token specified",)),
    Refusals("*", _S, "Client.cpp get_closing_error", ("logged out", "restart")),
    Refusals("*", _S, "Client.cpp on_cmd", ("not found",)),
    Refusals(
        _IN_CHAT + _COMMANDS + "getChat getChatMember setChatMenuButton ", _S, "Client.cpp check_chat",
        ("chat not found",),
    ),
    Refusals(_TALKS + _TOPICS + "getChat getChatMember", _S, "Client.cpp check_chat", ("chat_id is empty",)),
    Refusals(_COPIES + _FORWARDS, _S, "Client.cpp get_required_string_arg", ('parameter "from_chat_id" is required',)),
    Refusals(
        "*", _S, "HttpReader.cpp, the body of a request", ("can't parse JSON object", "JSON object expected"),
        parameter="JSON",
    ),
    Refusals(
        _IN_CHAT + "getChat getChatMember", _S, "Client.cpp check_chat_access",
        (
            "user is deactivated", "group chat was upgraded to a supergroup chat",
            "bot was kicked from the group chat", "bot was kicked from the supergroup chat",
            "bot is not a member of the group chat", "bot is not a member of the supergroup chat",
        ),
    ),
    Refusals(_IN_CHAT, _S, "Client.cpp fail_query_with_error", ("bot was blocked by the user",)),
    Refusals(
        _IN_CHAT, _T, "MessagesManager.cpp process_send_message_fail_error",
        ("bot can't initiate conversation with a user",),
    ),
    Refusals(_PUTS + "sendChatAction", _S, "Client.cpp check_message_topic", ("message thread not found",)),
    Refusals(_PUTS + "sendChatAction", _A, "tdlib/telegram-bot-api #447, #505", ("TOPIC_CLOSED", "TOPIC_DELETED")),
    Refusals(
        _SENDS, _T, "MessageContent.cpp can_send_message_content",
        (
            *(f"not enough rights to send {what} to the chat" for what in _KINDS),
            "user restricted receiving of voice note messages", "user restricted receiving of video note messages",
            "not enough rights to send the rich message to the chat",
        ),
    ),
    # copies and forwards
    Refusals("copyMessage", _S, "Client.cpp process_copy_message_query", ("message to copy not found",)),
    Refusals("forwardMessage", _S, "Client.cpp process_forward_message_query", ("message to forward not found",)),
    Refusals("copyMessage", _T, "MessagesManager.cpp forward_message", ("the message can't be copied",)),
    Refusals("forwardMessage", _T, "MessagesManager.cpp forward_message", ("the message can't be forwarded",)),
    Refusals("copyMessages forwardMessages", _S, "Client.cpp on_result", ("messages can't be forwarded",)),
    Refusals(
        "copyMessages forwardMessages", _T, "MessagesManager.cpp get_forwarded_messages",
        ("there are no messages to forward", "message identifiers must be in a strictly increasing order"),
    ),
    Refusals(
        "copyMessages forwardMessages deleteMessages", _S, "Client.cpp get_message_ids",
        (
            "message identifiers are not specified", "expected an Array of message identifiers",
            "too many message identifiers specified", "message identifier must be a Number",
            "invalid message identifier specified",
        ),
    ),
    # edits, deletes, reactions, presses
    Refusals(
        _EDITS, _S, "Client.cpp check_message, fail_query_with_error",
        (
            "message to edit not found",
            "message is not modified: specified new message content and reply markup are exactly the same as a current "
            "content and reply markup of the message",
        ),
    ),
    Refusals(
        _EDITS, _T, "MessagesManager.cpp edit_message_text",
        (
            "message can't be edited", "there is no text in the message to edit",
            "there is no caption in the message to edit",
        ),
    ),
    Refusals(
        _DELETES, _S, "Client.cpp process_delete_message_query",
        ("chat identifier is not specified", "message identifier is not specified", "message to delete not found"),
    ),
    Refusals(
        _DELETES, _T, "MessagesManager.cpp delete_messages",
        ("message can't be deleted", "message can't be deleted for everyone"),
    ),
    Refusals(
        "setMessageReaction", _S, "Client.cpp process_set_message_reaction_query",
        ("message to react not found", "can't parse reaction types JSON object"),
    ),
    Refusals("setMessageReaction", _A, "bots' libraries", ("REACTIONS_TOO_MANY", "REACTION_INVALID")),
    Refusals(
        "answerCallbackQuery", _S, "Client.cpp fail_query_with_error",
        ("query is too old and response timeout expired or query ID is invalid",),
    ),
    Refusals("answerCallbackQuery", _A, "bots' libraries", ("MESSAGE_TOO_LONG", "URL_INVALID")),
    # texts and buttons
    Refusals(
        _TALKS, _S, "Client.cpp get_formatted_text, get_input_message_text",
        ("text is too long", "message text is empty", "strings must be encoded in UTF-8"),
    ),
    Refusals(
        _TALKS, _T, "MessageEntity.cpp",
        (
            "text must be non-empty", "can't parse entities: {}",
        ),
    ),
    Refusals(
        _TALKS, _T, "MessagesManager.cpp process_send_message_fail_error",
        ("message is too long", "message caption is too long"),
    ),
    Refusals(
        _TALKS, _S, "Client.cpp get_text_entity",
        ("can't parse MessageEntity: {}", "entity beginning at UTF-16 offset {}"),
        parameter="entities",
    ),
    Refusals(_TALKS, _A, "bots' libraries", ("MESSAGE_TOO_LONG",)),
    Refusals("sendRichMessage editMessageText", _T, "RichMessage.cpp", ("rich message must be non-empty",)),
    Refusals(
        "copyMessage " + _SENDS, _S, "Client.cpp get_reply_parameters",
        ("message to be replied not found", "can't parse reply parameters JSON object"),
    ),
    Refusals("copyMessage " + _SENDS, _A, "bots' libraries", ("QUOTE_TEXT_INVALID",), parameter="quote"),
    Refusals(
        _TALKS, _S, "Client.cpp get_reply_markup",
        (
            "object expected as reply markup", "can't parse inline keyboard button: {}",
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
            "can't parse reply keyboard markup JSON object", "reply markup is too long",
        ),
    ),
    Refusals(
        _TALKS, _S, "Client.cpp get_reply_markup",
        (
            "can't parse keyboard button: {}", 'field "keyboard" must be an Array of Arrays',
            "input field placeholder is too long",
        ),
        parameter="keyboard",
    ),
    Refusals(
        _TALKS, _T, "ReplyMarkup.cpp", ("inline keyboard expected", "inline keyboard button URL {} is invalid: {}")
    ),
    Refusals(
        _TALKS, _A, "bots' libraries",
        (
            "BUTTON_DATA_INVALID", "BUTTON_TYPE_INVALID",
        ),
    ),
    Refusals(_TALKS, _A, "bots' libraries", ("BUTTON_COPY_TEXT_INVALID",), parameter="copy_text"),
    # files
    Refusals(
        _FILES, _S, "Client.cpp get_input_file, get_input_message_contents",
        (
            "there is no document in the request", "there is no photo in the request",
            "there is no video in the request", "there is no audio in the request", "there is no voice in the request",
            "can't parse media JSON object", "can't parse InputMedia: {}",
            "failed to get HTTP URL content",
        ),
    ),
    Refusals(
        _FILES, _T, "FileManager.cpp, MessagesManager.cpp get_message_contents",
        (
            "wrong file identifier/HTTP URL specified", "can't use file of type {} as {}", "file must be non-empty",
            "there are no messages to send", "too many messages to send as an album",
            "{} can't be mixed with other media types",
        ),
    ),
    Refusals("sendPhoto sendMediaGroup", _A, "an answer seen in life", ("file of size {} is too big for a photo; {}",)),
    Refusals(_FILES, _S, "HttpServer.h, the size of a request", ("request entity too large",)),
    Refusals(_FILES, _A, "bots' libraries", ("IMAGE_PROCESS_FAILED", "PHOTO_INVALID_DIMENSIONS")),
    Refusals("getFile", _S, "Client.cpp do_get_file", ("invalid file_id", "file is too big")),
    Refusals("getChatMember", _S, "Client.cpp get_user_id", ("invalid user_id specified",)),
    # the menu, topics, actions
    Refusals(
        _COMMANDS, _T, "BotCommand.cpp set_commands",
        (
            "command must be non-empty", "command length must not exceed {}", "command description must be non-empty",
            "command description length must not exceed {}",
        ),
    ),
    Refusals(
        _COMMANDS, _S, "Client.cpp get_bot_commands",
        ("expected an Array of BotCommand", "can't parse BotCommand: {}", "can't parse BotCommandScope: {}"),
    ),
    Refusals(_COMMANDS, _A, "bots' libraries", ("BOT_COMMAND_INVALID", "BOT_COMMANDS_TOO_MUCH")),
    Refusals(
        "setMyDescription setMyShortDescription", _A, "documents of the Bot API",
        ("bot description is too long", "bot short description is too long"),
    ),
    Refusals("setChatMenuButton", _S, "Client.cpp get_bot_menu_button", ("can't parse menu button: {}",)),
    Refusals("setChatMenuButton", _T, "BotMenuButton.cpp", ("menu button Web App URL is invalid: {}",)),
    Refusals(_TOPICS, _T, "ForumTopicManager.cpp is_forum", ("the chat is not a forum", "name must be non-empty")),
    Refusals(
        "createForumTopic", _T, "ForumTopicManager.cpp create_forum_topic",
        ("not enough rights to create a topic", "invalid icon color specified"),
    ),
    Refusals(
        _OTHER_TOPICS, _T, "ForumTopicManager.cpp",
        (
            "not enough rights to edit the topic", "not enough rights to close or open the topic",
            "not enough rights to delete the topic",
        ),
    ),
    Refusals(_OTHER_TOPICS, _A, "bots' libraries", ("TOPIC_ID_INVALID", "TOPIC_NOT_MODIFIED")),
    Refusals("sendChatAction", _S, "Client.cpp get_chat_action", ("wrong parameter action in request",)),
    # the webhook and polls
    Refusals(
        "setWebhook", _S, "Client.cpp do_set_webhook",
        (
            "secret token is too long", "secret token contains unallowed characters", "bad webhook: {}",
        ),
    ),
    Refusals(
        "getUpdates", _S, "Client.cpp abort_long_poll, process_get_updates_query",
        (
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            "terminated by setWebhook request",
            "terminated by other getUpdates request; make sure that only one bot instance is running",
        ),
    ),
    # what this world has none of
    Refusals(
        _TALKS, _S, "Client.cpp", ("business connection not found", "topic not found"),
        parameter="business_connection_id",
    ),
)  # fmt: skip

_PREFIX = re.compile(r"(bad request|forbidden|not found|internal server error|conflict): ", re.IGNORECASE)


def bare(description: str) -> str:
    """The text of a refusal without the name of its code."""
    return _PREFIX.sub("", description, count=1)


def texts_of(method: str, without: frozenset[str] = frozenset()) -> list[str]:
    """All that the method may be refused with, and {} for what differs; `without`: parameters that are not given."""
    rows = [row for row in TABLE if row.are_of(method) and row.parameter not in without]
    return list(dict.fromkeys(text for row in rows for text in row.texts))


def is_known(method: str, description: str) -> bool:
    """Whether the table has this refusal of the method."""
    return any(pattern.fullmatch(bare(description)) for pattern in _patterns(method))


@cache
def _patterns(method: str) -> list[re.Pattern[str]]:
    return [
        re.compile(".*".join(map(re.escape, text.split("{}"))), re.DOTALL | re.IGNORECASE) for text in texts_of(method)
    ]


# A name that is misspelt above would be of no method.
assert all(row.methods == "*" or words(row.methods) <= PARAMETERS.keys() for row in TABLE)
