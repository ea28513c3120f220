"""What Telegram's server answers when it refuses a call, and what that means, by method and by kind of chat.

The texts are those of the Bot API server 10.0 (Client.cpp, ClientManager.cpp, WebhookActor.cpp) and of TDLib 1.8.66
below it, for the methods that the bot calls and as the bot calls them. Words in CAPITALS come from behind TDLib, which
is not open: those that its sources name are here. A text means different things to different methods: a copy is refused
for its source or for its addressee, and where a person has gone a group may only have taken a right away.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """Whether it was said, and if not, whether another attempt can help."""

    DONE = "done"
    # Nothing went wrong: Telegram wants the chat, or everybody, to wait.
    WAIT = "wait"
    # A network error, 5xx, an answer that is no JSON: try again a little later.
    LATER = "later"
    # Blocked, deactivated, or no such chat; a group that does not let the bot write: the chat cannot be written to.
    UNREACHABLE = "unreachable"
    # The group has another number now, which is the value.
    MOVED = "moved"
    # The topic of the forum is closed or gone.
    NO_TOPIC = "no topic"
    # The message to be edited, deleted, copied or answered is gone or too old.
    GONE = "gone"
    # Telegram will never take it.
    REFUSED = "refused"


TEXTS = frozenset({"sendMessage", "sendRichMessage"})
FILES = frozenset({"sendDocument", "sendPhoto", "sendVideo", "sendAudio", "sendVoice", "sendMediaGroup"})
SENDS = TEXTS | FILES
COPIES = frozenset({"copyMessage", "copyMessages"})
EDITS = frozenset({"editMessageText", "editMessageCaption", "editMessageReplyMarkup"})
# Calls after which there is a message that was not there before: to make one of them again may be to say it twice.
MAKES = SENDS | COPIES
_DELETE = frozenset({"deleteMessage"})
_REACT = frozenset({"setMessageReaction"})
_ANSWER = frozenset({"answerCallbackQuery"})
_TOPIC = frozenset({"createForumTopic"})
_COMMANDS = frozenset({"setMyCommands"})
_ACTION = frozenset({"sendChatAction"})
_FILE = frozenset({"getFile"})
_WEBHOOK = frozenset({"setWebhook"})
_UPDATES = frozenset({"getUpdates"})
_OTHERS = frozenset({"getMe", "deleteWebhook", "getWebhookInfo"})
_TO_CHAT = MAKES | EDITS | _DELETE | _REACT | _TOPIC | _ACTION | _COMMANDS
# All that the bot calls; a text that the table has for other methods only is as unknown as any.
METHODS = _TO_CHAT | _ANSWER | _FILE | _WEBHOOK | _UPDATES | _OTHERS


@dataclass(frozen=True, slots=True)
class Refusal:
    """Texts that mean `fate` when one of `methods` is refused with them; `group`: what they mean there, if otherwise.

    Texts are as the server gives them, without what stands before the colon («Bad Request»); {} is anything.
    """

    methods: frozenset[str]
    fate: Fate
    texts: tuple[str, ...]
    group: Fate | None = None

    def means(self, *, in_group: bool) -> Fate:
        """The fate, in a group or elsewhere."""
        return self.group if in_group and self.group is not None else self.fate


_U, _G, _R, _L, _N = Fate.UNREACHABLE, Fate.GONE, Fate.REFUSED, Fate.LATER, Fate.NO_TOPIC

# The bot is not in the group, or there is no group any more (Client::check_chat_access).
_OUTSIDE = (
    "bot was kicked from the group chat",
    "bot was kicked from the supergroup chat",
    "bot was kicked from the channel chat",
    "bot is not a member of the group chat",
    "bot is not a member of the supergroup chat",
    "bot is not a member of the channel chat",
    "the group chat was deleted",
)

# The first line that has the text and the method decides.
TABLE: tuple[Refusal, ...] = (
    # Of the whole server, whatever the call (Client::get_closing_error, ClientManager::send).
    Refusal(METHODS, _L, ("logged out", "unauthorized", "unauthorized: invalid api-id/api-hash", "restart")),
    Refusal(METHODS, _L, ("unauthorized: invalid token specified", "misdirected request: unallowed token specified")),
    Refusal(METHODS, _L, ("request aborted", "the bot has already been closed", "FROZEN_METHOD_INVALID")),
    Refusal(METHODS, _R, ("not found", "method not found", "method not implemented: {}")),
    Refusal(METHODS, _R, ("can't parse JSON object", "JSON object expected")),
    Refusal(METHODS, _L, ("request entity too large", "group send failed", "failed to get HTTP URL content")),
    # The person (Client::check_chat_access, MessagesManager::process_send_message_fail_error). These name the
    # addressee of a copy too.
    Refusal(
        _TO_CHAT,
        _U,
        (
            "bot was blocked by the user",
            "user is deactivated",
            "bot can't initiate conversation with a user",
            "the bot can't send messages to the bot",
            "USER_DELETED",
            "USER_BOT_INVALID",
            "YOU_BLOCKED_USER",
        ),
    ),
    # The group, which is the addressee: a copy reads from private chats, where none of these can be. To a private chat
    # a copy is made out of the group, and they speak of that.
    Refusal(
        COPIES,
        _G,
        (
            *_OUTSIDE,
            "chat not found",
            "private chat not found",
            "CHANNEL_PRIVATE",
            "CHANNEL_INVALID",
            "CHAT_ID_INVALID",
            "PEER_ID_INVALID",
        ),
        group=_U,
    ),
    Refusal(
        _TO_CHAT,
        _U,
        (
            *_OUTSIDE,
            "chat not found",
            "private chat not found",
            "user not found",
            # With the new number it is MOVED.
            "group chat was upgraded to a supergroup chat",
            "invalid chat identifier specified",
            "can't access the chat",
            "have no access to the chat",
            "CHANNEL_PRIVATE",
            "CHANNEL_INVALID",
            "CHANNEL_PUBLIC_GROUP_NA",
            "CHAT_ID_INVALID",
            "CHAT_FORBIDDEN",
            "PEER_ID_INVALID",
            "USER_ID_INVALID",
            "INPUT_USER_DEACTIVATED",
            "USER_IS_BLOCKED",
        ),
    ),
    # The source of a copy (Client::process_copy_message_query, TdOnForwardMessagesCallback,
    # MessagesManager::process_input_message_content, get_forwarded_messages). The server looks at it first.
    Refusal(
        COPIES,
        _G,
        (
            "message to copy not found",
            "message to forward not found",
            "there are no messages to forward",
            "chat to copy message from not found",
            "chat to forward messages from not found",
            "can't access the chat to copy message from",
            "can't access the chat to forward messages from",
            "can't find message to copy",
            "can't copy message",
            "can't copy message content",
            "message can't be copied",
            "there are no messages to copy",
            "message has protected content and can't be forwarded",
            "CHAT_FORWARDS_RESTRICTED",
            "MESSAGE_ID_INVALID",
            "MESSAGE_IDS_EMPTY",
            "message identifiers are not specified",
        ),
    ),
    # None of an album could be copied: to a group, because it takes no files.
    Refusal(COPIES, _G, ("messages can't be forwarded", "messages can't be copied"), group=_R),
    # A message that is there and cannot be copied: by anybody, or to this person, who takes no voice messages, or to
    # this group, which takes no files (MessagesManager::forward_message has the same words for all of them).
    Refusal(frozenset({"copyMessage"}), _R, ("the message can't be copied", "the message can't be forwarded")),
    # A group in which the bot may not write at all (MessageContent.cpp, can_send_message_content;
    # DialogManager::can_send_message_to_dialog). Behind TDLib these come with 403, and arrive with 400.
    Refusal(
        MAKES | _ACTION,
        _R,
        (
            "not enough rights to send text messages to the chat",
            "have no write access to the chat",
            "need administrator rights in the channel chat",
            "have no rights to send a message",
            "CHAT_WRITE_FORBIDDEN",
            "CHAT_SEND_PLAIN_FORBIDDEN",
            "CHAT_RESTRICTED",
            "CHAT_ADMIN_REQUIRED",
            "CHAT_GUEST_SEND_FORBIDDEN",
            "USER_BANNED_IN_CHANNEL",
        ),
        group=_U,
    ),
    # Only what it was: text may still go there.
    Refusal(
        MAKES,
        _R,
        (
            "not enough rights to send animations to the chat",
            "not enough rights to send checklists to the chat",
            "not enough rights to send contacts to the chat",
            "not enough rights to send dice to the chat",
            "not enough rights to send documents to the chat",
            "not enough rights to send games to the chat",
            "not enough rights to send giveaway winners to the chat",
            "not enough rights to send giveaways to the chat",
            "not enough rights to send invoice messages to the chat",
            "not enough rights to send live locations to the chat",
            "not enough rights to send locations to the chat",
            "not enough rights to send music to the chat",
            "not enough rights to send paid media to the chat",
            "not enough rights to send photos to the chat",
            "not enough rights to send polls to the chat",
            "not enough rights to send stickers to the chat",
            "not enough rights to send stories to the chat",
            "not enough rights to send the rich message to the chat",
            "not enough rights to send venues to the chat",
            "not enough rights to send video notes to the chat",
            "not enough rights to send videos to the chat",
            "not enough rights to send voice notes to the chat",
            "user restricted receiving of video note messages",
            "user restricted receiving of voice note messages",
            "polls can't be sent to the private chat",
            "CHAT_SEND_{}_FORBIDDEN",
            "VOICE_MESSAGES_FORBIDDEN",
            "ALLOW_PAYMENT_REQUIRED{}",
            "PRIVACY_PREMIUM_REQUIRED",
        ),
    ),
    # The forum's topic (Client::check_message_topic, TdOnCheckForumTopicCallback).
    Refusal(
        MAKES | EDITS | _ACTION,
        _N,
        (
            "message thread not found",
            "invalid forum topic identifier specified",
            "unknown forum topic identifier specified",
            "invalid message thread identifier specified",
            "invalid topic identifier specified",
            "topic not found",
            "chat is not a forum",
            "the chat is not a forum",
            "the chat is not a supergroup forum",
            "chat doesn't have threads",
            "can't forward messages to a specific message thread",
            "TOPIC_CLOSED",
            "TOPIC_DELETED",
            "TOPIC_ID_INVALID",
        ),
    ),
    # Making a topic (ForumTopicManager::create_forum_topic): without one the note goes to the chat itself.
    Refusal(
        _TOPIC,
        _R,
        (
            "not enough rights to create a topic",
            "the chat is not a forum",
            "the chat is not a supergroup forum",
            "name must be non-empty",
            "invalid icon color specified",
            "have no write access to the chat",
            "CHAT_ADMIN_REQUIRED",
            "CHAT_WRITE_FORBIDDEN",
            "CHAT_RESTRICTED",
            "CHANNEL_FORUM_MISSING",
            "TOPIC_TITLE_EMPTY",
        ),
    ),
    # The message to edit (Client::check_message, MessagesManager::edit_message_text and its neighbours).
    Refusal(
        EDITS,
        Fate.DONE,
        (
            "message is not modified: specified new message content and reply markup are exactly the same as a current "
            "content and reply markup of the message",
            "message is not modified{}",
            "MESSAGE_NOT_MODIFIED",
        ),
    ),
    Refusal(
        EDITS,
        _G,
        (
            "message to edit not found",
            "message not found",
            "message can't be edited",
            "message identifier is not specified",
            "MESSAGE_ID_INVALID",
            "MESSAGE_AUTHOR_REQUIRED",
            "MESSAGE_EDIT_TIME_EXPIRED",
        ),
    ),
    Refusal(
        EDITS,
        _R,
        (
            "there is no text in the message to edit",
            "there is no caption in the message to edit",
            "can't edit message without new content",
            "input message content type must be inputMessageText or inputMessageRichMessage",
            "have no write access to the chat",
            "CHAT_WRITE_FORBIDDEN",
            "CHAT_RESTRICTED",
            "CHAT_ADMIN_REQUIRED",
        ),
    ),
    # The message to delete (Client::process_delete_message_query, MessagesManager::delete_messages).
    Refusal(
        _DELETE,
        _G,
        (
            "message to delete not found",
            "message can't be deleted",
            "message can't be deleted for everyone",
            "message identifier is not specified",
            "chat identifier is not specified",
            "invalid message identifier",
            "invalid message identifier specified",
            "MESSAGE_DELETE_FORBIDDEN",
            "MESSAGE_ID_INVALID",
            "CHAT_ADMIN_REQUIRED",
            "have no write access to the chat",
        ),
    ),
    # The message to react to (MessagesManager::add_message_reaction). Nobody misses a reaction.
    Refusal(_REACT, _G, ("message to react not found", "message not found", "MESSAGE_ID_INVALID", "MSG_ID_INVALID")),
    Refusal(
        _REACT,
        _R,
        (
            "the reaction isn't available for the message",
            "invalid reaction type specified",
            "invalid reaction specified",
            "have no write access to the chat",
            "can't parse reaction types JSON object",
            "expected an Array of ReactionType",
            "can't parse ReactionType: {}",
            "REACTION_INVALID",
            "REACTION_EMPTY",
            "REACTIONS_TOO_MANY",
            "CHAT_WRITE_FORBIDDEN",
            "CHAT_RESTRICTED",
            "CHAT_ADMIN_REQUIRED",
            "ANONYMOUS_REACTIONS_DISABLED",
        ),
    ),
    # The message that is answered (Client::check_reply_parameters); the bot sends without it.
    Refusal(
        MAKES,
        _R,
        (
            "message to be replied not found",
            "can't parse reply parameters JSON object",
            "object expected as reply parameters",
            "REPLY_MESSAGE_ID_INVALID",
            "REPLY_TO_MONOFORUM_PEER_INVALID",
            "wrong direct messages topic identifier specified",
            "QUOTE_TEXT_INVALID",
        ),
    ),
    # A press (QUERY_ID_INVALID, in Client::fail_query_with_error).
    Refusal(_ANSWER, _G, ("query is too old and response timeout expired or query ID is invalid", "QUERY_ID_INVALID")),
    Refusal(_ANSWER, _R, ("MESSAGE_TOO_LONG", "URL_INVALID")),
    # The menu of commands (BotCommand.cpp, BotCommandScope.cpp, Client::get_bot_command_scope).
    Refusal(
        _COMMANDS,
        _R,
        (
            "command must be non-empty",
            "command must be encoded in UTF-8",
            "command length must not exceed {}",
            "command description must be non-empty",
            "command description must be encoded in UTF-8",
            "command description length must not exceed {}",
            "can't parse commands JSON object",
            "expected an Array of BotCommand",
            "can't parse BotCommand: {}",
            "can't parse BotCommandScope JSON object",
            "can't parse BotCommandScope: {}",
            "can't use specified scope in private chats",
            "can't change commands in channel chats",
            "BOT_COMMAND_INVALID",
            "BOT_COMMAND_DESCRIPTION_INVALID",
            "BOT_COMMANDS_TOO_MUCH",
        ),
    ),
    # A file that somebody has sent (Client::check_remote_file_id, do_get_file, on_file_download).
    Refusal(
        _FILE,
        _G,
        (
            "file_id not specified",
            "invalid file_id",
            "wrong file_id or the file is temporarily unavailable",
            "file is too big",
        ),
    ),
    # A file that the bot sends (FileManager.cpp; Client::process_send_document_query and its neighbours).
    Refusal(
        FILES,
        _R,
        (
            "file is too big",
            "file of size {} is too big for a photo; {}",
            "media not found",
            "photo not found",
            "there is no document in the request",
            "there is no photo in the request",
            "there is no video in the request",
            "there is no audio in the request",
            "there is no voice in the request",
            "wrong file identifier/HTTP URL specified",
            "wrong HTTP URL specified",
            "wrong type of the web page content",
            "wrong remote file identifier specified: {}",
            "remote file identifier must be non-empty",
            "invalid remote file identifier",
            "invalid file identifier",
            "wrong file identifier",
            "invalid file HTTP URL specified: {}",
            "can't use file of type {} as {}",
            "can't upload file by URL",
            "file must be non-empty",
            "file not found",
            "failed to reupload file",
            "InputFile is not specified",
            "document must be non-empty",
            "photo must be non-empty",
            "video must be non-empty",
            "audio must be non-empty",
            "voice note must be non-empty",
            "photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp",
            "can't parse media JSON object",
            "expected an Array of InputMedia",
            "can't parse InputMedia: {}",
            "can't use the media of the specified type in the album",
            "{} can't be mixed with other media types",
            "too many messages to send as an album",
            "there are no messages to send",
            "invalid message content type",
            "MEDIA_EMPTY",
            "MEDIA_INVALID",
            "PHOTO_INVALID",
            "PHOTO_INVALID_DIMENSIONS",
            "PHOTO_SAVE_FILE_INVALID",
            "IMAGE_PROCESS_FAILED",
            "FILE_PARTS_INVALID",
            "FILE_PART_{}_MISSING",
            "FILE_REFERENCE_EXPIRED",
            "MULTI_MEDIA_TOO_LONG",
            "MEDIA_GROUPED_INVALID",
        ),
    ),
    # The words and buttons: faults of ours (Client::get_input_message_text, get_reply_markup; MessageEntity.cpp;
    # ReplyMarkup.cpp; RichMessage.cpp; WebPageBlock.cpp).
    Refusal(
        MAKES | EDITS | _TOPIC,
        _R,
        (
            "chat_id is empty",
            "message text is empty",
            "text must be non-empty",
            "text is too long",
            "message is too long",
            "message caption is too long",
            "unsupported parse_mode",
            "strings must be encoded in UTF-8",
            "can't parse entities: {}",
            "can't parse MessageEntity: {}",
            "entity beginning at UTF-16 offset {}",
            "can't parse link preview options JSON object",
            "object expected as link preview options",
            "link preview URL must be encoded in UTF-8",
            "can't parse reply keyboard markup JSON object",
            "object expected as reply markup",
            "can't parse inline keyboard button: {}",
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
            "inline keyboard button text must be encoded in UTF-8",
            "inline keyboard button text must be non-empty",
            "inline keyboard button type must be non-empty",
            "inline keyboard button URL {}",
            "inline keyboard expected",
            "reply markup is too long",
            'parameter "from_chat_id" is required',
            "too many message identifiers specified",
            "message identifiers must be in a strictly increasing order",
            "message identifier must be a Number",
            "can't parse message identifier as a Number",
            "invalid message identifier",
            "invalid message identifier specified",
            "can't parse message_ids JSON object",
            "expected an Array of message identifiers",
            "too many messages to forward",
            "rich message must be non-empty",
            "rich text must be encoded in UTF-8",
            "rich text URL must be encoded in UTF-8",
            "block must be non-empty",
            "block is not allowed",
            "table cell must be non-empty",
            "invalid table cell colspan specified",
            "invalid table cell rowspan specified",
            "invalid section heading size specified",
            "list must be non-empty",
            "list item must be non-empty",
            "input message content must be non-empty",
            "can't send message without content",
            "can't use forwarded message",
            "BUTTON_DATA_INVALID",
            "BUTTON_INVALID",
            "BUTTON_TYPE_INVALID",
            "BUTTON_URL_INVALID",
            "ENTITIES_TOO_LONG",
            "ENTITY_BOUNDS_INVALID",
            "MEDIA_CAPTION_TOO_LONG",
            "MESSAGE_EMPTY",
            "MESSAGE_TOO_LONG",
            "RANDOM_ID_DUPLICATE",
            "REPLY_MARKUP_INVALID",
            "REPLY_MARKUP_TOO_LONG",
            "REPLY_MARKUP_BUY_EMPTY",
        ),
    ),
    Refusal(_ACTION, _R, ("wrong parameter action in request", "can't use the action")),
    # The webhook and the polls (Client::do_set_webhook, WebhookActor.cpp, Client::abort_long_poll).
    Refusal(
        _WEBHOOK,
        _R,
        (
            "invalid webhook URL specified",
            "secret token is too long",
            "secret token contains unallowed characters",
            "certificate size is too big ({} bytes)",
            "bad webhook: {}",
        ),
    ),
    Refusal(_WEBHOOK, _L, ("failed to save certificate",)),
    Refusal(
        _UPDATES,
        _L,
        (
            "terminated by other getUpdates request; make sure that only one bot instance is running",
            "terminated by setWebhook request",
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        ),
    ),
)
