"""The door at which Telegram knocks: it delivers each update by HTTP until the answer is 200.

The bot believes nothing that does not carry the secret, and reads no X-Forwarded-For or the like.
"""

import asyncio
import hmac
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiogram import Bot
from aiohttp import web
from aiohttp.web_exceptions import HTTPRequestEntityTooLarge

from bot.delivery.incoming.intake import ALLOWED, Crowded, Intake, NotAnUpdate, unnoticed
from bot.delivery.outcomes import Fate, attempt
from bot.delivery.outgoing.speaker import backoff
from bot.storage.engine.database import DatabaseUnavailable

_log = logging.getLogger(__name__)

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
# Bytes. A message of 4096 characters that answers another such message, with all their entities, has a tenth of this.
MAX_BODY = 1_000_000
# Seconds in which a request must arrive whole.
ARRIVES_WITHIN = 10.0
# Seconds between two looks at what Telegram says about the deliveries.
_LOOK_EVERY = 30.0
# Seconds after which Telegram is to deliver again what could not be taken.
_AGAIN_IN = 2


@dataclass(frozen=True, slots=True)
class Delivery:
    """What Telegram says of its deliveries: whether they come here at all, how many updates wait there, and when one
    last failed (None: never)."""

    here: bool
    waiting: int = 0
    failed_at: datetime | None = None


class Hatch(ABC):
    """A door at which a messenger knocks: it shows `secret` in the head `header` of each request."""

    def __init__(self, header: str, secret: str) -> None:
        self._header = header
        self._secret = secret
        self._is_open = False
        self._within = 0
        self._nobody_within = asyncio.Event()
        self._nobody_within.set()

    async def run(self) -> None:
        """Opens, has the messenger deliver here, and keeps it so until cancelled."""
        self._is_open = True
        attempts = 0
        try:
            while True:
                if await self.look():
                    attempts = 0
                    await asyncio.sleep(_LOOK_EVERY)
                else:
                    attempts += 1
                    await asyncio.sleep(backoff(attempts))
        finally:
            self._is_open = False

    @abstractmethod
    async def look(self) -> bool:
        """Has the messenger deliver here if it does not; False: it does not answer."""

    @abstractmethod
    async def take(self, delivered: Any) -> None:
        """Takes in what was delivered. Raises NotAnUpdate, Crowded, DatabaseUnavailable."""

    async def closed(self) -> None:
        """Takes nothing more in; returns when all requests within have been answered."""
        self._is_open = False
        await self._nobody_within.wait()

    def route(self, path: str) -> web.RouteDef:
        """The route that `bot.listener` serves."""
        # Any method, so that strangers do not learn that there is anything.
        return web.route("*", path, self.handle)

    async def handle(self, request: web.Request) -> web.Response:
        """Answers a delivery. Whoever does not know the secret learns nothing, and their request is not read."""
        told = request.headers.get(self._header, "")
        if not hmac.compare_digest(told.encode("utf-8", "surrogateescape"), self._secret.encode()):
            return _refusal(HTTPStatus.FORBIDDEN)
        if request.method != "POST":
            return _refusal(HTTPStatus.METHOD_NOT_ALLOWED)
        if not self._is_open:
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE)
        self._within += 1
        self._nobody_within.clear()
        try:
            return await self._take(request)
        finally:
            self._within -= 1
            if not self._within:
                self._nobody_within.set()

    async def _take(self, request: web.Request) -> web.Response:
        if (request.content_length or 0) > MAX_BODY:
            return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            async with asyncio.timeout(ARRIVES_WITHIN):
                body = await request.read()
        except HTTPRequestEntityTooLarge:
            # The request did not say its length, or was compressed.
            return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except TimeoutError:
            return _refusal(HTTPStatus.REQUEST_TIMEOUT)
        except (web.RequestPayloadError, ConnectionError):
            # The request was cut off, or compressed otherwise than it says.
            return _refusal(HTTPStatus.BAD_REQUEST)
        update: Any = None
        try:
            update = _parsed(body)
            await self.take(update)
        except NotAnUpdate as error:
            _log.warning("a delivery of %s bytes is no update: %s", len(body), error)
            return _refusal(HTTPStatus.BAD_REQUEST)
        except DatabaseUnavailable as error:
            _log.error("update %s could not be stored: %s", _number(update), error)
            # It is kept there and delivered again.
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE)
        except Crowded as error:
            _log.warning("update %s was not taken: %s", _number(update), error)
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE)
        return web.Response()


class Webhook(Hatch):
    """Takes in what Telegram delivers to `url`, and sees to it that Telegram delivers there."""

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        url: str,
        secret: str,
        looked: Callable[[Delivery], None] = lambda delivery: None,
        contact: Callable[[], Awaitable[None]] = unnoticed,
    ) -> None:
        super().__init__(_SECRET_HEADER, secret)
        self._bot = bot
        self._intake = intake
        self._url = url
        self._looked = looked
        self._contact = contact
        # When a delivery had last failed at the look before.
        self._failed_at: datetime | None = None
        self._was_set = False

    async def take(self, delivered: Any) -> None:
        """Takes in an update. Raises NotAnUpdate, Crowded, DatabaseUnavailable."""
        await self._intake.take([delivered])

    async def look(self) -> bool:
        """Has Telegram deliver here if it does not; False: Telegram does not answer."""
        outcome = await attempt(self._bot.get_webhook_info)
        if outcome.fate is not Fate.DONE:
            _log.warning("getWebhookInfo: %s", outcome.error)
            return False
        info = outcome.value
        if info.url != self._url or set(info.allowed_updates or []) != set(ALLOWED) or not self._was_set:
            return await self._set()
        self._looked(Delivery(True, info.pending_update_count, info.last_error_date))
        if not info.pending_update_count or info.last_error_date == self._failed_at:
            # Deliveries come through.
            await self._contact()
        self._failed_at = info.last_error_date
        return True

    async def _set(self) -> bool:
        """Sets the webhook. Each start does: the secret may have changed, and Telegram does not tell."""
        outcome = await attempt(
            lambda: self._bot.set_webhook(
                self._url, secret_token=self._secret, allowed_updates=ALLOWED, drop_pending_updates=False
            )
        )
        if outcome.fate is Fate.WAIT:
            # A start right after another one's.
            _log.warning("setWebhook: %s", outcome.error)
            return False
        if outcome.fate is not Fate.DONE:
            _log.error("setWebhook: %s", outcome.error)
            if outcome.fate is Fate.REFUSED:
                self._looked(Delivery(here=False))
            return False
        if self._was_set:
            _log.error(
                "the webhook was taken away by somebody who knows the token (a bot without WEBHOOK_URL, or with another"
                " one), and has been set again"
            )
        self._was_set = True
        self._looked(Delivery(here=True))
        return True


def _number(update: Any) -> Any:
    """By what the log names an update; not every messenger numbers them."""
    return update.get("update_id", update.get("timestamp"))


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        # Without the error, which quotes what was sent.
        raise NotAnUpdate("it is not JSON") from None


def _refusal(status: HTTPStatus) -> web.Response:
    response = web.Response(status=status)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        # Without it Telegram waits up to two minutes, longer each time, and a press is given up after two and a half.
        response.headers["Retry-After"] = str(_AGAIN_IN)
    # An unread body is not skipped: the connection ends.
    response.force_close()
    return response
