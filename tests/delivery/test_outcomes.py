"""Telegram's errors and what they come to, by method and chat."""

import json
from functools import cache
from itertools import product
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe, TelegramMethod
from aiogram.types import BufferedInputFile
from aiohttp import ServerDisconnectedError, web
from pydantic import SecretStr

from bot.delivery.client import make_bot
from bot.delivery.outcomes import Fate, Outcome, attempt, is_known
from bot.delivery.refusal_texts import COPIES, MAKES, METHODS, SENDS, TABLE, Refusal
from bot.delivery.refusals import bare, is_outside, meaning
from bot.delivery.wire import call, patience
from tests.ports import free_port

_METHOD = GetMe()
PERSON, GROUP = 101, -1001
_BOT = Bot("42:TEST")


class Named(TelegramMethod[Any]):
    """A call of that method to that chat, as errors know it."""

    __returning__ = Any
    __api_method__ = ""

    chat_id: int | None = None


@cache
def _kind(method: str) -> type[Named]:
    return type(method, (Named,), {"__api_method__": method, "__module__": __name__})


def named(method: str, chat: int | None) -> Named:
    """That call."""
    return _kind(method)(chat_id=chat)


async def _attempt(error: BaseException) -> Outcome:
    async def call() -> Any:
        raise error

    return await attempt(call)


async def answered(method: str, chat: int, code: int, text: str) -> Outcome:
    """What comes of the call when the server answers with that code and description, by way of the library."""
    body = json.dumps({"ok": False, "error_code": code, "description": text})

    async def made() -> Any:
        return _BOT.session.check_response(_BOT, named(method, chat), code, body)

    return await attempt(made)


# As the server's source has them, with the codes and prefixes with which they arrive.
_KICKED = "Forbidden: bot was kicked from the supergroup chat"
_NO_MEMBER = "Forbidden: bot is not a member of the supergroup chat"
_BLOCKED = "Forbidden: bot was blocked by the user"
_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
_ALBUM = 'Bad Request: failed to send message #2 with the error message "{}"'


