"""What MAX and the network do on a bad day, and the rates that hold on every day."""

from collections.abc import Iterator
from typing import ClassVar

from simulator.faults import Fault, FaultBook, Window
from simulator.max.errors import Refused, Unsuccessful, too_many

ACTIONS = (
    "400", "401", "403", "404", "405", "429", "500", "502", "503", "504", "unsuccessful", "not_ready", "slow",
    "drop_before", "drop_after",
)  # fmt: skip
POLLS = "GET /updates"
SENDS = frozenset({"POST /messages"})
# Of each of these a bot may do two a second in one dialog.
PACED = ("PUT /messages", "DELETE /messages", "POST /answers")
PER_SECOND, PER_DIALOG = 30, 2
_CODES = {
    400: "proto.payload", 401: "verify.token", 404: "not.found", 405: "method.not.allowed", 500: "internal.error",
    502: "bad.gateway", 503: "service.unavailable", 504: "gateway.timeout",
}  # fmt: skip
_DENIED = "error.dialog.suspended"
NOT_READY = "Key: errors.process.attachment.file.not.processed"


class MaxFault(Fault):
    """One ordered fault. `description` is what a refusal says, if it is not MAX's own word."""

    ACTIONS: ClassVar[tuple[str, ...]] = ACTIONS
    # By its own name, or by that of the Telegram beside it.
    POLLS: ClassVar[frozenset[str]] = Fault.POLLS | {POLLS}

    def refusal(self) -> Refused | Unsuccessful:
        """The refusal this fault stands for."""
        if self.action == "unsuccessful":
            return Unsuccessful("error.unknown", self.description)
        if self.action == "not_ready":
            return Refused(400, "attachment.not.ready", NOT_READY)
        if self.action == "429":
            return too_many()
        if self.action == "403":
            return Refused(403, "chat.denied", _DENIED)
        code = int(self.action)
        return Refused(code, _CODES[code], self.description)


class Rates(FaultBook):
    """Ordered faults, and how many calls a second are answered: of all, and of a kind in one chat.

    The second holds for polls too, and can be switched off with the first: `limits()`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.limits(PER_SECOND, PER_DIALOG)

    def limits(self, per_second: int | None, per_chat: int | None, per_group_minute: int | None = None) -> None:
        """Calls in any sliding second; None: as many as they like. MAX knows no limit by the minute."""
        if per_group_minute is not None:
            raise ValueError("MAX has no limit for a group and a minute")
        super().limits(per_second, per_chat)
        self._all_calls = Window()
        self._kinds: dict[tuple[str, int | None], Window] = {}

    def check_limits(self, method: str, chat_id: int | None) -> None:
        """Raise 429 when this call is one too many; otherwise count it."""
        now = self.monotonic()
        watched = []
        for limit, window in self._windows(method, chat_id):
            if window.count(now) >= limit:
                raise too_many()
            watched.append(window)
        for window in watched:
            window.add(now)

    def _windows(self, method: str, chat_id: int | None) -> Iterator[tuple[int, Window]]:
        if self.limit_per_second is not None:
            yield self.limit_per_second, self._all_calls
        if self.limit_per_chat is not None and (method == POLLS or (method in PACED and chat_id is not None)):
            yield self.limit_per_chat, self._kinds.setdefault((method, chat_id), Window())
