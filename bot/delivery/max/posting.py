"""New messages: what of a text, files and buttons becomes one or several of MAX's."""

import asyncio
from functools import partial
from typing import Any

from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramNotFound
from aiogram.methods import TelegramMethod

from bot.delivery.max.api import Api, reading
from bot.delivery.max.errors import NotReady, TooLong, nobody
from bot.delivery.max.ids import CHATS, MESSAGES, is_name, seq_of, user_of
from bot.delivery.max.layout import Brief, Row, arranged
from bot.delivery.max.names import Names, Seen
from bot.delivery.max.pieces import Pieces
from bot.delivery.max.text import pages, spoken

# Seconds between attempts to send what was uploaded and is not ready yet: large files take their time.
_PAUSES = (0.3, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0)

Attachments = list[dict[str, Any]]


class Posting:
    """Makes messages. `brief`: what a label is called in so many characters."""

    def __init__(self, server: Api, names: Names, brief: Brief) -> None:
        self._server = server
        self._names = names
        self.brief = brief
        self._pieces = Pieces()

    async def send(
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
        """sendMessage."""
        html, rows = arranged(spoken(text), reply_markup, self.brief)
        link = await self.link(chat_id, reply_parameters["message_id"]) if reply_parameters else None
        preview = link_preview_options is not None and not link_preview_options.get("is_disabled")
        return await self.say(method, seconds, chat_id, html, [], rows, link=link, preview=preview)

    async def say(
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

        def bodies(parts: list[str]) -> list[dict[str, Any]]:
            each = [body_of(part, [], []) for part in parts[:-1]]
            each.append(body_of(parts[-1] if parts else "", attachments, rows, notify=notify))
            return [each[0] | {"link": link}, *each[1:]]

        parts = pages(html)
        try:
            return await self._post_all(method, seconds, chat, bodies(parts), preview=preview)
        except TooLong as error:
            if len(parts) > 1 or error.share >= 1:
                raise
            # It counts otherwise than its documentation says.
            parts = pages(html, int(len(html) * error.share * 0.95))
            return await self._post_all(method, seconds, chat, bodies(parts), preview=preview)

    async def _post_all(
        self, method: TelegramMethod[Any], seconds: float, chat: int, bodies: list[dict[str, Any]], *, preview: bool
    ) -> dict[str, Any]:
        posts = [partial(self._post, method, seconds, chat, body, preview=preview) for body in bodies]
        made: list[dict[str, Any]] = await self._pieces.each((chat, *(body["text"] for body in bodies)), posts)
        return made[-1]

    async def _post(
        self, method: TelegramMethod[Any], seconds: float, chat: int, body: dict[str, Any], *, preview: bool = False
    ) -> dict[str, Any]:
        to = self._addressee(method, chat) | ({} if preview else {"disable_link_preview": True})
        pauses = iter(_PAUSES)
        while True:
            try:
                got = await self._server.call(method, "POST", "/messages", seconds, to, body, ("send", chat))
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
        with reading(done=True):
            message = got.get("message", got) if isinstance(got, dict) else {}
            told = message.get("body") or {}
            mid = told.get("mid")
            number = told.get("seq") if type(told.get("seq")) is int else seq_of(str(mid))
            chat_id = (message.get("recipient") or {}).get("chat_id")
        if not is_name(mid) or number is None or number not in MESSAGES:
            raise ClientDecodeError("no name", ValueError("the message has no name"), {"ok": True})
        if type(chat_id) is not int or chat_id not in CHATS:
            chat_id = await self._names.dialog(chat) or 0
        await self._names.said(Seen(chat, chat_id, number, mid))
        return {"message_id": number, "attachments": told.get("attachments") or []}

    def _addressee(self, method: TelegramMethod[Any], chat: int) -> dict[str, int]:
        if chat < 0:
            return {"chat_id": chat}
        user = user_of(chat)
        if user is None:
            raise nobody(method)
        return {"user_id": user}

    async def link(self, chat: int, message_id: int) -> dict[str, str] | None:
        """What points at a message; None if nobody knows its name."""
        found = await self._names.find(chat, message_id)
        return {"type": "reply", "mid": found[0]} if found is not None else None


def body_of(
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
