"""A call of the Bot API as it is: a name and values, sent as JSON, and what Telegram answers, as it comes.

aiogram's own methods make a model of what is sent and of what comes back. That takes two thirds of the time of a
message, and most of what comes back is never looked at. What sends files still goes their way; the connection, the
proxy and the names of Telegram's errors are aiogram's for both.
"""

import json
from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiohttp import ClientError, ClientTimeout

_HEADERS = {"Content-Type": "application/json"}


class _Call(TelegramMethod[Any]):
    """What middlewares and errors of aiogram's know of a call."""

    __returning__ = Any
    __api_method__ = ""


@cache
def _named(name: str) -> _Call:
    method: type[_Call] = type(name, (_Call,), {"__api_method__": name, "__module__": __name__})
    return method()


async def call(bot: Bot, name: str, seconds: float | None = None, /, **values: Any) -> Any:
    """What Telegram answers to that method. A value that is None is not sent. `seconds`: how long this call may take.

    Raises what aiogram's methods raise.
    """
    session = bot.session
    assert isinstance(session, AiohttpSession)

    async def made(_bot: Bot, method: TelegramMethod[Any]) -> Any:
        return await _made(bot, session, method, seconds, values)

    # The library takes an answer for a model of its own, which it hands on as it is.
    middlewares: Any = session.middleware
    return await middlewares.wrap_middlewares(made)(bot, _named(name))


async def _made(
    bot: Bot, session: AiohttpSession, method: TelegramMethod[Any], seconds: float | None, values: dict[str, Any]
) -> Any:
    client = await session.create_session()
    url = session.api.api_url(token=bot.token, method=method.__api_method__)
    sent = {key: value for key, value in values.items() if value is not None}
    body = json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    timeout = ClientTimeout(total=session.timeout if seconds is None else seconds)
    try:
        async with client.post(url, data=body, headers=_HEADERS, timeout=timeout) as answer:
            content = await answer.read()
    except TimeoutError as error:
        raise TelegramNetworkError(method=method, message="Request timeout error") from error
    except ClientError as error:
        raise TelegramNetworkError(method=method, message=f"{type(error).__name__}: {error}") from error
    try:
        told = json.loads(content)
    except ValueError as error:
        raise ClientDecodeError("Failed to decode object", error, content.decode(errors="replace")) from error
    if answer.status == 200 and isinstance(told, dict) and told.get("ok") is True and "result" in told:
        return told["result"]
    return session.check_response(bot, method, answer.status, content.decode(errors="replace")).result
