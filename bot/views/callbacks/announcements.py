"""Announcements. `id` is the announcement's; the buttons of its card have a class for each stage of its life."""

from typing import Literal

from bot.views.callbacks import Callback, Number, Numbered

Composing = Literal[
    "acknowledge", "replace", "when", "now", "tomorrow", "morning", "office", "current", "none", "week", "month",
    "ask", "send", "night", "submit", "recall", "discard", "forget",
]  # fmt: skip
Sending = Literal[
    "pause", "resume", "stopping", "stop", "wording", "deleting", "delete", "repeating", "repeat", "retrying", "retry",
    "resume_at_night", "repeat_at_night", "retry_at_night",
]  # fmt: skip
Who = Literal["reach", "sent", "missed", "acknowledged", "silent"]


class NewAnnouncement(Callback, prefix="an"):
    """Begins an announcement with its message."""


class FromReply(Callback, prefix="af"):
    """What was said to another announcement is a new one; `message` is the person's own."""

    message: Numbered


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


class AgreeTo(Callback, prefix="ap"):
    """A second person of the department agrees to exactly what the card has shown (`mark`).

    `at`: outside of working hours they say when it goes.
    """

    id: Number
    mark: str
    at: Literal["", "night", "morning"] = ""


class AgreeToWords(Callback, prefix="aw"):
    """A second person agrees to the corrected words that the card has shown, or refuses; without a mark: shows them."""

    id: Number
    mark: str
    agree: bool


class Agree(Callback, prefix="ag"):
    """Returns the announcement with a comment; `agree`: of cards that did not say to what, shows what it is now."""

    id: Number
    agree: bool


class Acknowledge(Callback, prefix="ak"):
    """«Ознакомлен»: a recipient has read the announcement."""

    id: Number
