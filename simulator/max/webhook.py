"""Delivery of events by HTTP to the addresses that are subscribed, each until it answers 200."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp

from simulator.max.errors import bad
from simulator.max.updates import Event, Subscription, Updates
from simulator.max.ways import Ways

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SECRET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
# Seconds: an answer that takes longer is none.
_ANSWERED_WITHIN = 30.0
# Seconds to the first repeat, by how much each next one is later, and how many there are.
_FIRST, _LATER, REPEATS = 60.0, 2.5, 10


def check_url(url: object) -> str:
    """Raise 400 for what MAX would not deliver to; on this machine http and any port will do."""
    if not isinstance(url, str):
        raise bad("url: must be a string")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise bad("url: invalid") from None
    if host in _LOOPBACK and parts.scheme in ("http", "https"):
        return url
    if parts.scheme != "https" or not host:
        raise bad("url: must begin with https://")
    if port not in (None, 443):
        raise bad("url: only port 443 is supported")
    return url


def check_secret(secret: object) -> str:
    """Raise 400 for what cannot be a secret; none is "" here."""
    if secret is None:
        return ""
    if not isinstance(secret, str) or not 5 <= len(secret) <= 256 or not _SECRET.issuperset(secret):
        raise bad("secret does not match ^[a-zA-Z0-9_-]{5,256}$")
    return secret


@dataclass(slots=True)
class _Line:
    """Events of one chat go to an address one after the other, or each has a line of its own. `failures` are those of
    the one at its head."""

    busy: bool = False
    failures: int = 0
    free_at: float = 0.0


@dataclass(slots=True)
class Postman:
    """Delivers what waits. `pace`: how long a second of a pause lasts on this machine."""

    updates: Updates
    now_ms: Callable[[], int]
    ways: Ways
    pace: float = 1.0
    deliveries: int = 0
    _lines: dict[tuple[str, int], _Line] = field(default_factory=dict)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWERED_WITHIN)) as session:
                while True:
                    await self.updates.changed(self._send_out(session))
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def _send_out(self, session: aiohttp.ClientSession) -> float:
        """Begins all deliveries that may begin; the seconds until another one may, if nothing else happens."""
        soonest = 60.0
        if not self.updates.subscriptions:
            return soonest
        now = asyncio.get_running_loop().time()
        seen: set[tuple[str, int]] = set()
        for event in self.updates.waiting():
            for url in sorted(event.to or ()):
                key = url, event.place if self.ways.later_waits else event.number
                if key in seen or url not in self.updates.subscriptions:
                    continue
                seen.add(key)
                line = self._lines.setdefault(key, _Line())
                if line.busy:
                    continue
                if line.free_at > now:
                    soonest = min(soonest, line.free_at - now)
                    continue
                line.busy = True
                self.deliveries += 1
                deed = self._deliver(session, event, self.updates.subscriptions[url], line)
                self._under_way.add(asyncio.create_task(deed))
        return soonest

    async def _deliver(
        self, session: aiohttp.ClientSession, event: Event, subscription: Subscription, line: _Line
    ) -> None:
        headers = {"Content-Type": "application/json"}
        if subscription.secret:
            headers["X-Max-Bot-Api-Secret"] = subscription.secret
        body = json.dumps(event.body, ensure_ascii=False).encode()
        try:
            async with session.post(subscription.url, data=body, headers=headers, allow_redirects=False) as response:
                taken = response.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            taken = False
        line.busy = False
        task = asyncio.current_task()
        if task is not None:
            self._under_way.discard(task)
        if taken:
            line.failures, subscription.failing = 0, None
            if not self.ways.later_waits:
                self._lines.pop((subscription.url, event.number), None)
            self.updates.delivered(event, subscription.url)
        else:
            self._put_off(event, subscription, line)

    def _put_off(self, event: Event, subscription: Subscription, line: _Line) -> None:
        """Tries again later, ten times; then the event is lost."""
        if subscription.failing is None:
            subscription.failing = self.now_ms()
        line.failures += 1
        if line.failures > REPEATS:
            self.updates.given_up += 1
            line.failures = 0
            self.updates.delivered(event, subscription.url)
            return
        pause = _FIRST * _LATER ** (line.failures - 1)
        line.free_at = asyncio.get_running_loop().time() + pause * self.pace
        self.updates.look()
        self.updates.ring()
