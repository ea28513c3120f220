"""MAX's Bot API over HTTP: one call, and every way in which it can fail as an exception of aiogram's."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import aiohttp
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from pydantic import SecretStr

from bot.delivery.max.errors import CHANGES, refusal
from bot.delivery.max.pace import Pace
from bot.delivery.outcomes import subject

# Where the API is since July 2026.
HOST = "https://platform-api2.max.ru"
POLLS = "/updates"
# What is refused so is refused whoever says it, MAX or a server before it.
_OF_ANYBODY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.TOO_MANY_REQUESTS)

Check = Callable[[TelegramMethod[Any]], None]


class Api:
    """Calls with one token. `trust`: whose certificates are believed; `checks` raise when nothing may be said."""

    def __init__(
        self,
        token: SecretStr,
        url: str,
        trust: ssl.SSLContext | None,
        pace: Pace,
        *checks: Check,
    ) -> None:
        self._token = token
        self._url = (url or HOST).rstrip("/")
        self._trust = trust
        self._pace = pace
        self.checks = [*checks]
        self._session: aiohttp.ClientSession | None = None
        self._has_ended = False

    async def call(
        self,
        method: TelegramMethod[Any],
        verb: str,
        path: str,
        seconds: float,
        /,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        kind: Hashable = None,
        *,
        of_source: bool = False,
    ) -> Any:
        """What MAX answers. `method`: of which call of Telegram's it is a part; `kind`: what it is and in which dialog,
        if it says something there; `of_source`: it looks at what is to be copied.

        Raises what aiogram's methods raise.
        """
        await self._pace.turn(kind if path != POLLS else POLLS)
        # It may have waited for its turn.
        for check in self.checks:
            check(method)
        query = {name: _plain(value) for name, value in (params or {}).items() if value is not None}
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode(errors="replace")
        head = {"Authorization": self._token.get_secret_value()}
        if data is not None:
            head["Content-Type"] = "application/json"
        async with self._request(method, verb, self._url + path, seconds, params=query, data=data, headers=head) as got:
            told = await _told(method, got, of_source=of_source)
        if verb == "GET" and not isinstance(told, dict):
            raise ClientDecodeError("an answer that is no object", TypeError(type(told).__name__), str(told))
        return told

    async def upload(self, method: TelegramMethod[Any], url: str, form: aiohttp.FormData, seconds: float) -> Any:
        """What the store answers that was given a file. It is not told the token."""
        async with self._request(method, "POST", url, seconds, data=form) as got:
            if got.content_type == "text/xml" and got.status == HTTPStatus.OK:
                # Of what has got its token before.
                return None
            try:
                return await _told(method, got)
            except (TelegramForbiddenError, TelegramNotFound, TelegramUnauthorizedError) as error:
                # It speaks of the file, and knows neither the bot nor whom it writes to.
                raise TelegramBadRequest(method, "Bad Request: failed to reupload file") from error

    async def download(self, method: TelegramMethod[Any], url: str, seconds: float, limit: int) -> bytes | None:
        """What lies there; None if that is more than so many bytes."""
        async with self._request(method, "GET", url, seconds) as got:
            if got.status != HTTPStatus.OK:
                raise refusal(method, got.status, None, got.headers)
            content = bytearray()
            async for piece in got.content.iter_chunked(64 * 1024):
                content += piece
                if len(content) > limit:
                    return None
            return bytes(content)

    async def time(self, seconds: float) -> datetime | None:
        """What time it is there, by the head of an answer; None if it does not say. Raises ClientError, OSError."""
        client = self._client()
        head = {"Authorization": self._token.get_secret_value()}
        async with client.get(f"{self._url}/me", headers=head, timeout=aiohttp.ClientTimeout(total=seconds)) as got:
            said = got.headers.get("Date")
        try:
            return parsedate_to_datetime(said) if said else None
        except ValueError:
            return None

    async def close(self) -> None:
        """Ends it for good."""
        self._has_ended = True
        if self._session is not None:
            await self._session.close()
            # The library closes TLS connections a moment later.
            await asyncio.sleep(0)

    def _client(self) -> aiohttp.ClientSession:
        if self._has_ended:
            raise aiohttp.ClientOSError("the bot has ended")
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=100, ssl=self._trust if self._trust is not None else True)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session

    @asynccontextmanager
    async def _request(
        self, method: TelegramMethod[Any], verb: str, url: str, seconds: float, **given: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        try:
            timeout = aiohttp.ClientTimeout(total=seconds)
            async with self._client().request(verb, url, timeout=timeout, allow_redirects=False, **given) as got:
                yield got
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except aiohttp.ClientError as error:
            raise TelegramNetworkError(method=method, message=f"{type(error).__name__}: {error}") from error


async def _told(method: TelegramMethod[Any], got: aiohttp.ClientResponse, *, of_source: bool = False) -> Any:
    content = await got.read()
    try:
        told = json.loads(content)
    except ValueError as error:
        # The page of a server before it: it says nothing of people, who would count as lost. What stands there already
        # may be said anew.
        changes = got.status >= HTTPStatus.BAD_REQUEST and subject(method)[0] in CHANGES
        if changes or got.status in _OF_ANYBODY or got.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise refusal(method, got.status, None, got.headers, of_source=of_source) from None
        raise ClientDecodeError("Failed to decode object", error, content.decode(errors="replace")) from error
    is_refused = isinstance(told, dict) and told.get("success") is False
    if got.status != HTTPStatus.OK or is_refused:
        raise refusal(method, got.status, told, got.headers, of_source=of_source)
    return told


@contextmanager
def reading(*, done: bool = False) -> Iterator[None]:
    """What reads an answer within the block raises ClientDecodeError where that is of no known form. `done`: what was
    asked for has been done."""
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        data: Any = {"ok": True} if done else "of no known form"
        raise ClientDecodeError("an answer of no known form", TypeError("of no known form"), data) from error


def listed(told: Any, name: str) -> list[dict[str, Any]]:
    """The objects that an answer lists under that name."""
    found = told.get(name) if isinstance(told, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
