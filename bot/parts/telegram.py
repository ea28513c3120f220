"""The way to Telegram."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.delivery.client import Client, make_bot, time_at
from bot.delivery.incoming.files import download
from bot.delivery.incoming.intake import Intake
from bot.delivery.incoming.receiver import Receiver
from bot.delivery.outgoing.fence import Fence
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.outgoing.speaker import Speaker
from bot.domain.people.messenger import Messenger
from bot.parts.unreachable import Unreachable
from bot.parts.way import Way, words
from bot.replica import Replica
from bot.storage.engine.database import Storage

if TYPE_CHECKING:
    from bot.delivery.incoming.webhook import Delivery, Webhook


def asking(settings: Settings) -> Client:
    """A client of the settings' token."""
    assert settings.bot_token is not None
    return make_bot(settings.bot_token, settings.telegram_api_url, settings.telegram_proxy)


class Telegram(Way):
    """As `Way` says."""

    # Telegram keeps a press for so long, a message for a day (Bot API server, process_new_callback_query_queue).
    presses_live = timedelta(seconds=150)

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        now: Callable[[], datetime],
        unreachable: Unreachable,
        replica: Replica,
    ) -> None:
        bot, pacer = asking(settings), Pacer(settings.messages_per_second)
        # The innermost: what waits at another one may be another replica's by then.
        bot.session.middleware(Fence(replica))
        speaker = Speaker(bot, storage, pacer, now, unreachable.note, words("heads.pdf"))
        super().__init__(Messenger.TELEGRAM, bot, speaker, pacer, storage, now, replica)

    async def time(self) -> datetime | None:
        """See Way."""
        return await time_at(self.bot)

    async def download(self, file_id: str, limit: int) -> bytes:
        """See Way."""
        return await download(self.bot, file_id, limit)

    def receiver(self, intake: Intake, polled: Callable[[], None], contact: Callable[[], Awaitable[None]]) -> Receiver:
        """See Way."""
        return Receiver(self.bot, intake, self._now, self.replica, polled, contact)

    def webhook(
        self,
        intake: Intake,
        url: str,
        secret: str,
        looked: "Callable[[Delivery], None]",
        contact: Callable[[], Awaitable[None]],
    ) -> "Webhook":
        """See Way."""
        # Imported here, so that a bot that polls need not load what serves HTTP.
        from bot.delivery.incoming.webhook import Webhook  # noqa: PLC0415

        return Webhook(self.bot, intake, url, secret, looked, contact)
