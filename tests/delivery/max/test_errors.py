"""What MAX answers when it refuses, and what it means for what was to be said."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.delivery.max.client import make_bot
from bot.delivery.max.door import Door
from bot.delivery.max.errors import NotReady, TooLong, refusal
from bot.delivery.max.names import Seen
from bot.delivery.obstacles import why_unreachable
from bot.delivery.outcomes import Fate, Outcome, attempt
from bot.delivery.wire import Elsewhere, call, named
from bot.domain.people.failure import Failure

_PERSON, _GROUP = 2**52 + 501, -5


class _Refuses(AiohttpSession, Elsewhere):
    """A way on which every call is refused so."""

    def __init__(self, status: int, told: Any, *, of_source: bool = False) -> None:
        super().__init__()
        self._answer, self._of_source = (status, told), of_source

    async def plain(self, method: TelegramMethod[Any], seconds: float | None, values: dict[str, Any]) -> Any:
        raise refusal(method, *self._answer, {"Retry-After": "7"}, of_source=self._of_source)


async def _outcome(name: str, status: int, told: Any, chat: int = _PERSON, *, of_source: bool = False) -> Outcome:
    bot = Bot("1:max", session=_Refuses(status, told, of_source=of_source))
    return await attempt(lambda: call(bot, name, chat_id=chat))


def _said(code: str, words: str = "words") -> dict[str, Any]:
    return {"code": code, "message": words}


def _unsuccessful(words: str, **more: str) -> dict[str, Any]:
    return {"success": False, "message": words, **more}


@pytest.mark.parametrize(
    ("name", "status", "told", "fate"),
    [
        ("sendMessage", 403, _said("chat.denied", "error.dialog.suspended"), Fate.UNREACHABLE),
        ("editMessageText", 403, _said("chat.denied", "error.dialog.suspended"), Fate.UNREACHABLE),
        ("copyMessage", 403, _said("chat.denied", "error.dialog.suspended"), Fate.UNREACHABLE),
        ("sendMessage", 200, _unsuccessful("error.dialog.suspended"), Fate.UNREACHABLE),
        ("sendMessage", 404, _said("chat.not.found", "dialog.not.found"), Fate.UNREACHABLE),
        ("copyMessage", 404, _said("chat.not.found", "dialog.not.found"), Fate.UNREACHABLE),
        ("copyMessages", 403, _said("access.denied"), Fate.UNREACHABLE),
        ("copyMessage", 200, _unsuccessful("whatever"), Fate.REFUSED),
        ("copyMessage", 400, _said("attachment.invalid"), Fate.GONE),
        ("sendMessage", 429, _said("too.many.requests"), Fate.WAIT),
        ("editMessageText", 429, None, Fate.WAIT),
        ("sendMessage", 503, _said("service.unavailable"), Fate.LATER),
        ("sendMessage", 502, None, Fate.LATER),
        ("sendMessage", 401, _said("verify.token"), Fate.LATER),
        ("sendMessage", 400, _said("proto.payload", "Unknown recipient"), Fate.REFUSED),
        ("editMessageText", 400, _said("proto.payload", "attachments"), Fate.REFUSED),
        ("editMessageText", 200, _unsuccessful("whatever"), Fate.GONE),
        ("editMessageText", 200, _unsuccessful("whatever", code="message.not.found"), Fate.GONE),
        ("editMessageText", 404, _said("not.found"), Fate.GONE),
        ("editMessageReplyMarkup", 403, _said("access.denied"), Fate.GONE),
        ("deleteMessage", 200, _unsuccessful("whatever"), Fate.GONE),
        ("deleteMessage", 403, _said("access.denied"), Fate.GONE),
        ("answerCallbackQuery", 404, _said("not.found"), Fate.GONE),
        ("answerCallbackQuery", 404, _said("chat.not.found", "dialog.not.found"), Fate.GONE),
        ("sendDocument", 400, _said("attachment.not.ready"), Fate.LATER),
        ("sendDocument", 400, _said("", "Key: errors.process.attachment.file.not.processed"), Fate.LATER),
        ("sendDocument", 413, None, Fate.REFUSED),
    ],
)
async def test_what_a_refusal_means(name: str, status: int, told: Any, fate: Fate) -> None:
    """In either of its two forms."""
    assert (await _outcome(name, status, told)).fate is fate


async def test_what_is_to_be_copied_may_be_gone_and_its_reader_not() -> None:
    """A refusal to show the source says nothing of whoever is to get it."""
    for status, told in ((404, _said("not.found")), (403, _said("chat.denied")), (400, _said("proto.payload"))):
        assert (await _outcome("copyMessage", status, told, of_source=True)).fate is Fate.GONE


async def test_why_nothing_is_delivered() -> None:
    """Who has stopped the bot has had it; who never began, not; a group is a group."""
    stopped = await _outcome("sendMessage", 403, _said("chat.denied", "error.dialog.suspended"))
    assert why_unreachable(stopped.error) is Failure.BLOCKED
    never = await _outcome("sendMessage", 404, _said("chat.not.found", "dialog.not.found"))
    assert why_unreachable(never.error) is Failure.NEVER_STARTED
    group = await _outcome("sendMessage", 403, _said("chat.denied"), _GROUP)
    assert (group.fate, "not a member" in group.error) == (Fate.UNREACHABLE, True)


async def test_a_token_that_was_taken_back_is_called_so() -> None:
    """Nothing helps but another one: whoever reads the log has to know."""
    assert (await _outcome("getUpdates", 401, _said("verify.token", "Invalid access_token"))).error == (
        "the token is not known any more: MAX says - Invalid access_token"
    )


async def test_how_long_it_wants_silence() -> None:
    """As it says, or a second."""
    assert (await _outcome("sendMessage", 429, None)).retry_after == 7


def test_what_another_attempt_mends_says_so() -> None:
    """Not ready, or too long by another count than its documentation's."""
    method = named("sendMessage")
    assert isinstance(refusal(method, 400, _said("attachment.not.ready"), {}), NotReady)
    error = refusal(method, 400, _said("proto.payload", "Field 'text' size (8000) must be at most 4000"), {})
    assert isinstance(error, TooLong)
    assert error.share == 0.5


