"""What came of a probe, and how that compares with what is assumed."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.delivery.exchange import Answer


class Verdict(StrEnum):
    """How what was seen compares with what the product and its tests assume."""

    AS_ASSUMED = "as assumed"
    OTHERWISE = "otherwise"
    # Skipped, out of time, without an answer, or never tried: `Finding.note` says which.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: as it is assumed to be, or not; None: it could not be told.

    `is_open`: nobody assumes anything of it, it is only told.
    """

    what: str
    as_assumed: bool | None
    saw: Any = None
    is_open: bool = False


@dataclass(slots=True)
class Finding:
    """What came of a probe."""

    name: str
    checks: list[Check] = field(default_factory=list)
    calls: list[Answer] = field(default_factory=list)
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        """Otherwise as soon as one thing is; as assumed only if everything is."""
        seen = [check.as_assumed for check in self.checks if not check.is_open]
        if False in seen:
            return Verdict.OTHERWISE
        return Verdict.AS_ASSUMED if seen and None not in seen and not self.note else Verdict.UNKNOWN
