"""The log of deeds (журнал), as the department reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed. `by_id` None: the bot did it, or somebody whose data have been erased."""

    at: datetime
    by_id: int | None
    by_name: str | None
    action: str
    organization_id: int | None
    organization_name: str | None
    organization_label: str | None
    directive_id: str | None
    detail: dict[str, Any]
