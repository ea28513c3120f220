"""What a person sees in one message: text and buttons, before any library of Telegram's."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.agenda import Deadline


@dataclass(frozen=True, slots=True)
class Button:
    """A button to press. `data` comes back to the bot (at most 64 bytes); `url` opens a page instead.

    `style`: "success", "danger", "primary" or empty, as Telegram colours it.
    """

    text: str
    data: str = ""
    url: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """Telegram's HTML and rows of buttons.

    `keyboard`: words that stand under the line in which the person types from then on; (): none any more, None: what
    stood there. Only a new message without rows can bring or take it. `preview`: of the first link in the text.
    `leaflet`: the page for heads comes with it, if there is one; only with a new message without rows.
    """

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    keyboard: tuple[tuple[str, ...], ...] | None = None
    preview: bool = False
    leaflet: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """Messages of another chat as they look there; several are an album, which cannot have buttons.

    `caption`: HTML in place of the message's own; None: the caption stays.
    """

    from_chat: int
    messages: tuple[int, ...]
    rows: tuple[tuple[Button, ...], ...] = ()
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Amend:
    """New content for a message that stands in the chat; `caption`: it is the caption of a file."""

    message: int
    screen: Screen
    caption: bool = False


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Messages to remove from the chat."""

    messages: tuple[int, ...]


class Kept(Protocol):
    """Content that lies elsewhere and is read in pieces as it is sent, however large it is."""

    def __len__(self) -> int: ...

    def piece(self, at: int, size: int) -> bytes:
        """So many bytes from there on; fewer at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with a caption."""

    name: str
    content: bytes
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Volume:
    """A file of any size with a caption."""

    name: str
    content: Kept
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Files that belong together: the chat gets each as a message of its own, all of them or none."""

    files: tuple[Volume, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that Telegram has, with a caption; `kind` as in `bot.domain.fields.field.Values`."""

    file_id: str
    kind: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Pictures:
    """At most ten images, shown in the chat; several are an album with the caption of the first."""

    files: tuple[Upload, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers are aligned to the right."""

    heading: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A message with a table that Telegram draws itself: plain texts, no HTML.

    It has at most 20 columns, and each row has a cell for each. `totals` is the last row, shown in bold. A letter with
    a table needs `Rendered.instead`: Telegram may refuse tables.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()
    # Paragraphs above and below the table.
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()


Content = Screen | Copy | Amend | Withdraw | Upload | Parcel | Stored | Pictures | Table


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter made ready to be sent, with what to record once it has been.

    `asks`: obligations that the person has now been asked for. `card`: the obligation that the message is the form of.
    `replaces`: an older message of the chat to remove; `is_reminder`: the next reminder replaces it. `thread`: where a
    reply to the message goes. `topic`: the topic of the group's forum; without one, a topic named `topic_title` is
    made. `before`: a message that goes first; `instead`: what goes if the content cannot. `menu`: the chat's commands
    become the staff's (True) or the common ones (False). `deadlines`: what the person's own calendar is told.
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
    deadlines: tuple[Deadline, ...] = ()
