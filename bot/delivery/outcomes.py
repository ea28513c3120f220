"""What an attempt to say something came to: each of Telegram's many errors is one of the fates of `Fate`.

An error says of which call it is: what it means depends on the method, and on whether the chat is a group."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiohttp import ConnectionTimeoutError, ServerDisconnectedError
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError
from pydantic import ValidationError

from bot.delivery.refusal_texts import FILES, Fate
from bot.delivery.refusals import guess, meaning
from bot.domain.text import clean

__all__ = [
    "NETWORK_ERRORS",
    "Fate",
    "Outcome",
    "attempt",
    "in_short",
    "is_group",
    "is_known",
    "numbers",
    "silence",
    "subject",
]

# Nothing is wrong with what was said, only with the way, and with what stands on it and answers instead. aiogram passes
# on what a proxy raises as it is.
NETWORK_ERRORS = (
    OSError,
    ClientDecodeError,
    TelegramServerError,
    TelegramNetworkError,
    ProxyError,
    ProxyConnectionError,
    ProxyTimeoutError,
)


# What web servers write on the page with which they refuse an upload.
_TOO_LARGE = "413 Request Entity Too Large"
_ASKED = re.compile(r"too many requests: retry after (\d+)", re.IGNORECASE)
# Seconds of a silence that a server, or a proxy before it, asks for without a length, and of the longest.
_SHORTEST, _LONGEST = 1.0, 24 * 3600.0
# Characters of an error that are kept; Telegram's have some tens.
_WORDS = 500
# What a column holds of messages' numbers and of groups'.
_MESSAGES, _GROUPS = range(2**63), range(-(2**63), 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`value` is what Telegram answered; `retry_after` is in seconds; `error` is for the log.

    `unsure`: no answer came in time, and what was asked for may have been done, or be done later.
    """

    fate: Fate
    value: Any = None
    retry_after: float = 0
    error: str = ""
    unsure: bool = False


async def attempt(call: Callable[[], Awaitable[Any]]) -> Outcome:
    """Makes the call and says what came of it; never raises for what Telegram or the network did."""
    outcome = await _attempted(call)
    # What stands between may say anything, and it is kept with the letter: no database takes all that a page may hold.
    return replace(outcome, error=clean(outcome.error)[:_WORDS]) if outcome.error else outcome


async def _attempted(call: Callable[[], Awaitable[Any]]) -> Outcome:
    try:
        return Outcome(Fate.DONE, await call())
    except TelegramRetryAfter as error:
        return Outcome(Fate.WAIT, retry_after=silence(error.retry_after), error=str(error))
    except TelegramMigrateToChat as error:
        fate = Fate.MOVED if error.migrate_to_chat_id in _GROUPS else Fate.REFUSED
        return Outcome(fate, error.migrate_to_chat_id, error=str(error))
    except TelegramEntityTooLarge as error:
        # Of a file it is true for ever; the server takes 50 MB, and a proxy before it may take less.
        fate = Fate.REFUSED if subject(error.method)[0] in FILES else Fate.LATER
        return Outcome(fate, error=str(error))
    except (TelegramForbiddenError, TelegramBadRequest, TelegramNotFound) as error:
        fate = _of_refusal(error)
        return Outcome(fate) if fate is Fate.DONE else Outcome(fate, error=str(error))
    except ClientDecodeError as error:
        return _of_unreadable(error)
    except TelegramUnauthorizedError as error:
        # Nothing helps but another token, and a new start with it.
        return Outcome(Fate.LATER, error=f"the token is not known any more: {error}")
    except NETWORK_ERRORS as error:
        return Outcome(Fate.LATER, error=in_short(error), unsure=_may_be_done(error))
    except TelegramAPIError as error:
        if (asked := _ASKED.search(_said(error))) is not None:
            # A server or a proxy says it in words alone, which the library does not read.
            return Outcome(Fate.WAIT, retry_after=silence(float(asked[1])), error=str(error))
        # Conflict, as an example: none of them is the message's fault.
        return Outcome(Fate.LATER, error=in_short(error))


def numbers(told: Any, name: str = "message_id") -> list[int]:
    """What the server has numbered so: of a list of messages, or of one of anything.

    Raises ClientDecodeError, as of what was done, for what is no number that can be kept.
    """
    made = told if isinstance(told, list) else [told]
    found = [one.get(name) if isinstance(one, dict) else getattr(one, name, None) for one in made]
    kept = [number for number in found if type(number) is int and number in _MESSAGES]
    if not kept or len(kept) < len(found):
        raise ClientDecodeError(f"no {name}", ValueError(f"it has no {name} that can be kept"), {"ok": True})
    return kept


def silence(seconds: float) -> float:
    """Seconds of silence to keep where so many are asked for: without any each call would be made again at once."""
    return min(seconds, _LONGEST) if seconds > 0 else _SHORTEST


def subject(method: TelegramMethod[Any]) -> tuple[str, int | None]:
    """The name of a call and the number of its chat, if it has one."""
    chat = getattr(method, "chat_id", None)
    return method.__api_method__, chat if isinstance(chat, int) else None


def in_short(error: BaseException) -> str:
    """What the error says, on a line: of a page that came in the place of an answer, how it begins."""
    if isinstance(error, ClientDecodeError):
        return f"no answer of the messenger's: {' '.join(clean(str(error.data)[:100]).split())}"
    return str(error) or type(error).__name__


def is_group(chat: int | None) -> bool:
    """Whether the number is of a group: people's are positive."""
    return chat is not None and chat < 0


def is_known(error: TelegramAPIError) -> bool:
    """Whether the table has what the server said, or it needs none."""
    if not isinstance(error, TelegramForbiddenError | TelegramBadRequest | TelegramNotFound):
        return True
    name, chat = subject(error.method)
    return meaning(name, _said(error), in_group=is_group(chat)) is not None


def _said(error: TelegramAPIError) -> str:
    """The server's text; some servers give none, and the library then has None for it."""
    return str(error.message or "")


def _of_refusal(error: TelegramAPIError) -> Fate:
    name, chat = subject(error.method)
    in_group = is_group(chat)
    known = meaning(name, _said(error), in_group=in_group)
    if known is not None:
        return known
    forbidden = isinstance(error, TelegramForbiddenError)
    return guess(name, _said(error), in_group=in_group, is_forbidden=forbidden)


def _may_be_done(error: BaseException) -> bool:
    """Whether the server had the call, and may still do what it says: a caller that hangs up cancels nothing there."""
    cause = error.__cause__ or error
    return isinstance(cause, TimeoutError | ServerDisconnectedError) and not isinstance(cause, ConnectionTimeoutError)


def _of_unreadable(error: ClientDecodeError) -> Outcome:
    if isinstance(error.data, dict) and error.data.get("ok") is True:
        # It was done, only the library cannot read the answer: to repeat it would be to say it twice, and for ever.
        return Outcome(Fate.REFUSED, error=f"done, but the answer cannot be read: {_place_of(error.original)}")
    if _TOO_LARGE in str(error.data):
        return Outcome(Fate.REFUSED, error=_TOO_LARGE)
    # The page of a proxy or of a server that is being repaired.
    return Outcome(Fate.LATER, error=in_short(error))


def _place_of(error: Exception) -> str:
    """What is wrong with an answer, without what stands there: it may be somebody's name, or what they have said."""
    if not isinstance(error, ValidationError):
        return str(error)
    wrong = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in wrong)
