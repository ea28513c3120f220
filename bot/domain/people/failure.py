"""Why something has not reached somebody."""

from enum import StrEnum


class Failure(StrEnum):
    """Why somebody did not get something, or cannot be written to; or why nobody at an organization did."""

    # Telegram does not deliver, and nobody knows why.
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    # The account is gone.
    DELETED = "deleted"
    # The person has never pressed Start, or Telegram knows no such chat any more.
    NEVER_STARTED = "never started"
    # Telegram would not take the message.
    REFUSED = "refused"
    # The person wants no messages.
    STOPPED = "stopped"
    # The person is on vacation and gets it on return, if it is still current.
    AWAY = "away"
    # It was stopped before the copy's turn.
    UNSENT = "unsent"
    # Nobody sits at the organization, or did when it went out.
    VACANT = "vacant"
    # The person sat there when it was sent off, and did no longer when its turn came.
    UNSEATED = "unseated"
    # The organization has left the list.
    LEFT = "left"
    # Whoever sits there does not want what is of that type or topic.
    MUTED = "muted"
    # Whoever sat there has had their data erased.
    ERASED = "erased"
