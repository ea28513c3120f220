"""What a machine lacks, so that something cannot be tested on it."""

import os
from typing import NoReturn

import pytest


def lacks(what: str, reason: str) -> NoReturn:
    """Skips the test with the reason; fails it where TESTS_REQUIRE_<what> is set, as in CI, which installs it."""
    if os.environ.get(f"TESTS_REQUIRE_{what}"):
        pytest.fail(reason)
    pytest.skip(reason)