@pytest.mark.parametrize(
    ("method", "chat", "code", "text", "fate"),
    [
        # The person.
        ("sendMessage", PERSON, 403, _BLOCKED, Fate.UNREACHABLE),
        ("copyMessage", PERSON, 403, _BLOCKED, Fate.UNREACHABLE),
        ("copyMessages", PERSON, 403, "Forbidden: user is deactivated", Fate.UNREACHABLE),
        ("copyMessage", PERSON, 403, "Forbidden: bot can't initiate conversation with a user", Fate.UNREACHABLE),
        ("editMessageText", PERSON, 403, "Forbidden: user is deactivated", Fate.UNREACHABLE),
        ("sendMessage", PERSON, 400, "Bad Request: chat not found", Fate.UNREACHABLE),
        ("sendMessage", PERSON, 400, "Bad Request: private chat not found", Fate.UNREACHABLE),
        ("sendMessage", PERSON, 400, "Bad Request: PEER_ID_INVALID", Fate.UNREACHABLE),
        ("setMyCommands", PERSON, 400, "Bad Request: chat not found", Fate.UNREACHABLE),
        # The source of a copy says nothing of the addressee.
        ("copyMessage", PERSON, 403, _KICKED, Fate.GONE),
        ("copyMessage", PERSON, 403, _NO_MEMBER, Fate.GONE),
        ("copyMessages", PERSON, 403, "Forbidden: the group chat was deleted", Fate.GONE),
        ("copyMessage", PERSON, 400, "Bad Request: chat not found", Fate.GONE),
        ("copyMessage", PERSON, 400, "Bad Request: message to copy not found", Fate.GONE),
        ("copyMessages", PERSON, 400, "Bad Request: there are no messages to forward", Fate.GONE),
        ("copyMessages", PERSON, 400, "Bad Request: messages can't be forwarded", Fate.GONE),
        ("copyMessages", PERSON, 400, "Bad Request: message to forward not found", Fate.GONE),
        ("copyMessages", GROUP, 400, "Bad Request: messages can't be forwarded", Fate.REFUSED),
        ("copyMessage", PERSON, 403, "Forbidden: something new about whoever", Fate.GONE),
        ("copyMessage", PERSON, 400, "Bad Request: user restricted receiving of voice note messages", Fate.REFUSED),
        # Somebody who takes no voice messages: the others get their copies.
        ("copyMessage", PERSON, 400, "Bad Request: the message can't be copied", Fate.REFUSED),
        # The group that is lost, with 403 and with 400.
        ("sendMessage", GROUP, 403, _KICKED, Fate.UNREACHABLE),
        ("copyMessage", GROUP, 403, _KICKED, Fate.UNREACHABLE),
        ("deleteMessage", GROUP, 403, _NO_MEMBER, Fate.UNREACHABLE),
        ("createForumTopic", GROUP, 403, _KICKED, Fate.UNREACHABLE),
        ("copyMessage", GROUP, 400, "Bad Request: message to copy not found", Fate.GONE),
        *(
            (method, GROUP, 400, f"Bad Request: {words}", Fate.UNREACHABLE)
            for method in ("sendMessage", "sendDocument", "copyMessage", "copyMessages", "sendRichMessage")
            for words in (
                "not enough rights to send text messages to the chat",
                "have no write access to the chat",
                "CHAT_WRITE_FORBIDDEN",
                "CHAT_SEND_PLAIN_FORBIDDEN",
                "CHAT_RESTRICTED",
                "USER_BANNED_IN_CHANNEL",
                "CHAT_ADMIN_REQUIRED",
                "CHAT_GUEST_SEND_FORBIDDEN",
                "CHANNEL_PRIVATE",
            )
        ),
        ("sendMediaGroup", GROUP, 400, _ALBUM.format("CHAT_WRITE_FORBIDDEN"), Fate.UNREACHABLE),
        ("sendMessage", GROUP, 400, "Bad Request: SOME_NEW_FORBIDDEN", Fate.UNREACHABLE),
        # Files may be forbidden where texts are not.
        ("sendDocument", GROUP, 400, "Bad Request: not enough rights to send documents to the chat", Fate.REFUSED),
        ("copyMessage", GROUP, 400, "Bad Request: CHAT_SEND_DOCS_FORBIDDEN", Fate.REFUSED),
        # The topic.
        ("sendMessage", GROUP, 400, "Bad Request: message thread not found", Fate.NO_TOPIC),
        ("copyMessages", GROUP, 400, "Bad Request: TOPIC_CLOSED", Fate.NO_TOPIC),
        ("sendMediaGroup", GROUP, 400, _ALBUM.format("TOPIC_CLOSED"), Fate.NO_TOPIC),
        ("createForumTopic", GROUP, 400, "Bad Request: not enough rights to create a topic", Fate.REFUSED),
        ("createForumTopic", GROUP, 400, "Bad Request: the chat is not a forum", Fate.REFUSED),
        # What is edited, deleted, answered.
        ("editMessageText", PERSON, 400, _NOT_MODIFIED, Fate.DONE),
        ("editMessageText", PERSON, 400, "Bad Request: message to edit not found", Fate.GONE),
        ("editMessageText", PERSON, 400, "Bad Request: message can't be edited", Fate.GONE),
        ("editMessageReplyMarkup", PERSON, 400, "Bad Request: MESSAGE_ID_INVALID", Fate.GONE),
        ("editMessageText", PERSON, 400, "Bad Request: there is no text in the message to edit", Fate.REFUSED),
        ("deleteMessage", PERSON, 400, "Bad Request: message to delete not found", Fate.GONE),
        ("deleteMessage", PERSON, 400, "Bad Request: message can't be deleted for everyone", Fate.GONE),
        ("setMessageReaction", PERSON, 400, "Bad Request: message to react not found", Fate.GONE),
        ("setMessageReaction", PERSON, 400, "Bad Request: REACTION_INVALID", Fate.REFUSED),
        (
            "answerCallbackQuery",
            PERSON,
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
            Fate.GONE,
        ),
        # The server itself.
        *((method, PERSON, 400, "Logged out", Fate.LATER) for method in sorted(METHODS)),
        ("sendMessage", PERSON, 401, "Unauthorized", Fate.LATER),
        ("sendMessage", PERSON, 401, "Unauthorized: invalid token specified", Fate.LATER),
        ("sendMessage", PERSON, 409, "Conflict: terminated by other getUpdates request", Fate.LATER),
        # A file that is too large for a server, or for a proxy before it, is so at the next try too.
        ("sendDocument", PERSON, 413, "Request Entity Too Large", Fate.REFUSED),
        ("sendMediaGroup", PERSON, 413, "Request Entity Too Large", Fate.REFUSED),
        ("sendMessage", PERSON, 413, "Request Entity Too Large", Fate.LATER),
        ("sendMessage", PERSON, 421, "Misdirected Request: unallowed token specified", Fate.LATER),
        ("sendMessage", PERSON, 500, "Internal Server Error: restart", Fate.LATER),
        ("sendMessage", PERSON, 502, "Bad Gateway", Fate.LATER),
        ("sendMessage", PERSON, 404, "Not Found: method not found", Fate.REFUSED),
        # Ours.
        ("sendMessage", PERSON, 400, 'Bad Request: can\'t parse entities: Unclosed start tag "b"', Fate.REFUSED),
        ("sendMessage", PERSON, 400, "Bad Request: message is too long", Fate.REFUSED),
        ("sendMessage", PERSON, 400, "Bad Request: BUTTON_DATA_INVALID", Fate.REFUSED),
        ("sendMessage", PERSON, 400, "Bad Request: SOMETHING_NEW", Fate.REFUSED),
        ("sendMessage", PERSON, 403, "Forbidden: something new", Fate.UNREACHABLE),
    ],
)
async def test_what_the_server_answers(method: str, chat: int, code: int, text: str, fate: Fate) -> None:
    outcome = await answered(method, chat, code, text)
    assert outcome.fate is fate
    assert (text in outcome.error) is (fate is not Fate.DONE)


