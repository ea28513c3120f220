"""The client of Telegram, and who a bot is at its messenger."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import LinkPreviewOptions
from pydantic import SecretStr

from bot.delivery.outcomes import NETWORK_ERRORS, in_short, silence
from bot.delivery.outgoing.speaker import backoff
from bot.domain.people.messenger import Messenger

_log = logging.getLogger(__name__)

# Seconds after which a call that Telegram has not answered is made again, if it may be: what makes a message has more
# time (`wire.patience`).
_TIMEOUT = 20
_HEAD = aiohttp.ClientTimeout(total=_TIMEOUT)

# Of any messenger: what it speaks by is its session.
Client = Bot


class Connection(AiohttpSession):
    """aiogram's way to Telegram. The library's own opens itself again after its end, and nobody would close it."""

    _has_ended = False

    async def create_session(self) -> aiohttp.ClientSession:
        """What all calls go by. Raises ClientOSError, as a network that is gone does, once it has been closed."""
        if self._has_ended:
            raise aiohttp.ClientOSError("the bot has ended")
        try:
            return await super().create_session()
        finally:
            # The library closes it itself before it opens it.
            self._has_ended = False

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """As the library; raises ClientDecodeError also for an answer without a result, which it takes for one."""
        told = super().check_response(bot, method, status_code, content)
        if told.result is None:
            raise ClientDecodeError("no result", ValueError("it has no result"), {"ok": True})
        return told

    async def close(self) -> None:
        """Ends it for good."""
        self._has_ended = True
        await super().close()


class BadToken(Exception):
    """Telegram does not know the token. Check BOT_TOKEN, or get a new one from BotFather."""


_BAD = {
    Messenger.TELEGRAM: BadToken.__doc__,
    Messenger.MAX: "MAX does not know the token. Check MAX_TOKEN, or copy it anew at https://business.max.ru/self.",
}


def make_bot(token: SecretStr, api_url: str = "", proxy: SecretStr | None = None) -> Bot:
    """A client for that token; `api_url`: of another Bot API server."""
    way = proxy.get_secret_value() if proxy else None
    server = TelegramAPIServer.from_base(api_url) if api_url else PRODUCTION
    return Bot(
        token.get_secret_value(),
        session=Connection(api=server, proxy=way, timeout=_TIMEOUT),
        default=DefaultBotProperties(parse_mode="HTML", link_preview=LinkPreviewOptions(is_disabled=True)),
    )


async def name_of(bot: Bot, waits: Callable[[], None] = lambda: None, messenger: Messenger = Messenger.TELEGRAM) -> str:
    """The bot's name there; waits as long as it takes, and each time calls `waits` first. Raises BadToken."""
    attempts = 0
    while True:
        try:
            me = await bot.me()
            return me.username or str(me.id)
        except TelegramUnauthorizedError:
            raise BadToken(_BAD[messenger]) from None
        except TelegramRetryAfter as error:
            seconds = silence(error.retry_after)
            _log.warning("%s asks to be asked again in %s s", messenger.called, seconds)
            waits()
            await asyncio.sleep(seconds)
        except (TelegramAPIError, *NETWORK_ERRORS) as error:
            attempts += 1
            _log.warning("%s cannot be reached yet: %s", messenger.called, in_short(error))
            waits()
            await asyncio.sleep(backoff(attempts))


async def time_at(bot: Bot) -> datetime | None:
    """What time it is at Telegram, to the second, by the head of its answer; None if it does not say.

    Raises OSError if there is no answer. The library hands on what an answer says, not its head.
    """
    assert isinstance(bot.session, AiohttpSession)
    try:
        session = await bot.session.create_session()
        async with session.get(bot.session.api.api_url(bot.token, "getMe"), timeout=_HEAD) as answer:
            said = answer.headers.get("Date")
        return parsedate_to_datetime(said) if said else None
    except ValueError:
        return None
    except (aiohttp.ClientError, TimeoutError, *NETWORK_ERRORS) as error:
        raise OSError(str(error) or type(error).__name__) from error


async def try_token(bot: Bot) -> str | None:
    """The bot's name there; None if the messenger cannot be reached now. Ends the client. Raises BadToken."""
    try:
        me = await bot.me()
        return me.username or me.first_name
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise BadToken(BadToken.__doc__) from None
    except (TelegramAPIError, *NETWORK_ERRORS):
        return None
    finally:
        await bot.session.close()
