"""The log: lines for people or for programs, each with the update or letter that it is about, none with a secret.

Libraries put addresses into errors, and the address of each call to Telegram holds the token: so whole lines are
searched for secrets, traces included.
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

# What the task works on: «update 7», «letter 12».
about: ContextVar[str] = ContextVar("about", default="")

_NOTHING = "-"
_HIDDEN = "***"
# A bot's token, whosever it is.
_TOKEN = re.compile(r"\d{5,}(:|%3A)[A-Za-z0-9_-]{30,}")
# A shorter password may be an everyday word of the log; it is hidden within addresses alone.
_LONG_ENOUGH = 8
KEPT_SECRET: list[str] = []


def keep_secret(secrets: Iterable[str]) -> None:
    """Has these hidden from now on."""
    for secret in secrets:
        KEPT_SECRET.extend([f":{secret}@", secret] if len(secret) >= _LONG_ENOUGH or ":" in secret else [f":{secret}@"])
    # The longest first: a secret may be a part of another.
    KEPT_SECRET.sort(key=len, reverse=True)


def hidden(text: str) -> str:
    """The text without what `keep_secret` was told, and without tokens of bots."""
    for secret in KEPT_SECRET:
        if secret in text:
            text = text.replace(secret, f":{_HIDDEN}@" if secret.startswith(":") else _HIDDEN)
    return _TOKEN.sub(_HIDDEN, text)


class Lines(logging.Formatter):
    """Lines for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(about)s]: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.about = about.get() or _NOTHING
        return hidden(super().format(record))


class Json(logging.Formatter):
    """Lines for programs: a JSON object each, with the trace in it."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "about": about.get() or None,
            "message": record.getMessage(),
            "trace": self.formatException(record.exc_info) if record.exc_info else None,
        }
        # Before JSON escapes some characters of a password.
        kept = {key: hidden(value) for key, value in said.items() if value is not None}
        return json.dumps(kept, ensure_ascii=False)


def last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Prints an error that nobody has caught, as the interpreter would, without secrets."""
    sys.stderr.write(hidden("".join(traceback.format_exception(kind, error, trace))))


def set_up(*, as_json: bool) -> None:
    """Has everything from INFO on written to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json() if as_json else Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # The interpreter prints what nobody has caught, past the log.
    sys.excepthook = last_words
    # A line for each tick says nothing.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