async def test_a_refusal_without_words_is_a_refusal() -> None:
    body = json.dumps({"ok": False, "error_code": 400})

    async def made() -> Any:
        return _BOT.session.check_response(_BOT, named("sendMessage", PERSON), 400, body)

    assert (await attempt(made)).fate is Fate.REFUSED


async def test_a_limit_in_words_alone_is_a_limit() -> None:
    outcome = await answered("sendMessage", PERSON, 429, "Too Many Requests: retry after 7")
    assert (outcome.fate, outcome.retry_after) == (Fate.WAIT, 7)


async def _door(request: web.Request) -> web.Response:
    return web.json_response({"ok": False, "error_code": 400, "description": "Bad Request: chat not found"})


@pytest.mark.parametrize(("said", "kept"), [("0", 1), ("86401", 86400), ("9" * 400, 86400)])
async def test_how_long_a_limit_in_words_alone_is_kept(said: str, kept: float) -> None:
    assert (await answered("sendMessage", PERSON, 429, f"Too Many Requests: retry after {said}")).retry_after == kept


async def test_a_refusal_with_200_is_a_refusal() -> None:
    app = web.Application()
    app.router.add_post("/{path:.*}", _door)
    runner, port = web.AppRunner(app), free_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    bot = Bot("42:TEST", session=AiohttpSession(api=TelegramAPIServer.from_base(f"http://127.0.0.1:{port}")))
    try:
        outcome = await attempt(lambda: call(bot, "sendMessage", chat_id=PERSON, text="привет"))
    finally:
        await bot.session.close()
        await runner.cleanup()
    assert outcome.fate is Fate.UNREACHABLE


def _lines() -> list[tuple[Refusal, str, str, int]]:
    return [
        (refusal, text, method, chat)
        for refusal in TABLE
        for text, method, chat in product(refusal.texts, sorted(refusal.methods), (PERSON, GROUP))
    ]


@pytest.mark.slow
async def test_outcomes_hold_the_whole_table() -> None:
    seen: set[tuple[str, str, int]] = set()
    for refusal, text, method, chat in _lines():
        key = text.casefold(), method, chat
        if key in seen:
            continue
        seen.add(key)
        said = text.replace("{}", "NEW_THING" if text.isupper() else "something: else")
        outcome = await answered(method, chat, 400, f"Bad Request: {said}")
        expected = refusal.group if chat == GROUP and refusal.group is not None else refusal.fate
        # A pattern may be overtaken by a text of its own.
        assert outcome.fate is expected or meaning(method, said, in_group=chat == GROUP) is outcome.fate
        assert is_known(TelegramBadRequest(named(method, chat), f"Bad Request: {said}"))


def test_no_line_contradicts_one_before_it_unseen() -> None:
    """The first line that has a text and a method decides: no later line says the same again."""
    first: dict[tuple[str, str], Refusal] = {}
    again = [
        (text, method)
        for refusal in TABLE
        for text, method in product(refusal.texts, sorted(refusal.methods))
        if first.setdefault((text.casefold(), method), refusal) is not refusal
    ]
    # Of the addressee's chat there is one line for copies, and one for all.
    assert {method for _, method in again} <= COPIES


def test_the_table_has_lines_for_each_method() -> None:
    assert MAKES < METHODS
    of_all = {refusal for refusal in TABLE if refusal.methods == METHODS}
    for method in METHODS - {"getMe", "deleteWebhook", "getWebhookInfo"}:
        assert any(method in refusal.methods for refusal in TABLE if refusal not in of_all), method


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Bad Request: chat not found", "chat not found"),
        ("Forbidden: Forbidden: user is deactivated", "user is deactivated"),
        ("Unauthorized: invalid token specified", "unauthorized: invalid token specified"),
        (_ALBUM.format("TOPIC_CLOSED"), "topic_closed"),
        ("Logged out", "logged out"),
    ],
)
def test_the_code_s_name_is_no_part_of_the_text(text: str, rest: str) -> None:
    assert bare(text) == rest


