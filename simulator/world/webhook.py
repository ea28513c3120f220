"""Delivery of updates by HTTP: to the address that setWebhook named, each until it is answered with 2xx."""

import asyncio
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from simulator.errors import Json, bad_request, too_many
from simulator.names import words
from simulator.world.updates import UpdateQueue

_LOOPBACK = words("127.0.0.1 localhost ::1")
_PORTS = (None, 443, 80, 88, 8443)
_SECRET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
DEFAULT_CONNECTIONS, MAX_CONNECTIONS = 40, 100
# seconds: an answer that takes longer is none
_ANSWERED_WITHIN = 60.0
# Seconds: the longest pause after a failure is drawn from these; a Retry-After counts up to an hour (WebhookActor.cpp:
# on_update_error, HttpQuery.cpp: get_retry_after).
_LONGEST = (60, 120)
_MOST_RETRY_AFTER = 3600


def check_url(url: str) -> None:
    """Raise 400 for what Telegram would not deliver to; on this machine http and any port will do."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise bad_request("bad webhook: invalid URL") from None
    if host in _LOOPBACK and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https" or not host:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def check_secret(secret: str) -> None:
    """Raise 400 for what cannot be a secret."""
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.issuperset(secret):
        raise bad_request("secret token contains unallowed characters")


@dataclass(slots=True)
class Webhook:
    """What setWebhook has set, and how the deliveries go. No address: there is none."""

    url: str = ""
    secret: str = ""
    max_connections: int = DEFAULT_CONNECTIONS
    error_at: int | None = None
    error: str = ""
    # how many deliveries were begun, and the most that were under way at a time
    deliveries: int = 0
    most_at_once: int = 0
    # how many were given up because the next try would have come too late for them
    given_up: int = 0
    # Seconds between two setWebhook with an address (Client.cpp: process_set_webhook_query).
    set_apart: float = 1.0
    _next_set: float = -1e9

    def check_haste(self) -> None:
        """Raise 429 for a second setWebhook within a second."""
        now = time.monotonic()
        if now < self._next_set:
            raise too_many(1)
        self._next_set = now + self.set_apart

    def info(self, pending: int, allowed: list[str]) -> Json:
        """As getWebhookInfo tells it."""
        body: Json = {"url": self.url, "has_custom_certificate": False, "pending_update_count": pending}
        if self.url:
            body["max_connections"] = self.max_connections
            if self.error_at is not None:
                body |= {"last_error_date": self.error_at, "last_error_message": self.error}
        if allowed:
            body["allowed_updates"] = allowed
        return body


@dataclass(slots=True)
class Line:
    """Updates of one kind from one person or chat go one after the other, and wait for no other kind.

    `failures` and `delay` are of the one at its head.
    """

    busy: bool = False
    failures: int = 0
    delay: int = 1
    free_at: float = 0.0

    def fail(self, retry_after: int) -> int:
        """Seconds until the next try: 0, then 2 and twice as many each time; or what the answer asked for."""
        pause = min(retry_after, _MOST_RETRY_AFTER)
        if not pause and self.failures:
            pause = self.delay = min(random.randint(*_LONGEST), self.delay * 2)
        self.failures += 1
        return pause

    def succeed(self) -> None:
        """The next one has not failed."""
        self.failures, self.delay, self.free_at = 0, 1, 0.0


@dataclass(slots=True)
class Postman:
    """Delivers what is in the queue while a webhook is set.

    `pace` is how long a second of a pause lasts on this machine: a test need not wait for a minute.
    """

    queue: UpdateQueue
    hook: Webhook
    now: Callable[[], datetime]
    pace: float = 1.0
    _lines: dict[int, Line] = field(default_factory=dict)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_ANSWERED_WITHIN), connector=aiohttp.TCPConnector(limit=0)
            ) as session:
                while True:
                    pause = self._send_out(session)
                    await self.queue.changed(pause)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def _send_out(self, session: aiohttp.ClientSession) -> float:
        """Begins all deliveries that may begin; the seconds until another one may, if nothing else happens."""
        loop = asyncio.get_running_loop()
        soonest = 60.0
        if not self.hook.url:
            return soonest
        seen: set[int] = set()
        for update in self.queue.waiting():
            queue = _queue_of(update)
            if queue in seen:
                continue
            seen.add(queue)
            line = self._lines.setdefault(queue, Line())
            if line.busy:
                continue
            if line.free_at > loop.time():
                soonest = min(soonest, line.free_at - loop.time())
                continue
            if len(self._under_way) >= self.hook.max_connections:
                break
            line.busy = True
            task = asyncio.create_task(self._deliver(session, update, line))
            self._under_way.add(task)
            self.hook.deliveries += 1
            self.hook.most_at_once = max(self.hook.most_at_once, len(self._under_way))
        return soonest

    async def _deliver(self, session: aiohttp.ClientSession, update: Json, line: Line) -> None:
        headers = {"Content-Type": "application/json"}
        if self.hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.hook.secret
        body = json.dumps(update, ensure_ascii=False).encode("utf-8", "surrogatepass")
        retry_after = 0
        try:
            async with session.post(self.hook.url, data=body, headers=headers, allow_redirects=False) as response:
                status, reason = response.status, response.reason
                retry_after = _seconds(response.headers.get("Retry-After", ""))
            error = "" if 200 <= status < 300 else f"Wrong response from the webhook: {status} {reason}"
        except (aiohttp.ClientError, OSError, TimeoutError) as fault:
            error = "Connection timed out" if isinstance(fault, TimeoutError) else "Connection failed"
        line.busy = False
        task = asyncio.current_task()
        if task is not None:
            self._under_way.discard(task)
        if error:
            self.hook.error_at, self.hook.error = int(self.now().timestamp()), error
            self._put_off(update["update_id"], line, retry_after)
        else:
            line.succeed()
            self.queue.remove(update["update_id"])

    def _put_off(self, update_id: int, line: Line, retry_after: int) -> None:
        """Tries again later, or gives the update up if that would be too late for it."""
        pause = line.fail(retry_after)
        alive = any(update["update_id"] == update_id for update in self.queue.waiting())
        if not alive or int(self.now().timestamp()) + pause > self.queue.expires(update_id):
            self.hook.given_up += 1
            line.succeed()
            self.queue.remove(update_id)
            return
        line.free_at = asyncio.get_running_loop().time() + pause * self.pace
        self.queue.ring()


def _seconds(header: str) -> int:
    """What a Retry-After asks for; anything but whole seconds asks for nothing."""
    return int(header) if header.isascii() and header.isdecimal() else 0


def _queue_of(update: Json) -> int:
    """Which line it stands in (Client.cpp, webhook_queue_id): messages and edits by their chat, presses by who pressed,
    the bot's own membership by its chat; anything else waits for nothing."""
    if press := update.get("callback_query"):
        return int(press["from"]["id"]) + (3 << 33)
    if change := update.get("my_chat_member"):
        return int(change["chat"]["id"]) + (5 << 33)
    for kind in ("message", "edited_message"):
        if message := update.get(kind):
            return int(message["chat"]["id"])
    return -int(update["update_id"]) - (1 << 60)
