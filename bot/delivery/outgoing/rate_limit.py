"""Telegram's rate limit (429) is kept at the one place that every call passes."""

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.delivery.outgoing.pacer import Pacer

# Calls that write into no chat; the receiver keeps the limit of its polls itself.
_FREE = ("get", "deleteWebhook")


class RateLimit(BaseRequestMiddleware):
    """Answers a call in Telegram's place while the limit lasts, with the seconds that are left.

    The pacer's turns are not enough: a letter is worded between its turn and its call, and many are under way when
    Telegram tells one of them to wait. The middleware keeps nobody waiting: its caller gives the letter back, and it is
    worded anew when the limit is over.
    """

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        """Makes the call, if it may be made now. Raises TelegramRetryAfter."""
        if method.__api_method__.startswith(_FREE):
            return await make_request(bot, method)
        left = self._pacer.paused_for()
        if left > 0:
            # Not rounded up, or each call in the last fraction of a second would lengthen the pause.
            raise TelegramRetryAfter(method, "still silent", left)  # type: ignore[arg-type]
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as error:
            # At once: the caller records it only later.
            self._pacer.pause(error.retry_after)
            raise
