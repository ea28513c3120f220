"""Receives updates: by a door into the inbox, from there to their handlers."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.delivery.incoming.adoption import Adoption
from bot.delivery.incoming.dispatcher import Dispatcher, Handle, Notices
from bot.delivery.incoming.intake import Intake
from bot.delivery.incoming.unsaved import Unsaved
from bot.delivery.outgoing.bell import Bell
from bot.parts.calendars import Calendars
from bot.parts.contact import Contact
from bot.parts.doors import Doors
from bot.parts.way import Way
from bot.storage.engine.database import Storage
from bot.views import common
from bot.watch import Watch

if TYPE_CHECKING:
    from bot.delivery.incoming.webhook import Delivery, Hatch


class Reception:
    """Has updates handled by `handle`; the bell rings when that may have put letters into the outbox."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        way: Way,
        handle: Handle,
        now: Callable[[], datetime],
        bell: Bell,
        watch: Watch,
        contact: Contact,
        calendars: Calendars,
    ) -> None:
        self._unsaved = Unsaved(way.speaker, common.busy)
        self.dispatcher = Dispatcher(
            way.bot,
            storage,
            way.speaker,
            handle,
            now,
            replica=way.replica,
            notices=Notices(common.apology, common.unreadable, common.enough),
            busy=self._unsaved.tell,
            after=bell.ring,
        )
        self.intake = Intake(
            storage,
            self.dispatcher.submit,
            now,
            self._unsaved,
            way.replica,
            settings.department_chat_id,
            watch.received,
            self.dispatcher.waiting,
        )
        self.adoption = Adoption(way.replica, self.dispatcher)
        way.replica.heard_by(self.adoption.heard)
        way.replica.lost_by(self.dispatcher.lose)
        self._contact = contact
        self.receiver = way.receiver(self.intake, watch.polled, contact.made)
        webhook = _webhook(settings, way, self.intake, watch, contact)
        self.doors = Doors(
            self.receiver,
            watch,
            settings.listen,
            webhook,
            settings.webhook_path,
            calendars,
            settings.calendar_path,
            way.of_polling,
        )

    async def close(self) -> None:
        """Closes the doors, and drops the notices that have not been sent."""
        await self.doors.close()
        await self._contact.close()
        await self._unsaved.stop()


def _webhook(settings: Settings, way: Way, intake: Intake, watch: Watch, contact: Contact) -> "Hatch | None":
    url, secret = settings.webhook_url, settings.webhook_secret
    if not url or secret is None:
        return None
    return way.webhook(intake, url, secret.get_secret_value(), partial(_delivers, watch), contact.made)


def _delivers(watch: Watch, delivery: "Delivery") -> None:
    watch.delivers(delivery.waiting, delivery.failed_at, here=delivery.here)
