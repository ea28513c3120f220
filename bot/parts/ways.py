"""Which way the settings choose. What only the others need is not loaded."""

from collections.abc import Callable
from datetime import datetime

from bot.config import Settings
from bot.delivery.client import Client
from bot.domain.people.messenger import Messenger
from bot.parts.unreachable import Unreachable
from bot.parts.way import Way
from bot.replica import Replica
from bot.storage.engine.database import Storage


def way_of(
    settings: Settings, storage: Storage, now: Callable[[], datetime], unreachable: Unreachable, replica: Replica
) -> Way:
    """The way to the messenger of the settings."""
    match settings.messenger:
        case Messenger.TELEGRAM:
            from bot.parts.telegram import Telegram  # noqa: PLC0415

            return Telegram(settings, storage, now, unreachable, replica)
        case Messenger.MAX:
            from bot.parts.max import Max  # noqa: PLC0415

            return Max(settings, storage, now, unreachable, replica)


def asking(settings: Settings) -> Client:
    """A client of the settings' token, to ask who the bot is there."""
    match settings.messenger:
        case Messenger.TELEGRAM:
            from bot.parts import telegram  # noqa: PLC0415

            return telegram.asking(settings)
        case Messenger.MAX:
            from bot.parts import max as max_  # noqa: PLC0415

            return max_.asking(settings)