@pytest.mark.parametrize("body", ["[]", "null", "5", '"ok"', "{}"])
async def test_what_answers_in_no_way_of_maxs_is_asked_again(body: str) -> None:
    """Whatever stands between: nothing ends by it."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        bot = make_bot(SecretStr("a-token"), str(server.make_url("")))
        assert (await attempt(bot.get_me)).fate is Fate.LATER
        await bot.session.close()


_PAGE = "<html>Access denied</html>"
_LETTER, _UPLOADED = "/messages", "/store"


@pytest.mark.parametrize(
    ("where", "status", "body", "fate"),
    [
        (_LETTER, 403, _PAGE, Fate.LATER),
        (_LETTER, 404, _PAGE, Fate.LATER),
        (_LETTER, 302, _PAGE, Fate.LATER),
        (_LETTER, 429, _PAGE, Fate.WAIT),
        (_LETTER, 503, _PAGE, Fate.LATER),
        (_UPLOADED, 403, _PAGE, Fate.LATER),
        (_UPLOADED, 403, '{"error_code": "4"}', Fate.REFUSED),
        (_UPLOADED, 401, '{"code": "x"}', Fate.REFUSED),
        (_UPLOADED, 413, _PAGE, Fate.REFUSED),
        (_UPLOADED, 500, _PAGE, Fate.LATER),
        (_UPLOADED, 200, _PAGE, Fate.LATER),
        (_UPLOADED, 200, "{}", Fate.REFUSED),
        ("/uploads", 200, "{}", Fate.LATER),
    ],
)
async def test_who_is_not_max_says_nothing_of_people(where: str, status: int, body: str, fate: Fate) -> None:
    """The page of a server before it, and the store of files: of neither a refusal means that a person is gone."""

    async def answer(request: web.Request) -> web.Response:
        if request.path == where:
            kind = "text/html" if body == _PAGE else "application/json"
            return web.Response(status=status, text=body, content_type=kind)
        return web.json_response({"url": str(server.make_url(_UPLOADED))})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        bot = make_bot(SecretStr("a-token"), str(server.make_url("")))
        if where == _LETTER:
            outcome = await attempt(lambda: call(bot, "sendMessage", chat_id=_PERSON, text="x"))
        else:
            outcome = await attempt(lambda: bot.send_document(_PERSON, BufferedInputFile(b"x", "x.txt")))
        await bot.session.close()
    assert outcome.fate is fate


@pytest.mark.parametrize(("status", "fate"), [(403, Fate.GONE), (404, Fate.GONE), (200, Fate.LATER), (502, Fate.LATER)])
async def test_what_such_a_page_keeps_from_being_changed_is_said_anew(status: int, fate: Fate) -> None:
    """Nobody waits for ever for a message that stands there already."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=_PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        bot = make_bot(SecretStr("a-token"), str(server.make_url("")))
        door = bot.session
        assert isinstance(door, Door)
        door.names.note([Seen(_PERSON, 8, 5, "m")])
        outcome = await attempt(lambda: call(bot, "editMessageText", chat_id=_PERSON, message_id=5, text="x"))
        await bot.session.close()
    assert outcome.fate is fate
