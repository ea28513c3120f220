"""The door that asks: polls Telegram for updates."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError

from bot.delivery.incoming.intake import ALLOWED, Crowded, Intake, NotAnUpdate, Raw, is_sound, number_of, unnoticed
from bot.delivery.outcomes import Fate, attempt
from bot.delivery.outgoing.dialect import Dialect, blamed
from bot.delivery.outgoing.speaker import backoff
from bot.delivery.wire import call
from bot.replica import Replica
from bot.storage.engine.database import DatabaseUnavailable

_log = logging.getLogger(__name__)

# Seconds that Telegram holds a poll open when there is nothing to tell.
_POLL = 25
# Seconds between attempts to store, at most: an attempt costs little, and whoever has written waits.
_STORES_AGAIN = 5.0
# Seconds between two looks at who polls.
_LOOKS_AGAIN = 0.2
# Telegram's words when somebody else with the same token polls, or has set a webhook.
_WEBHOOK_IS_SET = "while webhook is active"
_BY_WEBHOOK = ("terminated by setWebhook", _WEBHOOK_IS_SET)
_CONFLICTS_ARE = ("terminated by other getUpdates", *_BY_WEBHOOK)
# The younger of two processes leaves after so many conflicts. The poll that an earlier run left behind makes none: the
# first poll of this run ends it.
_CONFLICTS = 3
_YOUNG = timedelta(minutes=2)
# After a week without updates Telegram may number them anew, so an old offset says nothing.
_OFFSET_LASTS = timedelta(days=6)


class SameToken(Exception):
    """Another process uses the token of BOT_TOKEN. Stop that one first, or get this one a token of its own."""


_HAS_WEBHOOK = (
    "Another process uses the token of BOT_TOKEN, and has a WEBHOOK_URL, which this one has not. Give both the same"
    " settings, stop that one first, or get this one a token of its own."
)


class Polling(ABC):
    """A door that asks, again and again, by `poll`."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        # Whether another replica has begun to poll, while this one could not hear of it.
        self._is_ousted = False

    async def run(self) -> None:
        """Polls until cancelled; a failing messenger, network or database only makes it wait. One of the replicas
        polls."""
        attempts = 0
        while True:
            await self.turn()
            try:
                fate = await self.poll(_POLL)
                self._asked()
                if fate is Fate.DONE:
                    attempts = 0
                    continue
                pause = backoff(attempts + 1)
            # Neither confirms the updates: they are kept there and given again.
            except DatabaseUnavailable as error:
                _log.error("updates could not be stored: %s", error)
                pause = min(backoff(attempts + 1), _STORES_AGAIN)
            except Crowded as error:
                _log.warning("updates were not taken: %s", error)
                pause = backoff(attempts + 1)
            attempts += 1
            await asyncio.sleep(pause)

    @abstractmethod
    async def poll(self, timeout: int) -> Fate:  # noqa: ASYNC109
        """Asks once; what comes is stored and handed on. The poll is held open for `timeout` seconds."""

    def _asked(self) -> None:  # noqa: B027 - not all have anything to look back at
        """Looks back at the last poll."""

    async def turn(self) -> None:
        """Returns when it is this replica that polls: the one that leads.

        While the database is away nobody does, and whoever did goes on, so that people hear that nothing can be saved.
        """
        while not self._replica.leads() and (self._is_ousted or not self._replica.led()):  # noqa: ASYNC110 (by time)
            await asyncio.sleep(_LOOKS_AGAIN)
        if self._replica.leads():
            self._is_ousted = False


