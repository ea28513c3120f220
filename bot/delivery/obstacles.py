"""Why a person cannot be written to, by the words of Telegram's refusal."""

from bot.domain.people.failure import Failure

_SIGNS = (
    ("bot was blocked by the user", Failure.BLOCKED),
    ("user is deactivated", Failure.DELETED),
    ("user_is_blocked", Failure.BLOCKED),
    ("input_user_deactivated", Failure.DELETED),
    ("user_deleted", Failure.DELETED),
    ("can't initiate conversation", Failure.NEVER_STARTED),
    ("chat not found", Failure.NEVER_STARTED),
    ("user not found", Failure.NEVER_STARTED),
    ("peer_id_invalid", Failure.NEVER_STARTED),
)


def why_unreachable(words: str) -> Failure:
    """Why nothing can be delivered, by Telegram's words; UNREACHABLE for words that say nothing."""
    lower = words.lower()
    return next((failure for sign, failure in _SIGNS if sign in lower), Failure.UNREACHABLE)
