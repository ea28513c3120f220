"""What an attempt to say something came to: each of Telegram's many errors is one of the fates of `Fate`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

# Nothing is wrong with what was said, only with the way. aiogram passes on what a proxy raises as it is.
NETWORK_ERRORS = (
    OSError,
    TelegramServerError,
    TelegramNetworkError,
    ProxyError,
    ProxyConnectionError,
    ProxyTimeoutError,
)


class Fate(StrEnum):
    """Whether it was said, and if not, whether another attempt can help."""

    DONE = "done"
    # Nothing went wrong: Telegram wants everybody to wait.
    WAIT = "wait"
    # A network error, 5xx, an answer that is no JSON: try again a little later.
    LATER = "later"
    # Blocked, deactivated, or no such chat: the person cannot be written to.
    UNREACHABLE = "unreachable"
    # The group has another number now, which is the value.
    MOVED = "moved"
    # The topic of the forum is closed or gone.
    NO_TOPIC = "no topic"
    # The message to be edited, deleted or answered is gone or too old.
    GONE = "gone"
    # Telegram will never take it: a fault of ours.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`value` is what Telegram answered; `retry_after` is in seconds; `error` is for the log."""

    fate: Fate
    value: Any = None
    retry_after: float = 0
    error: str = ""


_UNREACHABLE = ("chat not found", "user is deactivated", "user not found", "peer_id_invalid")
_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message to delete not found",
    "message can't be deleted",
    "message to be replied not found",
    "message to react not found",
    "query is too old",
    "message_id_invalid",
    "message to copy not found",
    "message can't be copied",
    "messages can't be copied",
    "there are no messages to copy",
)
_NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
_NOTHING_TO_DO = "message is not modified"


async def attempt(call: Callable[[], Awaitable[Any]]) -> Outcome:
    """Makes the call and says what came of it; never raises for what Telegram or the network did."""
    try:
        return Outcome(Fate.DONE, await call())
    except TelegramRetryAfter as error:
        return Outcome(Fate.WAIT, retry_after=error.retry_after, error=str(error))
    except TelegramMigrateToChat as error:
        return Outcome(Fate.MOVED, error.migrate_to_chat_id, error=str(error))
    except TelegramForbiddenError as error:
        return Outcome(Fate.UNREACHABLE, error=str(error))
    except (TelegramBadRequest, TelegramNotFound) as error:
        return _of_bad_request(str(error))
    except ClientDecodeError as error:
        return _of_unreadable(error)
    except NETWORK_ERRORS as error:
        return Outcome(Fate.LATER, error=str(error) or type(error).__name__)
    except TelegramAPIError as error:
        # Unauthorized, Conflict: none of them is the message's fault.
        return Outcome(Fate.LATER, error=str(error) or type(error).__name__)


def _of_unreadable(error: ClientDecodeError) -> Outcome:
    if isinstance(error.data, dict) and error.data.get("ok") is True:
        # It was done, only the library cannot read the answer: to repeat it would be to say it twice, and for ever.
        return Outcome(Fate.REFUSED, error=f"done, but the answer cannot be read: {error.original}")
    # The page of a proxy or of a server that is being repaired.
    return Outcome(Fate.LATER, error=f"no answer of Telegram's: {str(error.data)[:100]}")


def _of_bad_request(text: str) -> Outcome:
    lower = text.lower()
    if _NOTHING_TO_DO in lower:
        return Outcome(Fate.DONE)
    if any(sign in lower for sign in _UNREACHABLE):
        return Outcome(Fate.UNREACHABLE, error=text)
    if any(sign in lower for sign in _NO_TOPIC):
        return Outcome(Fate.NO_TOPIC, error=text)
    if any(sign in lower for sign in _GONE):
        return Outcome(Fate.GONE, error=text)
    return Outcome(Fate.REFUSED, error=text)
