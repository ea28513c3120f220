"""A call of the Bot API as it is: a name and values, sent as JSON, and what Telegram answers, as it comes.

aiogram's own methods make a model of what is sent and of what comes back. That takes two thirds of the time of a
message, and most of what comes back is never looked at. What sends files still goes their way; the connection, the
proxy and the names of Telegram's errors are aiogram's for both.
"""

import json
from abc import abstractmethod
from functools import cache, partial
from http import HTTPStatus
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramNotFound
from aiogram.methods import TelegramMethod
from aiohttp import ClientError, ClientTimeout

from bot.delivery.refusal_texts import MAKES

_HEADERS = {"Content-Type": "application/json"}
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# A call that makes a message has so many times the usual time-out. The server answers when Telegram has taken it, and
# goes on with it when the caller has gone: a caller that hangs up early and calls again has said it twice.
_MAKING = 3
# Bytes a second of the slowest line on which a file is still sent, and the seconds after which no line is that slow.
_SLOWEST, _LONGEST = 20_000, 1800.0


class _Call(TelegramMethod[Any]):
    """What middlewares and errors of aiogram's know of a call."""

    __returning__ = Any
    __api_method__ = ""

    # Where it is said, if it is said anywhere.
    chat_id: int | None = None


class Elsewhere(BaseSession):
    """A way to a messenger that is not Telegram: what the Bot API calls a method, it says in that one's manner."""

    @abstractmethod
    async def plain(self, method: TelegramMethod[Any], seconds: float | None, values: dict[str, Any]) -> Any:
        """What Telegram would answer to that method. Raises what aiogram's methods raise."""


def named(name: str) -> TelegramMethod[Any]:
    """A call of that name which says nothing to anybody, for whoever makes it in another way."""
    return _named(name)()


@cache
def _named(name: str) -> type[_Call]:
    return type(name, (_Call,), {"__api_method__": name, "__module__": __name__})


def patience(name: str, usual: float, size: int = 0) -> float:
    """Seconds within which the call is answered, with `size` bytes to upload; `usual`: the client's time-out."""
    makes = name in MAKES or name == "createForumTopic"
    return min(_MAKING * usual + size / _SLOWEST, _LONGEST) if makes else usual


async def call(bot: Bot, name: str, seconds: float | None = None, /, **values: Any) -> Any:
    """What Telegram answers to that method. A value that is None is not sent.

    `seconds`: how long this call may take, if not as long as calls of its kind.

    Raises what aiogram's methods raise.
    """
    # The library takes an answer for a model of its own, which it hands on as it is.
    middlewares: Any = bot.session.middleware
    made = middlewares.wrap_middlewares(partial(_made, values, seconds))
    return await made(bot, _named(name)(chat_id=values.get("chat_id")))


async def _made(values: dict[str, Any], seconds: float | None, bot: Bot, method: TelegramMethod[Any]) -> Any:
    session = bot.session
    if isinstance(session, Elsewhere):
        return await session.plain(method, seconds, values)
    assert isinstance(session, AiohttpSession)
    url = session.api.api_url(token=bot.token, method=method.__api_method__)
    body = _encoded({key: value for key, value in values.items() if value is not None}).encode(errors="replace")
    if seconds is None:
        seconds = patience(method.__api_method__, session.timeout)
    timeout = ClientTimeout(total=seconds)
    try:
        client = await session.create_session()
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
    # Some servers refuse with 200, and say the code in the body alone.
    says = told.get("error_code") if isinstance(told, dict) else None
    status = says if answer.status == HTTPStatus.OK and isinstance(says, int) else answer.status
    if status == HTTPStatus.NOT_IMPLEMENTED and isinstance(told, dict):
        # It will not be there in a minute either: no fault of the moment, as other codes above 500 are.
        raise TelegramNotFound(method=method, message=str(told.get("description")))
    return session.check_response(bot, method, status, content.decode(errors="replace")).result
