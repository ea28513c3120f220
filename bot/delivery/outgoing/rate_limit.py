"""Telegram's silence (429) is kept at the one place that every call passes."""

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.delivery.outgoing.pacer import Pacer

# Nothing of these appears in a chat; polls keep a silence of their own.
_FREE = ("get", "deleteWebhook")


class RateLimit(BaseRequestMiddleware):
    """While it lasts a call is not made but answered as Telegram would answer it, with the seconds that are left.

    Asking for a turn is not enough: between the turn and the call a letter is worded, and many are on their way when
    Telegram tells one of them to wait. It keeps nobody waiting itself: whoever called gives the letter back, to be
    worded anew when the silence is over.
    """

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        """Makes the call, if it may be made now. Raises TelegramRetryAfter."""
        if method.__api_method__.startswith(_FREE):
            return await make_request(bot, method)
        left = self._pacer.silence()
        if left > 0:
            # Not rounded up: when a fraction of a second is left, each call would lengthen the silence.
            raise TelegramRetryAfter(method, "still silent", left)  # type: ignore[arg-type]
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as error:
            # At once: whoever called has yet to record it.
            self._pacer.pause(error.retry_after)
            raise
