"""The way to a messenger: the client, its pace, its speaker, its doors, and the bot's name there.

What differs from messenger to messenger is said by the classes that follow from `Way`, and nowhere else in `bot.parts`.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from bot.delivery.client import Client, name_of
from bot.delivery.incoming.intake import Intake
from bot.delivery.incoming.receiver import Polling
from bot.delivery.outgoing.attempts import Words
from bot.delivery.outgoing.leaflet import Leaflet
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.outgoing.shares import Shares
from bot.delivery.outgoing.speaker import Speaker
from bot.domain.people.messenger import Messenger
from bot.parts.introduction import Introduction
from bot.replica import Replica
from bot.storage.engine.database import Storage
from bot.views import common
from bot.views.heads.registration import LEAFLET
from bot.views.menu import COMMANDS, STAFF_COMMANDS
from bot.watch import notify

_DOCS = Path(__file__).parents[2] / "docs"

if TYPE_CHECKING:
    from bot.delivery.incoming.webhook import Delivery, Hatch


class Way(ABC):
    """The client of a token, with what needs it."""

    # How long the messenger keeps a press of which nobody has heard.
    presses_live: ClassVar[timedelta]
    # What is to be known of a bot that asks for updates instead of having them delivered; empty: nothing.
    of_polling: ClassVar[str] = ""

    def __init__(
        self,
        messenger: Messenger,
        bot: Client,
        speaker: Speaker,
        pacer: Pacer,
        storage: Storage,
        now: Callable[[], datetime],
        replica: Replica,
    ) -> None:
        self.bot, self.speaker, self.pacer = bot, speaker, pacer
        # Who speaks there.
        self.replica = replica
        self._storage, self._now = storage, now
        if not storage.is_sqlite:
            shares = Shares(pacer)
            replica.ahead = pacer.ahead
            replica.heard_by(shares.hear, speaker.hear)
            replica.lost_by(shares.lost)
        name = partial(name_of, bot, partial(_waits, messenger), messenger)
        self.introduction = Introduction(storage, speaker, messenger, name)

    @abstractmethod
    async def time(self) -> datetime | None:
        """What time it is there; None if it does not say. Raises OSError if there is no answer."""

    @abstractmethod
    async def download(self, file_id: str, limit: int) -> bytes:
        """The content of a file that somebody has sent, of at most `limit` bytes. Raises NotDownloaded."""

    @abstractmethod
    def receiver(self, intake: Intake, polled: Callable[[], None], contact: Callable[[], Awaitable[None]]) -> Polling:
        """The door that asks."""

    @abstractmethod
    def webhook(
        self,
        intake: Intake,
        url: str,
        secret: str,
        looked: "Callable[[Delivery], None]",
        contact: Callable[[], Awaitable[None]],
    ) -> "Hatch":
        """The door at which the messenger knocks."""


def _waits(messenger: Messenger) -> None:
    # The bot has done its own part: a supervisor that started it anew would change nothing.
    notify(f"READY=1\nSTATUS={messenger.called} cannot be reached yet")


def words(leaflet: str) -> Words:
    """What the speaker says of its own accord. `leaflet`: the file of the page for heads, which shows the messenger."""
    return Words(common.withdrawn(), COMMANDS, STAFF_COMMANDS, Leaflet(_DOCS / leaflet, LEAFLET))
