"""Telegram's errors and what they come to."""

from typing import Any

import pytest
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
from aiogram.methods import GetMe

from bot.delivery.outcomes import Fate, Outcome, attempt

_METHOD = GetMe()


async def _attempt(error: BaseException) -> Outcome:
    async def call() -> Any:
        raise error

    return await attempt(call)


async def test_what_went_well() -> None:
    async def call() -> str:
        return "value"

    assert await attempt(call) == Outcome(Fate.DONE, "value")


@pytest.mark.parametrize(
    ("text", "fate"),
    [
        (
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
            "same as a current content and reply markup of the message",
            Fate.DONE,
        ),
        ("Bad Request: chat not found", Fate.UNREACHABLE),
        ("Bad Request: user not found", Fate.UNREACHABLE),
        ("Bad Request: PEER_ID_INVALID", Fate.UNREACHABLE),
        ("Bad Request: user is deactivated", Fate.UNREACHABLE),
        ("Bad Request: message to edit not found", Fate.GONE),
        ("Bad Request: message can't be edited", Fate.GONE),
        ("Bad Request: message to delete not found", Fate.GONE),
        ("Bad Request: message can't be deleted for everyone", Fate.GONE),
        ("Bad Request: message to be replied not found", Fate.GONE),
        ("Bad Request: message to react not found", Fate.GONE),
        ("Bad Request: MESSAGE_ID_INVALID", Fate.GONE),
        ("Bad Request: query is too old and response timeout expired or query ID is invalid", Fate.GONE),
        ("Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"", Fate.REFUSED),
        ("Bad Request: message is too long", Fate.REFUSED),
        ("Bad Request: BUTTON_DATA_INVALID", Fate.REFUSED),
    ],
)
async def test_bad_requests(text: str, fate: Fate) -> None:
    outcome = await _attempt(TelegramBadRequest(method=_METHOD, message=text))
    assert outcome.fate is fate
    assert (text in outcome.error) is (fate is not Fate.DONE)


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (TelegramForbiddenError(_METHOD, "Forbidden: bot was blocked by the user"), Fate.UNREACHABLE),
        (TelegramForbiddenError(_METHOD, "Forbidden: user is deactivated"), Fate.UNREACHABLE),
        (TelegramForbiddenError(_METHOD, "Forbidden: bot can't initiate conversation with a user"), Fate.UNREACHABLE),
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
        (ClientDecodeError("Failed", ValueError("no such field"), {"unexpected": 1}), Fate.LATER),
        # It was done. To send it again, and again, would be the worst of all.
        (ClientDecodeError("Failed", ValueError("a new type"), {"ok": True, "result": {}}), Fate.REFUSED),
    ],
)
async def test_errors(error: BaseException, fate: Fate) -> None:
    outcome = await _attempt(error)
    assert outcome.fate is fate
    assert outcome.error


async def test_silence_has_its_length() -> None:
    outcome = await _attempt(TelegramRetryAfter(_METHOD, "Too Many Requests: retry after 10072", 10_072))
    assert (outcome.fate, outcome.retry_after) == (Fate.WAIT, 10_072)


@pytest.mark.parametrize("error", [LookupError("a fault of ours"), ValueError("another")])
async def test_a_fault_of_the_program_is_not_hidden(error: Exception) -> None:
    with pytest.raises(type(error)):
        await _attempt(error)
