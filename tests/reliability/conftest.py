"""One forge for all tests: the bot's imports are paid for once."""

from collections.abc import Iterator

import pytest

from tests.live import Forge, forging


@pytest.fixture(scope="session")
def forge() -> Iterator[Forge]:
    """Starts bots within milliseconds."""
    with forging() as forge:
        yield forge
