"""Copies: MAX has none, so a message is said again, with its text, its markup and its files."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod

from bot.delivery.max.layout import Row, arranged
from bot.delivery.max.names import Names
from bot.delivery.max.pieces import Pieces
from bot.delivery.max.posting import Posting
from bot.delivery.max.sources import Source, Sources
from bot.delivery.max.text import spoken


class Copying:
    """Says again what stands elsewhere."""

    def __init__(self, names: Names, sources: Sources, posting: Posting) -> None:
        self._names = names
        self._sources = sources
        self._posting = posting
        self._pieces = Pieces()

    async def copy(
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
        found = await self._names.find(from_chat_id, message_id)
        if found is None:
            raise TelegramBadRequest(method, "Bad Request: message to copy not found")
        mid, part = found
        source = await self._sources.get(method, mid, seconds)
        if part is not None:
            source = source.part(part)
        if caption is not None:
            source = Source(spoken(caption), source.attachments)
        _, rows = arranged("", reply_markup, self._posting.brief, tells=False)
        again = self._again(method, seconds, chat_id, source, rows)
        return (await self._pieces.each((chat_id, from_chat_id, message_id), again))[-1]

    async def copy_all(
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
            found = await self._names.find(from_chat_id, message_id)
            if found is not None:
                wholes[found[0]] = None
        if not wholes:
            raise TelegramBadRequest(method, "Bad Request: message to copy not found")
        sources = [await self._sources.get(method, mid, seconds) for mid in wholes]
        again = [post for source in sources for post in self._again(method, seconds, chat_id, source, [])]
        return await self._pieces.each((chat_id, from_chat_id, *message_ids), again)

    def _again(
        self, method: TelegramMethod[Any], seconds: float, chat: int, source: Source, rows: list[Row]
    ) -> list[Callable[[], Awaitable[Any]]]:
        """The messages in which it is said again."""
        messages = source.messages()
        return [
            partial(
                self._posting.say,
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
