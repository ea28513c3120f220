"""What MAX takes in several messages, when it breaks off in the midst."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from aiogram import Bot
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.delivery.max.client import make_bot
from bot.delivery.max.door import Door
from bot.delivery.max.ids import mid_of
from bot.delivery.max.names import Seen
from bot.delivery.outcomes import Fate, attempt
from bot.delivery.wire import call

_PERSON, _AUTHOR = 2**52 + 501, 2**52 + 502
_FILES = [{"type": "file", "payload": {"token": name}} for name in ("приказ", "план", "смета")]


@asynccontextmanager
async def _max(
    says: list[dict[str, Any]], answer: Callable[[int], int], looks: list[int] | None = None
) -> AsyncIterator[Bot]:
    """A MAX that notes what is said there, as often as `answer` has 200 for that attempt. `looks`: what it answers each
    time that a message is asked for; none: that message."""
    attempts = 0

    async def answered(request: web.Request) -> web.Response:
        nonlocal attempts
        if request.method == "GET":
            if looks:
                return web.json_response({"code": "service.unavailable", "message": "x"}, status=looks.pop())
            return web.json_response({"body": {"mid": "m", "text": "Прочтите", "attachments": _FILES}})
        attempts += 1
        status = answer(attempts)
        if status != 200:
            return web.json_response({"code": "refused", "message": "words"}, status=status)
        says.append(await request.json())
        body = {"mid": mid_of(7, attempts), "seq": attempts}
        return web.json_response({"message": {"recipient": {"chat_id": 7}, "body": body}})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answered)
    async with TestServer(app) as server:
        bot = make_bot(SecretStr("a-token"), str(server.make_url("")))
        try:
            yield bot
        finally:
            await bot.session.close()


@pytest.mark.slow
@pytest.mark.parametrize("status", [429, 503])
async def test_the_next_attempt_goes_on_where_it_broke_off(status: int) -> None:
    """Nobody reads the first page again; the same text, said later, is said whole."""
    says: list[dict[str, Any]] = []
    text = "\n".join(f"{number}. Поручение" for number in range(600))
    async with _max(says, lambda attempt: status if attempt == 2 else 200) as bot:
        fates = [(await attempt(lambda: call(bot, "sendMessage", chat_id=_PERSON, text=text))).fate for _ in range(3)]
    assert fates == [Fate.WAIT if status == 429 else Fate.LATER, Fate.DONE, Fate.DONE]
    pages = [said["text"] for said in says]
    assert "\n".join(pages[: len(pages) // 2]) == text
    assert pages[: len(pages) // 2] == pages[len(pages) // 2 :]


@pytest.mark.slow
async def test_what_is_refused_is_not_gone_on_with() -> None:
    """Nobody tries again, so what comes next is another saying."""
    says: list[dict[str, Any]] = []
    text = "\n".join(f"{number}. Поручение" for number in range(600))
    async with _max(says, lambda attempt: 400 if attempt == 2 else 200) as bot:
        for _ in range(2):
            await attempt(lambda: call(bot, "sendMessage", chat_id=_PERSON, text=text))
    assert says[0]["text"] == says[1]["text"]


@pytest.mark.parametrize("name", ["copyMessage", "copyMessages"])
async def test_of_several_files_none_comes_twice(name: str) -> None:
    """Each is a message of its own."""
    says: list[dict[str, Any]] = []
    which = {"message_ids": [5]} if name == "copyMessages" else {"message_id": 5}
    async with _max(says, lambda attempt: 503 if attempt == 3 else 200) as bot:
        door = bot.session
        assert isinstance(door, Door)
        door.names.note([Seen(_AUTHOR, 8, 5, "m")])
        for _ in range(2):
            await attempt(lambda: call(bot, name, chat_id=_PERSON, from_chat_id=_AUTHOR, **which))
    assert [said["attachments"][0] for said in says] == _FILES


@pytest.mark.slow
async def test_what_many_get_at_once_is_looked_up_once() -> None:
    """MAX counts all calls of a bot together. Where the one look is refused all of them try again."""
    says: list[dict[str, Any]] = []
    looks = [503, 503]
    async with _max(says, lambda _attempt: 200, looks) as bot:
        door = bot.session
        assert isinstance(door, Door)
        door.names.note([Seen(_AUTHOR, 8, 5, "m")])

        async def copied() -> set[Fate]:
            calls = [
                attempt(partial(call, bot, "copyMessages", chat_id=_PERSON + n, from_chat_id=_AUTHOR, message_ids=[5]))
                for n in range(5)
            ]
            return {outcome.fate for outcome in await asyncio.gather(*calls)}

        fates = [await copied() for _ in range(3)]
    assert fates == [{Fate.LATER}, {Fate.LATER}, {Fate.DONE}]
    assert len(says) == 5 * len(_FILES)
