"""Faults to order: what Telegram and the network do on a bad day."""

import itertools
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from simulator.errors import ApiError, Json
from simulator.names import words

ACTIONS = ("429", "500", "502", "503", "504", "slow", "drop_before", "drop_after")
# what makes a message appear in a chat; chat actions are not counted
SENDS = words(
    "sendMessage sendDocument sendPhoto sendVideo sendMediaGroup copyMessage copyMessages forwardMessage "
    "forwardMessages"
)
_REASONS = {
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip


@dataclass(slots=True)
class Fault:
    """One ordered fault. `count` None: until cancelled. "*" means every method but getUpdates."""

    action: str
    method: str = "*"
    chat_id: int | None = None
    count: int | None = None
    probability: float = 1.0
    seed: int = 0
    retry_after: int = 1
    seconds: float = 0.0
    html_body: bool = False
    id: int = 0
    fired: int = 0
    _random: random.Random = field(default_factory=random.Random, repr=False)

    def __post_init__(self) -> None:
        self.action = str(self.action)
        if self.action not in ACTIONS:
            raise ValueError(f"unknown action {self.action!r}, known: {', '.join(ACTIONS)}")
        if not 0 <= self.probability <= 1:
            raise ValueError("a probability lies between 0 and 1")
        if self.retry_after < 1 or self.seconds < 0 or (self.count is not None and self.count < 1):
            raise ValueError("retry_after and count are at least 1, seconds at least 0")
        self._random.seed(self.seed)

    def fits(self, method: str, chat_id: int | None) -> bool:
        """Whether the fault is meant for this call and strikes now."""
        if self.method != method and (self.method != "*" or method == "getUpdates"):
            return False
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        return self.probability >= 1 or self._random.random() < self.probability

    def error(self) -> ApiError:
        """The refusal this fault stands for."""
        if self.action == "429":
            return too_many(self.retry_after)
        code = int(self.action)
        return ApiError(code, _REASONS[code])

    def as_json(self) -> Json:
        """The order as it was given, with how often it struck."""
        body = asdict(self)
        body.pop("_random")
        return body


def too_many(retry_after: int) -> ApiError:
    """429 as Telegram words it."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


class Window:
    """A sliding window of one second."""

    __slots__ = ("_times",)

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def count(self, now: float) -> int:
        """How many fell in the second that ends now."""
        times = self._times
        while times and times[0] <= now - 1.0:
            times.popleft()
        return len(times)

    def add(self, now: float) -> int:
        """Add one; the number in the window with it."""
        self._times.append(now)
        return self.count(now)


class FaultBook:
    """Ordered faults and the optional hard limits of sending."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._faults: list[Fault] = []
        self._ids = itertools.count(1)
        self.limit_per_second: int | None = None
        self.limit_per_chat: int | None = None
        self._all = Window()
        self._chats: dict[int, Window] = {}

    def order(self, fault: Fault) -> Fault:
        """Take an order; faults strike in the order they were given, the first that fits wins."""
        fault.id = next(self._ids)
        self._faults.append(fault)
        return fault

    def cancel(self, fault_id: int | None = None) -> None:
        """Cancel one order, or all of them."""
        self._faults = [f for f in self._faults if fault_id is not None and f.id != fault_id]

    def ordered(self) -> list[Fault]:
        """Orders still open."""
        return list(self._faults)

    def limits(self, per_second: int | None, per_chat: int | None) -> None:
        """Hard limits in any sliding second: of all sends, and to one chat. None: no limit."""
        self.limit_per_second, self.limit_per_chat = per_second, per_chat
        self._all, self._chats = Window(), {}

    def strike(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that strikes this call, if any."""
        for fault in self._faults:
            if fault.fits(method, chat_id):
                fault.fired += 1
                if fault.count is not None and fault.fired >= fault.count:
                    self._faults.remove(fault)
                return fault
        return None

    def check_limits(self, method: str, chat_id: int | None) -> None:
        """Raise 429 when this send would go over a limit; otherwise count it."""
        if method not in SENDS or (self.limit_per_second is None and self.limit_per_chat is None):
            return
        now = self._monotonic()
        if self.limit_per_second is not None and self._all.count(now) >= self.limit_per_second:
            raise too_many(1)
        if self.limit_per_chat is not None and chat_id is not None:
            window = self._chats.setdefault(chat_id, Window())
            if window.count(now) >= self.limit_per_chat:
                raise too_many(1)
            window.add(now)
        self._all.add(now)
