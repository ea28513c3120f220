"""The log: lines for people or for programs, each with the update or letter that it is about, none with a secret.

Libraries put addresses into errors, and the address of each call to Telegram holds the token: so what is written is
looked through as a whole, traces included.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

# What is being worked on: «update 7», «letter 12». One task works on one thing at a time.
about: ContextVar[str] = ContextVar("about", default="")

_NOTHING = "-"
_HIDDEN = "***"
# A bot's token, whosever it is.
_TOKEN = re.compile(r"\d{5,}(:|%3A)[A-Za-z0-9_-]{30,}")
# A shorter password may be a word that the log is full of; in an address it is hidden all the same.
_LONG_ENOUGH = 8
KEPT_SECRET: list[str] = []


def keep_secret(secrets: Iterable[str]) -> None:
    """These are not written from now on."""
    for secret in secrets:
        KEPT_SECRET.extend([f":{secret}@", secret] if len(secret) >= _LONG_ENOUGH or ":" in secret else [f":{secret}@"])
    # The longest first: one may be a part of another.
    KEPT_SECRET.sort(key=len, reverse=True)


def hidden(text: str) -> str:
    """The text without what `keep_secret` was told, and without tokens of bots."""
    for secret in KEPT_SECRET:
        if secret in text:
            text = text.replace(secret, f":{_HIDDEN}@" if secret.startswith(":") else _HIDDEN)
    return _TOKEN.sub(_HIDDEN, text)


class Lines(logging.Formatter):
    """For people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(about)s]: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.about = about.get() or _NOTHING
        return hidden(super().format(record))


class Json(logging.Formatter):
    """For programs: an object a line, with the trace in it."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "about": about.get() or None,
            "message": record.getMessage(),
            "trace": self.formatException(record.exc_info) if record.exc_info else None,
        }
        # Before it is packed, which writes some characters of a password in another way.
        kept = {key: hidden(value) for key, value in said.items() if value is not None}
        return json.dumps(kept, ensure_ascii=False)


def last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What the interpreter prints of an error that nobody has caught, without secrets."""
    sys.stderr.write(hidden("".join(traceback.format_exception(kind, error, trace))))


def set_up(*, as_json: bool) -> None:
    """Has everything from INFO on written to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json() if as_json else Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # What nobody has caught is printed by the interpreter, past the log.
    sys.excepthook = last_words
    # One line a tick says nothing.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
