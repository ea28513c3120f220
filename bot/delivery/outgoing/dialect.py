"""Optional fields that a Bot API server does not know: they are left out from then on.

Telegram's own server passes over what it does not know. Others refuse the whole call for a field that only makes it
look better, and somebody would never be told what they wait for.
"""

import logging
import re
from typing import Any

_log = logging.getLogger(__name__)

# What a call can do without, from the least to the most. Everything else carries meaning: the buttons, the topic, the
# formatting of the text. Of the updates that are not asked for the intake takes those that it knows.
OPTIONAL = (
    "allowed_updates",
    "link_preview_options",
    "style",
    "show_alert",
    "allow_sending_without_reply",
    "reply_parameters",
)
# Some servers name what the field is within.
_WITHIN = {"style": ("reply_markup", "inline_keyboard", "inline keyboard"), "allow_sending_without_reply": ()}
_NOT_KNOWN = re.compile(
    r"not supported|unsupported|unknown|unexpected|unrecogni[sz]ed|not allowed|not permitted|extra field|invalid"
    r"|can't parse|cannot parse|failed to parse"
)


class Dialect:
    """What the server of one client does not know."""

    def __init__(self) -> None:
        self.left_out: set[str] = set()

    def spoken(self, values: dict[str, Any], without: set[str]) -> dict[str, Any]:
        """The values without what the server does not know, and without those fields."""
        fields = self.left_out | without
        return _without(values, fields) if fields else values

    def leave_out(self, fields: set[str]) -> None:
        """Has the fields left out from now on: without them the server has not refused."""
        for field in sorted(fields - self.left_out):
            _log.warning("this Bot API server does not know %s: it is left out from now on", field)
        self.left_out |= fields


def blamed(error: str, values: dict[str, Any]) -> str | None:
    """The optional field among the values that the error says the server does not know."""
    text = error.casefold()
    if not _NOT_KNOWN.search(text):
        return None
    for field in OPTIONAL:
        names = (field, field.replace("_", " "))
        if _has(values, field) and any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for name in names):
            return field
    return next(
        (field for field, outer in _WITHIN.items() if _has(values, field) and any(name in text for name in outer)),
        None,
    )


def _without(value: Any, fields: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner, fields) for key, inner in value.items() if key not in fields}
    return [_without(inner, fields) for inner in value] if isinstance(value, list) else value


def _has(value: Any, field: str) -> bool:
    if isinstance(value, dict):
        return value.get(field) is not None or any(_has(inner, field) for inner in value.values())
    return isinstance(value, list) and any(_has(inner, field) for inner in value)
