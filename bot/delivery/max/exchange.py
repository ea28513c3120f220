"""A call of MAX's API with everything that came back, a refusal too: the code, the words, the time that it took."""

import asyncio
import json
import ssl
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.delivery.exchange import Answer
from bot.delivery.max.api import HOST

# Seconds for a call, where nothing else is said.
_TIMEOUT = 30.0
# What a refusal that came with 200 has for its code: the two must not be taken for each other.
REFUSED = 400


class Exchange:
    """Calls with one token; never raises for what the server or the network does."""

    def __init__(self, token: SecretStr, url: str, trust: ssl.SSLContext | None = None) -> None:
        self._head = {"Authorization": token.get_secret_value()}
        self._url = (url or HOST).rstrip("/")
        self._trust = trust
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self,
        method: str,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        seconds: float = _TIMEOUT,
    ) -> Answer:
        """Calls once; `method`: the verb and the path."""
        verb, _, path = method.partition(" ")
        params = {name: str(value) for name, value in (query or {}).items() if value is not None}
        given = {"params": params, "headers": self._head, **({} if body is None else {"json": body})}
        sent = {**({"query": query} if query else {}), **({} if body is None else {"body": body})}
        code, content, failure, began, took = await self._asked(verb, self._url + path, seconds, given)
        told: Any = None
        if not failure:
            try:
                told = json.loads(content)
            except ValueError:
                failure = "an answer that is no JSON"
        words = told if isinstance(told, dict) else {}
        said = ": ".join(str(words[name]) for name in ("code", "message") if words.get(name))
        if code == 200 and words.get("success") is False:
            code, said = REFUSED, f"by 200 and success: false; {said}"
        # MAX does not say for how long it wants silence; its limits are of a second.
        wait = 1.0 if code == 429 else 0.0
        return Answer(method, sent, code, "" if code == 200 else said, told, wait, failure, began, took)

    async def looked(self, url: str) -> Answer:
        """Whether something can be had there. The token is not told."""
        code, _, failure, began, took = await self._asked("GET", url, _TIMEOUT, {})
        return Answer("GET a file", {"url": url}, code, "", None, 0.0, failure, began, took)

    async def _asked(
        self, verb: str, url: str, seconds: float, given: Mapping[str, Any]
    ) -> tuple[int | None, bytes, str, float, float]:
        code, content, failure = None, b"", ""
        began = time.monotonic()
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=self._trust if self._trust is not None else True)
            self._session = aiohttp.ClientSession(connector=connector)
        try:
            timeout = aiohttp.ClientTimeout(total=seconds)
            async with self._session.request(verb, url, timeout=timeout, allow_redirects=False, **given) as got:
                code, content = got.status, await got.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # Its text may name the machine or the address.
            code, failure = None, type(error).__name__
        return code, content, failure, began, time.monotonic() - began

    async def close(self) -> None:
        """Ends it."""
        if self._session is not None:
            await self._session.close()
            # The library closes TLS connections a moment later.
            await asyncio.sleep(0)
