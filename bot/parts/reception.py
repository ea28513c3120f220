"""Receives updates: by a door into the inbox, from there to their handlers."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.delivery.incoming.adoption import Adoption
from bot.delivery.incoming.dispatcher import Dispatcher, Handle, Notices
from bot.delivery.incoming.intake import Intake
from bot.delivery.incoming.receiver import Receiver
from bot.delivery.incoming.unsaved import Unsaved
from bot.delivery.outgoing.bell import Bell
from bot.parts.calendars import Calendars
from bot.parts.contact import Contact
from bot.parts.doors import Doors
from bot.parts.telegram import Telegram
from bot.storage.engine.database import Storage
from bot.views import common
from bot.watch import Watch

if TYPE_CHECKING:
    from bot.delivery.incoming.webhook import Delivery, Webhook


class Reception:
    """Has updates handled by `handle`; the bell rings when that may have put letters into the outbox."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        telegram: Telegram,
        handle: Handle,
        now: Callable[[], datetime],
        bell: Bell,
        watch: Watch,
        contact: Contact,
        calendars: Calendars,
    ) -> None:
        self._unsaved = Unsaved(telegram.speaker, common.busy)
        self.dispatcher = Dispatcher(
            telegram.bot,
            storage,
            telegram.speaker,
            handle,
            now,
            replica=telegram.replica,
            notices=Notices(common.apology, common.unreadable, common.enough),
            busy=self._unsaved.tell,
            after=bell.ring,
        )
        self.intake = Intake(
            storage,
            self.dispatcher.submit,
            now,
            self._unsaved,
            telegram.replica,
            settings.department_chat_id,
            watch.received,
            self.dispatcher.waiting,
        )
        self.adoption = Adoption(telegram.replica, self.dispatcher)
        telegram.replica.heard_by(self.adoption.heard)
        telegram.replica.lost_by(self.dispatcher.lose)
        self._contact = contact
        self.receiver = Receiver(telegram.bot, self.intake, now, telegram.replica, watch.polled, contact.made)
        webhook = _webhook(settings, telegram, self.intake, watch, contact)
        self.doors = Doors(
            self.receiver, watch, settings.listen, webhook, settings.webhook_path, calendars, settings.calendar_path
        )

    async def close(self) -> None:
        """Closes the doors, and drops the notices that have not been sent."""
        await self.doors.close()
        await self._contact.close()
        await self._unsaved.stop()


def _webhook(
    settings: Settings, telegram: Telegram, intake: Intake, watch: Watch, contact: Contact
) -> "Webhook | None":
    url, secret = settings.webhook_url, settings.webhook_secret
    if not url or secret is None:
        return None
    # Imported here, so that a bot that polls need not load what serves HTTP.
    from bot.delivery.incoming.webhook import Webhook  # noqa: PLC0415

    return Webhook(telegram.bot, intake, url, secret.get_secret_value(), partial(_delivers, watch), contact.made)


def _delivers(watch: Watch, delivery: "Delivery") -> None:
    watch.delivers(delivery.waiting, delivery.failed_at, here=delivery.here)