class Receiver(Polling):
    """Polls, and has updates taken in before the next poll confirms them."""

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        now: Callable[[], datetime],
        replica: Replica,
        polled: Callable[[], None] = lambda: None,
        contact: Callable[[], Awaitable[None]] = unnoticed,
    ) -> None:
        super().__init__(replica)
        self._bot = bot
        self._intake = intake
        self._now = now
        self._polled = polled
        # Called when whatever waited at Telegram has been taken in.
        self._contact = contact
        # One above the last update that is safe in the inbox; the offset confirms all below it.
        self._offset: int | None = None
        self._received_at = self._began = now()
        self._has_polled = False
        self._conflicts = 0
        # Whether the last conflict was with a webhook.
        self._is_by_webhook = False
        # Whether the webhook of an earlier run has been removed. One that comes back is somebody else's, who would set
        # it again and again.
        self._has_removed = False
        self._dialect = Dialect()

    async def run(self) -> None:
        """Polls until cancelled. Raises SameToken if an older process takes the updates of this token."""
        self._began = self._now()
        await super().run()

    def _asked(self) -> None:
        if self._conflicts >= _CONFLICTS and self._now() - self._began < _YOUNG:
            raise SameToken(_HAS_WEBHOOK if self._is_by_webhook else SameToken.__doc__)

    async def poll(self, timeout: int) -> Fate:  # noqa: ASYNC109
        """One getUpdates; its updates are stored and handed on. Telegram holds the poll open for `timeout` seconds."""
        if self._now() - self._received_at >= _OFFSET_LASTS:
            # An offset of old numbers would confirm new updates that nobody has seen.
            self._offset = None
        # Unparsed: an update that aiogram cannot read must not stop the others. A dead connection is noticed a little
        # after `timeout`.
        values = {"offset": self._offset, "timeout": timeout, "allowed_updates": ALLOWED}
        outcome = await attempt(lambda: self._get(timeout + 15, values))
        if outcome.fate is Fate.REFUSED and (field := blamed(outcome.error, self._dialect.spoken(values, set()))):
            # Nothing would ever come from a server that does not know the field.
            self._dialect.leave_out({field})
            outcome = await attempt(lambda: self._get(timeout + 15, values))
        if outcome.fate is Fate.WAIT:
            _log.warning("Telegram asks to poll again in %s s", outcome.retry_after)
            await asyncio.sleep(outcome.retry_after)
            return Fate.DONE
        if outcome.fate is not Fate.DONE:
            _log.warning("getUpdates: %s", outcome.error)
            self._is_by_webhook = any(sign in outcome.error for sign in _BY_WEBHOOK)
            if _WEBHOOK_IS_SET in outcome.error and not (self._has_polled or self._has_removed):
                return await self._without_webhook()
            if any(sign in outcome.error for sign in _CONFLICTS_ARE):
                # Of two replicas the one that leads goes on.
                self._is_ousted = not self._replica.leads()
                self._conflicts += not self._is_ousted
            return outcome.fate
        self._has_polled = True
        self._polled()
        updates: list[Raw] = outcome.value
        if updates:
            try:
                await self._intake.take(updates)
            except NotAnUpdate:
                await self._intake.take([update for update in updates if is_sound(update)])
            confirmed = [number for update in updates if (number := number_of(update)) is not None]
            if not confirmed:
                # The same would come again at once, and for ever.
                return Fate.LATER
            self._offset = max(confirmed) + 1
            self._received_at = self._now()
        await self._contact()
        return Fate.DONE

    async def _get(self, seconds: float, values: dict[str, Any]) -> Any:
        updates = await call(self._bot, "getUpdates", seconds, **self._dialect.spoken(values, set()))
        if not isinstance(updates, list):
            kind = type(updates).__name__
            raise ClientDecodeError("no list", TypeError(kind), f"{kind} in place of a list of updates")
        return updates

    async def _without_webhook(self) -> Fate:
        """Removes the webhook of an earlier run, with which Telegram refuses polls. Waiting updates stay."""
        outcome = await attempt(lambda: call(self._bot, "deleteWebhook", drop_pending_updates=False))
        if outcome.fate is not Fate.DONE:
            _log.warning("deleteWebhook: %s", outcome.error)
        else:
            self._has_removed = True
            self._conflicts += 1
        return outcome.fate
