"""Why Telegram does not deliver to a person, by its own words."""

import pytest

from bot.delivery.obstacles import why_unreachable
from bot.domain.people.failure import Failure


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("Telegram server says - Forbidden: bot was blocked by the user", Failure.BLOCKED),
        ("Telegram server says - Forbidden: user is deactivated", Failure.DELETED),
        ("Bad Request: INPUT_USER_DEACTIVATED", Failure.DELETED),
        ("Forbidden: bot can't initiate conversation with a user", Failure.NEVER_STARTED),
        ("Telegram server says - Bad Request: chat not found", Failure.NEVER_STARTED),
        ("Bad Request: PEER_ID_INVALID", Failure.NEVER_STARTED),
        ("Forbidden: something new", Failure.UNREACHABLE),
        ("", Failure.UNREACHABLE),
    ],
)
def test_why(words: str, failure: Failure) -> None:
    assert why_unreachable(words) is failure
