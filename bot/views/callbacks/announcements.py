"""Announcements. `id` is the announcement's; the buttons of its card have a class for each stage of its life."""

from typing import Literal

from bot.views.callbacks import Callback, Number

Composing = Literal[
    "acknowledge", "replace", "when", "now", "tomorrow", "morning", "office", "current", "none", "week", "month",
    "ask", "send", "submit", "recall", "discard", "forget",
]  # fmt: skip
Sending = Literal[
    "pause", "resume", "stopping", "stop", "wording", "deleting", "delete", "repeating", "repeat", "retrying", "retry",
]  # fmt: skip
Who = Literal["reach", "sent", "missed", "acknowledged", "silent"]


class NewAnnouncement(Callback, prefix="an"):
    """Begins an announcement with its message."""


class OpenAnnouncement(Callback, prefix="aa"):
    """Opens the card of an announcement in whatever state."""

    id: Number


class Compose(Callback, prefix="ac"):
    """Changes or sends an announcement that has not gone off."""

    id: Number
    do: Composing


class Broadcast(Callback, prefix="ab"):
    """Steers an announcement that has gone off."""

    id: Number
    do: Sending


class ShowCopy(Callback, prefix="av"):
    """Sends a copy to whoever presses, as recipients see it."""

    id: Number


class Recipients(Callback, prefix="ar"):
    """Lists who gets an announcement, got it, or did not."""

    id: Number
    who: Who
    page: Number = 0


class RecipientsFile(Callback, prefix="at"):
    """Orders the same list as a file."""

    id: Number
    who: Who


class Agree(Callback, prefix="ag"):
    """A second person of the department agrees, or returns the announcement with a comment."""

    id: Number
    agree: bool


class Acknowledge(Callback, prefix="ak"):
    """«Ознакомлен»: a recipient has read the announcement."""

    id: Number
