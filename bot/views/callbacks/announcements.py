"""Announcements. `id` is the announcement's; what its card offers is one class for each stage of its life."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData

from bot.views.callbacks import Number

Composing = Literal[
    "acknowledge", "replace", "when", "now", "tomorrow", "morning", "office", "current", "none", "week", "month",
    "ask", "send", "submit", "recall", "discard", "forget",
]  # fmt: skip
Sending = Literal["pause", "resume", "stopping", "stop", "wording", "deleting", "delete", "repeating", "repeat"]
Who = Literal["reach", "sent", "missed", "acknowledged", "silent"]


class NewAnnouncement(CallbackData, prefix="an"):
    """«Новое»."""


class OpenAnnouncement(CallbackData, prefix="aa"):
    """Its card, whatever has become of it."""

    id: Number


class Compose(CallbackData, prefix="ac"):
    """Something about one that has not gone off."""

    id: Number
    do: Composing


class Broadcast(CallbackData, prefix="ab"):
    """Something about one that has gone off."""

    id: Number
    do: Sending


class ShowCopy(CallbackData, prefix="av"):
    """A copy to look at, as recipients will see it."""

    id: Number


class Recipients(CallbackData, prefix="ar"):
    """Who gets it, or got it, or did not."""

    id: Number
    who: Who
    page: Number = 0


class RecipientsFile(CallbackData, prefix="at"):
    """The same as a file."""

    id: Number
    who: Who


class Agree(CallbackData, prefix="ag"):
    """A second person of the department agrees, or returns it with a comment."""

    id: Number
    agree: bool


class Acknowledge(CallbackData, prefix="ak"):
    """«Ознакомлен»."""

    id: Number
