"""The way to Telegram: the client, its pace, its speaker, and the bot's name there."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.config import Settings
from bot.delivery.client import make_bot, name_of
from bot.delivery.outgoing.fence import Fence
from bot.delivery.outgoing.leaflet import Leaflet
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.outgoing.shares import Shares
from bot.delivery.outgoing.speaker import Speaker, Words
from bot.parts.introduction import Introduction
from bot.parts.unreachable import Unreachable
from bot.replica import Replica
from bot.storage.engine.database import Storage
from bot.views import common
from bot.views.menu import COMMANDS, STAFF_COMMANDS
from bot.views.registration import LEAFLET
from bot.watch import notify

_LEAFLET = Path(__file__).parents[2] / "docs" / "heads.pdf"


class Telegram:
    """The client of a token, with what needs it."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        now: Callable[[], datetime],
        unreachable: Unreachable,
        replica: Replica,
    ) -> None:
        assert settings.bot_token is not None
        self.bot = make_bot(settings.bot_token, settings.telegram_api_url, settings.telegram_proxy)
        # Who speaks there.
        self.replica = replica
        self.pacer = Pacer(settings.messages_per_second)
        words = Words(common.withdrawn(), COMMANDS, STAFF_COMMANDS, Leaflet(_LEAFLET, LEAFLET))
        self.speaker = Speaker(self.bot, storage, self.pacer, now, unreachable.note, words)
        # The innermost: what waits at another one may be another replica's by then.
        self.bot.session.middleware(Fence(replica))
        if not storage.is_sqlite:
            shares = Shares(self.pacer)
            replica.ahead = self.pacer.ahead
            replica.heard_by(shares.hear, self.speaker.hear)
            replica.lost_by(shares.lost)
        self.introduction = Introduction(
            storage, self.speaker, settings.messenger, partial(name_of, self.bot, _waits_for_telegram)
        )


def _waits_for_telegram() -> None:
    # The bot has done its own part: a supervisor that started it anew would change nothing.
    notify("READY=1\nSTATUS=Telegram cannot be reached yet")
