"""Words that answer a press, and signs on messages, of which MAX shows less than Telegram."""

import logging
from collections.abc import Sequence
from typing import Any

from aiogram.exceptions import TelegramBadRequest, TelegramNotFound
from aiogram.methods import TelegramMethod

from bot.delivery.max.api import Api
from bot.delivery.max.changing import Changing
from bot.delivery.max.events import SEPARATOR
from bot.delivery.max.names import Names
from bot.delivery.max.posting import Posting, body_of
from bot.delivery.max.sources import Sources, buttons_of
from bot.delivery.max.text import LONGEST, NOTICE, attention, without_attention

_log = logging.getLogger(__name__)


class Answering:
    """Answers presses and messages."""

    def __init__(self, server: Api, names: Names, sources: Sources, posting: Posting, changing: Changing) -> None:
        self._server = server
        self._names = names
        self._sources = sources
        self._posting = posting
        self._changing = changing

    async def answer(
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
            await self._server.call(
                method, "POST", "/answers", seconds, of, {"notification": text.removeprefix(NOTICE)}, kind
            )
        # MAX takes no empty answer.
        return True

    async def _alert(
        self, method: TelegramMethod[Any], seconds: float, callback_id: str, chat: int, message_id: int, words: str
    ) -> None:
        """What must be read stands above what was pressed, until that says something else; or comes as a message."""
        found = await self._names.find(chat, message_id)
        html = attention(words)
        if found is not None:
            try:
                body = await self._sources.raw(method, found[0], seconds)
            except (TelegramBadRequest, TelegramNotFound) as error:
                _log.info("what was pressed cannot be seen: %s", error)
            else:
                source, rows = self._sources.of(body), buttons_of(body)
                with_words = body_of(f"{html}\n\n{without_attention(source.html)}", [*source.attachments], rows)
                if len(with_words["text"]) <= LONGEST and await self._changing.by_answer(
                    method, seconds, chat, with_words, callback_id, words.removeprefix(NOTICE)
                ):
                    return
        await self._posting.say(method, seconds, chat, html, [], [])

    async def react(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        chat_id: int,
        message_id: int,
        reaction: Sequence[dict[str, str]],
    ) -> Any:
        """Bots of MAX cannot react: the sign comes as an answer, without a sound."""
        link = await self._posting.link(chat_id, message_id)
        if link is None:
            raise TelegramBadRequest(method, "Bad Request: message to react not found")
        await self._posting.say(method, seconds, chat_id, reaction[0]["emoji"], [], [], link=link, notify=False)
        return True
