"""Answers calendars that have subscribed to somebody's deadlines, for `bot.listener`. Loaded only where that is set up.

The address is all that a calendar shows, so nothing else may come of an address that is none: no other answer, no other
headers, and no log. It is looked up by its hash, so no time tells how much of it was right.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import ETag, web

from bot.letters.own_calendar import Issue
from bot.storage.engine.database import DatabaseUnavailable
from bot.storage.people.invitations import digest

# What is secret in an address, as `bot.storage.people.addresses` makes it.
_PATH = "/{token:[A-Za-z0-9_-]{43}}.ics"
# Looks at one address: calendars look every five minutes at most, and somebody has several. And looks at all those
# together of which none is known: strangers cost the database no more than that, and nobody else their calendar.
_EACH, _UNKNOWN = (30, 0.1), (50, 5.0)
_KNOWN_AT_MOST = 10_000
# Seconds.
_AGAIN_IN = 60
_FRESH = 600

Look = Callable[[str], Awaitable[Issue | None]]


@dataclass(slots=True)
class _Budget:
    """So many looks at once, and so many a second."""

    most: float
    rate: float
    left: float
    at: float

    def spend(self, now: float) -> bool:
        """Whether there was one left."""
        self.left = min(self.most, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Feed:
    """Answers what `look` finds under an address's hash. `clock`: seconds that only ever grow; `known`: the hashes of
    the addresses that there are, who need not wait for strangers from the start."""

    def __init__(self, look: Look, clock: Callable[[], float] = time.monotonic, *, known: Iterable[str] = ()) -> None:
        self._look = look
        self._clock = clock
        self._unknown = self._budget(_UNKNOWN)
        self._known: OrderedDict[str, _Budget] = OrderedDict()
        for token_hash in known:
            self._remember(token_hash)

    def route(self, path: str) -> web.RouteDef:
        """The route below that path; HEAD is answered like GET, and nothing else is."""
        return web.get(path + _PATH, self.handle)

    async def handle(self, request: web.Request) -> web.Response:
        """The calendar, or that it is as the asker has it."""
        token_hash = digest(request.match_info["token"])
        budget = self._known.get(token_hash, self._unknown)
        if not budget.spend(self._clock()):
            return _later(HTTPStatus.TOO_MANY_REQUESTS)
        try:
            issue = await self._look(token_hash)
        except DatabaseUnavailable:
            return _later(HTTPStatus.SERVICE_UNAVAILABLE)
        if issue is None:
            self._known.pop(token_hash, None)
            # As the server answers where there is nothing at all.
            raise web.HTTPNotFound
        self._remember(token_hash)
        return _answer(request, issue)

    def _remember(self, token_hash: str) -> None:
        if token_hash not in self._known:
            self._known[token_hash] = self._budget(_EACH)
        self._known.move_to_end(token_hash)
        if len(self._known) > _KNOWN_AT_MOST:
            self._known.popitem(last=False)

    def _budget(self, size: tuple[int, float]) -> _Budget:
        return _Budget(size[0], size[1], size[0], self._clock())


def _answer(request: web.Request, issue: Issue) -> web.Response:
    unchanged = _has(request, issue)
    response = web.Response(status=HTTPStatus.NOT_MODIFIED) if unchanged else web.Response(body=issue.content)
    if not unchanged:
        response.content_type, response.charset = "text/calendar", "utf-8"
        response.headers["X-Content-Type-Options"] = "nosniff"
    response.etag = issue.digest
    response.last_modified = issue.since
    response.headers["Cache-Control"] = f"private, max-age={_FRESH}"
    return response


def _has(request: web.Request, issue: Issue) -> bool:
    """Whether the asker has it already. Of two conditions the first outweighs the second (RFC 9110, 13.1.3)."""
    known: tuple[ETag, ...] | None = request.if_none_match
    if known is not None:
        # A proxy that packs what it passes on weakens the tag.
        return any(tag.value in (issue.digest, "*") for tag in known)
    since = request.if_modified_since
    return since is not None and issue.since <= since


def _later(status: HTTPStatus) -> web.Response:
    return web.Response(status=status, headers={"Retry-After": str(_AGAIN_IN)})
