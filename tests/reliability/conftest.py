"""One forge for all tests: the bot's imports are paid for once. And how often the bot was killed."""

from collections.abc import Iterator

import pytest

from tests.live import Forge, Live, forging


@pytest.fixture(scope="session")
def forge() -> Iterator[Forge]:
    """Starts bots within milliseconds."""
    with forging() as forge:
        yield forge


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says it at the end of the run; of several workers each counts for itself, and none tells."""
    if Live.killed:
        terminalreporter.write_line(f"kill -9: {Live.killed} times")
