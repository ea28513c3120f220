"""How often the bot was killed."""

import pytest

from tests.live import Live


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says it at the end of the run; of several workers each counts for itself, and none tells."""
    if Live.killed:
        terminalreporter.write_line(f"kill -9: {Live.killed} times")
