"""The log: lines for people or for programs, each with the update or letter that it is about."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

# What is being worked on: «update 7», «letter 12». One task works on one thing at a time.
about: ContextVar[str] = ContextVar("about", default="")

_NOTHING = "-"


class _Lines(logging.Formatter):
    """For people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(about)s]: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.about = about.get() or _NOTHING
        return super().format(record)


class _Json(logging.Formatter):
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
        return json.dumps({key: value for key, value in said.items() if value is not None}, ensure_ascii=False)


def set_up(*, as_json: bool) -> None:
    """Has everything from INFO on written to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if as_json else _Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # One line a tick says nothing.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
