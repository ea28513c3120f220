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
class Copy:
    """Messages of another chat as they look there; several are an album, which cannot have buttons.

    `caption`: HTML instead of the one that is there; None: as it is.
    """

    from_chat: int
    messages: tuple[int, ...]
    rows: tuple[tuple[Button, ...], ...] = ()
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Amend:
    """Another content for a message that stands in the chat; `caption`: of the file that it shows."""

    message: int
    screen: Screen
    caption: bool = False


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Messages to remove from the chat."""

    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with a caption."""

    name: str
    content: bytes
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that Telegram has already, with a caption; `kind` as in `bot.domain.fields.field.Values`."""

    file_id: str
    kind: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Images to be looked at in the chat, ten at most; several are an album. The first one's caption is shown."""

    files: tuple[Upload, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers are aligned to the right."""

    heading: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A message with a table, which Telegram draws itself: plain texts, no HTML.

    At most 20 columns; a row has a cell for each. `totals` is the last row, shown in bold. Where it is refused, the
    letter needs another content `instead`.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()
    # Paragraphs above and below the table.
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()


Content = Screen | Copy | Amend | Withdraw | Upload | Stored | Pictures | Table


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter made ready to be sent, with what to record once it has been.

    `asks`: obligations that the person has now been asked for. `card`: the obligation whose form the message
    is. `replaces`: an older message of the chat to remove; `is_reminder`: to be replaced by the next one.
    `thread`: what the message belongs to, so that a reply to it goes there; `topic`: of the group's forum, a new one of
    that `topic_title` if there is none. `before`: a message that goes first; `instead`: of a content that is gone.
    `menu`: the chat's menu of commands is to be the staff's (True) or the common one from now on.
    """

    content: Content
    asks: tuple[int, ...] = ()
    card: int | None = None
    replaces: int | None = None
    is_reminder: bool = False
    thread: int | None = None
    topic: int | None = None
    topic_title: str = ""
    before: Screen | None = None
    instead: Screen | None = None
    menu: bool | None = None
