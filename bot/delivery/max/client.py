"""The client of MAX."""

import ssl
from datetime import datetime

import aiohttp
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from pydantic import SecretStr

from bot.delivery.max.door import TIMEOUT, Door
from bot.delivery.max.layout import Brief, as_it_is
from bot.delivery.outcomes import NETWORK_ERRORS
from bot.delivery.outgoing.fence import Fence
from bot.delivery.outgoing.pacer import Pacer
from bot.storage.engine.database import Storage

# The library wants a token in the form of Telegram's; the true one is the door's.
_NO_TOKEN = "1:max"


def make_bot(
    token: SecretStr,
    api_url: str = "",
    trust: ssl.SSLContext | None = None,
    storage: Storage | None = None,
    pacer: Pacer | None = None,
    fence: Fence | None = None,
    brief: Brief = as_it_is,
) -> Bot:
    """A client for that token. `api_url`: of another server; `trust`: whose certificates are believed; the others as
    `Door` has them."""
    door = Door(token, api_url, trust, storage, pacer, fence, brief)
    return Bot(_NO_TOKEN, session=door, default=DefaultBotProperties(parse_mode="HTML"))


async def time_at(bot: Bot) -> datetime | None:
    """What time it is at MAX, to the second, by the head of its answer; None if it does not say.

    Raises OSError if there is no answer.
    """
    assert isinstance(bot.session, Door)
    try:
        return await bot.session.server.time(TIMEOUT)
    except (aiohttp.ClientError, TimeoutError, *NETWORK_ERRORS) as error:
        raise OSError(str(error) or type(error).__name__) from error
