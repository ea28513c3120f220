"""What a person sees in one message: text and buttons, before any library of Telegram's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """A tap. `data` comes back to the bot (at most 64 bytes); `url` opens a page instead.

    `style`: "success", "danger", "primary" or empty, as Telegram colours it.
    """

    text: str
    data: str = ""
    url: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """Telegram's HTML and rows of buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter made ready to be sent, with what to record once it has been.

    `asks`: obligations that the person has now been asked for. `card`: the obligation whose form the message
    is. `replaces`: an older message of the chat to remove; `is_reminder`: to be replaced by the next one.
    """

    screen: Screen
    asks: tuple[int, ...] = ()
    card: int | None = None
    replaces: int | None = None
    is_reminder: bool = False
