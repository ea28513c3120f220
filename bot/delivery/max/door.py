"""Calls of the Bot API, said in MAX's manner.

What everybody else calls by Telegram's methods arrives here, by `plain` (a name and values) or, where files are sent,
as aiogram's own method, and goes to whoever says such things: `posting`, `changing`, `answering`, `copying`,
`uploading`. Errors are aiogram's.
"""

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, cast

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramNotFound
from aiogram.methods import GetMe, SendDocument, SendMediaGroup, SendPhoto, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import User
from pydantic import SecretStr

from bot.delivery.max.answering import Answering
from bot.delivery.max.api import Api, reading
from bot.delivery.max.changing import Changing
from bot.delivery.max.copying import Copying
from bot.delivery.max.lacking import Lacking
from bot.delivery.max.layout import Brief, as_it_is
from bot.delivery.max.names import Names
from bot.delivery.max.pace import Pace
from bot.delivery.max.posting import Posting
from bot.delivery.max.sources import Sources
from bot.delivery.max.uploading import Uploading
from bot.delivery.outgoing.fence import Fence
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.wire import Elsewhere, patience
from bot.storage.engine.database import Storage

# Seconds after which a call that has not been answered is made again, if it may be.
TIMEOUT = 20.0


class Door(Elsewhere):
    """The way to MAX with one token.

    `trust`: whose certificates are believed, None: those of the machine. Without `storage` no name is looked up in the
    database; without `pacer` the pace is that of the whole bot, without `fence` everything may be said. `brief`: what a
    label is called in so many characters.
    """

    def __init__(
        self,
        token: SecretStr,
        url: str = "",
        trust: ssl.SSLContext | None = None,
        storage: Storage | None = None,
        pacer: Pacer | None = None,
        fence: Fence | None = None,
        brief: Brief = as_it_is,
    ) -> None:
        super().__init__(timeout=TIMEOUT)
        self.server = Api(token, url, trust, Pace(pacer), *([fence.check] if fence is not None else []))
        self.names = Names(storage)
        self.sources = Sources(self.server)
        posting = Posting(self.server, self.names, brief)
        self.changing = Changing(self.server, self.names, self.sources, brief)
        answering = Answering(self.server, self.names, self.sources, posting, self.changing)
        copying = Copying(self.names, self.sources, posting)
        self._uploading = Uploading(self.server, posting)
        lacking = Lacking(self.server)
        # By whom each of the Bot API's methods is said.
        self._says: dict[str, Callable[..., Awaitable[Any]]] = {
            "sendMessage": posting.send,
            "editMessageText": self.changing.edit,
            "editMessageCaption": self.changing.recaption,
            "editMessageReplyMarkup": self.changing.rebutton,
            "deleteMessage": self.changing.delete,
            "answerCallbackQuery": answering.answer,
            "setMessageReaction": answering.react,
            "copyMessage": copying.copy,
            "copyMessages": copying.copy_all,
            "setMyCommands": lacking.menu,
            "sendChatAction": lacking.seen_to_answer,
            "createForumTopic": lacking.no_topic,
            "sendRichMessage": lacking.no_table,
            **dict.fromkeys(
                ("sendDocument", "sendPhoto", "sendVideo", "sendAudio", "sendVoice"), self._uploading.again
            ),
        }

    async def close(self) -> None:
        """Ends it for good."""
        await self.server.close()

    def forget(self, message: dict[str, Any]) -> None:
        """Hears that somebody has edited a message."""
        found = self.names.known(message["chat"]["id"], message["message_id"])
        if found is not None:
            self.sources.forget(found)

    async def plain(self, method: TelegramMethod[Any], seconds: float | None, values: dict[str, Any]) -> Any:
        """What Telegram would answer. Raises what aiogram's methods raise."""
        name = method.__api_method__
        say = self._says.get(name)
        if say is None:
            raise TelegramNotFound(method, "Not Found: method not found")
        given = {key: value for key, value in values.items() if value is not None}
        given.pop("message_thread_id", None)
        return await say(method, seconds if seconds is not None else patience(name, self.timeout), **given)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 (the library's)
    ) -> TelegramType:
        """What Telegram would answer to a method of aiogram's. Raises what aiogram's methods raise."""
        seconds = float(timeout) if timeout is not None else patience(method.__api_method__, self.timeout)
        match method:
            case GetMe():
                return cast("TelegramType", await self._me(method, seconds))
            case SendDocument():
                sent = await self._uploading.files(bot, method, seconds, "file", [method.document], method.caption)
                return cast("TelegramType", sent)
            case SendPhoto():
                sent = await self._uploading.files(bot, method, seconds, "image", [method.photo], method.caption)
                return cast("TelegramType", sent)
            case SendMediaGroup():
                files = [part.media for part in method.media]
                words = next((part.caption for part in method.media if part.caption), None)
                return cast("TelegramType", [await self._uploading.files(bot, method, seconds, "image", files, words)])
            case _:
                pass
        raise TelegramNotFound(method, "Not Found: method not found")

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 (the library's)
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """Nothing: `files.download` knows where MAX's files lie."""
        raise NotImplementedError("files of MAX are downloaded by bot.delivery.max.incoming.files")
        yield b""  # type: ignore[unreachable]

    async def _me(self, method: TelegramMethod[Any], seconds: float) -> User:
        me = await self.server.call(method, "GET", "/me", seconds)
        if type(me.get("user_id")) is not int:
            raise ClientDecodeError("a bot without a number", ValueError("user_id"), str(me))
        name = me.get("first_name") or me.get("name") or "bot"
        with reading():
            return User(id=me["user_id"], is_bot=True, first_name=name, username=me.get("username"))
