"""The way to MAX."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.delivery.client import Client
from bot.delivery.incoming.intake import Intake
from bot.delivery.max.client import make_bot, time_at
from bot.delivery.max.incoming.files import download
from bot.delivery.max.incoming.receiver import MaxReceiver
from bot.delivery.max.speaker import MaxSpeaker
from bot.delivery.max.trust import trust
from bot.delivery.outgoing.fence import Fence
from bot.delivery.outgoing.pacer import Pacer
from bot.domain.people.messenger import Messenger
from bot.parts.unreachable import Unreachable
from bot.parts.way import Way, words
from bot.replica import Replica
from bot.storage.engine.database import Storage
from bot.views.short import short

if TYPE_CHECKING:
    from bot.delivery.incoming.webhook import Delivery
    from bot.delivery.max.incoming.webhook import MaxWebhook


def asking(settings: Settings) -> Client:
    """A client of the settings' token that asks who it is, and says nothing to anybody."""
    assert settings.max_token is not None
    return make_bot(settings.max_token, settings.max_api_url, trust())


class Max(Way):
    """As `Way` says."""

    # MAX keeps events for a day, and presses are events (its documentation of GET /updates).
    presses_live = timedelta(days=1)
    of_polling = (
        "MAX is asked for events, which it calls unfit for production: set WEBHOOK_URL before people rely on the bot"
    )

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        now: Callable[[], datetime],
        unreachable: Unreachable,
        replica: Replica,
    ) -> None:
        assert settings.max_token is not None
        pacer = Pacer(settings.messages_per_second)
        bot = make_bot(settings.max_token, settings.max_api_url, trust(), storage, pacer, Fence(replica), short)
        speaker = MaxSpeaker(bot, storage, pacer, now, unreachable.note, words("heads-max.pdf"))
        speaker.heed_silence()
        super().__init__(Messenger.MAX, bot, speaker, pacer, storage, now, replica)

    async def time(self) -> datetime | None:
        """See Way."""
        return await time_at(self.bot)

    async def download(self, file_id: str, limit: int) -> bytes:
        """See Way."""
        return await download(self.bot, file_id, limit)

    def receiver(
        self, intake: Intake, polled: Callable[[], None], contact: Callable[[], Awaitable[None]]
    ) -> MaxReceiver:
        """See Way."""
        return MaxReceiver(self.bot, intake, self._now, self.replica, polled, contact, storage=self._storage)

    def webhook(
        self,
        intake: Intake,
        url: str,
        secret: str,
        looked: "Callable[[Delivery], None]",
        contact: Callable[[], Awaitable[None]],
    ) -> "MaxWebhook":
        """See Way."""
        # Imported here, so that a bot that polls need not load what serves HTTP.
        from bot.delivery.max.incoming.webhook import MaxWebhook  # noqa: PLC0415

        drain = MaxReceiver(self.bot, intake, self._now, self.replica, storage=self._storage).drain
        return MaxWebhook(self.bot, intake, url, secret, looked, contact, drain=drain, storage=self._storage)
