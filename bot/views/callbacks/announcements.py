"""Announcements. `id` is the announcement's; what its card offers is one class for each stage of its life."""

from typing import Literal

from bot.views.callbacks import Callback, Number

Composing = Literal[
    "acknowledge", "replace", "when", "now", "tomorrow", "morning", "office", "current", "none", "week", "month",
    "ask", "send", "submit", "recall", "discard", "forget",
]  # fmt: skip
Sending = Literal["pause", "resume", "stopping", "stop", "wording", "deleting", "delete", "repeating", "repeat"]
Who = Literal["reach", "sent", "missed", "acknowledged", "silent"]


class NewAnnouncement(Callback, prefix="an"):
    """«Новое»."""


class OpenAnnouncement(Callback, prefix="aa"):
    """Its card, whatever has become of it."""

    id: Number


class Compose(Callback, prefix="ac"):
    """Something about one that has not gone off."""

    id: Number
    do: Composing


class Broadcast(Callback, prefix="ab"):
    """Something about one that has gone off."""

    id: Number
    do: Sending


class ShowCopy(Callback, prefix="av"):
    """A copy to look at, as recipients will see it."""

    id: Number


class Recipients(Callback, prefix="ar"):
    """Who gets it, or got it, or did not."""

    id: Number
    who: Who
    page: Number = 0


class RecipientsFile(Callback, prefix="at"):
    """The same as a file."""

    id: Number
    who: Who


class Agree(Callback, prefix="ag"):
    """A second person of the department agrees, or returns it with a comment."""

    id: Number
    agree: bool


class Acknowledge(Callback, prefix="ak"):
    """«Ознакомлен»."""

    id: Number
