"""What MAX answers when it refuses, in the words of Telegram's server: so one table (`refusals`) says what it means.

It refuses in two ways: by an HTTP code with `code` and `message`, and by 200 with `success: false`, where a code is
given only since November 2026. Codes are looked at first, words second. The words of what is not known are handed on.
"""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.delivery.outcomes import is_group, subject
from bot.delivery.refusal_texts import COPIES, EDITS

_log = logging.getLogger(__name__)

# Seconds, where MAX does not say for how long it wants none.
_WAIT = 1.0
_LATER = ("service.unavailable", "internal", "service.timeout")
_TOO_MANY = ("too.many.requests",)
_TOKEN = ("verify.token", "invalid.token")
# A dialog that the person has stopped or deleted; nobody has begun; who is no user.
_STOPPED = ("chat.denied", "dialog.suspended")
_UNKNOWN = ("dialog.notfound", "dialog.not.found", "user.not.found", "chat.not.found")
_NOT_READY = ("attachment.not.ready", "not.processed")
_TOO_LONG = re.compile(r"'text' size \((\d{1,9})\) must be at most (\d{1,9})")

# Telegram's words for a message that is not there, or may not be touched, by the call.
_GONE = {
    "deleteMessage": "Bad Request: message can't be deleted",
    "answerCallbackQuery": "Bad Request: query is too old and response timeout expired or query ID is invalid",
    "setMessageReaction": "Bad Request: message to react not found",
    "getFile": "Bad Request: invalid file_id",
    **dict.fromkeys(COPIES, "Bad Request: message to copy not found"),
    **dict.fromkeys(EDITS, "Bad Request: message can't be edited"),
}


# Calls that concern a message which stands there.
CHANGES = _GONE.keys() - COPIES


class NotReady(TelegramServerError):
    """What was uploaded is not ready to be sent: another attempt helps."""


class TooLong(TelegramBadRequest):
    """The text is longer than MAX takes, by its own count: `share` of it would fit."""

    def __init__(self, method: TelegramMethod[Any], size: int, most: int) -> None:
        super().__init__(method, "Bad Request: message is too long")
        self.share = most / max(size, 1)


def refusal(
    method: TelegramMethod[Any], status: int, told: Any, headers: Mapping[str, str], *, of_source: bool = False
) -> TelegramAPIError:
    """The error that says what MAX has answered. `of_source`: it refused what was to be copied, nothing else."""
    error = _refusal(method, status, told, headers, of_source=of_source)
    error.label = "MAX says"
    return error


def _refusal(
    method: TelegramMethod[Any], status: int, told: Any, headers: Mapping[str, str], *, of_source: bool
) -> TelegramAPIError:
    told = told if isinstance(told, dict) else {}
    code, words = str(told.get("code") or ""), str(told.get("message") or told.get("error") or "")
    said = f"{code} {words}".casefold()
    name = subject(method)[0]
    _log.info("MAX refused %s with %s: %s %s", name, status, code, words)
    if status == HTTPStatus.TOO_MANY_REQUESTS or _has(said, _TOO_MANY):
        wait = headers.get("Retry-After", "")
        seconds = float(wait) if wait.isdecimal() else _WAIT
        return TelegramRetryAfter(method, words or "too many requests", seconds)  # type: ignore[arg-type]
    if status == HTTPStatus.UNAUTHORIZED or _has(code, _TOKEN):
        return TelegramUnauthorizedError(method, words or code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or _has(code, _LATER):
        return TelegramServerError(method, words or f"HTTP {status}")
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TelegramEntityTooLarge(method, words or code)
    if _has(said, _NOT_READY):
        return NotReady(method, words or code)
    if found := _TOO_LONG.search(words):
        return TooLong(method, int(found[1]), int(found[2]))
    if name == "answerCallbackQuery":
        # A word over the chat is never worth another attempt, nor a sign of anything.
        return TelegramBadRequest(method, _GONE[name])
    if not of_source and (unreachable := _of_addressee(method, status, said)) is not None:
        return unreachable
    # Of a message that stands there only its age, its absence or somebody else's having it can be refused, unless a
    # code says that the call itself is wrong; a new one says then what the old one was to say. What is copied was
    # looked at by a call of its own: of the copy only its files can be gone.
    is_gone = code.startswith("attachment.") if name in COPIES else not code.startswith("proto.")
    if name in _GONE and (of_source or is_gone):
        return TelegramBadRequest(method, _GONE[name])
    if status == HTTPStatus.FORBIDDEN:
        return TelegramForbiddenError(method, words or code)
    if status == HTTPStatus.NOT_FOUND:
        return TelegramNotFound(method, words or code)
    return TelegramBadRequest(method, f"{code}: {words}" if code else words)


def _of_addressee(method: TelegramMethod[Any], status: int, said: str) -> TelegramAPIError | None:
    """The error, if nothing can be said there; None: it was refused for something else."""
    name, chat = subject(method)
    has_stopped = _has(said, _STOPPED) or (name in COPIES and status == HTTPStatus.FORBIDDEN)
    if not has_stopped and not _has(said, _UNKNOWN):
        return None
    if is_group(chat):
        return TelegramForbiddenError(method, "Forbidden: bot is not a member of the group chat")
    return TelegramForbiddenError(method, "Forbidden: bot was blocked by the user") if has_stopped else nobody(method)


def nobody(method: TelegramMethod[Any]) -> TelegramAPIError:
    """Of a person with whom there is no dialog. Telegram's «chat not found» would be said of what is copied too, and so
    end a whole announcement."""
    return TelegramForbiddenError(method, "Forbidden: bot can't initiate conversation with a user")


def _has(said: str, signs: tuple[str, ...]) -> bool:
    return any(sign in said for sign in signs)
