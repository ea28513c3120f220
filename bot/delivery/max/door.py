"""Calls of the Bot API, said in MAX's manner.

What everybody else calls by Telegram's methods arrives here, by `plain` (a name and values) or, where files are sent,
as aiogram's own method. Errors are aiogram's.
"""

import asyncio
import logging
import ssl
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any, cast

import aiohttp
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramNotFound
from aiogram.methods import (
    GetMe,
    SendDocument,
    SendMediaGroup,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import BufferedInputFile, InputFile, Message, User
from pydantic import SecretStr

from bot.delivery.max.api import Api
from bot.delivery.max.errors import NotReady, TooLong, nobody
from bot.delivery.max.events import SEPARATOR
from bot.delivery.max.ids import seq_of, user_of
from bot.delivery.max.layout import Brief, Row, arranged, as_it_is
from bot.delivery.max.names import Names, Seen
from bot.delivery.max.pace import Pace
from bot.delivery.max.sources import Source, Sources, buttons_of
from bot.delivery.max.text import LONGEST, attention, pages, spoken, without_attention
from bot.delivery.outgoing.fence import Fence
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.outgoing.streamed import Streamed
from bot.delivery.wire import Elsewhere, patience
from bot.storage.engine.database import Storage

_log = logging.getLogger(__name__)

# Seconds after which a call that has not been answered is made again, if it may be.
TIMEOUT = 20.0
# Seconds between attempts to send what was uploaded and is not ready yet: large files take their time.
_PAUSES = (0.3, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0)
# So many presses are remembered whose message may be edited yet.
_PRESSES = 1_000
# How MAX's store calls the part of the form that is the file.
_PART = {"image": "data", "file": "data", "video": "file", "audio": "file"}

Attachments = list[dict[str, Any]]


# By which method of the door each of the Bot API's is said.
_SAYS: dict[str, str] = {
    "sendMessage": "_send",
    "editMessageText": "_edit",
    "editMessageCaption": "_recaption",
    "editMessageReplyMarkup": "_rebutton",
    "deleteMessage": "_delete",
    "answerCallbackQuery": "_answer",
    "setMessageReaction": "_react",
    "copyMessage": "_copy",
    "copyMessages": "_copy_all",
    "setMyCommands": "_menu",
    "sendChatAction": "_seen_to_answer",
    "createForumTopic": "_no_topic",
    "sendRichMessage": "_no_table",
    **dict.fromkeys(("sendDocument", "sendPhoto", "sendVideo", "sendAudio", "sendVoice"), "_again"),
}


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
        self._brief = brief
        self.names = Names(storage)
        self.sources = Sources(self.server)
        # Presses whose message may be edited by the answer, by its chat and number: the press, and the word for it.
        self._presses: OrderedDict[tuple[int, int], tuple[str, str]] = OrderedDict()

    async def close(self) -> None:
        """Ends it for good."""
        await self.server.close()

    def press(self, chat: int, message_id: int, callback_id: str, words: str) -> None:
        """Has the next edit of that message go as the answer to the press, with these words for it."""
        self._presses[chat, message_id] = callback_id, words
        while len(self._presses) > _PRESSES:
            self._presses.popitem(last=False)

    def forget(self, message: dict[str, Any]) -> None:
        """Hears that somebody has edited a message."""
        found = self.names.known(message["chat"]["id"], message["message_id"])
        if found is not None:
            self.sources.forget(found)

    async def plain(self, method: TelegramMethod[Any], seconds: float | None, values: dict[str, Any]) -> Any:
        """What Telegram would answer. Raises what aiogram's methods raise."""
        name = method.__api_method__
        if name not in _SAYS:
            raise TelegramNotFound(method, "Not Found: method not found")
        given = {key: value for key, value in values.items() if value is not None}
        given.pop("message_thread_id", None)
        say: Callable[..., Awaitable[Any]] = getattr(self, _SAYS[name])
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
                sent = await self._files(bot, method, seconds, "file", [method.document], method.caption)
                return cast("TelegramType", sent)
            case SendPhoto():
                sent = await self._files(bot, method, seconds, "image", [method.photo], method.caption)
                return cast("TelegramType", sent)
            case SendMediaGroup():
                files = [part.media for part in method.media]
                words = next((part.caption for part in method.media if part.caption), None)
                return cast("TelegramType", [await self._files(bot, method, seconds, "image", files, words)])
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
        raise NotImplementedError("files of MAX are downloaded by bot.delivery.max.files")
        yield b""  # type: ignore[unreachable]

    # what is said

    async def _send(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        chat_id: int,
        text: str,
        reply_markup: dict[str, Any] | None = None,
        reply_parameters: dict[str, Any] | None = None,
        link_preview_options: dict[str, Any] | None = None,
        **_others: Any,
    ) -> Any:
        html, rows = arranged(spoken(text), reply_markup, self._brief)
        link = await self._link(chat_id, reply_parameters["message_id"]) if reply_parameters else None
        preview = link_preview_options is not None and not link_preview_options.get("is_disabled")
        return await self._say(method, seconds, chat_id, html, [], rows, link=link, preview=preview)

    async def _say(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        chat: int,
        html: str,
        attachments: Attachments,
        rows: list[Row],
        link: dict[str, str] | None = None,
        *,
        preview: bool = False,
        notify: bool = True,
    ) -> dict[str, Any]:
        """A message, or several if the text is too long for one; the last, which has the buttons, is told of."""
        parts = pages(html)
        try:
            for part in parts[:-1]:
                await self._post(method, seconds, chat, _body(part, [], [], link), preview=preview)
                link = None
            body = _body(parts[-1] if parts else "", attachments, rows, link, notify=notify)
            return await self._post(method, seconds, chat, body, preview=preview)
        except TooLong as error:
            if len(parts) > 1 or error.share >= 1:
                raise
            # It counts otherwise than its documentation says.
            parts = pages(html, int(len(html) * error.share * 0.95))
            for part in parts[:-1]:
                await self._post(method, seconds, chat, _body(part, [], [], None), preview=preview)
            return await self._post(method, seconds, chat, _body(parts[-1], attachments, rows, None), preview=preview)

    async def _post(
        self, method: TelegramMethod[Any], seconds: float, chat: int, body: dict[str, Any], *, preview: bool = False
    ) -> dict[str, Any]:
        to = self._addressee(method, chat) | ({} if preview else {"disable_link_preview": True})
        pauses = iter(_PAUSES)
        while True:
            try:
                got = await self.server.call(method, "POST", "/messages", seconds, to, body, ("send", chat))
                return await self._made(chat, got)
            except NotReady:
                pause = next(pauses, None)
                if pause is None:
                    raise
                await asyncio.sleep(pause)
            except (TelegramBadRequest, TelegramNotFound):
                if body.get("link") is None:
                    raise
                # What it answers is gone: it is said all the same.
                body = body | {"link": None}

    async def _made(self, chat: int, got: Any) -> dict[str, Any]:
        """Notes the message that was made; returns it as Telegram would, as far as anybody asks."""
        message = got.get("message", got) if isinstance(got, dict) else {}
        told = message.get("body") or {}
        mid = told.get("mid")
        number = told.get("seq") if type(told.get("seq")) is int else seq_of(str(mid))
        if not isinstance(mid, str) or number is None:
            raise ClientDecodeError("a message without a name", ValueError("mid"), {"ok": True})
        chat_id = (message.get("recipient") or {}).get("chat_id")
        if type(chat_id) is not int:
            chat_id = await self.names.dialog(chat) or 0
        await self.names.said(Seen(chat, chat_id, number, mid))
        return {"message_id": number, "attachments": told.get("attachments") or []}

    def _addressee(self, method: TelegramMethod[Any], chat: int) -> dict[str, int]:
        if chat < 0:
            return {"chat_id": chat}
        user = user_of(chat)
        if user is None:
            raise nobody(method)
        return {"user_id": user}

    async def _link(self, chat: int, message_id: int) -> dict[str, str] | None:
        found = await self.names.find(chat, message_id)
        return {"type": "reply", "mid": found[0]} if found is not None else None

    # what is changed

    async def _edit(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        chat_id: int,
        message_id: int,
        text: str,
        reply_markup: dict[str, Any] | None = None,
        **_others: Any,
    ) -> Any:
        html, rows = arranged(spoken(text), reply_markup, self._brief)
        parts = pages(html)
        if len(parts) > 1:
            # It comes anew, in as many messages as it takes.
            raise TelegramBadRequest(method, "Bad Request: message can't be edited")
        return await self._put(method, seconds, chat_id, message_id, _body(parts[0] if parts else "", [], rows))

    async def _put(
        self, method: TelegramMethod[Any], seconds: float, chat: int, message_id: int, body: dict[str, Any]
    ) -> bool:
        """Changes the message; as the answer to a press on it, if there was one."""
        pressed = self._presses.pop((chat, message_id), None)
        if pressed is not None and await self._changed_by_answer(method, seconds, chat, body, *pressed):
            return True
        mid = await self._mid(method, chat, message_id, "Bad Request: message to edit not found")
        await self.server.call(method, "PUT", "/messages", seconds, {"message_id": mid}, body, ("edit", chat))
        self.sources.forget(mid)
        return True

    async def _changed_by_answer(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        chat: int,
        body: dict[str, Any],
        callback_id: str,
        words: str,
    ) -> bool:
        """False: the press can be answered no more, or not in this way."""
        answer = {"message": body} | ({"notification": words} if words else {})
        try:
            of = {"callback_id": callback_id}
            await self.server.call(method, "POST", "/answers", seconds, of, answer, ("answer", chat))
        except (TelegramBadRequest, TelegramNotFound) as error:
            _log.info("a press was not answered by an edit: %s", error)
            return False
        return True

    async def _recaption(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        chat_id: int,
        message_id: int,
        caption: str = "",
        reply_markup: dict[str, Any] | None = None,
        **_others: Any,
    ) -> Any:
        source = await self._own(method, seconds, chat_id, message_id)
        html, rows = arranged(spoken(caption), reply_markup, self._brief)
        body = _body(pages(html)[0] if html else "", [*source.attachments], rows)
        return await self._put(method, seconds, chat_id, message_id, body)

    async def _rebutton(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        chat_id: int,
        message_id: int,
        reply_markup: dict[str, Any] | None = None,
        **_others: Any,
    ) -> Any:
        source = await self._own(method, seconds, chat_id, message_id)
        _, rows = arranged("", reply_markup, self._brief, tells=False)
        return await self._put(method, seconds, chat_id, message_id, _body(source.html, [*source.attachments], rows))

    async def _own(self, method: TelegramMethod[Any], seconds: float, chat: int, message_id: int) -> Source:
        """The message as it is: what is not sent again with an edit is gone."""
        mid = await self._mid(method, chat, message_id, "Bad Request: message to edit not found")
        return await self.sources.get(method, mid, seconds, anew=True)

    async def _delete(self, method: TelegramMethod[Any], seconds: float, *, chat_id: int, message_id: int) -> Any:
        mid = await self._mid(method, chat_id, message_id, "Bad Request: message to delete not found")
        await self.server.call(method, "DELETE", "/messages", seconds, {"message_id": mid}, kind=("delete", chat_id))
        return True

    async def _mid(self, method: TelegramMethod[Any], chat: int, message_id: int, words: str) -> str:
        found = await self.names.find(chat, message_id)
        if found is None:
            raise TelegramBadRequest(method, words)
        return found[0]

    # what answers

    async def _answer(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        callback_query_id: str,
        text: str = "",
        show_alert: bool = False,
        **_others: Any,
    ) -> Any:
        callback_id, chat, number = [*callback_query_id.rsplit(SEPARATOR, 2), "0", "0"][:3]
        where = int(chat)
        if show_alert and where > 0:
            await self._alert(method, seconds, callback_id, where, int(number), text)
        elif text:
            of, kind = {"callback_id": callback_id}, ("answer", where)
            await self.server.call(method, "POST", "/answers", seconds, of, {"notification": text}, kind)
        # MAX takes no empty answer.
        return True

    async def _alert(
        self, method: TelegramMethod[Any], seconds: float, callback_id: str, chat: int, message_id: int, words: str
    ) -> None:
        """What must be read stands above what was pressed, until that says something else; or comes as a message."""
        found = await self.names.find(chat, message_id)
        html = attention(words)
        if found is not None:
            try:
                body = await self.sources.raw(method, found[0], seconds)
            except (TelegramBadRequest, TelegramNotFound) as error:
                _log.info("what was pressed cannot be seen: %s", error)
            else:
                source, rows = self.sources.of(body), buttons_of(body)
                with_words = _body(f"{html}\n\n{without_attention(source.html)}", [*source.attachments], rows)
                if len(with_words["text"]) <= LONGEST and await self._changed_by_answer(
                    method, seconds, chat, with_words, callback_id, words
                ):
                    return
        await self._say(method, seconds, chat, html, [], [])

    async def _react(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        chat_id: int,
        message_id: int,
        reaction: Sequence[dict[str, str]],
    ) -> Any:
        """Bots of MAX cannot react: the sign comes as an answer, without a sound."""
        link = await self._link(chat_id, message_id)
        if link is None:
            raise TelegramBadRequest(method, "Bad Request: message to react not found")
        await self._say(method, seconds, chat_id, reaction[0]["emoji"], [], [], link=link, notify=False)
        return True

    async def _menu(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        commands: Sequence[dict[str, str]],
        scope: dict[str, Any],
    ) -> Any:
        """One list serves everybody: what is for one chat alone is typed there."""
        if scope.get("type") == "all_private_chats":
            named = [{"name": one["command"], "description": one["description"]} for one in commands]
            await self.server.call(method, "PATCH", "/me/commands", seconds, body={"commands": named})
        return True

    async def _seen_to_answer(self, method: TelegramMethod[Any], seconds: float, **_others: Any) -> Any:
        await self.server.call(method, "GET", "/me", seconds)
        return True

    async def _no_topic(self, method: TelegramMethod[Any], _seconds: float, **_others: Any) -> Any:
        raise TelegramBadRequest(method, "Bad Request: the chat is not a forum")

    async def _no_table(self, method: TelegramMethod[Any], _seconds: float, **_others: Any) -> Any:
        raise TelegramNotFound(method, "Not Found: method not found")

    async def _me(self, method: TelegramMethod[Any], seconds: float) -> User:
        me = await self.server.call(method, "GET", "/me", seconds)
        name = me.get("first_name") or me.get("name") or "bot"
        return User(id=me["user_id"], is_bot=True, first_name=name, username=me.get("username"))

    # what is copied

    async def _copy(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        chat_id: int,
        from_chat_id: int,
        message_id: int,
        caption: str | None = None,
        reply_markup: dict[str, Any] | None = None,
        **_others: Any,
    ) -> Any:
        found = await self.names.find(from_chat_id, message_id)
        if found is None:
            raise TelegramBadRequest(method, "Bad Request: message to copy not found")
        mid, part = found
        source = await self.sources.get(method, mid, seconds)
        if part is not None:
            source = source.part(part)
        if caption is not None:
            source = Source(spoken(caption), source.attachments)
        _, rows = arranged("", reply_markup, self._brief, tells=False)
        made = await self._say_source(method, seconds, chat_id, source, rows)
        return made[-1]

    async def _copy_all(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        chat_id: int,
        from_chat_id: int,
        message_ids: Sequence[int],
        **_others: Any,
    ) -> Any:
        """An album was one message, and becomes one."""
        wholes: OrderedDict[str, None] = OrderedDict()
        for message_id in message_ids:
            found = await self.names.find(from_chat_id, message_id)
            if found is not None:
                wholes[found[0]] = None
        if not wholes:
            raise TelegramBadRequest(method, "Bad Request: message to copy not found")
        made = []
        for mid in wholes:
            source = await self.sources.get(method, mid, seconds)
            made += await self._say_source(method, seconds, chat_id, source, [])
        return made

    async def _say_source(
        self, method: TelegramMethod[Any], seconds: float, chat: int, source: Source, rows: list[Row]
    ) -> list[dict[str, Any]]:
        messages = source.messages()
        return [
            await self._say(
                method,
                seconds,
                chat,
                each.html,
                [*each.attachments],
                rows if place == len(messages) - 1 else [],
                preview=True,
            )
            for place, each in enumerate(messages)
        ]

    # files

    async def _again(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        chat_id: int,
        caption: str = "",
        reply_markup: dict[str, Any] | None = None,
        **values: Any,
    ) -> Any:
        """Sends a file that MAX has."""
        id = str(
            next((values[kind] for kind in ("document", "photo", "video", "audio", "voice") if kind in values), "")
        )
        kind, *_, token = [*id.split(SEPARATOR, 3), ""][:4]
        if kind not in _PART or not token:
            raise TelegramBadRequest(method, "Bad Request: wrong file identifier")
        html, rows = arranged(spoken(caption), reply_markup, self._brief)
        attachments = [{"type": kind, "payload": {"token": token}}]
        return await self._say(method, seconds, chat_id, html, attachments, rows)

    async def _files(
        self,
        bot: Bot,
        method: SendDocument | SendPhoto | SendMediaGroup,
        seconds: float,
        kind: str,
        files: Sequence[Any],
        caption: str | None,
    ) -> Message:
        """Uploads files and sends them in one message."""
        chat = method.chat_id
        assert isinstance(chat, int)
        attachments = [await self._uploaded(bot, method, seconds, kind, file) for file in files]
        markup = getattr(method, "reply_markup", None)
        below = markup.model_dump(exclude_none=True) if markup is not None else None
        html, rows = arranged(spoken(caption or ""), below, self._brief)
        made = await self._say(method, seconds, chat, html, attachments, rows)
        id = SEPARATOR.join([kind, "", "", str(attachments[0]["payload"].get("token", ""))])
        told: dict[str, Any] = {"message_id": made["message_id"], "date": 0, "chat": {"id": chat, "type": "private"}}
        if kind == "file":
            told["document"] = {"file_id": id, "file_unique_id": "-"}
        return Message.model_validate(told)

    async def _uploaded(
        self, bot: Bot, method: TelegramMethod[Any], seconds: float, kind: str, file: Any
    ) -> dict[str, Any]:
        assert isinstance(file, InputFile)
        place = await self.server.call(method, "POST", "/uploads", seconds, {"type": kind})
        form = aiohttp.FormData(quote_fields=False)
        name = (file.filename or "file").replace('"', "%22")
        form.add_field(_PART[kind], _contents(bot, file), filename=name, content_type="application/octet-stream")
        stored = await self.server.upload(method, place["url"], form, seconds)
        stored = stored if isinstance(stored, dict) else {}
        if kind == "image" and stored.get("photos"):
            return {"type": kind, "payload": {"photos": stored["photos"]}}
        token = stored.get("token") or place.get("token")
        if not token or stored.get("error_code") or stored.get("error"):
            # The store says 200 to what it does not take.
            raise TelegramBadRequest(method, "Bad Request: failed to reupload file")
        return {"type": kind, "payload": {"token": token}}


class _Sized(aiohttp.payload.AsyncIterablePayload):
    """Pieces of a file whose length is told before: not every store takes what does not say it."""

    def __init__(self, pieces: AsyncGenerator[bytes, None], size: int) -> None:
        super().__init__(pieces)
        self._told = size

    @property
    def size(self) -> int:
        """Bytes."""
        return self._told


def _contents(bot: Bot, file: InputFile) -> Any:
    if isinstance(file, BufferedInputFile):
        return file.data
    if isinstance(file, Streamed):
        return _Sized(file.read(bot), file.size)
    return file.read(bot)


def _body(
    html: str,
    attachments: Attachments,
    rows: list[Row],
    link: dict[str, str] | None = None,
    *,
    notify: bool = True,
) -> dict[str, Any]:
    """A message as MAX takes it. Attachments are always told, or an edit would leave old buttons."""
    below = [{"type": "inline_keyboard", "payload": {"buttons": rows}}] if rows else []
    body: dict[str, Any] = {"text": html, "format": "html", "attachments": [*attachments, *below], "link": link}
    return body if notify else body | {"notify": False}
