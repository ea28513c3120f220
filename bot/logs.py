"""The log: lines for people or for programs, each with the update or letter that it is about.

No line has a secret or what somebody has said.

Libraries put addresses into errors, and the address of each call to Telegram holds the token: so whole lines are
searched for secrets, traces included. They put values into errors as well, which may be answers and names: so of an
error only its kind and its place are written, and its text where that is known to hold nothing of people.
"""

import copy
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

# What the task works on: «update 7», «letter 12».
about: ContextVar[str] = ContextVar("about", default="")

_NOTHING = "-"
_HIDDEN = "***"
# Kinds of errors whose texts are about code or the machine, by the names of their modules.
_TELLABLE = (
    "aiogram.exceptions",
    "aiohttp",
    "asyncio",
    "bot.config",
    "bot.delivery",
    "bot.parts",
    "bot.reports",
    "bot.storage",
    "scheduler",
    "sqlite3",
    "ssl",
)
_TELLABLE_KINDS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    IndexError,
    MemoryError,
    NameError,
    NotImplementedError,
    RecursionError,
    TimeoutError,
    TypeError,
)
# It quotes the whole answer of Telegram, messages among it.
_QUOTES = "ClientDecodeError"
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


def told(error: BaseException) -> str:
    """What an error is, without what somebody has said."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    statement = getattr(error, "statement", None)
    if isinstance(statement, str):
        # SQLAlchemy's: the statement has places for values, the driver's text may have the values.
        inner = getattr(error, "orig", None)
        cause = f" from {told(inner)}" if isinstance(inner, BaseException) else ""
        return f"{name}{cause} [SQL: {statement}]"
    code = getattr(error, "sqlstate", None)
    if isinstance(code, str):
        # PostgreSQL's: its text and its details quote rows.
        named = (getattr(error, part, None) for part in ("table_name", "column_name", "constraint_name"))
        return " ".join([name, code, *(part for part in named if isinstance(part, str))])
    if isinstance(error, OSError) and error.errno is not None:
        # Its whole text would name the file, and so perhaps a person.
        return f"{name}: [Errno {error.errno}] {error.strerror}"
    text = str(error)
    if not text:
        return name
    tellable = isinstance(error, _TELLABLE_KINDS) or f"{kind.__module__}.".startswith(
        tuple(f"{of}." for of in _TELLABLE)
    )
    return f"{name}: {text}" if tellable and kind.__name__ != _QUOTES else f"{name} (its text is not written)"


def trace_of(error: BaseException) -> str:
    """Where an error and those that led to it were raised, each with what it is."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [trace_of(before), "\nThen:\n"] if before is not None else []
    parts += ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__), told(error), "\n"]
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        parts += ["One of its errors:\n", trace_of(inner)]
    return "".join(parts)


def _tellable(record: logging.LogRecord) -> logging.LogRecord:
    """The record, its errors replaced by what may be told of them."""
    record = copy.copy(record)
    if isinstance(record.args, tuple):
        record.args = tuple(_bare(value) if isinstance(value, BaseException) else value for value in record.args)
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and record.name == "asyncio":
        # It writes the error as it is, and what a callback was given; where that was, the trace says.
        record.msg, record.args = record.getMessage().partition("\n")[0].partition("(")[0], ()
    record.exc_info, record.exc_text = None, trace_of(error).rstrip() if error is not None else None
    return record


def _bare(error: BaseException) -> str:
    """The same without the module's name, which is for programmers."""
    return told(error).removeprefix(f"{type(error).__module__}.{type(error).__qualname__}: ")


class Lines(logging.Formatter):
    """Lines for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(about)s]: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record = _tellable(record)
        record.about = about.get() or _NOTHING
        return hidden(super().format(record))


class Json(logging.Formatter):
    """Lines for programs: a JSON object each, with the trace in it."""

    def format(self, record: logging.LogRecord) -> str:
        record = _tellable(record)
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "about": about.get() or None,
            "message": record.getMessage(),
            "trace": record.exc_text,
        }
        # Before JSON escapes some characters of a password.
        kept = {key: hidden(value) for key, value in said.items() if value is not None}
        return json.dumps(kept, ensure_ascii=False)


def last_words(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """Prints an error that nobody has caught, without secrets."""
    sys.stderr.write(hidden(trace_of(error)))


def _last_words_of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        sys.stderr.write(hidden(trace_of(ended.exc_value)))


def _unraisable(ignored: "sys.UnraisableHookArgs") -> None:
    if ignored.exc_value is not None:
        # Not the object, which would show itself.
        sys.stderr.write(hidden(trace_of(ignored.exc_value)))


def tell_last_words() -> None:
    """Has what nobody has caught, which the interpreter prints past the log, told as in the log."""
    sys.excepthook = last_words
    threading.excepthook = _last_words_of_thread
    sys.unraisablehook = _unraisable


def set_up(*, as_json: bool) -> None:
    """Has everything from INFO on written to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json() if as_json else Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    tell_last_words()
    # A line for each tick says nothing.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    # How it finds its way to the new schema is told at each first start, above the one line that matters.
    logging.getLogger("alembic").setLevel(logging.WARNING)
