"""What has happened to a request, as the log tells it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

# The log's names of the deeds that make up a request's history.
ACCEPTED, RETURNED, EXCUSED = "obligation.accepted", "obligation.returned", "obligation.excused"
WITHDRAWN, EXTENDED, REMINDED = "decision.withdrawn", "obligation.extended", "round.reminded"
# An answer by the organization, and one by the department for it.
SUBMITTED, ENTERED = "reply.submitted", "reply.entered"


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of a request's history. `by_name` None: the bot itself, or somebody whose data are erased."""

    at: datetime
    action: str
    by_name: str | None
    detail: dict[str, Any]
