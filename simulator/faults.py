"""Faults to order: what Telegram and the network do on a bad day."""

import itertools
import math
import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import ClassVar

from simulator.errors import ApiError, Json, bad_request, forbidden, too_many
from simulator.names import words
from simulator.world.updates import CONFLICT

ACTIONS = (
    "400", "401", "403", "409", "413", "421", "429", "500", "502", "503", "504", "logged_out", "slow", "drop_before",
    "drop_after",
)  # fmt: skip
# Of `method`: every method but getUpdates, whose long polls would use up counted faults; and really every one.
ALL_BUT_POLLS, EVERY = "*", "**"
# what makes a message appear in a chat; chat actions are not counted
SENDS = words(
    "sendMessage sendRichMessage sendDocument sendPhoto sendVideo sendAudio sendVoice sendAnimation sendVideoNote "
    "sendSticker sendMediaGroup copyMessage copyMessages forwardMessage forwardMessages"
)
REFUSED = "simulator: refused as ordered"
# What each code says when nothing else is ordered (Client.cpp: get_closing_error, fail_query_conflict;
# ClientManager.cpp: send). 413 and 5xx are of the HTTP server or of a proxy before it.
_REASONS = {
    401: "Unauthorized", 409: CONFLICT, 413: "Request Entity Too Large",
    421: "Misdirected Request: unallowed token specified", 500: "Internal Server Error: restart",
    502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip


@dataclass(slots=True)
class Fault:
    """One ordered fault. `count` None: until cancelled. "*" means every method but long polls, "**" every method.

    `action` may be several, separated by blanks: each time one of them is drawn. `description` is what a 400 says after
    "Bad Request: ", and a 403 after "Forbidden: ". `retry_after` is any number: a proxy may say 0. `struck` counts by
    action how often it has struck.
    """

    # What may be ordered, and what long polls are called: Telegram's here.
    ACTIONS: ClassVar[tuple[str, ...]] = ACTIONS
    POLLS: ClassVar[frozenset[str]] = frozenset({"getUpdates"})

    action: str
    method: str = ALL_BUT_POLLS
    chat_id: int | None = None
    count: int | None = None
    probability: float = 1.0
    seed: int = 0
    retry_after: int = 1
    seconds: float = 0.0
    html_body: bool = False
    description: str = REFUSED
    id: int = 0
    fired: int = 0
    struck: dict[str, int] = field(default_factory=dict)
    _random: random.Random = field(default_factory=random.Random, repr=False)

    def __post_init__(self) -> None:
        self.action = str(self.action)
        kinds = words(self.action)
        if not kinds or (unknown := [kind for kind in kinds if kind not in self.ACTIONS]):
            raise ValueError(f"unknown action {(unknown or [''])[0]!r}, known: {', '.join(self.ACTIONS)}")
        if not 0 <= self.probability <= 1:
            raise ValueError("a probability lies between 0 and 1")
        if self.seconds < 0 or (self.count is not None and self.count < 1):
            raise ValueError("count is at least 1, seconds at least 0")
        self._random.seed(self.seed)

    def fits(self, method: str, chat_id: int | None) -> bool:
        """Whether the fault is meant for this call and strikes now."""
        if self.method not in (method, EVERY) and (self.method != ALL_BUT_POLLS or method in self.POLLS):
            return False
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        return self.probability >= 1 or self._random.random() < self.probability

    def strike(self) -> "Fault":
        """What befalls the call: this fault with one of its actions."""
        self.fired += 1
        kinds = sorted(words(self.action))
        action = kinds[0] if len(kinds) == 1 else self._random.choice(kinds)
        self.struck[action] = self.struck.get(action, 0) + 1
        return self if action == self.action else replace(self, action=action, _random=random.Random())

    def error(self) -> ApiError:
        """The refusal this fault stands for."""
        if self.action == "429":
            return too_many(self.retry_after)
        if self.action == "400":
            return bad_request(self.description)
        if self.action == "403":
            return forbidden(self.description)
        if self.action == "logged_out":
            # No "Bad Request" before it.
            return ApiError(400, "Logged out")
        code = int(self.action)
        return ApiError(code, _REASONS[code])

    def as_json(self) -> Json:
        """The order as it was given, with how often it struck."""
        body = asdict(self)
        body.pop("_random")
        return body


class Window:
    """A sliding window of a second, or of as many as said."""

    __slots__ = ("_seconds", "_times")

    def __init__(self, seconds: float = 1.0) -> None:
        self._times: deque[float] = deque()
        self._seconds = seconds

    def count(self, now: float) -> int:
        """How many fell in the span that ends now."""
        times = self._times
        while times and times[0] <= now - self._seconds:
            times.popleft()
        return len(times)

    def add(self, now: float) -> int:
        """Add one; the number in the window with it."""
        self._times.append(now)
        return self.count(now)

    def wait(self, now: float) -> int:
        """Whole seconds until the oldest falls out of the window."""
        return max(1, math.ceil(self._times[0] + self._seconds - now)) if self._times else 1


class FaultBook:
    """Ordered faults and the optional hard limits of sending."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.monotonic = monotonic
        self._faults: list[Fault] = []
        # How many calls something ordered has befallen.
        self.struck = 0
        self._ids = itertools.count(1)
        self.limit_per_second: int | None = None
        self.limit_per_chat: int | None = None
        self.limit_per_group_minute: int | None = None
        self._all = Window()
        self._chats: dict[int, Window] = {}
        self._groups: dict[int, Window] = {}

    def order(self, fault: Fault) -> Fault:
        """Take an order; faults strike in the order they were given, the first that fits wins."""
        fault.id = next(self._ids)
        self._faults.append(fault)
        return fault

    def cancel(self, fault_id: int | None = None) -> None:
        """Cancel one order, or all of them."""
        self._faults = [fault for fault in self._faults if fault_id is not None and fault.id != fault_id]

    def ordered(self) -> list[Fault]:
        """Orders still open."""
        return list(self._faults)

    def limits(self, per_second: int | None, per_chat: int | None, per_group_minute: int | None = None) -> None:
        """Hard limits: of all sends and of sends to one chat in any sliding second, and of sends to one group in any
        sliding minute. None: no limit. A call counts as one send, whatever it copies."""
        self.limit_per_second, self.limit_per_chat = per_second, per_chat
        self.limit_per_group_minute = per_group_minute
        self._all, self._chats, self._groups = Window(), {}, {}

    def strike(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that strikes this call, if any."""
        for fault in self._faults:
            if fault.fits(method, chat_id):
                struck = fault.strike()
                self.struck += 1
                if fault.count is not None and fault.fired >= fault.count:
                    self._faults.remove(fault)
                return struck
        return None

    def check_limits(self, method: str, chat_id: int | None) -> None:
        """Raise 429 when this send would go over a limit; otherwise count it."""
        if method not in SENDS:
            return
        watched: list[Window] = []
        now = self.monotonic()
        for limit, window in self._watching(chat_id):
            if window.count(now) >= limit:
                raise too_many(window.wait(now))
            watched.append(window)
        for window in watched:
            window.add(now)

    def _watching(self, chat_id: int | None) -> Iterator[tuple[int, Window]]:
        """The limits that stand in the way of a send to a chat."""
        if self.limit_per_second is not None:
            yield self.limit_per_second, self._all
        if self.limit_per_chat is not None and chat_id is not None:
            yield self.limit_per_chat, self._chats.setdefault(chat_id, Window())
        if self.limit_per_group_minute is not None and chat_id is not None and chat_id < 0:
            yield self.limit_per_group_minute, self._groups.setdefault(chat_id, Window(60.0))
