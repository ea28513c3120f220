"""Delivery of updates by HTTP: to the address that setWebhook named, each until it is answered with 2xx."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from simulator.errors import Json, bad_request
from simulator.names import words
from simulator.world.updates import UpdateQueue

_LOOPBACK = words("127.0.0.1 localhost ::1")
_PORTS = (None, 443, 80, 88, 8443)
_SECRET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
DEFAULT_CONNECTIONS, MAX_CONNECTIONS = 40, 100
# seconds: an answer that takes longer is none
_ANSWERED_WITHIN = 60.0


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
class _Line:
    """Updates of one chat go one after the other, as Telegram's do."""

    busy: bool = False
    failures: int = 0
    free_at: float = 0.0


@dataclass(slots=True)
class Postman:
    """Delivers what is in the queue while a webhook is set. Pauses in seconds, doubled from the first to the last."""

    queue: UpdateQueue
    hook: Webhook
    now: Callable[[], datetime]
    first_pause: float = 0.2
    last_pause: float = 30.0
    _lines: dict[int, _Line] = field(default_factory=dict)
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
            chat = _chat_of(update)
            if chat in seen:
                continue
            seen.add(chat)
            line = self._lines.setdefault(chat, _Line())
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

    async def _deliver(self, session: aiohttp.ClientSession, update: Json, line: _Line) -> None:
        headers = {"Content-Type": "application/json"}
        if self.hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.hook.secret
        body = json.dumps(update, ensure_ascii=False).encode("utf-8", "surrogatepass")
        try:
            async with session.post(self.hook.url, data=body, headers=headers, allow_redirects=False) as response:
                status, reason = response.status, response.reason
            error = "" if 200 <= status < 300 else f"Wrong response from the webhook: {status} {reason}"
        except (aiohttp.ClientError, OSError, TimeoutError) as fault:
            error = "Connection timed out" if isinstance(fault, TimeoutError) else "Connection failed"
        line.busy = False
        task = asyncio.current_task()
        if task is not None:
            self._under_way.discard(task)
        if error:
            self.hook.error_at, self.hook.error = int(self.now().timestamp()), error
            line.failures += 1
            pause = min(self.last_pause, self.first_pause * 2.0 ** min(line.failures - 1, 16))
            line.free_at = asyncio.get_running_loop().time() + pause
            self.queue.ring()
        else:
            line.failures, line.free_at = 0, 0.0
            self.queue.remove(update["update_id"])


def _chat_of(update: Json) -> int:
    """Whose line it stands in; what concerns no chat has a line of its own."""
    for content in update.values():
        if isinstance(content, dict):
            place = content.get("message") if "data" in content else content
            chat = place.get("chat") if isinstance(place, dict) else None
            number = chat.get("id") if isinstance(chat, dict) else None
            if isinstance(number, int):
                return number
    return -int(update["update_id"])
