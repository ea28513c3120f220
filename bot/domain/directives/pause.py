"""A directive that is not asked for the time being."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """When a directive was last paused and when it was resumed; None: it is paused still."""

    paused_at: datetime
    resumed_at: datetime | None

    @property
    def is_on(self) -> bool:
        """Whether the directive is not asked now."""
        return self.resumed_at is None

    def silences(self, opens_at: datetime) -> bool:
        """Whether a round that opens then is not asked: rounds of the pause are not caught up after it."""
        return self.resumed_at is None or opens_at < self.resumed_at
