"""What a handler wants said once its transaction is committed.

A handler never talks to Telegram itself. It returns sayings, they are stored in the inbox in the handler's own
transaction, and only then are they said: after a crash they are said again, and nothing is recorded twice.
"""

from dataclasses import dataclass, fields
from typing import Any

from bot.domain.screen import Button, Screen


@dataclass(frozen=True, slots=True)
class Send:
    """A new message. `about`: the obligation whose form it is; `reply_to`: the message that it answers."""

    chat: int
    screen: Screen
    about: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Another content for a message; a new message where the old one cannot be edited any more."""

    chat: int
    message: int
    screen: Screen
    about: int | None = None


@dataclass(frozen=True, slots=True)
class EditButtons:
    """Other buttons below a message whose words the bot does not know: the copy of somebody else's."""

    chat: int
    message: int
    rows: tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """Removes a message, if it can still be removed."""

    chat: int
    message: int


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer to a press: a word over the chat, or nothing but the end of the button's waiting."""

    callback: str
    text: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class React:
    """An emoji on the person's message: it was taken, without a message of its own."""

    chat: int
    message: int
    emoji: str = "👌"


Saying = Send | Edit | EditButtons | Delete | Toast | React

_KINDS: dict[str, type[Saying]] = {kind.__name__: kind for kind in (Send, Edit, EditButtons, Delete, Toast, React)}
_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in (*_KINDS.values(), Screen, Button)}


def dump(sayings: list[Saying]) -> list[dict[str, Any]]:
    """JSON of the sayings."""
    return [{"say": type(saying).__name__, **_plain(saying)} for saying in sayings]


def _plain(value: Any) -> Any:
    """What `dataclasses.asdict` makes of it, in a quarter of its time: what never changes need not be copied."""
    names = _FIELDS.get(type(value))
    if names is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def load(stored: list[dict[str, Any]]) -> list[Saying]:
    """The sayings that `dump` made."""
    return [_load(saying) for saying in stored]


def _load(stored: dict[str, Any]) -> Saying:
    content = {key: value for key, value in stored.items() if key != "say"}
    if "screen" in content:
        raw = content["screen"]
        words = raw.get("keyboard")
        standing = tuple(tuple(row) for row in words) if words is not None else None
        content["screen"] = Screen(raw["text"], _rows(raw["rows"]), standing, leaflet=raw.get("leaflet", False))
    if "rows" in content:
        content["rows"] = _rows(content["rows"])
    return _KINDS[stored["say"]](**content)


def _rows(stored: list[list[dict[str, str]]]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(Button(**button) for button in row) for row in stored)
