"""Files: uploaded to MAX's store and sent, or sent again by the name that they have there."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramServerError
from aiogram.methods import SendDocument, SendMediaGroup, SendPhoto, TelegramMethod
from aiogram.types import BufferedInputFile, InputFile, Message

from bot.delivery.max.api import Api
from bot.delivery.max.events import SEPARATOR
from bot.delivery.max.layout import arranged
from bot.delivery.max.posting import Posting
from bot.delivery.max.text import spoken
from bot.delivery.outgoing.streamed import Streamed

# How MAX's store calls the part of the form that is the file.
_PART = {"image": "data", "file": "data", "video": "file", "audio": "file"}


class Uploading:
    """Sends files."""

    def __init__(self, server: Api, posting: Posting) -> None:
        self._server = server
        self._posting = posting

    async def again(
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
        html, rows = arranged(spoken(caption), reply_markup, self._posting.brief)
        attachments = [{"type": kind, "payload": {"token": token}}]
        return await self._posting.say(method, seconds, chat_id, html, attachments, rows)

    async def files(
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
        html, rows = arranged(spoken(caption or ""), below, self._posting.brief)
        made = await self._posting.say(method, seconds, chat, html, attachments, rows)
        id = SEPARATOR.join([kind, "", "", str(attachments[0]["payload"].get("token", ""))])
        told: dict[str, Any] = {"message_id": made["message_id"], "date": 0, "chat": {"id": chat, "type": "private"}}
        if kind == "file":
            told["document"] = {"file_id": id, "file_unique_id": "-"}
        return Message.model_validate(told)

    async def _uploaded(
        self, bot: Bot, method: TelegramMethod[Any], seconds: float, kind: str, file: Any
    ) -> dict[str, Any]:
        assert isinstance(file, InputFile)
        place = await self._server.call(method, "POST", "/uploads", seconds, {"type": kind})
        form = aiohttp.FormData(quote_fields=False)
        name = (file.filename or "file").replace('"', "%22")
        form.add_field(_PART[kind], _contents(bot, file), filename=name, content_type="application/octet-stream")
        if not isinstance(place, dict) or not isinstance(place.get("url"), str):
            raise TelegramServerError(method, "an upload without an address")
        stored = await self._server.upload(method, place["url"], form, seconds)
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
