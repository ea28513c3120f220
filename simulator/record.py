"""The record of the bot's calls: a bounded log with counters that stay exact."""

from collections import Counter, deque
from dataclasses import asdict, dataclass

from simulator.errors import Json
from simulator.faults import SENDS, Window


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `code` is the HTTP code of the outcome, 0 when the connection was cut before the work;
    `answered` is False when the bot did not get to see the outcome. It came at `arrived` and was over at `at`."""

    n: int
    method: str
    chat_id: int | None
    at: float
    time: str
    code: int
    description: str
    answered: bool
    arrived: float

    def as_json(self) -> Json:
        """For the control interface."""
        return asdict(self)


class CallLog:
    """Keeps the last calls, counts all of them, and the highest rate of sends that succeeded."""

    def __init__(self, keep: int = 100_000, sends: frozenset[str] = SENDS) -> None:
        self._calls: deque[Call] = deque(maxlen=keep)
        self._counts: Counter[tuple[str, int]] = Counter()
        self._by_chat: Counter[tuple[str, int, int | None]] = Counter()
        self._window = Window()
        self._sends = sends
        self.total = 0
        self.max_rate = 0

    def add(
        self, method: str, chat_id: int | None, at: float, time: str, code: int, description: str = "",
        answered: bool = True, arrived: float | None = None,
    ) -> Call:  # fmt: skip
        """Record a finished call; `at` is monotonic and never decreases between calls. `arrived` None: just then."""
        self.total += 1
        came = at if arrived is None else arrived
        call = Call(self.total, method, chat_id, at, time, code, description, answered, came)
        self._calls.append(call)
        self._counts[method, code] += 1
        self._by_chat[method, code, chat_id] += 1
        if code == 200 and method in self._sends:
            self.max_rate = max(self.max_rate, self._window.add(at))
        return call

    def calls(self, method: str | None = None, chat_id: int | None = None, after: int = 0) -> list[Call]:
        """Kept calls, oldest first, of a method and a chat when given."""
        return [
            call
            for call in self._calls
            if call.n > after
            and (method is None or call.method == method)
            and (chat_id is None or call.chat_id == chat_id)
        ]

    def count(self, method: str | None = None, code: int | None = None) -> int:
        """Exact number of calls since the start or the last clear."""
        return sum(
            number
            for (name, outcome), number in self._counts.items()
            if (method is None or name == method) and (code is None or outcome == code)
        )

    def by_chat(self, method: str, code: int) -> Counter[int]:
        """Exact numbers of such calls by the chat that they named."""
        return Counter(
            {
                chat_id: number
                for (name, outcome, chat_id), number in self._by_chat.items()
                if (name, outcome) == (method, code) and chat_id is not None
            }
        )

    def stats(self) -> Json:
        """Totals by method and code, and the highest number of sends in any sliding second."""
        by_method: dict[str, dict[str, int]] = {}
        for (method, code), number in sorted(self._counts.items()):
            by_method.setdefault(method, {})[str(code)] = number
        return {"total": self.count(), "methods": by_method, "max_sends_in_a_second": self.max_rate}

    def clear(self) -> None:
        """Forget the calls and the counters; numbers of calls go on."""
        self._calls.clear()
        self._counts.clear()
        self._by_chat.clear()
        self._window = Window()
        self.max_rate = 0
