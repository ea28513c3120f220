"""Changes to messages that stand there: edits, by themselves or as the answer to a press, and deletions."""

import logging
from collections import OrderedDict
from html import escape
from typing import Any

from aiogram.exceptions import TelegramBadRequest, TelegramNotFound
from aiogram.methods import TelegramMethod

from bot.delivery.max.api import Api
from bot.delivery.max.layout import Brief, Row, arranged
from bot.delivery.max.names import Names
from bot.delivery.max.posting import body_of
from bot.delivery.max.sources import Source, Sources
from bot.delivery.max.text import LONGEST, pages, plain, spoken

_log = logging.getLogger(__name__)

# So many presses are remembered whose message may be edited yet.
_PRESSES = 1_000


class Changing:
    """Edits and deletes. `brief`: as Posting has it."""

    def __init__(self, server: Api, names: Names, sources: Sources, brief: Brief) -> None:
        self._server = server
        self._names = names
        self._sources = sources
        self._brief = brief
        # Presses whose message may be edited by the answer, by its chat and number: the press, and the word for it.
        self._presses: OrderedDict[tuple[int, int], tuple[str, str]] = OrderedDict()

    def press(self, chat: int, message_id: int, callback_id: str, words: str) -> None:
        """Has the next edit of that message go as the answer to the press, with these words for it."""
        self._presses[chat, message_id] = callback_id, words
        while len(self._presses) > _PRESSES:
            self._presses.popitem(last=False)

    async def edit(
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
            await self._heard(method, seconds, chat_id, self._presses.pop((chat_id, message_id), None))
            raise TelegramBadRequest(method, "Bad Request: message can't be edited")
        return await self._put(method, seconds, chat_id, message_id, body_of(parts[0] if parts else "", [], rows))

    async def _put(
        self, method: TelegramMethod[Any], seconds: float, chat: int, message_id: int, body: dict[str, Any]
    ) -> bool:
        """Changes the message; as the answer to a press on it, if there was one."""
        pressed = self._presses.pop((chat, message_id), None)
        if pressed is not None and await self.by_answer(method, seconds, chat, body, *pressed):
            return True
        await self._heard(method, seconds, chat, pressed)
        mid = await self._mid(method, chat, message_id, "Bad Request: message to edit not found")
        await self._server.call(method, "PUT", "/messages", seconds, {"message_id": mid}, body, ("edit", chat))
        self._sources.forget(mid)
        return True

    async def by_answer(
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
            await self._server.call(method, "POST", "/answers", seconds, of, answer, ("answer", chat))
        except (TelegramBadRequest, TelegramNotFound) as error:
            _log.info("a press was not answered by an edit: %s", error)
            return False
        return True

    async def _heard(
        self, method: TelegramMethod[Any], seconds: float, chat: int, pressed: tuple[str, str] | None
    ) -> None:
        """The word for a press is said also where the answer to it changes nothing."""
        if pressed is None or not pressed[1]:
            return
        of, word = {"callback_id": pressed[0]}, {"notification": pressed[1]}
        try:
            await self._server.call(method, "POST", "/answers", seconds, of, word, ("answer", chat))
        except (TelegramBadRequest, TelegramNotFound) as error:
            _log.info("a press was not answered: %s", error)

    async def recaption(
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
        body = body_of(pages(html)[0] if html else "", [*source.attachments], rows)
        return await self._put(method, seconds, chat_id, message_id, body)

    async def rebutton(
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
        # Read before: what is arranged has other labels.
        labels = [button["text"] for row in (reply_markup or {}).get("inline_keyboard", []) for button in row]
        _, rows = arranged("", reply_markup, self._brief, tells=False)
        html = _with_labels(source.html, labels, rows)
        return await self._put(method, seconds, chat_id, message_id, body_of(html, [*source.attachments], rows))

    async def _own(self, method: TelegramMethod[Any], seconds: float, chat: int, message_id: int) -> Source:
        """The message as it is: what is not sent again with an edit is gone."""
        mid = await self._mid(method, chat, message_id, "Bad Request: message to edit not found")
        return await self._sources.get(method, mid, seconds, anew=True)

    async def delete(self, method: TelegramMethod[Any], seconds: float, *, chat_id: int, message_id: int) -> Any:
        mid = await self._mid(method, chat_id, message_id, "Bad Request: message to delete not found")
        await self._server.call(method, "DELETE", "/messages", seconds, {"message_id": mid}, kind=("delete", chat_id))
        return True

    async def _mid(self, method: TelegramMethod[Any], chat: int, message_id: int, words: str) -> str:
        found = await self._names.find(chat, message_id)
        if found is None:
            raise TelegramBadRequest(method, words)
        return found[0]


def _with_labels(html: str, labels: list[str], rows: list[Row]) -> str:
    """The text, and below it whatever buttons have to leave out: of what was copied nobody else tells it."""
    shown, said = {button["text"] for row in rows for button in row}, plain(html)
    cut = [escape(label, quote=False) for label in labels if label not in shown and label not in said]
    whole = "\n\n".join(filter(None, [html, *cut]))
    return whole if len(whole) <= LONGEST else html
