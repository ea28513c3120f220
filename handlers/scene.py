"""What a handler gets beside the event."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

from aiogram.types import Message

from bot.catalog.shelf import Shelf
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.member import Person
from bot.storage.arrivals import Form
from bot.storage.engine.database import Tx
from bot.storage.post.dialogues import Dialogue
from handlers.order import Asked

RegistrationMode = Literal["approval", "invite", "open"]


@dataclass(frozen=True, slots=True)
class Installation:
    """The installation as handlers know it: its catalog, its settings, and ways out of the transaction."""

    shelf: Shelf
    registration: RegistrationMode
    # Administrators by the settings, whose role no button takes away.
    admin_ids: frozenset[int]
    # The bot's name at Telegram, for links that open it.
    bot_name: Callable[[], str]
    # The content of a file that somebody sent, by its id; raises bot.delivery.incoming.files.NotDownloaded. A handler
    # may ask nothing else of Telegram, and this only as an errand (bot.delivery.incoming.errands), outside of its
    # transaction.
    download: Callable[[str], Awaitable[bytes]]
    # Opens the database for an errand to read, outside of the handler's transaction.
    read: Callable[[], AbstractAsyncContextManager[Tx]]
    # Whether an announcement needs a second person's consent.
    announcement_approval: bool = False
    # The group of the settings to which notes go; bot.storage.desk.group knows its number of the moment.
    department_chat: int | None = None
    # What this machine is called where other machines may serve too, with files of their own; empty: there is no other.
    machine: str = ""
    # Below which people's own calendars look their deadlines up; empty: nowhere, and they are sent files.
    calendar_url: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """The update is no correction, but the rest of a text that the person's client has cut; `message` as it came."""

    message: Message


@dataclass(frozen=True, slots=True)
class Scene:
    """The circumstances of an update: the transaction, the moment, the person, the catalog.

    Person and dialogue are as the update found them, whatever a handler writes.
    """

    tx: Tx
    now: datetime
    person: Person
    dialogue: Dialogue
    catalog: Catalog
    installation: Installation
    # The reminder that stands in the person's chat.
    reminder: int | None = None
    # The obligation that the pressed message is about, and a field if it was typed for that.
    about: tuple[int, str | None] | None = None
    # The form that the pressed button belongs to, if it is the person's.
    form: Form | None = None
    rest: Rest | None = None
    # What was asked when this was done, if something that was done later has been handled before it.
    then: Asked | None = None
    # What the screen still asked when this was done, if a press before it had not been answered yet.
    shown: Asked | None = None

    @property
    def zone(self) -> tzinfo:
        """The time zone that the person lives by; for whoever works for the whole department it is the department's."""
        return self.catalog.calendar.zone

    @property
    def today(self) -> date:
        """The date there."""
        return self.now.astimezone(self.zone).date()
