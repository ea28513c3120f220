"""The doors that the settings open: where updates come in, where the bot says how it is, where calendars look."""

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.delivery.incoming.receiver import Polling
from bot.parts.calendars import Calendars
from bot.watch import Watch

if TYPE_CHECKING:
    from bot.delivery.incoming.webhook import Hatch
    from bot.listener import Listener

_log = logging.getLogger(__name__)

# Seconds in which deliveries to the webhook are answered at the end; the messenger repeats the others.
_CLOSE_TIMEOUT = 1.5


class CannotListen(Exception):
    """The address of LISTEN cannot be listened at."""


class Doors:
    """Takes updates in by the webhook, at its path of LISTEN; without one the receiver polls."""

    def __init__(
        self,
        receiver: Polling,
        watch: Watch,
        listen: str,
        webhook: "Hatch | None",
        path: str,
        calendars: Calendars,
        calendar_path: str,
        of_polling: str = "",
    ) -> None:
        self._receiver = receiver
        self._watch = watch
        self._listen = listen
        self._webhook = webhook
        self._path = path
        self._calendars = calendars
        # Where calendars are answered; empty: nowhere.
        self._calendar_path = calendar_path
        # What is to be known of a bot that polls; empty: nothing.
        self._of_polling = of_polling
        self._listener: Listener | None = None

    async def listen(self) -> None:
        """Answers at LISTEN from now on, if that is set. Raises CannotListen."""
        if not self._listen:
            return
        # Most bots do not listen, and need not load what serves HTTP.
        from bot import health  # noqa: PLC0415
        from bot.listener import Listener  # noqa: PLC0415

        host, _, port = self._listen.rpartition(":")
        routes = health.routes(self._watch)
        if self._webhook is not None:
            routes.append(self._webhook.route(self._path))
        if self._calendar_path:
            from bot.feed import Feed  # noqa: PLC0415

            feed = Feed(self._calendars.look, known=await self._calendars.known())
            routes.append(feed.route(self._calendar_path))
        self._listener = Listener()
        try:
            await self._listener.serve(host.strip("[]"), int(port), routes)
        except OSError as error:
            raise CannotListen(f"LISTEN={self._listen}: {error.strerror or error}") from error

    async def take_in(self) -> None:
        """Takes updates in until cancelled. Raises SameToken."""
        if self._webhook is None and self._of_polling:
            _log.warning("%s", self._of_polling)
        await (self._receiver if self._webhook is None else self._webhook).run()

    async def shut(self) -> None:
        """Lets nobody else in; returns when those within have been answered."""
        if self._webhook is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._webhook.closed(), _CLOSE_TIMEOUT)

    async def close(self) -> None:
        """Stops listening."""
        if self._listener is not None:
            await self._listener.stop()