def test_whether_the_bot_is_out_of_the_group_or_only_silenced() -> None:
    assert is_outside(f"Telegram server says - {_KICKED}")
    assert is_outside("Telegram server says - Bad Request: chat not found")
    assert not is_outside("Telegram server says - Bad Request: CHAT_WRITE_FORBIDDEN")
    assert not is_outside("Telegram server says - Bad Request: not enough rights to send text messages to the chat")


def test_what_makes_a_message_has_more_patience() -> None:
    assert {patience(method, 20) for method in SENDS | COPIES} == {60.0}
    assert patience("createForumTopic", 20) == 60.0
    assert {patience(method, 20) for method in METHODS - MAKES - {"createForumTopic"}} == {20}
    assert patience("sendDocument", 20, 20_000_000) == 1060.0
    assert patience("sendDocument", 20, 50_000_000) == 1800.0


async def test_whether_a_call_may_have_been_done() -> None:
    def failed(cause: Exception) -> TelegramNetworkError:
        error = TelegramNetworkError(named("sendMessage", PERSON), "Request timeout error")
        error.__cause__ = cause
        return error

    assert (await _attempt(failed(TimeoutError()))).unsure
    assert (await _attempt(failed(ServerDisconnectedError()))).unsure
    assert not (await _attempt(failed(ConnectionRefusedError()))).unsure
    assert not (await _attempt(TelegramServerError(named("sendMessage", PERSON), "Bad Gateway"))).unsure


async def test_what_went_well() -> None:
    async def call() -> str:
        return "value"

    assert await attempt(call) == Outcome(Fate.DONE, "value")


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (TelegramForbiddenError(named("sendMessage", PERSON), "Forbidden: user is deactivated"), Fate.UNREACHABLE),
        (TelegramMigrateToChat(_METHOD, "group upgraded", -100), Fate.MOVED),
        (TelegramNotFound(_METHOD, "Not Found"), Fate.REFUSED),
        (TelegramServerError(_METHOD, "Bad Gateway"), Fate.LATER),
        (RestartingTelegram(_METHOD, "restart"), Fate.LATER),
        (TelegramNetworkError(_METHOD, "Request timeout error"), Fate.LATER),
        (TelegramUnauthorizedError(_METHOD, "Unauthorized"), Fate.LATER),
        (TelegramConflictError(_METHOD, "Conflict: terminated by other getUpdates request"), Fate.LATER),
        (TelegramAPIError(_METHOD, "something new"), Fate.LATER),
        (TimeoutError(), Fate.LATER),
        # Of a proxy's library, which aiogram does not translate.
        (ConnectionResetError("reset by peer"), Fate.LATER),
        (ClientDecodeError("Failed to decode object", ValueError("no JSON"), "<html>502</html>"), Fate.LATER),
        (
            ClientDecodeError("Failed", ValueError("no JSON"), "<h1>413 Request Entity Too Large</h1> nginx"),
            Fate.REFUSED,
        ),
        (ClientDecodeError("Failed", ValueError("no such field"), {"unexpected": 1}), Fate.LATER),
        # It was done. To send it again, and again, would be the worst of all.
        (ClientDecodeError("Failed", ValueError("a new type"), {"ok": True, "result": {}}), Fate.REFUSED),
    ],
)
async def test_errors(error: BaseException, fate: Fate) -> None:
    outcome = await _attempt(error)
    assert outcome.fate is fate
    assert outcome.error


async def test_of_a_page_that_is_no_text_what_can_be_kept_is_told() -> None:
    page = ClientDecodeError("Failed to decode object", ValueError("no JSON"), "\x1f\x8b\x00\ud83d502 Bad Gateway")
    assert (await _attempt(page)).error == "no answer of the messenger's: 502 Bad Gateway"


async def test_silence_has_its_length() -> None:
    outcome = await _attempt(TelegramRetryAfter(_METHOD, "Too Many Requests: retry after 10072", 10_072))
    assert (outcome.fate, outcome.retry_after) == (Fate.WAIT, 10_072)


@pytest.mark.parametrize("error", [LookupError("a fault of ours"), ValueError("another")])
async def test_a_fault_of_the_program_is_not_hidden(error: Exception) -> None:
    with pytest.raises(type(error)):
        await _attempt(error)


async def test_what_comes_after_the_end_is_not_said() -> None:
    """The library would open its connection again, and nobody would close it any more."""
    bot = make_bot(SecretStr("42:TEST"), "http://127.0.0.1:9")
    await (await bot.session.create_session()).close()  # type: ignore[attr-defined]
    await bot.session.close()
    with pytest.raises(TelegramNetworkError, match="the bot has ended"):
        await call(bot, "sendMessage", chat_id=1, text="Поздно")
    # Files go the library's way, which hands on what opening the connection raises.
    late = await attempt(lambda: bot.send_document(1, BufferedInputFile(b"%PDF", "поздно.pdf")))
    assert late == Outcome(Fate.LATER, error="the bot has ended")
