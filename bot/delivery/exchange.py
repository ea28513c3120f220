"""A call of the Bot API with everything that came back: the code, the words, the time that it took.

`wire.call` hands on what a call is for, and errors; here a refusal is what is asked for.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiogram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiohttp import ClientError, ClientTimeout, FormData

from bot.delivery.outcomes import NETWORK_ERRORS
from bot.delivery.wire import patience


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method was sent and what it answered.

    `code` is None when no answer came, and `failure` says then what happened instead; `began` is in seconds of a
    monotonic clock, `seconds` how long it took.
    """

    method: str
    sent: Mapping[str, Any]
    code: int | None
    description: str
    result: Any
    retry_after: float
    failure: str
    began: float
    seconds: float

    @property
    def is_done(self) -> bool:
        """Whether it was done."""
        return self.code == 200

    def field(self, *path: str | int) -> Any:
        """What the result has there, by names and places; None: nothing, whatever the result is."""
        value = self.result if self.is_done else None
        for step in path:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def fields(self, *path: str | int, of: str) -> list[Any]:
        """What each part of a list there has under that name."""
        parts = self.field(*path)
        return [part.get(of) for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []

    @property
    def is_answered(self) -> bool:
        """Whether the server itself has taken or refused it, other than for a fault of the moment."""
        return self.code is not None and self.code < 500 and not self.failure


def versions() -> dict[str, str]:
    """Of the library, and of the Bot API that it is written for."""
    return {"aiogram": aiogram.__version__, "bot_api_of_aiogram": aiogram.__api_version__}


async def exchange(
    bot: Bot,
    method: str,
    values: Mapping[str, Any],
    files: Mapping[str, tuple[str, bytes]] | None = None,
    seconds: float | None = None,
) -> Answer:
    """Calls once; never raises for what the server or the network does. `files`: names and contents, by part."""
    session = bot.session
    assert isinstance(session, AiohttpSession)
    size = sum(len(content) for _, content in (files or {}).values())
    limit = seconds if seconds is not None else patience(method, session.timeout, size)
    code, body, failure = None, b"", ""
    began = time.monotonic()
    try:
        client = await session.create_session()
        url = session.api.api_url(token=bot.token, method=method)
        data = _form(values, files) if files else None
        given = {"data": data} if data is not None else {"json": values}
        async with client.post(url, timeout=ClientTimeout(total=limit), **given) as response:
            code, body = response.status, await response.read()
    except (TimeoutError, ClientError, *NETWORK_ERRORS) as error:
        # Its text may name the machine, the proxy or, in an address, the token.
        failure = type(error).__name__
    took = time.monotonic() - began
    told: Any = None
    if not failure:
        try:
            told = json.loads(body)
        except ValueError:
            failure = "an answer that is no JSON"
    told = told if isinstance(told, dict) else {}
    said = told.get("error_code")
    if code == 200 and not failure and (told.get("ok") is not True or "result" not in told):
        # Some servers refuse with 200, and say the code in the body alone.
        code, failure = (said, "") if isinstance(said, int) else (code, "an answer of no known form")
    extra = told.get("parameters")
    wait = extra.get("retry_after") if isinstance(extra, dict) else None
    return Answer(
        method,
        {**values, **{name: {"file": file_name} for name, (file_name, _) in (files or {}).items()}},
        code,
        str(told.get("description") or ""),
        told.get("result"),
        float(wait) if isinstance(wait, int | float) else 0,
        failure,
        began,
        took,
    )


def _form(values: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]]) -> FormData:
    form = FormData(quote_fields=False)
    for name, value in values.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    for name, (file_name, content) in files.items():
        form.add_field(name, content, filename=file_name.replace('"', "%22"))
    return form
