"""Telegram's rate limit (429) is kept at the one place that every call passes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.delivery.outcomes import is_group, silence, subject
from bot.delivery.outgoing.holds import Holds
from bot.delivery.outgoing.pacer import Pacer

# Calls that write into no chat; the receiver keeps the limit of its polls itself.
_FREE = ("get", "deleteWebhook", "setWebhook")


class RateLimit(BaseRequestMiddleware):
    """Answers a call in Telegram's place while the limit lasts, with the seconds that are left.

    A limit that comes for a group is the group's own (slow mode): only the group waits. If another group gets one too
    before anything was taken, it is everybody's, and so is one that comes for a private chat.

    The pacer's turns are not enough: a letter is worded between its turn and its call, and many are under way when
    Telegram tells one of them to wait. The middleware keeps nobody waiting: its caller gives the letter back, and it is
    worded anew when the limit is over.
    """

    def __init__(self, pacer: Pacer, holds: Holds, now: Callable[[], datetime]) -> None:
        self._pacer = pacer
        self._holds = holds
        self._now = now

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        """Makes the call, if it may be made now. Raises TelegramRetryAfter."""
        name, chat = subject(method)
        if name.startswith(_FREE):
            return await make_request(bot, method)
        self.check(method)
        try:
            taken = await make_request(bot, method)
        except TelegramRetryAfter as error:
            # At once: the caller records it only later.
            self.limit(chat, silence(error.retry_after))
            raise
        if chat is not None:
            self._holds.served()
        return taken

    def check(self, method: TelegramMethod[Any]) -> None:
        """Raises TelegramRetryAfter while the chat of the call, or everybody, is to wait."""
        name, chat = subject(method)
        left = max(self._pacer.paused_for(), self._holds.seconds(chat))
        if left > 0 and not name.startswith(_FREE):
            # Not rounded up, or each call in the last fraction of a second would lengthen the pause.
            raise TelegramRetryAfter(method, "still silent", left)  # type: ignore[arg-type]

    def limit(self, chat: int | None, seconds: float) -> int | None:
        """Has the chat wait, if it is a group and the only one, or everybody; returns which chat, None: everybody."""
        if chat is None or not is_group(chat):
            self._pacer.pause(seconds)
            return None
        self._holds.hold(chat, self._now() + timedelta(seconds=seconds))
        if not self._holds.others(chat):
            return chat
        self._pacer.pause(seconds)
        return None
