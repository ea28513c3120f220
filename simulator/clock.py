"""The time of a simulator: this machine's, unless whoever plays stops it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def real_now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


class Timed:
    """What has a clock that can be stopped."""

    def __init__(self, now: Clock) -> None:
        self._given_clock = self._clock = now

    def now(self) -> datetime:
        """The simulator's time, aware."""
        return self._clock()

    def set_clock(self, fixed: datetime | None) -> None:
        """Stop the clock at a moment, or return to the clock given at construction."""
        if fixed is None:
            self._clock = self._given_clock
        elif fixed.tzinfo is None:
            raise ValueError("the clock needs a time zone")
        else:
            self._clock = lambda: fixed
