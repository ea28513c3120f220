"""What every messenger's control has: its verbs by name, and those about the clock, the faults and the record."""

import inspect
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from simulator.errors import Json
from simulator.events import EventLog
from simulator.faults import FaultBook
from simulator.record import CallLog


class Watched(Protocol):
    """A messenger's world, as far as it does not matter whose."""

    events: EventLog

    def now(self) -> datetime:
        """Its time, aware."""

    def set_clock(self, fixed: datetime | None) -> None:
        """Stop its clock, or let it run."""

    def pending(self) -> int:
        """Updates that the bot has not confirmed."""


@cache
def _without_world(step: Callable[..., Any]) -> inspect.Signature:
    """How a verb is called that is a step in a world."""
    signature = inspect.signature(step)
    return signature.replace(parameters=list(signature.parameters.values())[1:])


class Verbs:
    """All verbs by name; arguments and results are plain JSON values, and bytes for files."""

    def __init__(self, world: Watched, faults: FaultBook, record: CallLog) -> None:
        self._watched, self.faults, self.record = world, faults, record
        self.verbs: dict[str, Callable[..., Any]] = {
            "clock": self.clock, "faults": self.open_faults, "cancel_faults": self.cancel_faults,
            "calls": self.calls, "stats": self.stats, "clear_calls": self.clear_calls, "last_event": self.last_event,
        }  # fmt: skip
        self._signatures: dict[str, inspect.Signature] = {}

    def _bind(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def bound(*args: Any, **arguments: Any) -> Any:
            return step(self._watched, *args, **arguments)

        bound.__signature__ = _without_world(step)  # type: ignore[attr-defined]
        return bound

    def _signature(self, verb: str) -> inspect.Signature:
        if verb not in self._signatures:
            self._signatures[verb] = inspect.signature(self.verbs[verb])
        return self._signatures[verb]

    def call(self, verb: str, arguments: Json) -> Any:
        """Do a verb. LookupError, ValueError and PersonError are answers to the caller."""
        if verb not in self.verbs:
            raise LookupError(f"no verb {verb!r}, known: {', '.join(sorted(self.verbs))}")
        try:
            self._signature(verb).bind(**arguments)
        except TypeError as error:
            raise ValueError(f"{verb}: {error}") from None
        return self.verbs[verb](**arguments)

    def clock(self, now: str | None) -> str:
        """Fix the clock at an ISO moment with a time zone, or None: real time again. The time it shows."""
        self._watched.set_clock(None if now is None else datetime.fromisoformat(now))
        return self._watched.now().isoformat()

    def open_faults(self) -> list[Json]:
        """Orders not used up."""
        return [fault.as_json() for fault in self.faults.ordered()]

    def cancel_faults(self, fault_id: int | None = None) -> None:
        """Cancel one order or all."""
        self.faults.cancel(fault_id)

    def calls(self, method: str | None = None, chat_id: int | None = None, after: int = 0) -> list[Json]:
        """The record of calls."""
        return [call.as_json() for call in self.record.calls(method, chat_id, after)]

    def stats(self) -> Json:
        """Exact counters, the highest rate of sends, updates not confirmed."""
        return {**self.record.stats(), "pending_updates": self._watched.pending()}

    def clear_calls(self) -> None:
        """Forget calls and counters."""
        self.record.clear()

    def last_event(self) -> int:
        """The number of the last event."""
        return self._watched.events.last
