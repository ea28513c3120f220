"""The door at which MAX knocks: it delivers each event by HTTP until the answer is 200.

MAX ends a subscription without a word when deliveries have failed for eight hours, adds new ones to those that there
are, and does not say in an event which bot it is for. So the list of them is looked at all the time.

What a subscription still has to deliver may end with it. So a start leaves its own as it is, if it can be told that it
is: the secret with which it was made is kept, and what MAX says of when. Events of a time without any wait for polls.
"""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from aiogram import Bot

from bot.delivery.incoming.intake import Crowded, Intake, NotAnUpdate, unnoticed
from bot.delivery.incoming.webhook import Delivery, Hatch
from bot.delivery.max.api import listed
from bot.delivery.max.door import TIMEOUT, Door
from bot.delivery.max.events import TYPES, told
from bot.delivery.max.incoming.intaking import take
from bot.delivery.outcomes import Fate, attempt
from bot.delivery.wire import named
from bot.storage.engine.database import DatabaseUnavailable, Storage
from bot.storage.post import meta

_log = logging.getLogger(__name__)

_SECRET_HEADER = "X-Max-Bot-Api-Secret"


class MaxWebhook(Hatch):
    """Takes in what MAX delivers to `url`, and sees to it that MAX delivers there and nowhere else."""

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        url: str,
        secret: str,
        looked: Callable[[Delivery], None] = lambda delivery: None,
        contact: Callable[[], Awaitable[None]] = unnoticed,
        *,
        drain: Callable[[], Awaitable[None]],
        storage: Storage,
    ) -> None:
        """`drain` takes in what waits at the other door, which asks. Raises Crowded, DatabaseUnavailable."""
        super().__init__(_SECRET_HEADER, secret)
        assert isinstance(bot.session, Door)
        self._door = bot.session
        self._intake = intake
        self._url = url
        self._looked = looked
        self._contact = contact
        self._drain = drain
        self._storage = storage
        self._was_set = False
        # What MAX lists when it delivers all that is wanted.
        self._listed = frozenset(TYPES)

    async def take(self, delivered: Any) -> None:
        """Takes in an event. Raises NotAnUpdate, Crowded, DatabaseUnavailable."""
        if not isinstance(delivered, dict) or "update_type" not in delivered:
            raise NotAnUpdate("there is no update_type")
        # What nobody knows is taken too, or MAX would deliver it again for hours, and then nothing any more.
        await take(self._intake, self._door, [told(delivered)])

    async def look(self) -> bool:
        """Has MAX deliver here if it does not, and nowhere else; False: MAX does not answer."""
        known = await self._known()
        if known is None:
            return False
        for url in {str(one.get("url")) for one in known if not self._is_mine(one)}:
            await self._end(url)
        mine = next(filter(self._is_mine, known), None)
        try:
            if mine is None or not await self._is_as_set(mine):
                return await self._set(mine)
        except (DatabaseUnavailable, Crowded) as error:
            _log.error("nothing can be taken in yet: %s", error)
            return False
        self._was_set = True
        self._looked(Delivery(here=True))
        await self._contact()
        return True

    async def _known(self) -> list[dict[str, Any]] | None:
        """All subscriptions; None: MAX does not answer."""
        outcome = await attempt(partial(self._call, "getWebhookInfo", "GET"))
        if outcome.fate is not Fate.DONE:
            _log.warning("GET /subscriptions: %s", outcome.error)
            return None
        return listed(outcome.value, "subscriptions")

    def _is_mine(self, subscription: dict[str, Any]) -> bool:
        """Whether it is of this bot's address, however MAX writes that."""
        return _as_written(str(subscription.get("url"))) == _as_written(self._url)

    async def _is_as_set(self, mine: dict[str, Any]) -> bool:
        if (types := _types_of(mine)) and types != self._listed:
            return False
        if self._was_set:
            return True
        async with self._storage.read() as tx:
            return await meta.get(tx, meta.SUBSCRIPTION) == self._digest(mine)

    def _digest(self, mine: dict[str, Any]) -> str:
        return hashlib.sha256(f"{self._secret} {mine.get('time')}".encode()).hexdigest()

    async def _end(self, url: str) -> None:
        """Whoever knows the token can have everything delivered to themselves as well."""
        _log.error("events were delivered to %s too, which is not of this installation: that is ended", url)
        outcome = await attempt(partial(self._call, "deleteWebhook", "DELETE", {"url": url}))
        if outcome.fate is not Fate.DONE:
            _log.error("DELETE /subscriptions: %s", outcome.error)

    async def _set(self, mine: dict[str, Any] | None) -> bool:
        """Subscribes: also if there is one, whose secret nobody knows."""
        if mine is None:
            await self._drain()
        else:
            # A second subscription to one address may be a second delivery of everything.
            await attempt(partial(self._call, "deleteWebhook", "DELETE", {"url": mine["url"]}))
        body = {"url": self._url, "update_types": TYPES, "secret": self._secret}
        outcome = await attempt(partial(self._call, "setWebhook", "POST", None, body))
        if outcome.fate is not Fate.DONE:
            _log.error("POST /subscriptions: %s", outcome.error)
            if outcome.fate is Fate.REFUSED:
                self._looked(Delivery(here=False))
            return False
        if self._was_set and mine is None:
            _log.error("the subscription was gone, and has been set again")
        self._was_set = True
        for made in filter(self._is_mine, await self._known() or []):
            # MAX may list others than it was asked for: to ask again and again would change nothing.
            self._listed = _types_of(made)
            await self._storage.apply(partial(meta.put, key=meta.SUBSCRIPTION, value=self._digest(made)))
        self._looked(Delivery(here=True))
        return True

    async def _call(self, name: str, verb: str, params: Any = None, body: Any = None) -> Any:
        return await self._door.server.call(named(name), verb, "/subscriptions", TIMEOUT, params, body)


def _types_of(subscription: dict[str, Any]) -> frozenset[str]:
    types = subscription.get("update_types")
    return frozenset(map(str, types)) if isinstance(types, list) else frozenset()


def _as_written(url: str) -> str:
    """The address without what says nothing: the port that its scheme has anyhow, capital letters, a last slash."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return url
    return f"{parts.scheme}://{parts.hostname}:{port}{parts.path.rstrip('/')}"
